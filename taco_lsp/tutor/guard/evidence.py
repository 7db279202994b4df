"""Weighs whether code answers the task, although nobody's known program resembles it.

The evidence is a sum of signs: what the code takes and gives, what it is called, which words it has, and how much it
is. None decides alone. What a piece of code is about is read in `subject`; pieces of a known program are found in
`code_rules`; nothing is run here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

import attrs

from taco_lsp.tutor.guard.kinds import Kind
from taco_lsp.tutor.guard.signature import Signature, mentioned
from taco_lsp.tutor.guard.subject import Subject, arithmetic_in, digits_in, numbers_in
from taco_lsp.tutor.guard.vocabulary import SHORT, is_neutral, is_operation, meanings, prefixes, words_of

_ASKS_TO_READ = re.compile(r"\b(?:reads?|inputs?|enters?|types|leia|lê|ler|lee|lea|leer|stdin)\b", re.IGNORECASE)
_AMOUNTS = {"two": 2, "three": 3, "four": 4, "dois": 2, "duas": 2, "três": 3, "dos": 2, "tres": 3}
_READ_AMOUNT = re.compile(
    rf"\b({'|'.join(_AMOUNTS)}) (?:\w+ ){{0,2}}"
    r"(?:integers|numbers|values|floats|words|strings|lines|sides|lengths|inteiros|números|valores|enteros|palabras)\b",
    re.IGNORECASE,
)
CAUTION = 0.5
"""What has to speak for an answer. This and the weights are rounded from a logistic regression on cases."""
WEIGHTS: Mapping[str, float] = {
    # form: the best fit of a function of the code to one that is asked for, and what a program reads
    "takes as many": 1.5,
    "takes one more": -2.0,
    "takes fewer or more": -2.4,
    "takes such types": 1.25,
    "takes other types": -3.4,
    "gives something else": -3.8,
    "takes such kinds": 0.4,
    "takes other kinds": -2.7,
    "gives such a kind": 0.55,
    "gives another kind": -1.9,
    "has each function": 3.0,
    "reads as asked": 0.4,
    "reads, and the task is not told": 2.0,
    "reads as many": 1.9,
    "reads one fewer or more": -2.2,
    "reads fewer or more": -1.9,
    "does not read": -3.2,
    "reads unasked": -1.9,
    "reads in place of a function": -2.4,
    "is a bare piece without a word": 2.8,
    # name
    "named for another operation": -3.5,
    "named for an everyday operation": -2.8,
    "named for another thing": -0.8,
    # words: each that it has, up to a few
    "words of known programs": 1.8,
    "words of the statement": 1.5,
    "texts of the task": 2.3,
    "numbers of the task": 2.5,
    "other numbers": -1.0,
    # one strange word is anybody's, two make another subject
    "two strange words": -1.8,
    "three strange words": -0.8,
    "four strange words": -1.4,
    "only of something else": -1.9,
    # anybody may give a function a name of their own
    "strange only in its name": 0.8,
    "digits of the task": 0.75,
    "other digits": -1.7,
    "tools of known programs": 0.7,
    # build
    "forty tokens": 0.8,
    "built alike": 10.0,
}
_FORTY, _LONG = 40, 60
"""Tokens that are an answer to most of beginners' tasks, and from which on more say nothing more."""
_ALIKE = 0.3
"""Share of structure from which on more says nothing more."""
_Signs = dict[str, float]


@attrs.frozen(kw_only=True, slots=False)
class Wanted:
    """What an answer to a task is about: the statement and the programs known for it together.

    Attributes:
        words: Stems in the statement and in the programs.
        coded: Those in the programs.
        untold: Whether there is no statement.
        numbers: The numbers in both that not everybody has.
        functions: What is asked for.
        several: The functions that the statement asks for one by one.
        reads: How many things each program reads.
        asks_to_read: Whether a program has to read.
        arithmetic: Which of `*`, `/` and `%` it takes.
        digits: The small numbers in the statement and in the programs.
        tools: What the programs call of a library.
    """

    words: frozenset[str]
    coded: frozenset[str]
    untold: bool
    numbers: frozenset[str]
    functions: tuple[Signature, ...]
    several: tuple[Signature, ...]
    reads: frozenset[int]
    asks_to_read: bool
    arithmetic: frozenset[str]
    digits: frozenset[str] = frozenset()
    tools: frozenset[str] = frozenset()

    @cached_property
    def _meanings(self) -> frozenset[str]:
        return meanings(self.words)

    @cached_property
    def _beginnings(self) -> frozenset[str]:
        return prefixes(self.words)

    def knows(self, word: str) -> bool:
        """Tell whether a word is of the task: its own, a synonym, or a longer or shorter form of one."""
        if word in self._meanings or word in self._beginnings:
            return True
        return any(word[:size] in self.words for size in range(SHORT, len(word)))


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


def wanted(statement: str, programs: Iterable[Subject], asked: frozenset[str] = frozenset()) -> Wanted:
    """Put together what is known of an answer; `asked` are the names of what is to be defined, where they are told."""
    known = tuple(programs)
    coded = frozenset().union(*(it.title | it.words | it.texts for it in known))
    functions = tuple(function for it in known for function in it.functions)
    named = tuple(function for function in functions if function.name in asked)
    return Wanted(
        words=words_of(statement) | coded,
        coded=coded,
        untold=not words_of(statement),
        numbers=numbers_in(statement).union(*(it.numbers for it in known)),
        functions=named or functions or mentioned(statement),
        several=mentioned(statement),
        reads=frozenset(it.reads for it in known if it.reads is not None) | _told(statement),
        asks_to_read=any(it.reads is not None for it in known) or (not known and bool(_ASKS_TO_READ.search(statement))),
        arithmetic=arithmetic_in(statement).union(*(it.arithmetic for it in known)),
        digits=digits_in(statement).union(*(it.digits for it in known)),
        tools=frozenset().union(*(it.tools for it in known)),
    )


def _told(statement: str) -> frozenset[int]:
    """How many things a statement says are read: "read two integers"."""
    return frozenset(_AMOUNTS[found.lower()] for found in _READ_AMOUNT.findall(statement))


def weigh(it: Subject, task: Wanted, size: int, alike: float = 0.0) -> Evidence:
    """Weigh the evidence; `size` is how many tokens the code has, `alike` the share of structure with a known one."""
    return Evidence(
        form=_sum(_form(it, task)),
        name=_sum(_name(it, task)),
        words=_sum(_words(it, task)),
        build=WEIGHTS["forty tokens"] * min(size, _LONG) / _FORTY + WEIGHTS["built alike"] * min(alike, _ALIKE),
    )


def _sum(signs: _Signs) -> float:
    return sum(WEIGHTS[sign] * number for sign, number in signs.items())


def _form(it: Subject, task: Wanted) -> _Signs:
    """What it takes and gives: parameters and result of a function, what a program reads."""
    fits = [_fit(function, asked) for function in it.functions for asked in task.functions]
    reads, asked = it.reads is not None, task.asks_to_read
    bare = not it.functions and not reads
    nothing: _Signs = {}
    return (
        max(fits, key=_sum, default=nothing)
        | _readings(it, task)
        | {
            "has each function": _has_each(it, task),
            "reads as asked": reads and asked,
            "reads, and the task is not told": reads and asked and task.untold,
            "does not read": asked and not reads,
            "reads unasked": reads and not asked,
            "reads in place of a function": reads and not asked and not it.functions and bool(task.functions),
            "is a bare piece without a word": bare and not any(map(_says, it.title | it.words | it.texts)),
        }
    )


def _fit(function: Signature, asked: Signature) -> _Signs:
    more = len(function.types) - len(asked.types)
    typed = any(function.types) and any(asked.types)
    extends = more == 1 and not Counter(asked.types) - Counter(function.types)
    alike = sorted(function.types) == sorted(asked.types)
    given = function.gives and asked.gives and asked.gives != "nothing" and not function.kind == asked.kind == "number"
    return {
        "takes as many": more == 0,
        "takes one more": more == 1,
        "takes fewer or more": more not in (0, 1),
        "takes such types": typed and alike,
        "takes other types": typed and not alike and not extends,
        "gives something else": bool(given) and function.gives != asked.gives,
        "takes such kinds": any(function.takes) and function.takes == asked.takes,
        "takes other kinds": _takes_other(function.takes, asked.takes),
        "gives such a kind": function.kind is not None and function.kind == asked.kind,
        "gives another kind": _differ(function.kind, asked.kind),
    }


def _takes_other(found: Sequence[Kind | None], asked: Sequence[Kind | None]) -> bool:
    """Tell whether a parameter is of a kind that none is asked to be of."""
    return bool(asked) and any(
        all(_differ(one, other) and {one, other} != {"many", "table"} for other in asked) for one in found
    )


def _differ(one: Kind | None, other: Kind | None) -> bool:
    """Tell whether two kinds are known, and no value is of both; a text can be gone through like a list."""
    return one is not None and other is not None and one != other and {one, other} != {"many", "text"}


def _has_each(it: Subject, task: Wanted) -> bool:
    """Tell whether code has a counterpart of each of several functions that are asked for."""
    asked, found = (
        Counter(len(one.types) for one in functions if one.name not in _CONSTRUCTORS)
        for functions in (task.several, it.functions)
    )
    return asked.total() > 1 and not asked - found


_CONSTRUCTORS = frozenset({"__init__", "constructor"})


def _readings(it: Subject, task: Wanted) -> _Signs:
    """How often it reads, where that is known of both."""
    if not it.reads or not task.reads or not task.asks_to_read:
        return {}
    gap = min(abs(it.reads - reads) for reads in task.reads)
    return {"reads as many": gap == 0, "reads one fewer or more": gap == 1, "reads fewer or more": gap > 1}


def _name(it: Subject, task: Wanted) -> _Signs:
    """What it is called: by another everyday operation, or by a thing of its own; a program's helpers say nothing."""
    foreign = [word for word in it.title if not task.knows(word)]
    operations = [word for word in foreign if is_operation(word)] if it.reads is None else []
    return {
        "named for another operation": any(map(_says, operations)),
        "named for an everyday operation": bool(operations) and not any(map(_says, operations)),
        "named for another thing": _things(it, task) > 0,
    }


def _things(it: Subject, task: Wanted) -> int:
    return sum(_says(word) and not is_operation(word) and not task.knows(word) for word in it.title)


def _operates(it: Subject, task: Wanted) -> bool:
    """Tell whether it is called by an operation that is not the task's."""
    return any(is_operation(word) and not task.knows(word) for word in it.title)


def _words(it: Subject, task: Wanted) -> _Signs:
    """Which words, texts and numbers it has that are the task's, and which of another subject."""
    said = {word for word in it.words & task.words if _says(word)}
    told = {word for word in it.texts & task.words if _says(word)}
    other = sum(_says(word) and len(word) > _BRIEF and not task.knows(word) for word in it.words)
    texts = sum(_says(word) and not task.knows(word) for word in it.texts)
    strange = min(_things(it, task), 2) + other + min(texts, 2)
    common = said or told or it.numbers & task.numbers or it.arithmetic & task.arithmetic
    known = common or any(task.knows(word) and (is_operation(word) or _says(word)) for word in it.title)
    foreign = strange > 0 or _operates(it, task)
    return {
        "words of known programs": min(len(said & task.coded), 3),
        "words of the statement": min(len(said - task.coded), 3),
        "texts of the task": min(len(told), 3),
        "numbers of the task": min(len(it.numbers & task.numbers), 3),
        "other numbers": min(len(it.numbers - task.numbers), 2),
        "two strange words": strange > 1,
        "three strange words": strange > 2,
        "four strange words": strange > 3,
        "only of something else": foreign and not known,
        "strange only in its name": strange == 1 == _things(it, task) and not known and not _operates(it, task),
        "digits of the task": min(len(it.digits & task.digits), 2),
        "other digits": bool(it.digits - task.digits),
        "tools of known programs": min(sum(_says(tool) for tool in it.tools & task.tools), 2),
    }


def _says(word: str) -> bool:
    return not is_neutral(word)


_BRIEF = 3
"""Letters of a word that is too short to be of a subject."""
