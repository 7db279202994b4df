"""What a reply is held against: the reference solutions, the student's code, what was given, what is asked for.

Everything is computed at most once for a reply, so that judging a piece of it is cheap. Pure data.
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Sequence
from functools import cached_property, lru_cache
from itertools import pairwise

import attrs

from taco_lsp.tutor.guard.boilerplate import EVERYBODYS
from taco_lsp.tutor.guard.evidence import Wanted, wanted
from taco_lsp.tutor.guard.listing import clean, defined, plain_name
from taco_lsp.tutor.guard.normal import normal
from taco_lsp.tutor.guard.prose import openers
from taco_lsp.tutor.guard.subject import subject_of
from taco_lsp.tutor.guard.tokens import KEYWORDS, grams, is_c_like, line_keys, names_in, tokens
from taco_lsp.tutor.guard.trees import shapes

MIN_TOKENS = 12
"""Shorter code says too little to be a whole solution."""
MIN_PLAIN = 9
"""The same of tokens in normal form."""
MAX_WEIGHED = 20_000
"""Characters of a program that tell what it is about."""
_CALL = re.compile(r"(?<![\w.])([A-Za-z_]\w{2,})\(")
_NAMED = re.compile(r"\b(?:function|method|class|func|função|método|función|classe|clase)\b[^.\n`]{0,40}`(\w{3,})[`(]")
_BUILTINS = frozenset(dir(builtins))


@attrs.frozen(kw_only=True)
class Reference:
    """One solution: its tokens in normal form, its structure, and the lines of it that nobody was given."""

    parts: tuple[str, ...]
    grams: frozenset[tuple[str, ...]]
    keys: frozenset[str]
    shapes: frozenset[str]


@attrs.frozen(kw_only=True, slots=False)
class Own:
    """The student's code: lines that say something as (indent, key), and the same as one text to search.

    `called` are the names with those of variables that are called like something of the library, such as `max`.
    """

    lines: tuple[tuple[int, str], ...]
    keys: frozenset[str]
    listing: str
    squeezed: str
    names: frozenset[str]
    called: frozenset[str]
    parts: tuple[str, ...]
    texts: frozenset[str]
    braced: bool

    @cached_property
    def words(self) -> frozenset[str]:
        """The names, and the words of the library that are used."""
        return frozenset(part for part in self.parts if part[0].isalpha())


@attrs.frozen(kw_only=True)
class Task:
    """All that is known of the task; empty references, code, starter or statement are simply not known.

    Each part is read when it is first needed: the first words of a reply do not wait for what judges its code.
    """

    solutions: tuple[str, ...]
    code: str
    starter: tuple[str, ...]
    statement: str

    @cached_property
    def own(self) -> Own:
        """The student's code."""
        return _own(self.code)

    @cached_property
    def starters(self) -> tuple[Own, ...]:
        """The files the student began with, to be quoted like the student's own."""
        return tuple(map(_own, self.starter))

    @cached_property
    def given(self) -> frozenset[str]:
        """The keys of lines that everybody was given."""
        return frozenset(key for text in (*self.starter, self.statement) for _, key in line_keys(text))

    @cached_property
    def references(self) -> tuple[Reference, ...]:
        """The solutions that say enough to be compared with."""
        return tuple(it for text in self.solutions if (it := _reference(text, self.given)) is not None)

    @cached_property
    def asked(self) -> frozenset[str]:
        """The plain names of what is to be defined."""
        found = [*_CALL.findall(self.statement), *_NAMED.findall(self.statement)]
        named = [name for name in found if name not in _BUILTINS and name not in KEYWORDS]
        return frozenset(map(plain_name, (*named, *(name for text in self._sources for name in defined(text)))))

    @cached_property
    def named(self) -> frozenset[str]:
        """What the statement, the starter and the student call what is to be defined."""
        defines = (name for text in (*self.starter, self.code) for name in defined(text))
        return frozenset((*_CALL.findall(self.statement), *_NAMED.findall(self.statement), *defines))

    @cached_property
    def wanted(self) -> Wanted:
        """What an answer is about."""
        return wanted(self.statement, (subject_of(clean(text), tokens(text)) for text in self._heads), self.named)

    @cached_property
    def programs(self) -> tuple[frozenset[tuple[str, ...]], ...]:
        """The structure of each program known for the task, without what everybody's has."""
        return tuple(filter(None, map(structure, (*self.solutions, self.code))))

    @cached_property
    def prose(self) -> tuple[str, ...]:
        """How lines begin that cannot be code here."""
        return openers(name for text in self._heads for name in names_in(tokens(text)))

    @property
    def is_known(self) -> bool:
        """Whether anything says what an answer would be."""
        return bool(self.wanted.words or self.wanted.functions or self.wanted.asks_to_read)

    @property
    def _sources(self) -> tuple[str, ...]:
        return (*self.solutions, *self.starter, self.code)

    @property
    def _heads(self) -> list[str]:
        return [text[:MAX_WEIGHED] for text in self._sources if text.strip()]


def make_task(references: Sequence[str], student_code: str, starter: Sequence[str], statement: str) -> Task:
    """Put together what is known; the same for the same."""
    return _make(tuple(references), student_code, tuple(starter), statement)


def structure(text: str) -> frozenset[tuple[str, ...]]:
    """Give the structure of a program without what everybody's has."""
    return grams(normal(tokens(text[:MAX_WEIGHED]))) - EVERYBODYS


@lru_cache(maxsize=8)
def _make(references: tuple[str, ...], student_code: str, starter: tuple[str, ...], statement: str) -> Task:
    return Task(solutions=references, code=student_code, starter=starter, statement=statement)


def _reference(text: str, given: frozenset[str]) -> Reference | None:
    parts = tokens(text)
    if len(parts) < MIN_TOKENS:
        return None
    keys = [key for _, key in line_keys(text) if key not in given]
    essential = [part for key in keys for part in key.split(" ")]
    plain = normal(essential)
    whole = plain if len(essential) >= MIN_TOKENS and len(plain) >= MIN_PLAIN else normal(parts)
    if len(whole) < MIN_PLAIN:
        return None
    return Reference(
        parts=whole,
        grams=grams(plain),
        keys=frozenset(keys),
        shapes=shapes(text),
    )


def _own(code: str) -> Own:
    text = clean(code)
    lines = numbered_lines(text)
    parts = tokens(text)
    return Own(
        lines=lines,
        keys=frozenset(key for _, key in lines),
        listing="\n" + "\n".join(key for _, key in lines) + "\n",
        squeezed="".join(f"{code} {text}".split()),
        names=names_in(parts),
        called=names_in(parts) | {part for part, after in pairwise(parts) if after == "=" and part.isidentifier()},
        parts=parts,
        texts=frozenset(part for part in parts if part[0] == "'"),
        braced=is_c_like(text),
    )


@lru_cache(maxsize=16)
def numbered_lines(code: str) -> tuple[tuple[int, str], ...]:
    """Give each line that says something as its indent and its key."""
    raw = code.split("\n")
    return tuple((len(raw[number]) - len(raw[number].lstrip()), key) for number, key in line_keys(code))
