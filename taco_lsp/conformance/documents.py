"""A client's documents by its own account: every `didOpen` and `didChange` applied to the letter.

Stricter than a server may be: a change that begins outside the document or inside a character is a `Misplaced`. Written
without the server's document store, so that one does not cover for the other. Not made for speed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from taco_lsp.errors import TacoError

_LINE_END = re.compile(r"\r\n|\n|\r")
_UNITS: Mapping[str, Callable[[str], int]] = {
    "utf-8": lambda character: len(character.encode("utf-8", "surrogatepass")),
    "utf-16": lambda character: 2 if ord(character) > 0xFFFF else 1,
    "utf-32": lambda _: 1,
}


class Misplaced(TacoError):
    """A position that is not in the document."""

    code = -32602
    kind = "invalidParams"


def changed(text: str, changes: Sequence[Any], encoding: str) -> str:
    """The text after the `contentChanges` of one `didChange`.

    Raises:
        Misplaced: a range that is not in the document.
    """
    for change in changes:
        if not isinstance(change, Mapping) or not isinstance(change.get("text"), str):
            raise Misplaced("a change without a text")
        range_ = change.get("range")
        if range_ is None:
            text = change["text"]
            continue
        start, end = (offset(text, _position(range_, side), encoding) for side in ("start", "end"))
        if end < start:
            raise Misplaced("a range that ends before it begins")
        text = text[:start] + change["text"] + text[end:]
    return text


def offset(text: str, position: tuple[int, int], encoding: str) -> int:
    """Where a position is in a text.

    Behind the end of a line is its end, as LSP says, and the first column of the line after the last is the end of all.

    Raises:
        Misplaced: the line is not there, or the column is inside a character.
    """
    number, column = position
    starts = [0, *(found.end() for found in _LINE_END.finditer(text))]
    if (number, column) == (len(starts), 0):
        return len(text)
    if not 0 <= number < len(starts) or column < 0:
        raise Misplaced(f"line {number}, column {column} of a document with {len(starts)} lines (from 0)")
    ending = _LINE_END.search(text, starts[number])
    line = text[starts[number] : ending.start() if ending else len(text)]
    return starts[number] + _characters(line, column, encoding, number)


def _characters(line: str, column: int, encoding: str, number: int) -> int:
    """How many characters of a line come before a column."""
    width, units = _UNITS.get(encoding, _UNITS["utf-16"]), 0
    for index, character in enumerate(line):
        if units == column:
            return index
        units += width(character)
        if units > column:
            raise Misplaced(f"line {number}, column {column} is inside {character!r}: columns count in {encoding}")
    return len(line)


def _position(range_: Any, side: str) -> tuple[int, int]:
    try:
        line, column = range_[side]["line"], range_[side]["character"]
    except (TypeError, KeyError):
        raise Misplaced(f"a range without `{side}`") from None
    if not isinstance(line, int) or not isinstance(column, int):
        raise Misplaced(f"a range whose `{side}` is not numbers")
    return line, column
