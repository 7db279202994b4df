"""What a piece of code is about, read from outside: its names, texts, numbers, tools, functions, and what it reads.

By form alone, in any C-like or Python-like language; half a program is fine. What it says about a task is weighed in
`evidence`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import attrs

from taco_lsp.tutor.guard.listing import defined
from taco_lsp.tutor.guard.signature import Signature, signatures
from taco_lsp.tutor.guard.tokens import is_name
from taco_lsp.tutor.guard.vocabulary import words_of

_READS = re.compile(
    r"\binput\s*\(|\bscanf\s*\(|\bScanner\b|\bcin\s*>>|\bstdin\b|\breadline|\bfgets\b|\bgetchar\b|\bgets\b|\bReadLine\b"
    r"|\breadFileSync\b|\bopen\(0\)|\bargv\b|\bargs\[|\bgetline\b|\bread_line\b|\bBufferedReader\b|\bprompt\("
)
_SCANS = re.compile(r"scanf\s*\(\s*\"([^\"]*)\"")
_ONE_READ = re.compile(r">>|\binput\s*\(|\.next\w*\(\)|\bf?gets\s*\(|\bgetchar\s*\(|\breadline\s*\(|\bprompt\s*\(")
_READS_MANY = re.compile(
    r"(?:input|readline)\s*\([^\n]*\) for |(?:input\s*\([^\n]*\)|readline\(\)|\bread\(\))\.split\("
)
_READS_TEXT = re.compile(
    r"scanf\s*\(\s*\"\s*%\d*[sc\[]|\bf?gets\b|\bgetchar\b|\bnextLine\b|\bgetline\b|\bchar\b|\bstring\b|\.split\(|\.strip"
)
_READS_NUMBERS = re.compile(
    r"%[hl]*[duif]|\bnext(?:Int|Long|Double)\b|\b(?:int|float|Number|parseInt|parseFloat|atoi)\s*\(|\bcin\b"
)
_ARITHMETIC = re.compile(r"(?<=[\w)\]]) ?([*/%])=? ?(?=[\w(])")
_TEXT = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'|(?<=[(=,]) ?/[^/\n]+/[a-z]*")
_LIBRARY = re.compile(r"[A-Z]\w*")
_NUMBER = re.compile(r"(?<![\w.])(?:\d{2,}|\d+\.\d+)(?![\w.])")
_DIGIT = re.compile(r"(?<![\w.])[3-9](?![\w.]*\w)")
_DIGIT_WORDS = {
    word: str(digit)
    for digit, words in enumerate(
        ("three três tres", "four quatro cuatro", "five cinco", "six seis", "seven sete siete", "eight oito ocho"), 3
    )
    for word in words.split()
}
_DIGIT_WORD = re.compile(rf"\b(?:{'|'.join(_DIGIT_WORDS)})\b", re.IGNORECASE)
_EVERYBODYS_NUMBERS = frozenset(["10", "100", "1000", "0.0", "1.0"])
LONGEST_TEXT = 80
"""A longer text in a program is prose."""


@attrs.frozen(kw_only=True)
class Subject:
    """What a piece of code is about.

    Attributes:
        title: Stems in the names of what it defines.
        words: Stems in its other names.
        texts: Stems in its texts.
        tools: Stems in the names of what it calls and did not define.
        numbers: The numbers in it that not everybody has.
        functions: What it defines or asks for.
        reads: How many things it reads from its user, where it reads any.
        kinds: Whether these are numbers, text or both.
        arithmetic: Which of `*`, `/` and `%` it computes with.
        digits: The small numbers in it, without those that every program has.
    """

    title: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    texts: frozenset[str] = frozenset()
    tools: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    functions: tuple[Signature, ...] = ()
    reads: int | None = None
    kinds: frozenset[str] = frozenset()
    arithmetic: frozenset[str] = frozenset()
    digits: frozenset[str] = frozenset()


def subject_of(code: str, parts: Sequence[str]) -> Subject:
    """Find what a piece of code, given also as tokens, is about."""
    functions = signatures(code)
    named = {*defined(code), *(function.name for function in functions)}
    chosen, tools = _names(parts)
    return Subject(
        title=frozenset().union(*map(words_of, named)),
        words=frozenset().union(*map(words_of, chosen - named)),
        texts=frozenset().union(*(words_of(part) for part in parts if part[0] == "'" and len(part) < LONGEST_TEXT)),
        tools=frozenset().union(*map(words_of, tools - named - chosen)),
        numbers=numbers_in(code),
        functions=functions,
        reads=_count_reads(code) if reads_input(code) else None,
        kinds=_kinds(code),
        arithmetic=arithmetic_in(code),
        digits=digits_in(code),
    )


def reads_input(code: str) -> bool:
    """Tell whether a program reads what its user types."""
    return bool(_READS.search(code))


def numbers_in(text: str) -> frozenset[str]:
    """Give the numbers in a text that not every program has."""
    return frozenset(_NUMBER.findall(text)) - _EVERYBODYS_NUMBERS


def digits_in(text: str) -> frozenset[str]:
    """Give the digits from 3 on that stand alone in a text, also in words."""
    return frozenset(_DIGIT.findall(text)) | {_DIGIT_WORDS[word.lower()] for word in _DIGIT_WORD.findall(text)}


def arithmetic_in(code: str) -> frozenset[str]:
    """Tell which of `*`, `/` and `%` a text computes with."""
    return frozenset(_ARITHMETIC.findall(_TEXT.sub("t", code)))


def _names(parts: Sequence[str]) -> tuple[set[str], set[str]]:
    """Give the names that a program chose, and those of a library's functions, methods and types."""
    own = {"self", "this"}
    chosen: set[str] = set()
    tools: set[str] = set()
    around = zip(["", "", *parts], ["", *parts], parts, [*parts[1:], ""], strict=False)
    for owner, before, part, after in around:
        if part in own or not is_name(part):
            continue
        is_chosen = (before != "." or owner in own) and after != "(" and not _LIBRARY.fullmatch(part)
        (chosen if is_chosen else tools).add(part)
    return chosen, tools


def _count_reads(code: str) -> int:
    """Count what is read once; 0 where that cannot be told."""
    if _READS_MANY.search(code):
        return 0
    formats: list[str] = _SCANS.findall(code)
    return sum(text.count("%") for text in formats) + len(_ONE_READ.findall(code))


def _kinds(code: str) -> frozenset[str]:
    kinds = (("text", _READS_TEXT), ("numbers", _READS_NUMBERS))
    return frozenset(kind for kind, pattern in kinds if pattern.search(code))
