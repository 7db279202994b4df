"""Finds the pieces of code in a sentence, in backticks or bare, and puts marks in their place.

It knows what code looks like, not what it means.
"""

from __future__ import annotations

import re

import attrs

_TICKED = r"(?P<fence>`+)(?P<ticked>[^\n]+?)(?P=fence)(?!`)"
_QUOTED = r"(?<!\w)(?P<quote>[\"'])(?P<quoted>[^\"'\n]{1,60})(?P=quote)(?!\w)"
_ARGUMENTS = r"[^()\n]{0,60}(?:\([^()\n]{0,60}(?:\([^()\n]{0,60}\)[^()\n]{0,40}){0,3}\)[^()\n]{0,60}){0,4}"
_CALL = rf"\b[A-Za-z_][\w.]*\((?!s\)|es\)|ies\)){_ARGUMENTS}\)(?: [-+*/%] (?:[a-z]|\d+)\b)*"
_NOT_A_WORD = (
    r"(?!(?:replace|change|use|using|with|to|the|from|and|or|if|by|into|of|is|be|an|add"
    r"|put|insert|remove|not|then|on|in|should|while|for|elif"
    r"|return|operator|sign|both|each|between|your|only|just|por|para|com|con|el|la|troque"
    r"|substitua|cambia|reemplaza|usa|use|than|instead|at|as|so|it|which|make|switch|swap"
    r"|set|write|must|need|needs|want|wants|have|has|that|its|because|called|para|por|en|em|de|linha|línea|line|lines)\b)"
)
_OPERAND = _NOT_A_WORD + r"(?:[A-Za-z_][\w.]*|\d[\w.]*|\"[^\"\n]*\"|'[^'\n]*')(?:\[[^\]\n]*\]|\([^()\n]*\))*"
_EXPRESSION = (
    rf"(?<![\w])-?{_OPERAND}(?:\s?(?:[-+*/%&|]?=(?!>)|==|!=|<=|>=|=!|<|>|\*\*|//|&&|\|\|)\s?-?{_OPERAND}"
    rf"|\s?[+*%/]\s?{_OPERAND}|(?: - |-){_OPERAND}(?<=[\d\])])|(?<=[)\]]) - {_OPERAND}|\+\+|--)+"
)
_ADDRESS = r"(?<![\w&])&[a-z]\w{0,20}\b(?!;)"
_ITEM = (
    r"\b[A-Za-z_]\w*\[[^\]\n]{1,40}\](?:\[[^\]\n]{1,40}\])*(?:\.[a-z]\w+(?:\(\))?)*|(?<![\w)\].])\.[a-z]\w+(?:\(\))?"
)
_OPERATOR = (
    r"\b(?:self|this)\.(?:\w+|(?=\s))|(?<![^\s(])(?:==|!=|<=|>=|[<>]) ?-?\d[\w.]*"
    r"|(?<![^\s(\"'])(?:===|!==|==|!=|<=|>=|=!|=<|=>|\+=|-=|\*=|/="
    r"|//|\*\*|&&|\|\||\+\+|--|[<>=%/*:;!]|[-+] ?\d+)(?=[\s,.;:)\"']|$)"
)
_LISTED = (
    r"(?<![\w\]])\[[^\[\]\n]{0,60}\](?![(\[:])|(?<!\w)\([^()\n]{0,40}?[-+*/%<>=][^()\n]{0,40}\)"
    r"(?: ?[-+*/%] ?[\w.]+(?:\([^()\n]{0,40}\))?){0,4}"
)
_KEYWORD_CODE = r"\b(?:return|print) (?:[a-z_]\w*(?:\[[^\]\n]*\]|[_\d]\w*|\.\w+)|[A-Za-z_][\w.]*\([^()\n]*\))"
_RETURNS = rf"\breturn (?:{_CALL}|{_OPERAND})(?: (?:==|!=|<=|>=|[<>+*/%]) (?:{_CALL}|{_OPERAND}))+"
_IDENTIFIER = r"\b(?-i:[a-z]+[A-Z]\w*|[A-Za-z]\w*_\w+|[a-z]{1,8}\d{1,2})\b"
_FRAGMENT = re.compile(
    "|".join(
        (
            _TICKED,
            _QUOTED,
            _ADDRESS,
            _RETURNS,
            _CALL,
            _EXPRESSION,
            _ITEM,
            _KEYWORD_CODE,
            _LISTED,
            _OPERATOR,
            _IDENTIFIER,
        )
    ),
    re.IGNORECASE,
)
_CAPITAL = re.compile(r"^(?:Return|Print)\b(?= )")
"""A keyword that begins a sentence."""
MARK = "¤"
MOST = 40
"""Pieces of code in a sentence that are looked at."""


@attrs.frozen(kw_only=True)
class Sentence:
    """A sentence in lower case with `¤k¤` in place of its k-th piece of code; `ticked` are those in backticks."""

    text: str
    code: tuple[str, ...]
    ticked: frozenset[int]


def take_apart(sentence: str) -> Sentence:
    """Find the code in a sentence."""
    code: list[str] = []
    ticked: set[int] = set()

    def mark(found: re.Match[str]) -> str:
        if found.group("ticked") is not None:
            ticked.add(len(code))
        piece = (found.group("ticked") or found.group("quoted") or found.group()).strip()
        code.append(_CAPITAL.sub(lambda keyword: keyword.group().lower(), piece))
        return f" {MARK}{len(code) - 1}{MARK} "

    text = _FRAGMENT.sub(mark, sentence.replace(MARK, " "), count=MOST).lower().replace("\u2019", "'")
    return Sentence(text=" ".join(text.split()), code=tuple(code), ticked=frozenset(ticked))
