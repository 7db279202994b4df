"""Code as comparable tokens: comments and layout dropped, names numbered by first appearance.

Works on any C-like or Python-like language by one regular expression, so two programs that differ only in
names, comments and layout give equal sequences. It is a comparison aid, not a lexer of any one language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_TOKEN = re.compile(
    r"""(?P<comment>\#[^\n]*|//[^\n]*|/\*.*?\*/)
      | (?P<string>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')
      | (?P<number>\d[\w.]*)
      | (?P<name>[^\W\d]\w*)
      | (?P<sign>[^\s\w])""",
    re.VERBOSE | re.DOTALL,
)
_LAYOUT = frozenset(";")
_BETWEEN = "\x1f"
"""Whitespace to the pattern above, and in nobody's program."""
_KEYWORDS = frozenset(
    [
        "and",
        "as",
        "assert",
        "async",
        "await",
        "break",
        "case",
        "catch",
        "class",
        "const",
        "continue",
        "def",
        "default",
        "del",
        "do",
        "elif",
        "else",
        "except",
        "finally",
        "for",
        "from",
        "function",
        "global",
        "if",
        "import",
        "in",
        "is",
        "lambda",
        "let",
        "match",
        "new",
        "nonlocal",
        "not",
        "or",
        "pass",
        "raise",
        "return",
        "static",
        "switch",
        "this",
        "throw",
        "try",
        "var",
        "void",
        "while",
        "with",
        "yield",
        "int",
        "float",
        "double",
        "char",
        "boolean",
        "bool",
        "str",
        "list",
        "dict",
        "set",
        "len",
        "range",
        "print",
        "sum",
        "min",
        "max",
        "sorted",
        "enumerate",
        "zip",
        "map",
        "filter",
        "true",
        "false",
        "null",
        "none",
        "True",
        "False",
        "None",
        "self",
    ]
)


def tokens(code: str) -> tuple[str, ...]:
    """Cut code into tokens without comments and layout."""
    found = ((match.lastgroup, match.group()) for match in _TOKEN.finditer(code))
    return tuple(text for kind, text in found if kind != "comment" and text not in _LAYOUT)


def canonical(parts: Sequence[str]) -> tuple[str, ...]:
    """Number the names in tokens by first appearance: equal for programs that differ only in names."""
    names: dict[str, str] = {}
    return tuple(names.setdefault(token, f"n{len(names)}") if is_name(token) else token for token in parts)


def contains(whole: Sequence[str], part: Sequence[str]) -> bool:
    """Tell whether `part` appears in `whole` without a gap."""
    return _joined(part) in _joined(whole)


def resembles(whole: Sequence[str], part: Sequence[str]) -> bool:
    """Tell whether `part` appears in `whole` without a gap, whatever its names are."""
    size, shape = len(part), canonical(part)
    return any(canonical(whole[at : at + size]) == shape for at in _places(_nameless(whole), _nameless(part)))


def _places(whole: Sequence[str], part: Sequence[str]) -> Iterator[int]:
    """Tell at which tokens of `whole` there is `part`; searched as text, because that takes linear time."""
    text, wanted = _joined(whole), _joined(part)
    found = text.find(wanted)
    while found >= 0:
        yield text.count(_BETWEEN, 0, found)
        found = text.find(wanted, found + 1)


def _joined(parts: Sequence[str]) -> str:
    return _BETWEEN + _BETWEEN.join(parts) + _BETWEEN


def _nameless(parts: Sequence[str]) -> tuple[str, ...]:
    return tuple("a" if is_name(token) else token for token in parts)


def is_name(token: str) -> bool:
    """Tell whether a token is a name that a programmer chose."""
    return (token[0].isalpha() or token[0] == "_") and token not in _KEYWORDS
