"""Syntax that is right somewhere else: other languages, Python 2, the terminal, the interactive prompt.

Patterns on a line whose strings are blanked out; `syntax_clues` asks them first.
"""

from __future__ import annotations

from taco_lsp.tutor.builtin.failure import Rule, rule, say

HABITS: tuple[Rule, ...] = (
    rule(
        r"^(>>>|\.\.\.)(?:\s|$)|^(In \[\d+\]:)",
        say("syntax_habits.prompt", "prompt", "prompt"),
    ),
    rule(
        r"^(pip3?|python3?|conda|cd|ls)\s+(?!=)(?:install|-|\w[\w.]*$)",
        say("syntax_habits.terminal", "command"),
    ),
    rule(
        r"\w\s*(\+\+|--)\s*(?:;|$|\))|^(\+\+|--)\w",
        say("syntax_habits.count_up", "sign", "sign"),
    ),
    rule(
        r"(&&|\|\|)",
        say("syntax_habits.and_or_signs", "sign"),
    ),
    rule(
        r"(?<![\w\])])!\s*[\w(]",
        say("syntax_habits.not_sign"),
    ),
    rule(
        r"^\}?\s*(else\s+if|elseif|elsif|elif\s+if)\b",
        say("syntax_habits.else_if", "words"),
    ),
    rule(
        r"^for\s*\(.*;.*;",
        say("syntax_habits.c_loop"),
    ),
    rule(
        r"^(var|let|const|int|float|double|char|String|string|bool|boolean|auto)\s+[^\W\d]\w*\s*(?:=|;|$)",
        say("syntax_habits.declared_type", "word"),
    ),
    rule(
        r"^(function|func|fn|fun|sub|void|public|private|static|struct|switch|do|foreach|until|unless|catch|throw|"
        r"using|include)\b(?!\s*[=.,\[]|\s*\(.*\)\s*$)",
        say("syntax_habits.foreign_word", "word"),
    ),
    rule(
        r"^(?:if|elif|while)\b.*\b(then|do)\s*:?$",
        say("syntax_habits.then", "word"),
    ),
    rule(
        r"^(?://|/\*|\*/|--\s|<!--)",
        say("syntax_habits.foreign_comment"),
    ),
    rule(
        r"^\}\s*;?$|^(?:if|for|while|else|def|class)\b.*\{\s*$",
        say("syntax_habits.curly_block"),
    ),
    rule(
        r"^(print|exec)\s+[\w\"'(]|^(print)\s*>>",
        say("syntax_habits.print_statement", "word", "word"),
    ),
    rule(
        r"<>",
        say("syntax_habits.not_equal"),
    ),
    rule(
        r"^raise\s+\w+\s*,",
        say("syntax_habits.raise_comma"),
    ),
    rule(
        r"`",
        say("syntax_habits.backquote"),
    ),
)
