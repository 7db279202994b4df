"""Tells whether a verb in a sentence is said to the student as an order. What is ordered is judged elsewhere."""

from __future__ import annotations

import re

from taco_lsp.tutor.guard import lexicon as words
from taco_lsp.tutor.guard.fragments import MARK

_REMEDY = re.compile(r"\b(?:fix\w*|works?|solves?|resolves?|does the trick|helps?|corrige|resuelve|resolve|arregla)\b")
"""What makes "changing x to y" more than a topic."""
_CONDITION = re.compile(r"\b(?:if|when|whenever|unless) (?:you|we|i)\b[^,]*$")
_NO_ORDER = frozenset(["it", "that", "this", "which", "will", "does", "not", "to"])
_THINGS = frozenset(["begin", "call", "check", "have", "loop", "place", "print", "return", "store", "test"])
"""Verbs that are as often something else: behind a piece of code they name what it is, as in "the `while` loop"."""
_TELLS = re.compile(r"\S+ \S+ (?:asks|does|gets|gives|goes|has|is|means|needs|remembers|runs|stores|takes|was)\b")
"""A thing and what it does, which is no order: "place 2 has no value"."""
_LETS = re.compile(r"\blets \S+(?: \S+){0,2}$")
_PASSIVE = re.compile(r"\b(?:is|are|was|were|gets?) (?:\w+ed|taken|given|read|written)\b[^.!]*\b(?:or|and)$")


def is_order(text: str, start: int) -> bool:
    """Tell whether the verb at `start` is an imperative, or follows "you should" and the like."""
    verb = text[start:].split(" ", 1)[0]
    before = text[:start].rstrip()
    if _CONDITION.search(before) or _LETS.search(before) or (verb in ("put", "set") and _PASSIVE.search(before)):
        return False
    if verb in _THINGS and (before.endswith(MARK) or _TELLS.match(text, start)):
        return False
    if verb.endswith(("ing", "ndo")) and (not before or before[-1] in ".!:"):
        return bool(_REMEDY.search(text))
    if not before or before[-1] in ",;:.!(\u2013\u2014-*•" + MARK or before[-1].isdigit():
        return True
    *_, third, second, last = ["", "", "", *before.replace(",", " ").split()]
    if verb.endswith(("ing", "ndo")):
        return last in words.BEFORE_GERUND
    checks = {
        "to": second in words.BEFORE_TO and (second, verb) != ("has", "give"),
        "not": second == "do" or (second in ("should", "must") and third in words.YOU),
        "is": second in ("do", "fix", "change", "solution"),
        **dict.fromkeys(words.PRESSING, second in words.YOU or third in words.YOU),
        **dict.fromkeys(words.GENTLE, second not in _NO_ORDER and (second not in words.PRESSING or third in words.YOU)),
    }
    return last in words.BEFORE_TO_OTHERS or checks.get(last, last in ("you'll", "you'd", "i'd", "line", "try", "do"))
