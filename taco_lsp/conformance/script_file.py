"""A scripted model's script as a JSON file, and the one that is built in.

    {"replies": [REPLY, ...], "otherwise": REPLY, "models": ["name", ...]}

`replies` are given in order, then `otherwise` for ever. A REPLY is one of

    {"text": "...", "pieces": 8, "pause_s": 0.05}       streamed in so many pieces, with a pause before each
    {"chunks": ["...", "..."], "pause_s": 0.05}          streamed as written
    {"status": 429, "message": "...", "retry_after": "1"}  an HTTP error
    {"dropped": "..."}                                    some text, then the connection is cut
    {"stalled": "..."}                                    some text, then nothing more

Everything else is refused by name: a script with a typing error would test something else than it says.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs

from taco_lsp.conformance.replies import MODEL, Reply, dropped, failure, reply, stalled
from taco_lsp.errors import InvalidParams

PIECES = 12
PAUSE_S = 0.03
_HINT = (
    "Which positions does the loop visit, and which does the list have? Write down every value that the variable "
    "takes, one below the other, and compare the last one with the length of the list."
)
_FIELDS: Mapping[str, frozenset[str]] = {
    "text": frozenset({"pieces", "pause_s"}),
    "chunks": frozenset({"pause_s"}),
    "status": frozenset({"message", "retry_after"}),
    "dropped": frozenset(),
    "stalled": frozenset(),
}


@attrs.frozen(kw_only=True)
class Script:
    """What a scripted model answers."""

    replies: tuple[Reply, ...] = ()
    otherwise: Reply | None = None
    models: tuple[str, ...] = (MODEL,)


def builtin() -> Script:
    """Every question is answered with one harmless hint, slowly enough to see it stream and to stop it."""
    return Script(otherwise=_streamed(_cut(_HINT, PIECES), PAUSE_S))


def read(file: Path) -> Script:
    """Read a script.

    Raises:
        InvalidParams: the file cannot be read or says something unknown; `field` says where.
    """
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InvalidParams(f"{file} cannot be read: {error}.", "A script is a JSON object.") from error
    return parse(told)


def parse(told: Any) -> Script:
    """Make a script of a JSON value.

    Raises:
        InvalidParams: something in it is unknown; `field` says where.
    """
    if not isinstance(told, Mapping) or set(told) - {"replies", "otherwise", "models"}:
        raise _wrong("script", "an object with `replies`, `otherwise` and `models`")
    replies, models = told.get("replies", []), told.get("models", [MODEL])
    if not isinstance(replies, list):
        raise _wrong("replies", "a list")
    if not isinstance(models, list) or not all(isinstance(name, str) for name in models):
        raise _wrong("models", "a list of names")
    otherwise = told.get("otherwise")
    return Script(
        replies=tuple(_reply(one, f"replies[{number}]") for number, one in enumerate(replies)),
        otherwise=None if otherwise is None else _reply(otherwise, "otherwise"),
        models=tuple(models),
    )


def _reply(told: Any, where: str) -> Reply:
    kinds = set(told) & set(_FIELDS) if isinstance(told, Mapping) else set()
    if len(kinds) != 1:
        raise _wrong(where, f"an object with one of {', '.join(_FIELDS)}")
    (kind,) = kinds
    if unknown := set(told) - _FIELDS[kind] - {kind}:
        known = ", ".join(sorted(_FIELDS[kind])) or "nothing"
        raise _wrong(f"{where}.{min(unknown)}", f"one of {known} beside `{kind}`")
    try:
        return _of_kind(kind, told)
    except (TypeError, ValueError):
        raise _wrong(f"{where}.{kind}", "of another type") from None


def _of_kind(kind: str, told: Mapping[str, Any]) -> Reply:
    value = told[kind]
    if kind == "status":
        return failure(int(value), str(told.get("message", "")), retry_after=told.get("retry_after"))
    if kind == "chunks":
        return _streamed(tuple(map(_text, value)), float(told.get("pause_s", 0)))
    text = _text(value)
    if kind == "text":
        return _streamed(_cut(text, int(told.get("pieces", PIECES))), float(told.get("pause_s", 0)))
    return dropped(text) if kind == "dropped" else stalled(text)


def _streamed(pieces: tuple[str, ...], pause_s: float) -> Reply:
    return reply(*pieces, pause=pause_s)


def _cut(text: str, pieces: int) -> tuple[str, ...]:
    size = max(1, -(-len(text) // max(1, pieces)))
    return tuple(text[start : start + size] for start in range(0, len(text), size))


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _wrong(where: str, wanted: str) -> InvalidParams:
    return InvalidParams(f"`{where}` must be {wanted}.", "docs/conformance.md shows a script.", field=where)
