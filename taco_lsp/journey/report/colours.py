"""Source code as lines of coloured pieces, by Pygments. A piece is a class of one letter and a text.

A line is coloured alone and remembered, unless a string or a comment runs on over its end: a thousand versions of a
file cost as much as their different lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from pygments.lexer import Lexer  # type: ignore[import-untyped]
from pygments.lexers import get_lexer_for_filename  # type: ignore[import-untyped]
from pygments.token import Token, _TokenType  # type: ignore[import-untyped]
from pygments.util import ClassNotFound  # type: ignore[import-untyped]

Line = tuple[str, ...]
"""Class, text, class, text … of one line; the class is empty where a text has no colour."""

_CLASSES = {
    Token.Keyword: "k",
    Token.Operator.Word: "k",
    Token.Name.Builtin: "b",
    Token.Name.Class: "f",
    Token.Name.Decorator: "f",
    Token.Name.Function: "f",
    Token.Literal.Number: "n",
    Token.Literal.String: "s",
    Token.Comment: "c",
}
_RUNS_ON = frozenset("sc")


class Colours:
    """Colours the versions of files, and remembers lines."""

    def __init__(self) -> None:
        self._alone: dict[tuple[Lexer, str], Line] = {}

    def lines(self, path: str, lines: Sequence[str]) -> list[Line]:
        """The lines of a file, coloured by the language that its name tells."""
        lexer = _lexer(path)
        if lexer is None:
            return [("", line) for line in lines]
        coloured: list[Line] = []
        while len(coloured) < len(lines):
            key = (lexer, lines[len(coloured)])
            if known := self._alone.get(key):
                coloured.append(known)
                continue
            more = list(_until_clear(lexer, "\n".join(lines[len(coloured) :])))
            if len(more) == 1:
                self._alone[key] = more[0]
            coloured += more
        return coloured


def _until_clear(lexer: Lexer, text: str) -> Iterator[Line]:
    """Colour lines up to the first line end that is in no string and no comment."""
    line: list[str] = []
    for _, kind, value in lexer.get_tokens_unprocessed(text):
        class_ = _class(kind)
        for number, part in enumerate(value.split("\n")):
            if number:
                yield tuple(line) or ("", "")
                line = []
                if class_ not in _RUNS_ON:
                    return
            if part:
                _add(line, class_, part)
    yield tuple(line) or ("", "")


def _add(line: list[str], class_: str, text: str) -> None:
    if line and (line[-2] == class_ or text.isspace()):
        line[-1] += text
    else:
        line += [class_, text]


@lru_cache
def _class(kind: _TokenType) -> str:
    while kind is not Token:
        if found := _CLASSES.get(kind):
            return found
        kind = kind.parent
    return ""


@lru_cache
def _lexer(path: str) -> Lexer | None:
    try:
        return get_lexer_for_filename(path)
    except ClassNotFound:
        return None
