"""Bare "invalid syntax" in imports and headers: what is wrong between the first word and the colon.

Patterns on a line whose strings are blanked out; `syntax_clues` asks them together with its own.
"""

from __future__ import annotations

import keyword
import re

from taco_lsp.tutor.builtin.failure import Cause, Failure, Rule, rule, say
from taco_lsp.tutor.builtin.syntax_details import else_with_condition
from taco_lsp.tutor.builtin.wording import on_line, quote

_KEYWORD = "|".join(keyword.kwlist)


def _reserved_word(failure: Failure, match: re.Match[str]) -> Cause | None:
    word = next((group for group in match.groups() if group), "")
    return Cause(
        summary=f"`{word}`{on_line(failure.line)} is a word reserved by Python and cannot be used as a name.",
        why=f"Words such as `{word}` have a fixed meaning in the language, so no variable, function, parameter or "
        "attribute can be called that.",
        look=f"What does the name in {quote(failure.text)} stand for, and what else could it be called?",
    )


HEADER_CLUES: tuple[Rule, ...] = (
    rule(
        r"^(?:from\s+\S+\s+)?import\s+.*\b(and|or)\b",
        say(
            "The names in the import{on} are joined with `{0}`.",
            "In an `import`, several names form a list, and lists in Python are not joined with words.",
            "How are several items separated elsewhere in Python? Look at {text} again.",
        ),
    ),
    rule(
        r"^import\s+.+\sfrom\s",
        say(
            "The two halves of the import{on} are in the wrong order.",
            "Python reads where something comes from first, and then what to take from there.",
            "In {text}, which word is the module and which is the thing you want from it?",
        ),
    ),
    rule(
        r"^from\s+[\w.]+\s*(?:import\s*)?$",
        say(
            "The import{on} does not say what to take from the module.",
            "`from` names a module; after `import` Python expects the names to take from it.",
            "Which function or name of that module do you need?",
        ),
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
        say(
            "After `{0}`{on} there is no name.",
            "A function or class needs a name, so that other lines can refer to it. The name comes right after `{0}`.",
            "What does the block below do? That is often a good start for its name.",
        ),
    ),
    rule(
        r"^def\s+\w+(?:\s*:|\s+[^\W\d])",
        say(
            "The function header{on} has no parentheses after the function's name.",
            "After `def` come the name and then a pair of parentheses around the parameters, also when there are none.",
            "Compare {text} with a function header that works.",
        ),
    ),
    rule(
        r"^def\s+\w+\s*\(.*(?:(?<=[(,])\s*(\d[\w.]*|[\"'][^\"']*[\"']|[\[{]))",
        say(
            "A parameter in the function header{on} is a fixed value instead of a name.",
            "Parameters are names; the values arrive later, when the function is called.",
            "Which name should the function use for that value inside its block?",
        ),
    ),
    rule(
        r"^def\s+\w+\s*\(.*?(?<=[(,*])\s*(\w+\.\w[\w.]*|\w+\s*[-+/%<>]\s*\w+)",
        say(
            "A parameter in the function header{on}, `{0}`, is an expression instead of a plain name.",
            "Between the parentheses of a `def` stand names only, separated by commas. There is nothing to "
            "calculate or look up yet: the values arrive with the call.",
            "Which names should the function receive in {text}?",
        ),
    ),
    rule(
        r"^def\s+\w+\s*\(.*\*\*?\s*[),]",
        say(
            "The star in the function header{on} has no name after it.",
            "`*` and `**` collect values that are left over, and Python needs a name to keep them under.",
            "What should the collected values be called in {text}?",
        ),
    ),
    rule(
        r"^(if|while|elif)\s*:",
        say(
            "The `{0}`{on} has no condition before the colon.",
            "`{0}` needs something that is true or false, to decide whether its block runs.",
            "In which case should the block below run?",
        ),
    ),
    rule(r"^else\s+(?!if\b)[^:\s].*:", else_with_condition),
    rule(
        r"^for\b(?!.*\bin\b)",
        say(
            "The `for`{on} has no `in`.",
            "A `for` loop takes items one after the other *out of* something: a name, then `in`, then a collection "
            "or a `range`.",
            "Over what should the loop in {text} go, and how is each item called?",
        ),
    ),
    rule(
        r"^for\s+in\b",
        say(
            "The `for`{on} names no loop variable before `in`.",
            "In each round the loop puts one item under a name, and that name stands between `for` and `in`.",
            "What is one item of that collection?",
        ),
    ),
)
