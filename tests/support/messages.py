"""Whether what a server sends is LSP: every message is structured with lsprotocol, and must come back as it was.

For clients that read raw messages; `editors.py` structures by itself.
"""

from __future__ import annotations

import enum
import json
from typing import Any

from lsprotocol import types

from taco_lsp.edge import edge_converter

_CONVERTER = edge_converter()
# Where an enumeration is open, lsprotocol keeps the plain value, and could not put it back.
_CONVERTER.register_unstructure_hook_func(
    lambda kind: isinstance(kind, type) and issubclass(kind, enum.Enum), lambda value: getattr(value, "value", value)
)
_FREE = {types.PROGRESS, types.WORKSPACE_EXECUTE_COMMAND}
"""What they carry is anything."""


class Checker:
    """Checks the messages of one server; told what it was asked, so that results are checked too."""

    def __init__(self) -> None:
        self._asked: dict[Any, str] = {}

    def asked(self, message: dict[str, Any]) -> None:
        """Note a message to the server."""
        ident, method = message.get("id"), message.get("method")
        if isinstance(ident, int | str) and isinstance(method, str):
            self._asked[ident] = method

    def check(self, message: dict[str, Any]) -> None:
        """Check a message of the server; raises AssertionError, or what cattrs raises."""
        assert message["jsonrpc"] == "2.0"
        if "method" in message:
            assert set(message) <= {"jsonrpc", "id", "method", "params"}, message
            _check(message, types.METHOD_TO_TYPES.get(message["method"], (None,))[0], message["method"])
        elif "error" in message:
            assert set(message) == {"jsonrpc", "id", "error"}, message
            _check(message["error"], types.ResponseError, None)
            assert "Traceback" not in json.dumps(message)
        else:
            assert set(message) == {"jsonrpc", "id", "result"}, message
            method = self._asked.get(message["id"], "")
            _check_result(message, types.METHOD_TO_TYPES.get(method, (None, None))[1], method)


def _check(value: Any, kind: type | None, method: str | None) -> None:
    if kind is None:
        return
    structured = _CONVERTER.structure(value, kind)
    if method not in _FREE:
        assert _CONVERTER.unstructure(structured) == value


def _check_result(message: dict[str, Any], kind: type | None, method: str) -> None:
    if method != types.TEXT_DOCUMENT_CODE_ACTION:
        _check(message, kind, method)
        return
    for item in message["result"] or ():
        # lsprotocol takes every object with a `command` for a Command; a CodeAction's command is an object.
        _check(item, types.Command if isinstance(item.get("command"), str) else types.CodeAction, method)
