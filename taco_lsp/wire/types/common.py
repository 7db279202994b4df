"""What many verbs share: documents, places in them, tokens."""

from __future__ import annotations

import attrs

Token = str | int


@attrs.frozen(kw_only=True)
class Nothing:
    """No params, or a result that carries no news."""


@attrs.frozen(kw_only=True)
class TextDocument:
    """Names a document by its URI."""

    uri: str


@attrs.frozen(kw_only=True)
class Position:
    """A place in a document: zero-based line and column."""

    line: int
    character: int


@attrs.frozen(kw_only=True)
class Range:
    """From `start` to just before `end`."""

    start: Position
    end: Position
