"""Syntax errors inside a statement: assignments, calls, dictionaries.

Puts Python's own messages, of the versions 3.8 to 3.14, into plain words.
"""

from __future__ import annotations

from taco_lsp.tutor.builtin.failure import Rule, rule, say
from taco_lsp.tutor.builtin.syntax_details import (
    explain_assignment_target,
    explain_condition_assignment,
)

_CALLS: tuple[Rule, ...] = (
    rule(
        r"Missing parentheses in call to '(\w+)'",
        say("syntax_statements.print_statement", "name"),
    ),
    rule(
        r"positional argument follows keyword argument",
        say("syntax_statements.plain_after_named"),
    ),
    rule(
        r"iterable argument unpacking follows keyword",
        say("syntax_statements.unpack_after_named"),
    ),
    rule(
        r"keyword argument repeated(?:: (\w+))?",
        say("syntax_statements.repeated_name", "name"),
    ),
    rule(
        r"Generator expression must be parenthesized",
        say("syntax_statements.generator_brackets"),
    ),
)

_DICTS: tuple[Rule, ...] = (
    rule(
        r"':' expected after dictionary key",
        say("syntax_statements.key_without_value"),
    ),
    rule(
        r"expression expected after dictionary key",
        say("syntax_statements.colon_without_value"),
    ),
    rule(
        r"cannot use a starred expression in a dictionary value|dict unpacking cannot|iterable unpacking cannot",
        say("syntax_statements.star_in_entry"),
    ),
)

_ASSIGNMENTS: tuple[Rule, ...] = (
    rule(r"Maybe you meant '==' or ':='|expression cannot contain assignment", explain_condition_assignment),
    rule(
        r"(?:cannot|can't) assign to (__debug__|True|False|None|keyword)",
        say("syntax_statements.reserved_target", "word"),
    ),
    rule(
        r"(?:cannot|can't) assign to (.+?)(?: here)?(?:\. Maybe you meant '==' .*)?$",
        explain_assignment_target,
    ),
    rule(
        r"(?:cannot|can't) delete (.+)",
        say("syntax_statements.delete", "term"),
    ),
    rule(
        r"'?(.+?)'? is an illegal expression for augmented assignment",
        say("syntax_statements.augmented_target", "term"),
    ),
    rule(
        r"only single target \(not (\w+)\) can be annotated|illegal target for annotation",
        say("syntax_statements.annotated_group"),
    ),
    rule(
        r"assignment expression cannot (?:rebind|be used)|cannot rebind assignment expression|"
        r"cannot use assignment expressions with (.+)",
        say("syntax_statements.walrus"),
    ),
    rule(
        r"cannot use (.*?) with (.+)",
        say("syntax_statements.not_together", "term", "other_term"),
    ),
    rule(
        r"starred assignment target must be|multiple starred expressions|two starred expressions",
        say("syntax_statements.starred_target"),
    ),
    rule(
        r"can(?:'t|not) use starred expression",
        say("syntax_statements.lonely_star"),
    ),
)

RULES: tuple[Rule, ...] = (*_CALLS, *_DICTS, *_ASSIGNMENTS)
