"""The functions that a piece of code defines: how many things each takes, of which types, and what it gives back.

Read by form from any C-like or Python-like language; half a program is fine. It does not know what a function does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

import attrs

from taco_lsp.tutor.guard.tokens import KEYWORDS

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
    r"(?!.*(?:\?|\bif\b|=>|\bfor\b))"
    r"(?:not\b|!|.*(?:[=!]=|[^=]>=?[^=>]|<=?|\b(?:in|is)\b))"
)
_CALLED = re.compile(r"\b(?P<name>[A-Za-z_]\w{2,})\((?P<params>[\w\s,\[\]<>*&=:]{0,80})\)")
_QUALIFIERS = frozenset({"const", "final", "unsigned", "static", "in", "out", "ref"})
_NOT_A_TYPE = frozenset({"function", "def", "func", "fn", "fun", "new", "else", "return"})
_NOT_A_NAME = frozenset({"if", "while", "for", "switch", "catch", "return", "else", "main"})


@attrs.frozen(kw_only=True)
class Signature:
    """A function from outside; `types` has a text for each parameter, empty where the language has none."""

    name: str
    types: tuple[str, ...]
    gives: Gives | None


def signatures(code: str) -> tuple[Signature, ...]:
    """Find what code defines, in the order of the text; a method's own object does not count as a parameter."""
    found = sorted(
        ((match.start(), match) for header in _HEADERS for match in header.finditer(code)), key=lambda pair: pair[0]
    )
    kept = [match for _, match in found if _is_header(match)]
    ends = [match.start() for match in kept[1:]] + [len(code)]
    return tuple(
        Signature(name=match["name"], types=_types(match["params"]), gives=_gives(match, code[match.start() : end]))
        for match, end in zip(kept, ends, strict=False)
    )


def _is_header(match: re.Match[str]) -> bool:
    if match.groupdict().get("type") in _NOT_A_TYPE:
        return False
    return match["name"] not in _NOT_A_NAME and match["name"] not in KEYWORDS


def mentioned(statement: str) -> tuple[Signature, ...]:
    """Find the functions that a statement asks for with their parameters: `average(numbers)`."""
    return tuple(
        Signature(name=found["name"], types=_types(found["params"]), gives=None)
        for found in _CALLED.finditer(statement)
    )


def _types(params: str) -> tuple[str, ...]:
    named = [param.strip() for param in _at_commas(params)]
    return tuple(_type(param) for param in named if param not in ("", "self", "cls", "this", "void"))


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
        return "nothing" if declared in (None, "void") else None
    if any(_LITERALLY.match(value) for value in given) or _TRUTH.match(next(filter(None, given))):
        return "truth"
    return "value"
