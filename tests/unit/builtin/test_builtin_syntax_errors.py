"""Programs that do not compile, under this interpreter and in the words of others."""

from __future__ import annotations

import sys

import pytest

CASES = [
    ("for i in range(3)\n    print(i)", 1, ["`for`", "no colon"]),
    ("while i < 3;\n    i += 1", 1, ["semicolon"]),
    ("print('hello", 1, ["quote mark", "no partner"]),
    ("print('It's me')", 1, ["apostrophe", "too early"]),
    ("x = (1 + 2\ny = 3", 1, ["`(` opened on line 1"]),
    ("x = [1, 2)", 1, ["`[`", "another kind"]),
    ("print(1))", 1, ["closing `)`"]),
    ("print('Total:' total)", 1, ["`'Total:'` and `total`", "side by side"]),
    ("my name = 3", 1, ["`my` and `name`", "side by side"]),
    ("print 'hello'", 1, ["without parentheses"]),
    ("whlie True:\n    pass", 1, ["`whlie`", "`while`"]),
    ("If x:\n    pass", 1, ["`If`", "`if`"]),
    ("fro i in x:\n    pass", 1, ["`fro`", "`for`"]),
    ("x = 3 +", 1, ["ends with `+`"]),
    ("if x = 3:\n    pass", 1, ["condition of the `if`", "does not compare"]),
    ("x = 1\nelse:\n    pass", 2, ["`else`", "has no"]),
    ("else x == 3:\n    pass", 1, ["`else`", "condition"]),
    ("if True:\nprint(1)", 2, ["`if`", "no indented block"]),
    ("x = 1\n    y = 2", 2, ["further to the right", "4 columns"]),
    ("if True:\n    x = 1\n  y = 2", 3, ["does not match any block", "2 columns"]),
    ("if 1:\n\tx = 1\n        y = 2", 3, ["tabs and spaces"]),
    ("class = 3", 1, ["`class`", "reserved"]),
    ("def return():\n    pass", 1, ["`return`", "reserved"]),
    ("def f:\n    pass", 1, ["no parentheses"]),
    ("def (x):\n    pass", 1, ["no name"]),
    ("def f(x, 3):\n    pass", 1, ["fixed value"]),
    ("def f(a, a):\n    pass", 1, ["`a` twice"]),
    ("def f(a=1, b):\n    pass", 1, ["without a default"]),
    ("f(a=1, 2)", 1, ["plain value comes after"]),
    ("return 3", 1, ["`return`", "not inside a function"]),
    ("break", 1, ["`break`", "not inside a loop"]),
    ("2x = 3", 1, ["`2x`", "letters"]),
    ("x = 007", 1, ["zero in front"]),
    ("'a' = 3", 1, ["fixed value", "cannot be given"]),
    ("f() = 3", 1, ["function call"]),
    ("None = 3", 1, ["`None`", "keeps for itself"]),
    ("a-b = 3", 1, ["minus sign"]),
    ("x = {1: 2, 3}", 1, ["key but no value"]),
    ("x = {'a'=1}", 1, ["equals sign", "curly braces"]),
    ("x === y", 1, ["too many equals signs"]),
    ("if x => 3:\n    pass", 1, ["`=>`", "order"]),
    ("if a && b:\n    pass", 1, ["`&&`"]),
    ("if not:\n    pass", 1, ["`not`", "nothing follows"]),
    ("if x == 1 or == 2:\n    pass", 1, ["`or`", "`==` follows at once"]),
    ("else if x:\n    pass", 1, ["`else if`", "other languages"]),
    ("i++", 1, ["`++`", "no such operator"]),
    ("int x = 3", 1, ["`int`", "other languages"]),
    ("if (x) {", 1, ["curly brace", "other languages"]),
    (">>> print(1)", 1, ["prompt"]),
    ("pip install numpy", 1, ["terminal"]),
    ("import math from sin", 1, ["wrong order"]),
    ("from math import sin and cos", 1, ["joined with `and`"]),
    ("for i range(3):\n    pass", 1, ["no `in`"]),
    ("while:\n    pass", 1, ["no condition"]),
    ("try:\n    x = 1\nprint(2)", 3, ["`try`", "not followed"]),
    ("x = “hello”", 1, ["quote mark", "no meaning"]),
    ("x = 'C:\\Users'", 1, ["backslash", "special code"]),
    ("def f():\n    x = 1\n    global x", 3, ["before the line that declares it `global`"]),
    ('x = """abc', 1, ["three quote marks"]),
    ("a = 'He said 'hi' to me'", 1, ["ends earlier"]),
    ("x = 1 if y", 1, ["`if … else …`", "both sides"]),
]


@pytest.mark.parametrize(("code", "line", "named"), CASES, ids=[case[0][:40] for case in CASES])
def test_the_cause_of_a_syntax_error_is_named(explain, compile_error, code, line, named):
    code += "\n"

    found = explain(code, compile_error(code))

    if sys.version_info[:2] == (3, 11):
        assert found.line == line
    assert found.specific
    missing = [words for words in named if words not in found.summary + found.body]
    assert not missing, found.body


OTHER_VERSIONS = [
    # Python 3.8: one caret, other words
    ("if x > 3", 9, "SyntaxError: invalid syntax", "no colon"),
    ('print("hi', 9, "SyntaxError: EOL while scanning string literal", "quote mark"),
    ("", 0, "SyntaxError: unexpected EOF while parsing", "not finished"),
    ("x = 1", 0, "IndentationError: expected an indented block", "no indented block"),
    ("a+1 = b", 0, "SyntaxError: can't assign to operator", "calculation"),
    ("x = “a”", 5, "SyntaxError: invalid character in identifier", "no meaning"),
    # Python 3.12 and later
    ("def f(a=1, b):", 11, "SyntaxError: parameter without a default follows parameter with a default", "a default"),
    ('f"{x"', 2, "SyntaxError: '{' was never closed", "never closed"),
    ('f"{}"', 3, "SyntaxError: f-string: valid expression required before '}'", "nothing to show"),
    ('x = f"abc', 4, "SyntaxError: unterminated f-string literal (detected at line 1)", "quote mark"),
    # Python 3.14
    ("whille True:", 0, "SyntaxError: invalid syntax. Did you mean 'while'?", "`while`"),
    ("elif x:", 0, "SyntaxError: 'elif' block follows an 'else' block", "`elif`"),
]


@pytest.mark.parametrize(("source", "column", "message", "words"), OTHER_VERSIONS)
def test_the_words_of_older_and_newer_pythons_are_understood(explain, source, column, message, words):
    stderr = f'  File "a.py", line 4\n    {source}\n    {" " * column}^\n{message}\n'

    found = explain("", stderr, filename="")

    assert (found.line, found.specific) == (4, True)
    assert words in found.summary + found.body


def test_an_open_bracket_above_is_found_when_python_only_points_below(explain):
    code = "x = foo(1,\n        2\nprint(x)\n"
    stderr = '  File "main.py", line 3\n    print(x)\n    ^\nSyntaxError: invalid syntax\n'

    found = explain(code, stderr)

    assert "opened on line 1 is still open when line 3 begins" in found.summary


def test_an_error_in_an_imported_file_is_marked_at_the_import(explain):
    stderr = (
        'Traceback (most recent call last):\n  File "main.py", line 2, in <module>\n    import helper\n'
        "  File \"helper.py\", line 7\n    if x\n        ^\nSyntaxError: expected ':'\n"
    )

    found = explain("x = 1\nimport helper\n", stderr)

    assert found.line == 2
    assert "helper.py" in found.body
    assert "line 7" in found.summary


def test_an_unknown_message_is_quoted_and_called_generic(explain):
    stderr = '  File "main.py", line 1\n    x = 1\n    ^\nSyntaxError: something quite new\n'

    found = explain("", stderr)

    assert not found.specific
    assert "something quite new" in found.summary
