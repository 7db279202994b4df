"""What one JSON object of a reply says: a chunk of a stream, a whole completion, or a list of models.

Servers differ: null or missing fields, content as text or as parts, an empty `choices` next to the usage,
several names for reasoning. All of that ends here; whoever uses a `Chunk` need not know it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import attrs

from taco_lsp.models.types import Usage

_REASONING = ("reasoning_content", "reasoning", "thinking")


@attrs.frozen(kw_only=True)
class Chunk:
    """`alive` tells that the model has begun to work, even if only on its reasoning, which is not `text`."""

    text: str = ""
    alive: bool = False
    finish_reason: str | None = None
    usage: Usage | None = None
    model: str | None = None


def read_chunk(payload: Mapping[str, Any]) -> Chunk:
    """Read a `chat.completion.chunk` or a `chat.completion`; what is missing or ill-typed is left out."""
    choice = _first_choice(payload.get("choices"))
    delta = _mapping(choice.get("delta")) or _mapping(choice.get("message"))
    text = _text(delta.get("content"))
    return Chunk(
        text=text,
        alive=bool(text) or any(delta.get(name) for name in _REASONING),
        finish_reason=_word(choice.get("finish_reason")),
        usage=_usage(payload.get("usage")),
        model=_word(payload.get("model")),
    )


def read_model_names(body: bytes) -> tuple[str, ...] | None:
    """Read the reply to `GET /models`; None when it is something else."""
    try:
        models = _mapping(json.loads(body)).get("data")
    except (ValueError, RecursionError):
        return None
    if not isinstance(models, list):
        return None
    names = (_word(_mapping(model).get("id")) for model in models)
    return tuple(name for name in names if name)


def _first_choice(choices: object) -> Mapping[str, Any]:
    if not isinstance(choices, list):
        return {}
    return next((_mapping(choice) for choice in choices if _mapping(choice).get("index", 0) == 0), {})


def _text(content: object) -> str:
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        return "".join(_word(_mapping(part).get("text")) or "" for part in content)
    return ""


def _usage(value: object) -> Usage | None:
    counts = _mapping(value)
    if not counts:
        return None
    return Usage(
        prompt_tokens=_count(counts.get("prompt_tokens")),
        completion_tokens=_count(counts.get("completion_tokens")),
    )


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _word(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _count(value: object) -> int | None:
    return value if type(value) is int and value >= 0 else None
