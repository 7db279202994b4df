"""What kind of value an expression gives and a parameter takes, as far as its form tells: number, text, list or table.

A guess for comparing two programs, in any Python-like or C-like language. It infers no types: what it cannot tell at
a glance it leaves open.
"""

from __future__ import annotations

import re
from typing import Literal

Kind = Literal["number", "text", "many", "table"]
"""A list, a set and an array are `many`; a dictionary is a `table`."""
_Forms = tuple[tuple[Kind, re.Pattern[str]], ...]


def _any_of(words: str) -> str:
    """Words as alternatives of a pattern."""
    return "(?:" + "|".join(words.split()) + ")"


_TO_TEXT = _any_of("""
    join format upper lower strip replace title capitalize toString toUpperCase toLowerCase substring substr trim charAt
    zfill repeat padStart toFixed
""")
_TO_MANY = _any_of("split filter map slice concat sort reverse keys values items flat flatMap toArray copy")
_TO_NUMBER = _any_of("count size index indexOf find length sum findIndex charCodeAt")
_BY_END: _Forms = (
    ("number", re.compile(rf".*\.(?:length|{_TO_NUMBER}\(\))$")),
    ("text", re.compile(rf".*\.{_TO_TEXT}\(\)$")),
    ("many", re.compile(rf".*\.{_TO_MANY}\(\)$")),
)
"""The last call tells what a chain of them gives: `text.split().length` is a number."""
_BY_START: _Forms = (
    ("text", re.compile(r"[rbf]{0,2}[\"'`]|(?:str|String|repr|chr|(?:std::)?to_string|re\.sub)\(|new StringBuilder")),
    ("table", re.compile(r"\{\s*\}|\{[^{}]*:|(?:dict|Counter|defaultdict|Object\.fromEntries)\(|new \w*Map\b")),
    (
        "many",
        re.compile(r"\[|\{|(?:list|tuple|set|sorted|reversed|deque)\(|new (?:Array|Linked|Set)|new \w+\[|Array\b"),
    ),
    ("number", re.compile(r"-?\d|sum\((?!.*\[\])|(?:len|int|float|round|abs|ord|pow|parseInt|Number|strlen|sqrt)\(")),
    ("number", re.compile(r"(?:parseFloat|(?:math|Math)\.\w+)\b")),
)
_ARITHMETIC = re.compile(r"[^\"'`\[{].*(?:[\w)\]] ?(?:\*\*?|//?|%) ?[\w(]| - )")
_LITERAL = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'|`[^`\n]*`|(?<=[(,=])/[^/\n]+/\w*")
_INSIDE = re.compile(r"\([^()]+\)|(?<=[\w\])])\[[^\[\]]+\]")
_DEEPEST = 6
"""Brackets in brackets that are looked into."""
_CHOICES = (re.compile(r"(.+?) if .+? else (.+)"), re.compile(r".+? \? (.+?) : (.+)"))
_OWN = "§"
"""Stands for the name that is asked about."""
_WORD = re.compile(r"[^\W\d]\w*")
_COUNTED = re.compile(rf"{_OWN}\s*(?:[-*/]=|\+= ?\d|\+\+|--)|(?:\+\+|--){_OWN}")
_SET = re.compile(
    r"(?:\b(?P<type>[A-Za-z]\w*(?:<[^<>]*>)?(?:\[\])*)[ *&]+)?"
    rf"{_OWN}(?:\[\])?\s*(?::[\w\[\], ]+)?=(?!=)\s*(?P<value>[^\n;]+)"
)
_TYPES: _Forms = (
    ("many", re.compile(r".*\[\]$|(?:std::)?(?:vector|list|set|array)\b|(?:Array|Linked)?List\b|Set\b")),
    ("table", re.compile(r"(?:std::)?(?:unordered_)?map\b|\w*Map\b")),
    ("number", re.compile(r"(?:unsigned|int|long|short|double|float|size_t|Integer|Double|Long)$")),
    ("text", re.compile(r"(?:std::)?string$|String$")),
)
_OF_TEXT = _any_of("""
    lower upper strip split replace isdigit isalpha startswith endswith title casefold swapcase toLowerCase toUpperCase
    charAt charCodeAt trim
""")
_OF_MANY = _any_of("append length size forEach filter map reduce sort push pop index count")
_GONE_THROUGH = _any_of("len sum sorted min max set list zip enumerate")
_USED: _Forms = (
    ("text", re.compile(rf"{_OWN}\.{_OF_TEXT}\b|[\"'] ?\+ ?{_OWN}|{_OWN} ?\+ ?[\"']")),
    ("table", re.compile(rf"{_OWN}\.(?:items|keys|values|get|setdefault)\(|Object\.\w+\({_OWN}\)")),
    ("many", re.compile(rf"\b(?:in|of) (?:reversed\(|enumerate\(|sorted\()?{_OWN}|\b{_GONE_THROUGH}\({_OWN}")),
    ("many", re.compile(rf"{_OWN}\[|{_OWN}\.{_OF_MANY}\b")),
    ("number", re.compile(rf"{_OWN} ?(?:[-+*/%]=|[<>]=?|[*/%]|//|- )|[\w)\]] ?(?:[<>]=?|[*/%-]|//) ?{_OWN}")),
    ("number", re.compile(rf"\brange\([^()]*{_OWN}|{_OWN}(?:\+\+|--)")),
)
LONGEST_BODY = 2_000
LONGEST_EXPRESSION = 300
"""Characters that are looked at."""


def kind_of(expression: str, body: str, *, deep: bool = True) -> Kind | None:
    """Tell what an expression gives; `body` is the function around it, where its names get their values."""
    text = expression[:LONGEST_EXPRESSION].strip().rstrip(";").strip()
    while text.startswith("(") and text.endswith(")") and text.count("(") == 1:
        text = text[1:-1].strip()
    if choice := next((found for form in _CHOICES if (found := form.fullmatch(text))), None):
        return kind_of(choice[1], body, deep=deep) or kind_of(choice[2], body, deep=deep)
    if text.isidentifier():
        return _kind_of_name(text, body) if deep else None
    kind = _kind_by_form(text)
    if kind is None and " + " in text:
        return next(filter(None, (kind_of(part, body, deep=deep) for part in text.split(" + ")[:3])), None)
    return kind


def _kind_by_form(text: str) -> Kind | None:
    bare = _LITERAL.sub('""', text)
    for _ in range(_DEEPEST):
        bare = _INSIDE.sub(lambda found: found.group()[0] + found.group()[-1], bare)
    if _ARITHMETIC.match(bare):
        return "number"
    return _first(_BY_END, bare) or _first(_BY_START, text)


def _first(forms: _Forms, text: str) -> Kind | None:
    return next((kind for kind, form in forms if form.match(text)), None)


def _marked(name: str, body: str) -> str:
    """A function with a mark in place of a name."""
    return _WORD.sub(lambda found: _OWN if found.group() == name else found.group(), body[:LONGEST_BODY])


def _kind_of_name(name: str, body: str) -> Kind | None:
    """Tell what a variable holds, from how it is declared, first set and counted."""
    text = _marked(name, body)
    found = _SET.search(text)
    if found and found["type"] and (kind := kind_of_type(found["type"])):
        return kind
    if found and (kind := kind_of(found["value"], body, deep=False)):
        return kind
    return "number" if _COUNTED.search(text) else None


def kind_of_type(name: str) -> Kind | None:
    """Tell what a declared type is."""
    return _first(_TYPES, name)


def kind_taken(name: str, body: str) -> Kind | None:
    """Tell what a parameter is used as."""
    text = _marked(name, body)
    return next((kind for kind, form in _USED if form.search(text)), None)
