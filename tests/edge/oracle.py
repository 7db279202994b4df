"""An independent model of an LSP text document: one flat string, walked character by character.

Shares no code and no idea with `taco_lsp.edge.lines`: no list of lines, no slices per line, no str.encode. Slow on
purpose.
"""

from __future__ import annotations


def units(char: str, encoding: str) -> int:
    """Return the number of code units of one character, from the definitions of the encodings."""
    point = ord(char)
    if encoding == "utf-32":
        return 1
    if encoding == "utf-16":
        return 2 if point >= 0x10000 else 1
    return 1 if point < 0x80 else 2 if point < 0x800 else 3 if point < 0x10000 else 4


def offset(text: str, line: int, character: int, encoding: str) -> int:
    """Walk to a position; beyond the end of a line or of the text, stop there; within a character, before it."""
    at = 0
    if line < 0:
        return 0
    for _ in range(line):
        while at < len(text) and text[at] not in "\r\n":
            at += 1
        if at == len(text):
            return at
        at += 2 if text[at : at + 2] == "\r\n" else 1
    left = character
    while at < len(text) and text[at] not in "\r\n" and left >= units(text[at], encoding):
        left -= units(text[at], encoding)
        at += 1
    return at


def replace(text: str, start: tuple[int, int], end: tuple[int, int], new: str, encoding: str) -> str:
    """Replace a range of a text."""
    low, high = sorted((offset(text, *start, encoding), offset(text, *end, encoding)))
    return text[:low] + new + text[high:]


def lines(text: str) -> list[str]:
    """Split a text where an LSP line ends."""
    found, line = [], ""
    for at, char in enumerate(text):
        line += char
        if char == "\n" or (char == "\r" and text[at + 1 : at + 2] != "\n"):
            found.append(line)
            line = ""
    return [*found, line]
