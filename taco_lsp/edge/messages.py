"""Tell what a message is: a request, a notification, a reply, or something that must be refused.

Pure: bytes in, records out. Params stay plain JSON values here; giving them types is for `protocol.py`.

Strictness: JSON-RPC 2.0 with LSP's restrictions (no batches, an id is a number or a string). An id that cannot be
one is answered with id null, as JSON-RPC asks.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any

import attrs

from taco_lsp.edge.errors import INVALID_PARAMS, INVALID_REQUEST, PARSE_ERROR, RpcError, protocol_error
from taco_lsp.edge.large import LargeBody

MsgId = int | float | str


@attrs.frozen
class Request:
    """A call that wants a reply."""

    id: MsgId
    method: str
    params: Any


@attrs.frozen
class Notification:
    """A call that must not be replied to."""

    method: str
    params: Any


@attrs.frozen
class Reply:
    """The client's answer to a request of ours; `error` is whatever it sent, None if it sent none."""

    id: Any
    result: Any = None
    error: Any = None
    bare: bool = False
    """Neither a result nor an error was there: a JavaScript client's `undefined`, or no reply at all."""


@attrs.frozen
class Refusal:
    """Something that is answered with an error without being looked at further."""

    id: MsgId | None
    error: RpcError

    @property
    def unreadable(self) -> bool:
        """The message was no JSON at all."""
        return self.error.code == PARSE_ERROR


Message = Request | Notification | Reply | Refusal
Body = bytes | str | LargeBody


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


_decoder = json.JSONDecoder(parse_constant=_no_constant)


def is_json(body: Body) -> bool:
    """Tell whether a body is one complete JSON value."""
    try:
        _value(body)
    except (ValueError, RecursionError):
        return False
    return True


def decode(body: Body) -> list[Message]:
    """Read one body: one message, or one refusal for each request of a batch."""
    try:
        value = _value(body)
    except (ValueError, RecursionError):
        return [parse_refusal("the body is not valid JSON in UTF-8")]
    return list(_refuse_batch(value)) if isinstance(value, list) else [classify(value)]


def _value(body: Body) -> Any:
    if isinstance(body, LargeBody):
        return body.value()
    return _decoder.decode(body if isinstance(body, str) else body.decode())


def parse_refusal(reason: str) -> Refusal:
    """Refuse input that could not be read at all."""
    return Refusal(
        None,
        protocol_error(PARSE_ERROR, f"The message cannot be read: {reason}.", "Send each message as one JSON object."),
    )


def classify(value: Any) -> Message:
    """Tell what a decoded JSON value is."""
    if not isinstance(value, dict):
        return _invalid(None, "A message is a JSON object.")
    if "method" not in value:
        return _classify_reply(value)
    return _classify_call(value, value["method"], value.get("params"))


def _classify_call(value: dict[str, Any], method: Any, params: Any) -> Message:
    is_request = "id" in value
    ident = value.get("id")
    known = _valid_id(ident)
    if is_request and known is None:
        return _invalid(None, "An id is a number or a string.")
    if not isinstance(method, str):
        return _invalid(known, "A method is a string.")
    if not is_request:
        return Notification(method, params)
    assert known is not None
    if value.get("jsonrpc") != "2.0":
        return _invalid(known, 'The member jsonrpc must be "2.0".')
    if params is not None and not isinstance(params, dict | list):
        hint = "Send params as an object."
        return Refusal(known, protocol_error(INVALID_PARAMS, f"{method[:100]}: params must be an object.", hint))
    return Request(known, method, params)


def _classify_reply(value: dict[str, Any]) -> Message:
    has_result, has_error = "result" in value, value.get("error") is not None
    if "id" not in value and not (has_result or has_error):
        return _invalid(None, "A message has a method, or an id with a result or an error.")
    return Reply(value.get("id"), value.get("result"), value.get("error"), bare=not (has_result or has_error))


def _refuse_batch(batch: list[Any]) -> Iterator[Message]:
    """Refuse every request of a batch under its own id, so that nobody waits for a reply."""
    requests: list[MsgId | None] = [
        known
        for item in batch
        if isinstance(item, dict) and "method" in item and (known := _valid_id(item.get("id"))) is not None
    ]
    for known in requests or [None]:
        yield _invalid(known, "LSP has no batches: send each message by itself.")


def no_request(ident: Any) -> Refusal:
    """Refuse an object with an id that is neither a request nor the reply to one of ours."""
    return _invalid(_valid_id(ident), "A request has a method.")


def _invalid(ident: MsgId | None, message: str) -> Refusal:
    return Refusal(ident, protocol_error(INVALID_REQUEST, message, "Send requests as JSON-RPC 2.0 describes them."))


def _valid_id(ident: Any) -> MsgId | None:
    if isinstance(ident, bool) or not isinstance(ident, int | float | str):
        return None
    return None if isinstance(ident, float) and not math.isfinite(ident) else ident  # 1e999 is valid JSON
