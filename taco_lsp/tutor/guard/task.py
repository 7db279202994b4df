"""What a reply is held against: the reference solutions, the student's code, what was given, what is asked for.

Everything is computed once for a reply, so that judging a piece of it is cheap. Pure data.
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Sequence
from functools import lru_cache

import attrs

from taco_lsp.tutor.guard.boilerplate import EVERYBODYS
from taco_lsp.tutor.guard.listing import clean, defined, plain_name
from taco_lsp.tutor.guard.tokens import KEYWORDS, grams, is_c_like, line_keys, names_in, tokens
from taco_lsp.tutor.guard.trees import shapes

MIN_TOKENS = 12
"""Shorter code says too little to be a whole solution."""
_CALL = re.compile(r"(?<![\w.])([A-Za-z_]\w{2,})\(")
_NAMED = re.compile(r"\b(?:function|method|class|func|função|método|función|classe|clase)\b[^.\n`]{0,40}`(\w{3,})[`(]")
_READS = re.compile(
    r"\binput\s*\(|\bscanf\s*\(|\bScanner\b|\bcin\s*>>|\bstdin\b|\breadline|\bfgets\b|\bgetchar\b|\bgets\b|\bReadLine\b"
)
_TELLING_TEXT = re.compile(r"'(?=.*[A-Za-z]{3})(?!(?:%\w+|\\\\n|\\W)+'$).*'")
"""A text in a program that says something about its task, unlike `%d\\n`."""
_BUILTINS = frozenset(dir(builtins))


@attrs.frozen(kw_only=True)
class Reference:
    """One solution: its tokens, its structure, and the lines of it that nobody was given."""

    parts: tuple[str, ...]
    grams: frozenset[tuple[str, ...]]
    keys: frozenset[str]
    shapes: frozenset[str]


@attrs.frozen(kw_only=True)
class Own:
    """The student's code: lines that say something as (indent, key), and the same as one text to search."""

    lines: tuple[tuple[int, str], ...]
    keys: frozenset[str]
    listing: str
    squeezed: str
    names: frozenset[str]
    parts: tuple[str, ...]
    texts: frozenset[str]
    braced: bool


@attrs.frozen(kw_only=True)
class Task:
    """All that is known of the task; empty references, code, starter or statement are simply not known."""

    references: tuple[Reference, ...]
    own: Own
    given: frozenset[str]
    asked: frozenset[str]
    programs: tuple[frozenset[tuple[str, ...]], ...]
    texts: frozenset[str]
    reads_input: bool


def make_task(references: Sequence[str], student_code: str, starter: Sequence[str], statement: str) -> Task:
    """Read everything once."""
    return _make(tuple(references), student_code, tuple(starter), statement)


@lru_cache(maxsize=8)
def _make(references: tuple[str, ...], student_code: str, starter: tuple[str, ...], statement: str) -> Task:
    given = frozenset(key for text in (*starter, statement) for _, key in line_keys(text))
    sources = (*references, *starter, student_code)
    asked = {plain_name(name) for text in sources for name in defined(text)}
    found = [*_CALL.findall(statement), *_NAMED.findall(statement)]
    asked |= {plain_name(name) for name in found if name not in _BUILTINS and name not in KEYWORDS}
    return Task(
        references=tuple(it for text in references if (it := _reference(text, given)) is not None),
        own=_own(student_code),
        given=given,
        asked=frozenset(asked),
        texts=frozenset(
            part for text in (*references, student_code) for part in tokens(text) if _TELLING_TEXT.match(part)
        ),
        programs=tuple(known for text in (*references, student_code) if (known := grams(tokens(text)) - EVERYBODYS)),
        reads_input=any(map(reads_input, sources)),
    )


def reads_input(code: str) -> bool:
    """Tell whether a program reads what its user types."""
    return bool(_READS.search(code))


def _reference(text: str, given: frozenset[str]) -> Reference | None:
    parts = tokens(text)
    if len(parts) < MIN_TOKENS:
        return None
    keys = [key for _, key in line_keys(text) if key not in given]
    essential = tuple(part for key in keys for part in key.split(" "))
    return Reference(
        parts=essential if len(essential) >= MIN_TOKENS else parts,
        grams=grams(essential),
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
        squeezed="".join(code.split()),
        names=names_in(parts),
        parts=parts,
        texts=frozenset(part for part in parts if part[0] == "'"),
        braced=is_c_like(text),
    )


def numbered_lines(code: str) -> tuple[tuple[int, str], ...]:
    """Give each line that says something as its indent and its key."""
    raw = code.split("\n")
    return tuple((len(raw[number]) - len(raw[number].lstrip()), key) for number, key in line_keys(code))
