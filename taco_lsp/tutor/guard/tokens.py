"""Code as comparable tokens: comments and layout dropped, names numbered by first appearance.

Works on any C-like or Python-like language by one regular expression, so two programs that differ only in
names, comments and layout give equal sequences. It is a comparison aid, not a lexer of any one language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

_LITERALS = r"""
    (?P<string>[rbfuRBFU]{0,2}(?:\"\"\".*?\"\"\"|'''.*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`[^`\n]*`))
  | (?P<number>\d[\w.]*)
  | (?P<name>[^\W\d]\w*)
  | (?P<sign>===|!==|\*\*=|//=|<<=|>>=|[-+*/%&|^<>=!:]=|->|=>|&&|\|\||\+\+|--|\*\*|//|<<|>>|::|[^\s\w])"""
_HASH = r"(?P<comment>\#[^\n]*|/\*.*?\*/)"
_SLASHES = r"(?P<comment>\#[^\n]*|//[^\n]*|/\*.*?\*/)"
_PYTHON_LIKE = re.compile(f"{_HASH}|{_LITERALS}", re.VERBOSE | re.DOTALL)
_C_LIKE = re.compile(f"{_SLASHES}|{_LITERALS}", re.VERBOSE | re.DOTALL)
_BRACES = re.compile(r"[;{}][ \t]*(?://[^\n]*|/\*[^\n]*)?\r?$", re.MULTILINE)
_COMMENT_LINE = re.compile(r"^[ \t]*//", re.MULTILINE)
_DOCSTRING = re.compile(r"""^[ \t]*[rbuRBU]?(\"\"\".*?\"\"\"|'''.*?''')[ \t]*$""", re.MULTILINE | re.DOTALL)
_WHITESPACE = re.compile(r"\s")
_LAYOUT = frozenset(";")
_BETWEEN = "\x1f"
"""Whitespace to the pattern above, and in nobody's program."""
_KEYWORDS_LIST = """
    and as assert async await auto begin bool boolean break byte case catch chan char cin class cls const continue
    cout def default defer del delete dict do double elif elsif else end endl endif enum enumerate except export
    extends extern false False final finally float fn for foreach from fun func function global go goto if
    implements impl import in include input instanceof int interface is lambda len let list long loop map filter
    match max min module mut namespace new nil none None nonlocal not null nullptr of open or pass print printf
    println private protected pub public raise range require rescue return scanf self set short signed sizeof
    sorted static std str string String struct struct sum super switch System template then this throw throws true
    True try tuple type typedef typename typeof union unless unsigned until using val var vec virtual void
    volatile when where while with yield zip abs any all round reversed append isinstance Scanner Integer
    ArrayList List Map HashMap Math Console console log out
"""
KEYWORDS = frozenset(_KEYWORDS_LIST.split())
"""Words of the common languages and their everyday library: nobody's own names."""


@lru_cache(maxsize=16)
def tokens(code: str) -> tuple[str, ...]:
    """Cut code into tokens without comments and layout."""
    return tuple(_cut(_DOCSTRING.sub("", code), is_c_like(code)))


def line_keys(code: str) -> list[tuple[int, str]]:
    """Give each line that says something as its number, from 0, and its tokens joined by blanks.

    Closing braces and comments say nothing. A text that runs over several lines counts line by line.
    """
    c_like = is_c_like(code)
    plain = without_docstrings(code)
    plain = re.sub(r"/\*.*?\*/", lambda found: "\n" * found.group().count("\n"), plain, flags=re.DOTALL)
    keys = ((number, line_key(line, c_like=c_like)) for number, line in enumerate(plain.split("\n")))
    return [(number, key) for number, key in keys if key]


def without_docstrings(code: str) -> str:
    """Leave out the texts that stand alone, keeping the number of lines."""
    return _DOCSTRING.sub(lambda found: "\n" * found.group().count("\n"), code)


def line_key(line: str, *, c_like: bool = False) -> str:
    """Give one line as its tokens joined by blanks, without braces at its ends; a blank in a text becomes `·`."""
    parts = (part if len(part) == 1 or part.isalnum() else _WHITESPACE.sub("·", part) for part in _cut(line, c_like))
    return " ".join(parts).strip("{} ")


def is_c_like(code: str) -> bool:
    """Tell whether `//` begins a comment; in Python it divides."""
    return bool(_BRACES.search(code) or _COMMENT_LINE.search(code))


def _cut(code: str, c_like: bool) -> Iterator[str]:
    pattern = _C_LIKE if c_like else _PYTHON_LIKE
    for match in pattern.finditer(code):
        text = match.group()
        if match.lastgroup != "comment" and text not in _LAYOUT:
            yield "'" + text[1:-1] + "'" if match.lastgroup == "string" and text[0] == text[-1] else text


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
    return any(canonical(whole[at : at + size]) == shape for at in _places(nameless(whole), nameless(part)))


def nameless(parts: Sequence[str]) -> tuple[str, ...]:
    """Give every name the same text: the bare structure."""
    return tuple("a" if is_name(token) else token for token in parts)


def grams(parts: Sequence[str], size: int = 5) -> frozenset[tuple[str, ...]]:
    """Give every run of `size` tokens of the bare structure; what two programs share of them is how alike they are.

    After Schleimer, Wilkerson and Aiken, "Winnowing: local algorithms for document fingerprinting" (2003).
    """
    shape = nameless(parts)
    return frozenset(shape[at : at + size] for at in range(len(shape) - size + 1))


def is_name(token: str) -> bool:
    """Tell whether a token is a name that a programmer chose."""
    return (token[0].isalpha() or token[0] == "_") and token[-1] not in "\"'" and token not in KEYWORDS


def names_in(parts: Sequence[str]) -> frozenset[str]:
    """Give the names a programmer chose."""
    return frozenset(token for token in parts if is_name(token))


def _places(whole: Sequence[str], part: Sequence[str]) -> Iterator[int]:
    """Tell at which tokens of `whole` there is `part`; searched as text, because that takes linear time."""
    text, wanted = _joined(whole), _joined(part)
    found, at, counted = text.find(wanted), 0, 0
    while found >= 0:
        at += text.count(_BETWEEN, counted, found)
        counted = found
        yield at
        found = text.find(wanted, found + 1)


def _joined(parts: Sequence[str]) -> str:
    return _BETWEEN + _BETWEEN.join(parts) + _BETWEEN
