"""Tells whether a verb in a sentence is said to the student as an order. What is ordered is judged elsewhere."""

from __future__ import annotations

import re

from taco_lsp.tutor.guard import lexicon as words
from taco_lsp.tutor.guard.fragments import MARK

_REMEDY = re.compile(
    r"\b(?:fix(?:es)?|(?<!only )works?|solves?|resolves?|does the trick|helps?|corrige|resuelve|resolve|arregla)\b"
)
"""What makes "changing x to y" more than a topic."""
_CONDITION = re.compile(r"\b(?:if|when|whenever|unless) (?:you|we|i)\b[^,]*$")
_NO_ORDER = frozenset(["a", "does", "it", "not", "that", "the", "this", "to", "which", "will", "your"])
"""Words before "first", "next" and the like that make the verb a noun or a statement: "the first use"."""
_THINGS = frozenset(["begin", "call", "check", "have", "loop", "place", "print", "return", "store", "test"])
"""Verbs that are as often something else: behind a piece of code they name what it is, as in "the `while` loop"."""
_TELLS = re.compile(r"\S+ \S+ (?:asks|does|gets|gives|goes|has|is|means|needs|remembers|runs|stores|takes|was)\b")
"""A thing and what it does, which is no order: "place 2 has no value"."""
_LETS = re.compile(r"\blets \S+(?: \S+){0,2}$")
_PASSIVE = re.compile(r"\b(?:is|are|was|were|gets?) (?:\w+ed|taken|given|read|written)\b[^.!]*\b(?:or|and)$")
_PARTICIPLES = frozenset(["set", "put", "read", "split"])
"""Verbs that have this form also where something is done to a thing: "the name (set on line 1)"."""
_IN_GENERAL = re.compile(
    r"\b(?:an?|any|each|every|python|java|one|um|uma|un|una) (?:\w+ )?(?:has|have|needs?|must) to$"
)
"""A rule about all of a kind, which is no order: "a file has to ask for each module"."""
_FAILED = re.compile(r"\b(?:could not|couldn't|cannot|can't|did not|didn't)\b[^.!;]*:$")
"""What comes next is what did not work: "the program could not do this: set attribute"."""
_INFINITIVE = re.compile(r"\w+[aeiou]r(?:l[aeo]s?|se)?$")
"""Portuguese and Spanish."""
_ADVERBS = frozenset(["agora", "ahora", "apenas", "só", "solo", "sólo"])
"""Words between a thing and what it does: "`max` agora guarda um número"."""
_NOT_ASKED = re.compile(r"\b(?:no need|(?:not|n't) (?:need|have)|(?:was|were) (?:supposed|meant)) to$|\bwill,[^.!?;]*$")
"""What need not be done, or is done anyway: "no need to declare", "was supposed to add", "it will, in turn, set"."""
_BACK = 160
"""Characters before a verb that tell how it is meant."""


def is_order(text: str, start: int) -> bool:
    """Tell whether the verb at `start` is an imperative, or follows "you should" and the like."""
    verb = text[start : start + _BACK].split(" ", 1)[0]
    before = text[max(start - _BACK, 0) : start].rstrip()
    if _describes(verb, before, text, start):
        return False
    if verb.endswith(("ing", "ndo")):
        return _advises(before, text)
    if not before or before[-1] in ",;:.!(\u2013\u2014-*•" + MARK or before[-1].isdigit():
        return True
    *_, third, second, last = ["", "", "", *before.replace(",", " ").split()]
    if last in words.BEFORE_TO_OTHERS:
        return bool(_INFINITIVE.match(verb))
    if last in _ADVERBS and second.endswith(MARK):
        return False
    checks = {
        "to": second in words.BEFORE_TO and (second, verb) != ("has", "give"),
        "be": second in ("should", "must"),
        "not": second in ("do", "if") or (second in ("should", "must") and third in words.YOU),
        "is": second in ("do", "fix", "change", "solution"),
        **dict.fromkeys(words.PRESSING, second in words.YOU or third in words.YOU),
        **dict.fromkeys(words.GENTLE, second not in _NO_ORDER and (second not in words.PRESSING or third in words.YOU)),
    }
    return checks.get(last, last in ("you'll", "you'd", "i'd", "line", "try", "do"))


def _advises(before: str, text: str) -> bool:
    """Tell whether a gerund behind `before` advises: "try changing x", "changing x to y fixes it"."""
    if not before or before[-1] in ".!:":
        return bool(_REMEDY.search(text))
    if before[-1] in ",;(\u2013\u2014-*•" + MARK or before[-1].isdigit():
        return True
    *_, second, last = ["", "", *before.replace(",", " ").split()]
    return last in words.BEFORE_GERUND or (last == "be" and second in ("should", "must", "to"))


def _describes(verb: str, before: str, text: str, start: int) -> bool:
    """Tell whether a verb tells what is the case, or what may be done, and nobody to do it."""
    if any(said.search(before) for said in (_CONDITION, _LETS, _IN_GENERAL, _FAILED, _NOT_ASKED)):
        return True
    if verb in _PARTICIPLES and (before.endswith("(") or _PASSIVE.search(before)):
        return True
    return verb in _THINGS and bool(before.endswith(MARK) or _TELLS.match(text, start))


def is_firm(text: str, start: int) -> bool:
    """Tell whether the verb at `start` is an order that leaves no choice, and not what one can do or what is done."""
    before = text[max(start - _BACK, 0) : start].rstrip()
    if _OPEN.search(before) or before.endswith(MARK) or _IS_TOOL.match(text, start) or not is_order(text, start):
        return False
    return not _JOINED.search(before) or bool(_FIRM_START.match(text))


_OPEN = re.compile(
    r"\b(?:could|can|may|might|would|want to|wanted to|try to|by|puedes|podrías|pode|poderia|maybe|perhaps|often|always"
    r"|usually|typically|either|when|that|which)(?: \w+)?$"
)
_IS_TOOL = re.compile(
    r"\S+ (?:adds|changes|creates|does|ends|gives|goes|has|is|leaves|makes|means|needs|puts|removes|returns"
    r"|starts|stops"
    r"|stores|takes|turns|works)\b"
)
"""A tool and what it does, which is no order: "push puts something at the end"."""
_JOINED = re.compile(r"\b(?:and|or|y|e|o|ou)$")
_FIRM_START = re.compile(
    r"(?:(?:first|then|next|now|also|just|instead|simply|please|you (?:need|have|should|must)|in|inside|before"
    r"|after|on)\b.*"
    rf"|\W*(?:{words.CHANGE}|{words.ADD}|{words.REMOVE}|{words.MOVE}|{words.SET}|{words.USE}|{words.REORDER}"
    r"|create|push|pop|collect|read|ask|sort|strip|lowercase|compute|save|make|build|repeat)\b)"
)
