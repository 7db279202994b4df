"""The body of a chat-completions request, and how to word it for endpoints that know fewer fields."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from taco_lsp.models.endpoint import Endpoint
from taco_lsp.models.types import Message

Body = dict[str, Any]

_DISPENSABLE = {
    "stream_options": "stream_options",
    "max_tokens": "max_completion_tokens",
    "temperature": "temperature",
}
"""Field → the word by which endpoints that do not take it reject a request (OpenAI's reasoning models accept
`max_completion_tokens` alone and no temperature; older servers do not know `stream_options`)."""


def chat_body(
    endpoint: Endpoint,
    messages: Sequence[Message],
    *,
    max_tokens: int | None = None,
    temperature: float | None = None,
) -> Body:
    """Build the body; an argument that is given wins over the endpoint's parameters."""
    body: Body = {
        **endpoint.parameters,
        "model": endpoint.model,
        "messages": [{"role": message.role, "content": message.content} for message in messages],
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    if max_tokens is not None:
        body["max_tokens"] = max_tokens
    if temperature is not None:
        body["temperature"] = temperature
    return body


def leave_out(body: Body, fields: Collection[str]) -> Body:
    """Drop the fields that the endpoint has rejected before; the limit of tokens goes by its newer name."""
    rest = {field: value for field, value in body.items() if field not in fields}
    if "max_tokens" in body and "max_tokens" in fields:
        rest["max_completion_tokens"] = body["max_tokens"]
    return rest


def encode(body: Body) -> bytes:
    """Write JSON in UTF-8; half a surrogate pair, which an editor may send, becomes a question mark."""
    return json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")


def rejected_field(status: int, reason: str, body: Mapping[str, Any]) -> str | None:
    """Name the field that a rejected request can do without, if that is what the endpoint dislikes."""
    if status not in {400, 422}:
        return None
    return next((field for field, word in _DISPENSABLE.items() if field in body and word in reason), None)
