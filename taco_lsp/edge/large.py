"""A large JSON body, read piece by piece as it arrives, so that a document in it is in memory once.

Reading JSON at one go takes the bytes, the text and the strings in it, three times the size of a document that is
opened. Here every piece is decoded and forgotten; a long string is unescaped on the way and left out of the text
that is read as JSON in the end. Pure. Not here: which bodies are large (`framing.py`), small ones (`messages.py`).
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from typing import Any

LONG = 64 * 1024
"""A string that is not finished after so many characters is taken out."""

_WHOLE_TOKENS = re.compile(r'(?:[^"]++|"(?:[^"\\]++|\\.)*+")*+', re.DOTALL)
"""Everything up to a string that is not finished."""
_HIGH, _LOW = r'[dD][89abAB][^"\\]{2}', r'[dD][c-fC-F][^"\\]{2}'
_WHOLE_CHARACTERS = re.compile(
    rf"""(?: [^"\\]++ | \\[^u] | \\u(?!{_HIGH})[^"\\]{{4}}
      | \\u{_HIGH} (?: \\u{_LOW} | (?= [^\\] | \\[^u] | \\u(?!{_LOW}).{{4}} ) ) )*+""",
    re.DOTALL | re.VERBOSE,
)
"""Everything inside a string up to its end, or to an escape or a surrogate pair that is not finished."""
_LONGEST_ESCAPE = len(r"\ud83d\ude00")
_TAKEN_OUT = "NaN"
"""Stands for a long string; no JSON, so it cannot stand for itself."""


class LargeBody:
    """The body of one message, so far."""

    def __init__(self) -> None:
        self._characters = codecs.getincrementaldecoder("utf-8")()
        self._rest = ""  # read, but not yet understood
        self._kept: list[list[str]] = [[]]  # the text before, between and after the long strings
        self._long: list[str] = []
        self._in_long = False
        self._broken = False

    def feed(self, data: bytes) -> None:
        """Take the next piece; what cannot be JSON is noticed here and told by `value`."""
        if self._broken:
            return
        try:
            self._rest += self._characters.decode(data)
            while self._read_string() if self._in_long else self._read_tokens():
                pass
        except ValueError:
            self._break()

    def value(self) -> Any:
        """Return the JSON value.

        Raises:
            ValueError: It is not JSON in UTF-8, or not all of it.
            RecursionError: It is nested too deeply.
        """
        if self._broken or self._in_long or self._characters.getstate()[0]:
            raise ValueError("not a complete JSON value")
        text, strings = self._without_long_strings()

        def put_back(name: str) -> str:
            found = next(strings, None)
            if found is None:  # there is one for each that was taken out, so another constant makes one too many
                raise ValueError(f"{name} is not JSON")
            return found

        return json.JSONDecoder(parse_constant=put_back).decode(text)

    def _read_tokens(self) -> bool:
        """Keep what is whole; tells whether a long string begins behind it."""
        end = _end(_WHOLE_TOKENS, self._rest)
        self._kept[-1].append(self._rest[:end])
        self._rest = self._rest[end:]
        if len(self._rest) < LONG:
            return False
        self._rest = self._rest[1:]
        self._long.append("")
        self._kept.append([])
        self._in_long = True
        return True

    def _read_string(self) -> bool:
        """Add to the long string; tells whether it ends here."""
        end = _end(_WHOLE_CHARACTERS, self._rest)
        piece = json.loads(f'"{self._rest[:end]}"')
        text, self._long[-1] = self._long[-1], ""
        text += piece  # in place, since nothing else refers to it: a copy of a large text would be made for every piece
        self._long[-1] = text
        ends = self._rest.startswith('"', end)
        self._rest = self._rest[end + ends :]
        if not ends and len(self._rest) > _LONGEST_ESCAPE:
            raise ValueError("not an escape")
        self._in_long = not ends
        return ends

    def _without_long_strings(self) -> tuple[str, Iterator[str]]:
        """Return the text with its long strings taken out, and these; a key stays where it is."""
        pieces, strings = ["".join(self._kept[0])], []
        for index, (string, kept) in enumerate(zip(self._long, self._kept[1:], strict=True), start=1):
            after = "".join(kept) + (self._rest if index == len(self._long) else "")
            if after.lstrip().startswith(":"):
                pieces.append(json.dumps(string))
            else:
                pieces.append(_TAKEN_OUT)
                strings.append(string)
            pieces.append(after)
        return "".join(pieces) + ("" if self._long else self._rest), iter(strings)

    def _break(self) -> None:
        self._broken = True
        self._rest = ""
        self._kept.clear()
        self._long.clear()


def _end(pattern: re.Pattern[str], text: str) -> int:
    """Return where a pattern that may match nothing ends, from the beginning of a text."""
    match = pattern.match(text)
    return match.end() if match else 0
