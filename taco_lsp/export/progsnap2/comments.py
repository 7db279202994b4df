"""Code without the words in it that are for people: comments lose their text, the program stays what it is."""

from __future__ import annotations

import re

_STRINGS = r"'''(?:\\.|[^\\])*?'''|\"\"\"(?:\\.|[^\\])*?\"\"\"|'(?:\\.|[^'\\\n])*'|\"(?:\\.|[^\"\\\n])*\""
_HASH = re.compile(rf"(?P<string>{_STRINGS})|(?P<line>#)[^\n]*", re.DOTALL)
_SLASHES = re.compile(rf"(?P<string>{_STRINGS}|`(?:\\.|[^`\\])*`)|(?P<line>//)[^\n]*|(?P<block>/\*).*?\*/", re.DOTALL)
_DOCSTRING = re.compile(r"^(\s*)('''|\"\"\")(?:\\.|[^\\])*?\2", re.MULTILINE | re.DOTALL)

_OF_HASH = frozenset({"py", "pyw", "rb", "sh", "r", "jl", "pl"})


def without_comments(code: str, file: str) -> str:
    """Empty the comments of a program; `file` is its name, which tells the language."""
    if file.rpartition(".")[2].lower() not in _OF_HASH and file:
        return _SLASHES.sub(_emptied, code)
    return _HASH.sub(_emptied, _DOCSTRING.sub(r"\1\2[redacted]\2", code))


def _emptied(match: re.Match[str]) -> str:
    if match["string"] is not None:
        return match["string"]
    if match["line"]:
        return f"{match['line']} [redacted]"
    return "/* [redacted] */"
