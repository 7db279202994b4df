"""Syntax errors below the level of statements: quotes, brackets, numbers, characters.

Puts Python's own messages, of the versions 3.8 to 3.14, into plain words.
"""

from __future__ import annotations

from taco_lsp.tutor.builtin.failure import Rule, rule, say
from taco_lsp.tutor.builtin.syntax_details import (
    explain_bracket_mismatch,
    explain_invalid_character,
    explain_number_name,
    explain_open_bracket,
    explain_open_string,
    explain_stray_bracket,
)

_STRINGS: tuple[Rule, ...] = (
    rule(r"unterminated (?:f-|t-)?string literal|EOL while scanning string", explain_open_string),
    rule(
        r"unterminated triple-quoted|EOF while scanning triple-quoted",
        say("syntax_tokens.triple_quotes"),
    ),
    rule(
        r"f-string: (?:expecting '}'|single '}'|closing parenthesis)|f-string: expecting '=', or '!'",
        say("syntax_tokens.fstring_braces"),
    ),
    rule(
        r"f-string: (?:empty expression|valid expression required)",
        say("syntax_tokens.fstring_empty"),
    ),
    rule(
        r"f-string expression part cannot include (?:a |')?(backslash|#)",
        say("syntax_tokens.fstring_backslash", "sign"),
    ),
    rule(
        r"f-string: unmatched '[(\[)\]]'",
        say("syntax_tokens.fstring_bracket"),
    ),
    rule(
        r"f-string: (.+?)[.?]?$",
        say("syntax_tokens.fstring_code", "detail"),
    ),
    rule(
        r"'unicodeescape' codec|truncated \\[uUxN]",
        say("syntax_tokens.escape_code"),
    ),
    rule(
        r"bytes can only contain ASCII",
        say("syntax_tokens.bytes_letters"),
    ),
    rule(
        r"cannot mix bytes and nonbytes",
        say("syntax_tokens.bytes_and_text"),
    ),
)

_BRACKETS: tuple[Rule, ...] = (
    rule(r"'([(\[{])' was never closed", explain_open_bracket),
    rule(r"unmatched '([)\]}])'", explain_stray_bracket),
    rule(
        r"closing parenthesis '(.)' does not match opening parenthesis '(.)'(?: on line (\d+))?",
        explain_bracket_mismatch,
    ),
    rule(
        r"unexpected EOF while parsing",
        say("syntax_tokens.unfinished_file"),
    ),
)

_NUMBERS_AND_CHARACTERS: tuple[Rule, ...] = (
    rule(r"invalid (decimal|imaginary) literal", explain_number_name),
    rule(
        r"invalid (hexadecimal|octal|binary) literal|invalid digit '(.)' in (\w+) literal",
        say("syntax_tokens.wrong_digit"),
    ),
    rule(
        r"leading zeros in decimal|invalid token",
        say("syntax_tokens.leading_zero"),
    ),
    rule(r"invalid character '?(.)'? \((U\+[0-9A-Fa-f]+)\)|invalid character in identifier", explain_invalid_character),
    rule(
        r"invalid non-printable character (U\+[0-9A-Fa-f]+)",
        say("syntax_tokens.invisible", "code"),
    ),
    rule(
        r"unexpected character after line continuation",
        say("syntax_tokens.continuation"),
    ),
    rule(
        r"null bytes|Non-UTF-8 code|codec can't decode|encoding problem|unknown encoding",
        say("syntax_tokens.not_utf8"),
    ),
)

RULES: tuple[Rule, ...] = (*_STRINGS, *_BRACKETS, *_NUMBERS_AND_CHARACTERS)
