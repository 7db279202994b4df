"""Syntax errors about blocks: headers, parameters, and words in a place where they have no meaning.

Puts Python's own messages, of the versions 3.8 to 3.14, into plain words.
"""

from __future__ import annotations

from taco_lsp.tutor.builtin.failure import Rule, rule, say
from taco_lsp.tutor.builtin.syntax_details import (
    explain_block_without_colon,
    explain_keyword_suggestion,
)

_PARAMETERS: tuple[Rule, ...] = (
    rule(
        r"(?:arguments|parameters) cannot follow var-keyword",
        say("syntax_blocks.after_double_star"),
    ),
    rule(
        r"duplicate (?:argument|parameter) '(\w+)'",
        say("syntax_blocks.duplicate_parameter", "name"),
    ),
    rule(
        r"non-default argument follows default|parameter without a default follows",
        say("syntax_blocks.default_before"),
    ),
    rule(
        r"/ must be ahead of \*|/ may appear only once|at least one (?:argument|parameter) must precede /",
        say("syntax_blocks.slash_place"),
    ),
    rule(
        r"\* (?:argument |parameter )?may appear only once",
        say("syntax_blocks.two_stars"),
    ),
    rule(
        r"named (?:arguments|parameters) must follow bare \*",
        say("syntax_blocks.bare_star"),
    ),
    rule(
        r"(Function|Lambda expression) parameters cannot be parenthesized",
        say("syntax_blocks.parenthesized_parameters"),
    ),
    rule(
        r"expected default value expression",
        say("syntax_blocks.default_missing"),
    ),
)

_BLOCKS: tuple[Rule, ...] = (
    rule(r"expected ':'", explain_block_without_colon),
    rule(
        r"expected '\('",
        say("syntax_blocks.no_parentheses"),
    ),
    rule(
        r"expected 'except' or 'finally' block",
        say("syntax_blocks.lonely_try"),
    ),
    rule(
        r"multiple exception types must be parenthesized",
        say("syntax_blocks.except_types"),
    ),
    rule(
        r"default 'except:' must be last",
        say("syntax_blocks.bare_except_first"),
    ),
    rule(
        r"expected 'else' after 'if' expression|expected expression before 'else'|expected expression after 'else'",
        say("syntax_blocks.incomplete_if_else"),
    ),
    rule(
        r"'elif' block follows an 'else' block",
        say("syntax_blocks.elif_after_else"),
    ),
    rule(
        r"did you forget parentheses around the comprehension target",
        say("syntax_blocks.comprehension_pair"),
    ),
    rule(r"Did you mean '(\w+)'\?", explain_keyword_suggestion),
)

_PLACES: tuple[Rule, ...] = (
    rule(
        r"'(return|yield|yield from|await)' outside (?:async )?function",
        say("syntax_blocks.outside_function", "word"),
    ),
    rule(
        r"'(break|continue)' (?:outside loop|not properly in loop)",
        say("syntax_blocks.outside_loop", "word"),
    ),
    rule(
        r"name '(\w+)' is (?:assigned to|used) before (global|nonlocal) declaration"
        r"|name '(\w+)' is used prior to (global|nonlocal)",
        say("syntax_blocks.used_before_declared", "name", "word", "name", "word"),
    ),
    rule(
        r"name '(\w+)' is (\w+) and (\w+)",
        say("syntax_blocks.two_roles", "name", "first", "second"),
    ),
    rule(
        r"annotated name '(\w+)' can't be (global|nonlocal)",
        say("syntax_blocks.annotated", "name", "word"),
    ),
    rule(
        r"no binding for nonlocal '(\w+)'|nonlocal declaration not allowed at module level",
        say("syntax_blocks.no_outer_name"),
    ),
    rule(
        r"import \* only allowed at module level",
        say("syntax_blocks.star_import"),
    ),
    rule(
        r"from __future__ imports must occur at the beginning",
        say("syntax_blocks.future_place"),
    ),
    rule(
        r"future feature (\S+) is not defined|not a chance",
        say("syntax_blocks.no_such_feature", "name"),
    ),
    rule(
        r"trailing comma not allowed without",
        say("syntax_blocks.import_comma"),
    ),
    rule(
        r"Expected one or more names after 'import'|cannot use .* as import target",
        say("syntax_blocks.import_without_name"),
    ),
    rule(
        r"Did you mean to use 'from \.\.\. import",
        say("syntax_blocks.import_order"),
    ),
    rule(
        r"too many statically nested|too many nested parentheses|too many levels of indentation",
        say("syntax_blocks.too_deep"),
    ),
    rule(
        r"multiple statements found while compiling",
        say("syntax_blocks.one_statement"),
    ),
    rule(
        r"makes remaining patterns unreachable|alternative patterns bind|multiple assignments to name '(\w+)' in "
        r"pattern"
        r"|positional patterns follow",
        say("syntax_blocks.case_catches_all"),
    ),
)

RULES: tuple[Rule, ...] = (*_PARAMETERS, *_BLOCKS, *_PLACES)
