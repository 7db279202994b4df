"""Bare "invalid syntax" in imports and headers: what is wrong between the first word and the colon.

Patterns on a line whose strings are blanked out; `syntax_clues` asks them together with its own.
"""

from __future__ import annotations

import keyword
import re

from taco_lsp.tutor.builtin.failure import Cause, Failure, Rule, rule, say
from taco_lsp.tutor.builtin.syntax_details import else_with_condition

_KEYWORD = "|".join(keyword.kwlist)


def _reserved_word(failure: Failure, match: re.Match[str]) -> Cause | None:
    word = next((group for group in match.groups() if group), "")
    return failure.cause("syntax_headers.reserved_word", word=word)


HEADER_CLUES: tuple[Rule, ...] = (
    rule(
        r"^(?:from\s+\S+\s+)?import\s+.*\b(and|or)\b",
        say("syntax_headers.import_and", "word"),
    ),
    rule(
        r"^import\s+.+\sfrom\s",
        say("syntax_headers.import_order"),
    ),
    rule(
        r"^from\s+[\w.]+\s*(?:import\s*)?$",
        say("syntax_headers.import_nothing"),
    ),
    rule(rf"^({_KEYWORD})\s*=[^=]", _reserved_word),
    rule(
        rf"^(?:def|class)\s+({_KEYWORD})\b|\.({_KEYWORD})\b|^for\s+({_KEYWORD})\s+in\b|\bas\s+({_KEYWORD})\b",
        _reserved_word,
    ),
    rule(rf"^def\b.*[(,]\s*\*{{0,2}}({_KEYWORD})\s*[,)=]", _reserved_word),
    rule(r"\((True|False|None)\s*=[^=]|,\s*(True|False|None)\s*=[^=]", _reserved_word),
    rule(
        r"^(def|class)\s*[(:]",
        say("syntax_headers.no_name", "word"),
    ),
    rule(
        r"^def\s+\w+(?:\s*:|\s+[^\W\d])",
        say("syntax_headers.no_parentheses"),
    ),
    rule(
        r"^def\s+\w+\s*\(.*(?:(?<=[(,])\s*(\d[\w.]*|[\"'][^\"']*[\"']|[\[{]))",
        say("syntax_headers.fixed_parameter"),
    ),
    rule(
        r"^def\s+\w+\s*\(.*?(?<=[(,*])\s*(\w+\.\w[\w.]*|\w+\s*[-+/%<>]\s*\w+)",
        say("syntax_headers.expression_parameter", "code"),
    ),
    rule(
        r"^def\s+\w+\s*\(.*\*\*?\s*[),]",
        say("syntax_headers.star_without_name"),
    ),
    rule(
        r"^(if|while|elif)\s*:",
        say("syntax_headers.no_condition", "word"),
    ),
    rule(r"^else\s+(?!if\b)[^:\s].*:", else_with_condition),
    rule(
        r"^for\b(?!.*\bin\b)",
        say("syntax_headers.for_without_in"),
    ),
    rule(
        r"^for\s+in\b",
        say("syntax_headers.for_without_name"),
    ),
)
