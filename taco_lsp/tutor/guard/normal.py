"""Tokens in a normal form: two programs that say the same in other words of the language have equal ones.

Types and visibility, braces, parentheses and semicolons go; `i++`, `i += 1` and `i = i + 1` become one, and so do
`b > a` and `a < b`, `&&` and `and`, `for (A; B; C)` and `A; while (B) C`, `printf`, `cout <<` and `print`. What a text
says does not count. It works by tokens alone, so it never fails, and it does not understand the program.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_DROPPED_LIST = """
    { } ( ) ; : int long short double float char unsigned signed bool boolean auto const
    static final public private protected void let var std :: using namespace class struct async export default
    this . self endl @ override throws
"""
_TYPES = frozenset(["byte", "string", "String", "str", "val", "fixed", "Integer", "Double", "Boolean"])
"""Dropped where a name follows; elsewhere they may be names themselves."""
_DROPPED = frozenset(_DROPPED_LIST.split())
_LIBRARY_LIST = "sum max min map filter match list dict set tuple input open next round abs any all zip len sorted"
_LIBRARY = frozenset(_LIBRARY_LIST.split())
"""Functions of a language's library that are everyday names of variables where they are not called."""
_SAME: dict[str, tuple[str, ...]] = {
    "===": ("==",), "!==": ("!=",), "&&": ("and",), "||": ("or",), "!": ("not",), "elif": ("else", "if"),
    "cout": ("print",), "printf": ("print",), "println": ("print",), "puts": ("print",), "log": ("print",),
    "cin": ("input",), "scanf": ("input",), "<<": (",",), ">>": (",",), "function": ("def",), "func": ("def",),
    "True": ("true",), "False": ("false",), "None": ("null",), "nullptr": ("null",), "NULL": ("null",),
}  # fmt: skip
_COMPOUND = re.compile(r"([-+*/%&|^]|//|\*\*|<<|>>)=")
_TEXT = "'t'"
_MIRROR = {">": "<", ">=": "<="}
_OPERAND = re.compile(r"[\w']")
_EACH = frozenset({":", "of", "in"})
_HEADER = 40
"""Tokens of a loop's header that are looked at."""


def normal(parts: Sequence[str]) -> tuple[str, ...]:
    """Give tokens in their normal form."""
    return tuple(_mirrored(list(_plain(list(_with_own_names(list(_without_preamble(parts))))))))


def _without_preamble(parts: Sequence[str]) -> Iterator[str]:
    """Leave out `#include <x>`; other imports are names that nobody's structure depends on."""
    at = 0
    while at < len(parts):
        if parts[at] == "#":
            near = range(at, min(at + _HEADER, len(parts)))
            at = next((end + 1 for end in near if parts[end] == ">" or parts[end][0] == "'"), at + 1)
            continue
        yield parts[at]
        at += 1


def _with_own_names(parts: list[str]) -> Iterator[str]:
    """Tell a variable `sum` from the library's function."""
    for part, after in zip(parts, [*parts[1:], ""], strict=False):
        yield f"{part}_" if part in _LIBRARY and after != "(" else part


def _plain(parts: list[str]) -> Iterator[str]:
    ahead = False
    for at, part in enumerate(parts):
        if part in ("++", "--"):
            before = parts[at - 1] if at else ""
            ahead = not before or not (before[-1].isalnum() or before[-1] in "_]")
            if not ahead:
                yield from ("=", before, part[0], "1")
        elif ahead:
            yield from (part, "=", part, parts[at - 1][0], "1")
            ahead = False
        elif (compound := _COMPOUND.fullmatch(part)) and at:
            yield from ("=", parts[at - 1], compound[1])
        elif part == "for":
            yield "while" if _counts(parts, at + 1) else "for"
        elif part not in _DROPPED and not (part in _TYPES and parts[at + 1 : at + 2] and parts[at + 1][0].isalpha()):
            yield from (_TEXT,) if part[0] == "'" else _SAME.get(part, (part,))


def _counts(parts: list[str], at: int) -> bool:
    """Tell whether a loop's header is `(A; B; C)`, not `(x : xs)`; separators are gone already."""
    if at >= len(parts) or parts[at] != "(":
        return False
    depth = 0
    for part in parts[at : at + _HEADER]:
        depth += (part == "(") - (part == ")")
        if part in _EACH:
            return False
        if depth == 0:
            break
    return True


def _mirrored(parts: list[str]) -> Iterator[str]:
    """Write `b > a` as `a < b` where both sides are a single token."""
    at = 0
    while at < len(parts):
        mirror = _MIRROR.get(parts[at + 1]) if at + 2 < len(parts) else None
        if mirror and _OPERAND.match(parts[at]) and _OPERAND.match(parts[at + 2]):
            yield from (parts[at + 2], mirror, parts[at])
            at += 3
        else:
            yield parts[at]
            at += 1
