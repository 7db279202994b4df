"""The functions that a piece of code defines: how many things each takes, of which types, and what it gives back.

Read by form from any C-like or Python-like language; half a program is fine. It does not know what a function does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

import attrs

from taco_lsp.tutor.guard.kinds import Kind, kind_of, kind_of_type, kind_taken

Gives = Literal["truth", "value", "nothing"]
_PARAMS = r"\((?P<params>[^(){};]{0,200})\)"
_HEADERS = (
    re.compile(rf"\b(?:def|function|func|fn|fun)\s+(?P<name>\w+)\s*{_PARAMS}"),
    re.compile(rf"\b(?P<name>\w+)\s*=\s*(?:async\s*)?(?:function\s*)?{_PARAMS}\s*(?:=>|\{{)"),
    re.compile(r"\b(?P<name>\w+)\s*=\s*(?P<params>\w+)\s*=>"),
    re.compile(r"\b(?P<name>\w+)\s*=\s*lambda\s+(?P<params>[^:\n]{0,100}):"),
    re.compile(rf"(?P<type>[\w>\]]+)[\s*&]+(?P<name>\w+)\s*{_PARAMS}\s*(?:const\s*)?(?:throws\s[\w,\s.]{{1,80}})?\{{"),
)
_RETURN = re.compile(r"\breturn\b[ \t]*([^;\n}]*)|=>\s*([^{\s][^;\n]*)")
_LITERALLY = re.compile(r"(?:[Tt]rue|[Ff]alse)\b")
_TRUTH = re.compile(
    r"(?!.*(?:\?|\bif\b|=>))"
    r"(?:not\b|!|all\(|any\(|(?:(?!\bfor\b).)*(?:[=!]=|[^=]>=?[^=>]|<=?|\b(?:in|is)\b))"
)
_CALLED = re.compile(r"\b(?P<name>[A-Za-z_]\w{2,})\((?P<params>[\w\s,\[\]<>*&=:]{0,80})\)")
_OPTIONAL = re.compile(r"(?<![=!<>])=(?!=)")
_QUALIFIERS = frozenset({"const", "final", "unsigned", "static", "in", "out", "ref"})
_NOT_A_TYPE = frozenset({"function", "def", "func", "fn", "fun", "new", "else", "return"})
_STUB = re.compile(r"\b(?:pass|NotImplemented\w*|Unsupported\w*|throw new Error)\b|\.\.\.")
_INSIDE = 5
"""Functions inside a function that are looked over to find its end."""
_NOT_A_NAME = frozenset(
    {"if", "while", "for", "switch", "catch", "return", "else", "main", "elif", "with", "throw", "new"}
)


@attrs.frozen(kw_only=True)
class Signature:
    """A function from outside.

    Attributes:
        name: What it is called.
        types: A text for each parameter, empty where the language has none.
        gives: What it gives back, where that can be told.
        takes: What each parameter is used as, as far as that can be told.
        kind: The kind of the value that it gives.
    """

    name: str
    types: tuple[str, ...]
    gives: Gives | None
    takes: tuple[Kind | None, ...] = ()
    kind: Kind | None = None


def signatures(code: str) -> tuple[Signature, ...]:
    """Find what code defines, in the order of the text; a method's own object does not count as a parameter."""
    found = sorted(
        ((match.start(), match) for header in _HEADERS for match in header.finditer(code)), key=lambda pair: pair[0]
    )
    kept = [match for _, match in found if _is_header(match)]
    return tuple(
        _signature(match, code[match.start() : _end(match, kept[at + 1 : at + 1 + _INSIDE], code)])
        for at, match in enumerate(kept)
    )


def _signature(match: re.Match[str], text: str) -> Signature:
    """Read the function that `text` is."""
    body = text[match.end() - match.start() :]
    needed = _needed(match["params"])
    declared = match.groupdict().get("type")
    gives = _gives(match, text)
    values = [value or arrow for value, arrow in _RETURN.findall(text)] if gives == "value" else []
    kinds = (kind_of(value, body) for value in values[::-1])
    return Signature(
        name=match["name"],
        types=tuple(map(_type, needed)),
        gives=gives,
        takes=tuple(kind_of_type(_type(param)) or kind_taken(_name(param), body) for param in needed),
        kind=kind_of_type(declared or "") or next(filter(None, kinds), None),
    )


def _end(match: re.Match[str], later: list[re.Match[str]], code: str) -> int:
    """Tell where a function ends: where the next one begins that is not indented into it."""
    indent = _indent(match, code)
    return next((other.start() for other in later if _indent(other, code) <= indent), len(code))


def _indent(match: re.Match[str], code: str) -> int:
    return match.start() - code.rfind("\n", 0, match.start())


def _is_header(match: re.Match[str]) -> bool:
    if match.groupdict().get("type") in _NOT_A_TYPE:
        return False
    return match["name"] not in _NOT_A_NAME


def mentioned(statement: str) -> tuple[Signature, ...]:
    """Find the functions that a statement asks for with their parameters: `average(numbers)`."""
    return tuple(
        Signature(name=found["name"], types=_types(found["params"]), gives=None)
        for found in _CALLED.finditer(statement)
    )


def _is_stub(body: str) -> bool:
    """Tell whether a function has no body yet."""
    return bool(_STUB.search(body)) or not body[body.find(")") + 1 :].strip(" \n:{};")


def _types(params: str) -> tuple[str, ...]:
    return tuple(map(_type, _needed(params)))


def _needed(params: str) -> list[str]:
    """Give the parameters that every call has to give."""
    named = [param.strip() for param in _at_commas(params)]
    return [it for it in named if not _OPTIONAL.search(it) and it not in ("", "self", "cls", "this", "void")]


def _name(param: str) -> str:
    """The name of a parameter: of `const vector<int>& v` and of `v: list[int]` it is `v`."""
    bare = param.partition(":")[0] if ":" in param and "::" not in param else param
    words: list[str] = re.findall(r"\w+", bare.partition("[")[0])
    return words[-1] if words else param


def _at_commas(params: str) -> Iterator[str]:
    depth, begun = 0, 0
    for at, sign in enumerate(params):
        depth += (sign in "<[{") - (sign in ">]}")
        if sign == "," and depth <= 0:
            yield params[begun:at]
            begun = at + 1
    yield params[begun:]


def _type(param: str) -> str:
    """The type of a parameter: of `const vector<int>& v` it is `vector<int>`."""
    bare = re.sub(r"=.*", "", param)
    if ":" in bare and "::" not in bare:
        return ""  # annotations are optional where they follow a name
    words: list[str] = [word for word in re.findall(r"[\w:]+(?:<[^>]*>+)?|\[", bare) if word not in _QUALIFIERS]
    many = "[]" if "[" in words or "*" in bare else ""
    words = [word for word in words if word != "[" and not word.isdigit()]
    if len(words) < 2:
        return ""
    return words[0].removeprefix("std::").lower() + many


def _gives(match: re.Match[str], body: str) -> Gives | None:
    declared = match.groupdict().get("type")
    if declared in ("bool", "boolean"):
        return "truth"
    given = [(value or arrow).strip() for value, arrow in _RETURN.findall(body)]
    if not any(given):
        return "nothing" if declared in (None, "void") and not _is_stub(body) else None
    if any(_LITERALLY.match(value) for value in given) or _TRUTH.match(next(filter(None, given))):
        return "truth"
    return "value"
