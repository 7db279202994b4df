"""Errors as they travel: one record, and the answers that the protocol itself prescribes.

Not here: which of a program's own exceptions becomes which code. That is `Hooks.map_error`.

Codes follow JSON-RPC 2.0 (section 5.1) and LSP 3.17 (ErrorCodes, LSPErrorCodes).
"""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import attrs
import cattrs
from pygls.exceptions import JsonRpcException

PARSE_ERROR = -32700
INVALID_REQUEST = -32600
METHOD_NOT_FOUND = -32601
INVALID_PARAMS = -32602
INTERNAL_ERROR = -32603
SERVER_NOT_INITIALIZED = -32002
REQUEST_CANCELLED = -32800
REQUEST_FAILED = -32803

_KINDS = {
    PARSE_ERROR: "parseError",
    INVALID_REQUEST: "invalidRequest",
    METHOD_NOT_FOUND: "methodNotFound",
    INVALID_PARAMS: "invalidParams",
    INTERNAL_ERROR: "internalError",
    SERVER_NOT_INITIALIZED: "serverNotInitialized",
    REQUEST_CANCELLED: "requestCancelled",
    REQUEST_FAILED: "requestFailed",
}


@attrs.frozen
class RpcError:
    """The `error` member of a reply: a code, a sentence, and JSON-ready data."""

    code: int
    message: str
    data: Any = None


def protocol_error(code: int, message: str, hint: str, **more: Any) -> RpcError:
    """Build an error of the protocol itself: `data` is `{kind, hint, **more}`."""
    return RpcError(code, message, {"kind": _KINDS.get(code, "error"), "hint": hint, **more})


def default_map_error(error: BaseException) -> RpcError:
    """Map what any pygls server may raise; everything unknown is an internal error that says nothing else.

    The default for `Hooks.map_error`, and what a program's own mapping falls back to.
    """
    if isinstance(error, JsonRpcException) and error.code != INTERNAL_ERROR:
        data = error.data or {"kind": _KINDS.get(error.code, "error"), "hint": ""}
        return RpcError(error.code, error.message, data)
    return internal_error()


def internal_error() -> RpcError:
    """Build the generic answer to an unexpected exception; `data.id` is also in the log beside the traceback."""
    return protocol_error(
        INTERNAL_ERROR,
        "Something went wrong inside the server.",
        "Try again; if it happens again, report the id: the server's log has the details under it.",
        id=uuid4().hex,
    )


def cancelled_error() -> RpcError:
    """Build the answer to a request that was cancelled."""
    return protocol_error(REQUEST_CANCELLED, "The request was cancelled.", "")


def invalid_params(method: str, error: Exception) -> RpcError:
    """Say which field of a method's params is missing or wrong.

    Args:
        method: The method that was called.
        error: What structuring the params raised.
    """
    field, problem = _first_problem(error)
    where = f"params.{field}" if field else "params"
    return protocol_error(
        INVALID_PARAMS,
        f"{method}: {where}: {problem}",
        f"Correct {where} and send the request again.",
        **({"field": field} if field else {}),
    )


def _first_problem(error: Exception) -> tuple[str, str]:
    """Return the camelCase path of the first bad field and what is wrong with it."""
    if not isinstance(error, cattrs.BaseValidationError):
        return "", "invalid value"
    problem, _, path = cattrs.transform_error(error)[0].partition(" @ $")
    names = path.lstrip(".").removesuffix("_")
    return re.sub(r"_([a-z])", lambda match: match[1].upper(), names), problem
