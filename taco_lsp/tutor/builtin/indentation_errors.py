"""Indentation errors: blocks that are missing, too deep, or do not line up.

Reads only the lines around the failing one; other syntax errors are explained elsewhere.
"""

from __future__ import annotations

import re

from taco_lsp.tutor.builtin.failure import Cause, Failure, Rule, rule, say
from taco_lsp.tutor.builtin.source import line_at
from taco_lsp.tutor.builtin.wording import on_line, quote

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
    header = f"`{word_of}`" if word_of else "block header"
    where = on_line(int(match[2])) if match[2] else " above"
    above = _line_above(failure)
    if not match[1] and above and (word := _BLOCK_WORDS.match(above[1].strip())):
        header, where = f"`{word[1]}`", on_line(above[0])
    found = f" Line {failure.line} ({quote(failure.text)}) starts no further to the right." if failure.text else ""
    return Cause(
        summary=f"The {header}{where} has no indented block below it.",
        why=f"A line that ends with a colon opens a block, and the lines that belong to it start further right.{found}",
        look=f"Which lines should run as part of the {header}{where}? A comment alone does not count as a line.",
    )


def _unexpected_indent(failure: Failure, _: re.Match[str]) -> Cause:
    above = _line_above(failure)
    mine = _indent(line_at(failure.source, failure.line))
    compared = ""
    if above and mine > _indent(above[1]):
        compared = f" It starts {mine} columns in, line {above[0]} above it {_indent(above[1])}."
        if _BLOCK_WORDS.match(above[1].strip()) and not above[1].rstrip().endswith(":"):
            compared += f" Line {above[0]} looks like the start of a block, but does not end with a colon."
    return Cause(
        summary=f"Line {failure.line} starts further to the right than the line above it, though no block was opened.",
        why=f"Only a line that ends with a colon lets the next line move to the right.{compared}",
        look=f"Does {quote(failure.text)} belong to the same block as the line above it? Compare how far both start "
        "in.",
    )


def _no_outer_level(failure: Failure, _: re.Match[str]) -> Cause:
    mine = _indent(line_at(failure.source, failure.line))
    levels = sorted(
        {_indent(text) for text in failure.source.lines[: max(0, (failure.line or 1) - 1)][-200:] if text.strip()}
    )
    compared = ""
    if mine and levels and mine not in levels:
        shown = ", ".join(str(level) for level in levels[:6])
        compared = f" It starts {mine} columns in; the lines above start at {shown}."
    return Cause(
        summary=f"The indentation of line {failure.line} does not match any block above it.",
        why=f"When a block ends, the next line has to start exactly where an earlier block started.{compared}",
        look=f"To which block should {quote(failure.text)} belong? Compare its first column with that block's lines.",
    )


_TABS = say(
    "The code{on} is indented with a mix of tabs and spaces that does not fit the lines around it.",
    "A tab and a row of spaces can look the same on the screen, but Python does not count them the same.",
    "Let the editor show invisible characters: which lines of this block start with tabs, and which with spaces?",
)

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
