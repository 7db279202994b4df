"""Weighs whether a whole function or program answers the task, although nobody's known program resembles it.

The evidence is a sum of four parts: what the code takes and gives, what it is called, which words it uses, and what it
computes with. None decides alone. Pieces of a known program are found in `code_rules`; nothing is run here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import attrs

from taco_lsp.tutor.guard.listing import defined
from taco_lsp.tutor.guard.signature import Signature, mentioned, signatures
from taco_lsp.tutor.guard.tokens import is_name
from taco_lsp.tutor.guard.vocabulary import is_neutral, is_operation, meanings, words_of

_READS = re.compile(
    r"\binput\s*\(|\bscanf\s*\(|\bScanner\b|\bcin\s*>>|\bstdin\b|\breadline|\bfgets\b|\bgetchar\b|\bgets\b|\bReadLine\b"
    r"|\breadFileSync\b|\bopen\(0\)|\bargv\b|\bargs\[|\bgetline\b|\bread_line\b|\bBufferedReader\b|\bprompt\("
)
_ASKS_TO_READ = re.compile(r"\b(?:reads?|inputs?|enters?|types|leia|lê|ler|lee|lea|leer|stdin)\b", re.IGNORECASE)
_SCANS = re.compile(r"scanf\s*\(\s*\"([^\"]*)\"")
_ONE_READ = re.compile(r">>|\binput\s*\(|\.next\w*\(\)|\bf?gets\s*\(|\bgetchar\s*\(|\breadline\s*\(|\bprompt\s*\(")
_READS_TEXT = re.compile(
    r"scanf\s*\(\s*\"\s*%\d*[sc\[]|\bf?gets\b|\bgetchar\b|\bnextLine\b|\bgetline\b|\bchar\b|\bstring\b|\.split\(|\.strip"
)
_READS_NUMBERS = re.compile(
    r"%[hl]*[duif]|\bnext(?:Int|Long|Double)\b|\b(?:int|float|Number|parseInt|parseFloat|atoi)\s*\(|\bcin\b"
)
_ARITHMETIC = re.compile(r"(?<=[\w)\]]) ?([*/%])=? ?(?=[\w(])")
_TEXT = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'|(?<=[(=,]) ?/[^/\n]+/[a-z]*")
_LIBRARY = re.compile(r"[A-Z]\w*")


@attrs.frozen(kw_only=True)
class Subject:
    """What a piece of code is about.

    Attributes:
        title: Stems in the names of what it defines.
        words: Stems in its other names.
        texts: Stems in its texts.
        functions: What it defines or asks for.
        reads: How many things it reads from its user, where it reads any.
        kinds: Whether these are numbers, text or both.
        arithmetic: Which of `*`, `/` and `%` it computes with.
    """

    title: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    texts: frozenset[str] = frozenset()
    functions: tuple[Signature, ...] = ()
    reads: int | None = None
    kinds: frozenset[str] = frozenset()
    arithmetic: frozenset[str] = frozenset()


@attrs.frozen(kw_only=True)
class Wanted:
    """What an answer to a task is about: the statement and the programs known for it together."""

    words: frozenset[str]
    meanings: frozenset[str]
    functions: tuple[Signature, ...]
    reads: frozenset[int]
    asks_to_read: bool
    kinds: frozenset[frozenset[str]]
    arithmetic: frozenset[str]


@attrs.frozen(kw_only=True)
class Evidence:
    """What speaks for (above 0) and against a piece of code being an answer."""

    form: float
    name: float
    words: float
    build: float

    @property
    def total(self) -> float:
        """The sum: an answer from 0 on."""
        return self.form + self.name + self.words + self.build - CAUTION


CAUTION = 0.8
"""What has to speak for an answer. This and the weights below are rounded from a logistic regression on cases."""


def subject_of(code: str, parts: Sequence[str]) -> Subject:
    """Find what a piece of code, given also as tokens, is about."""
    functions = signatures(code)
    named = {*defined(code), *(function.name for function in functions)}
    return Subject(
        title=frozenset().union(*map(words_of, named)),
        words=frozenset().union(*(words_of(name) for name in _chosen(parts) - named)),
        texts=frozenset().union(*(words_of(part) for part in parts if part[0] == "'" and len(part) < 80)),
        functions=functions,
        reads=_count_reads(code) if reads_input(code) else None,
        kinds=_kinds(code),
        arithmetic=_arithmetic(code),
    )


def reads_input(code: str) -> bool:
    """Tell whether a program reads what its user types."""
    return bool(_READS.search(code))


def wanted(statement: str, programs: Iterable[Subject]) -> Wanted:
    """Put together what is known of an answer."""
    known = tuple(programs)
    words = words_of(statement).union(*(it.title | it.words | it.texts for it in known))
    return Wanted(
        words=words,
        meanings=meanings(words),
        functions=tuple(function for it in known for function in it.functions) or mentioned(statement),
        reads=frozenset(it.reads for it in known if it.reads is not None),
        asks_to_read=any(it.reads is not None for it in known) or (not known and bool(_ASKS_TO_READ.search(statement))),
        kinds=frozenset(it.kinds for it in known),
        arithmetic=_arithmetic(statement).union(*(it.arithmetic for it in known)),
    )


def weigh(it: Subject, task: Wanted, alike: float) -> Evidence:
    """Weigh the evidence; `alike` is the structure shared with the nearest known program, of all that both have."""
    reads = task.asks_to_read and it.reads is not None
    return Evidence(
        form=_form(it, task),
        name=_name(it, task),
        words=_words(it, task),
        build=0.5 * (len(it.arithmetic & task.arithmetic) - len(it.arithmetic - task.arithmetic))
        + (4 * min(alike, 0.3) if reads else 0),
    )


def _form(it: Subject, task: Wanted) -> float:
    """What it takes and gives: parameters and result of a function, what a program reads."""
    pairs = (_fits(function, asked) for function in it.functions for asked in task.functions)
    score = max(pairs, default=0.0)
    if it.reads is None:
        return score - task.asks_to_read
    if not task.asks_to_read:
        return score - 1
    kinds = 0.7 if it.kinds in task.kinds else 0 if any(it.kinds & other for other in task.kinds) else -0.7
    counts = (1.25 if it.reads in task.reads else -1.25) if task.reads else 0
    return score + 1.3 + counts + (kinds if task.kinds else 0)


def _fits(function: Signature, asked: Signature) -> float:
    score = 1.0 if len(function.types) == len(asked.types) else -1.0
    if any(function.types) and any(asked.types):
        score += 1 if sorted(function.types) == sorted(asked.types) else -1
    if function.gives and asked.gives:
        score += 1.25 if function.gives == asked.gives else -1.25
    return score


def _name(it: Subject, task: Wanted) -> float:
    """What it is called: by something of the task, by another everyday operation, or by a thing of its own."""
    shared = any(word in task.meanings and (is_operation(word) or not is_neutral(word)) for word in it.title)
    foreign = it.title - task.meanings
    operations = sum(map(is_operation, foreign))
    others = sum(not is_neutral(word) and not is_operation(word) for word in foreign)
    return 1.25 * shared - 2.5 * min(operations, 1) - 0.75 * min(others, 2)


def _words(it: Subject, task: Wanted) -> float:
    """Which words its variables and texts have."""
    foreign = it.words - task.meanings
    others = sum(not is_neutral(word) and len(word) > 3 for word in foreign)
    operations = sum(is_operation(word) and is_neutral(word) for word in foreign)
    shared = sum(not is_neutral(word) for word in it.words & task.words)
    told = len(it.texts & task.words)
    strange = sum(not is_neutral(word) for word in it.texts - task.meanings)
    score = 0.2 * min(shared, 3) - 0.6 * min(others, 3) - 0.45 * min(operations, 2)
    return score + 0.75 * min(told, 2) - 0.2 * min(strange, 3)


def _chosen(parts: Sequence[str]) -> set[str]:
    """The names that a program chose: not a library's function, method or type."""
    own = {"self", "this"}
    around = zip(["", "", *parts], ["", *parts], parts, [*parts[1:], ""], strict=False)
    return {
        part
        for owner, before, part, after in around
        if is_name(part) and (before != "." or owner in own) and after != "(" and not _LIBRARY.fullmatch(part)
    }


def _count_reads(code: str) -> int:
    formats: list[str] = _SCANS.findall(code)
    return sum(text.count("%") for text in formats) + len(_ONE_READ.findall(code))


def _kinds(code: str) -> frozenset[str]:
    kinds = (("text", _READS_TEXT), ("numbers", _READS_NUMBERS))
    return frozenset(kind for kind, pattern in kinds if pattern.search(code))


def _arithmetic(code: str) -> frozenset[str]:
    return frozenset(_ARITHMETIC.findall(_TEXT.sub("t", code)))
