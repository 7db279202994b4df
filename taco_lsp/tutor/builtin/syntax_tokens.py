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
        say(
            "A text that opens with three quote marks{on} is never closed.",
            "Python went on reading to the end of the file, still waiting for the same three quote marks.",
            "Where do you want that text to end, and what stands there now?",
        ),
    ),
    rule(
        r"f-string: (?:expecting '}'|single '}'|closing parenthesis)|f-string: expecting '=', or '!'",
        say(
            "The curly braces inside the f-string{on} do not pair up.",
            "In an f-string each `{{` opens a piece of code and needs its own `}}`. Python found one without its "
            "partner.",
            "Count the braces in {text} and read what stands between each pair.",
        ),
    ),
    rule(
        r"f-string: (?:empty expression|valid expression required)",
        say(
            "A pair of braces in the f-string{on} has nothing to show between them.",
            "Python puts the value of the code between `{{` and `}}` into the text, and here there is no code.",
            "Which value did you want to appear at that place in {text}?",
        ),
    ),
    rule(
        r"f-string expression part cannot include (?:a |')?(backslash|#)",
        say(
            "The code inside the braces of the f-string{on} holds a {0}, which this Python version does not allow "
            "there.",
            "Between `{{` and `}}` only a plain expression may stand in this version.",
            "Could that part be worked out on a line of its own first?",
        ),
    ),
    rule(
        r"f-string: unmatched '[(\[)\]]'",
        say(
            "The code between the braces of the f-string{on} stops in the middle of a bracket.",
            "Often a quote mark inside the braces is of the same kind as the one around the text, and ends it too "
            "early.",
            "Which quote marks in {text} belong to the text, and which to the code between the braces?",
        ),
    ),
    rule(
        r"f-string: (.+?)[.?]?$",
        say(
            "The code between the braces of the f-string{on} cannot be read: {0}.",
            "What stands between `{{` and `}}` must be an expression that would also work on its own.",
            "Read only the part between the braces in {text}. Would it work as a line of its own? Mind the quote "
            "marks.",
        ),
    ),
    rule(
        r"'unicodeescape' codec|truncated \\[uUxN]",
        say(
            "A backslash in the text{on} starts a special code, and the letters after it do not complete that code.",
            "In a text, `\\U`, `\\u`, `\\x` and `\\N` introduce a character code. Windows paths such as `C:\\Users` "
            "contain one by accident.",
            "Find the backslashes in {text}. Which of them did you mean as plain backslashes?",
        ),
    ),
    rule(
        r"bytes can only contain ASCII",
        say(
            "A bytes text (with `b` before the quote){on} holds a letter outside plain English letters.",
            "Bytes stand for raw numbers, so only plain ASCII characters may be typed in them.",
            "Do you need bytes here, or ordinary text?",
        ),
    ),
    rule(
        r"cannot mix bytes and nonbytes",
        say(
            "Text and bytes stand side by side{on}, and Python cannot join them.",
            "One of the pieces has a `b` before its quote mark and the other does not.",
            "Compare the letters in front of each opening quote.",
        ),
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
        say(
            "The file ends in the middle of something that was opened and not finished.",
            "Python reached the end while still waiting: for a closing bracket, or for the block after a colon.",
            "Go up from the end of the file. Which bracket has no partner, or which `:` has nothing indented below it?",
        ),
    ),
)

_NUMBERS_AND_CHARACTERS: tuple[Rule, ...] = (
    rule(r"invalid (decimal|imaginary) literal", explain_number_name),
    rule(
        r"invalid (hexadecimal|octal|binary) literal|invalid digit '(.)' in (\w+) literal",
        say(
            "The number{on} holds a character that is not a digit of its kind.",
            "Numbers that begin with `0x`, `0o` or `0b` may use only the digits of base 16, 8 or 2.",
            "Check the number in {text} digit by digit.",
        ),
    ),
    rule(
        r"leading zeros in decimal|invalid token",
        say(
            "A whole number{on} is written with a zero in front.",
            "Python does not accept leading zeros in whole numbers, because in other languages they mean base 8.",
            "Is the value in {text} a number to calculate with, or digits to show, such as a code or a date?",
        ),
    ),
    rule(r"invalid character '?(.)'? \((U\+[0-9A-Fa-f]+)\)|invalid character in identifier", explain_invalid_character),
    rule(
        r"invalid non-printable character (U\+[0-9A-Fa-f]+)",
        say(
            "There is an invisible character ({0}){on} that Python cannot read.",
            "Such characters look like a space. They often come along when code is copied from a web page or a "
            "document.",
            "Which part of {text} was copied? Typing that part again shows whether it was the cause.",
        ),
    ),
    rule(
        r"unexpected character after line continuation",
        say(
            "A backslash `\\`{on} is followed by something else on the same line.",
            "Outside of a text, a backslash at the end of a line says that the line goes on below. Nothing may "
            "follow it.",
            "What is the backslash in {text} meant to be: a division, part of a text, or a line break?",
        ),
    ),
    rule(
        r"null bytes|Non-UTF-8 code|codec can't decode|encoding problem|unknown encoding",
        say(
            "The file holds bytes{on} that are not text in the encoding Python expects (UTF-8).",
            "This happens when a file was saved in another encoding, or is not a text file at all.",
            "In which encoding did the editor save the file?",
        ),
    ),
)

RULES: tuple[Rule, ...] = (*_STRINGS, *_BRACKETS, *_NUMBERS_AND_CHARACTERS)
