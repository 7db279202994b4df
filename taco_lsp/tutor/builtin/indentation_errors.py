"""Indentation errors: blocks that are missing, too deep, or do not line up.

Reads only the lines around the failing one; other syntax errors are explained elsewhere.
"""

from __future__ import annotations

import re

from taco_lsp.tutor.builtin.failure import Cause, Failure, Rule, rule, say
from taco_lsp.tutor.builtin.source import line_at
from taco_lsp.tutor.builtin.wording import joined

_BLOCK_WORDS = re.compile(r"^(?:async )?(if|elif|else|for|while|def|class|try|except|finally|with|match|case)\b")


def _line_above(failure: Failure) -> tuple[int, str] | None:
    """Give the nearest line above that holds code."""
    for number in range((failure.line or 1) - 1, 0, -1):
        text = line_at(failure.source, number)
        if text.strip() and not text.strip().startswith("#"):
            return number, text
    return None


def _indent(text: str) -> int:
    expanded = text.expandtabs(8)
    return len(expanded) - len(expanded.lstrip())


def _missing_block(failure: Failure, match: re.Match[str]) -> Cause:
    word_of = {"function": "def"}.get(match[1] or "", match[1])
    header = f"`{word_of}`" if word_of else failure.words("indentation_errors.block_header")
    where = failure.texts.on_line(int(match[2])) if match[2] else failure.words("indentation_errors.above")
    above = _line_above(failure)
    if not match[1] and above and (word := _BLOCK_WORDS.match(above[1].strip())):
        header, where = f"`{word[1]}`", failure.texts.on_line(above[0])
    found = failure.words("indentation_errors.no_further") if failure.text else ""
    return failure.cause("indentation_errors.missing_block", header=header, where=where, found=found)


def _unexpected_indent(failure: Failure, _: re.Match[str]) -> Cause:
    above = _line_above(failure)
    mine = _indent(line_at(failure.source, failure.line))
    compared = ""
    if above and mine > _indent(above[1]):
        compared = failure.words(
            "indentation_errors.columns",
            columns=failure.texts.count(mine, "column"),
            above=above[0],
            above_columns=_indent(above[1]),
        )
        if _BLOCK_WORDS.match(above[1].strip()) and not above[1].rstrip().endswith(":"):
            compared = joined(compared, failure.words("indentation_errors.block_without_colon", above=above[0]))
    return failure.cause("indentation_errors.unexpected_indent", compared=compared)


def _no_outer_level(failure: Failure, _: re.Match[str]) -> Cause:
    mine = _indent(line_at(failure.source, failure.line))
    levels = sorted(
        {_indent(text) for text in failure.source.lines[: max(0, (failure.line or 1) - 1)][-200:] if text.strip()}
    )
    compared = ""
    if mine and levels and mine not in levels:
        shown = ", ".join(str(level) for level in levels[:6])
        compared = failure.words("indentation_errors.levels", columns=failure.texts.count(mine, "column"), levels=shown)
    return failure.cause("indentation_errors.no_outer_level", compared=compared)


_TABS = say("indentation_errors.tabs")

RULES: tuple[Rule, ...] = (
    rule(
        r"expected an indented block(?: after (?:'?([\w ]+?)'? (?:statement|definition|block|pattern))? ?on line "
        r"(\d+))?",
        _missing_block,
    ),
    rule(r"unexpected indent", _unexpected_indent),
    rule(r"unindent does not match|unexpected unindent", _no_outer_level),
    rule(r"inconsistent use of tabs", _TABS),
)
