"""Real programs with real mistakes: each is run, and the explanation must name its own cause."""

from __future__ import annotations

import pytest

CASES = [
    # code, error type, line, words that name the cause
    ("total = 5\nprint(totl)", "NameError", 2, ["`totl`", "`total`", "looks similar"]),
    ("print(score)\nscore = 3", "NameError", 1, ["before line 2 gives it a value"]),
    ("tally = tally + 1", "NameError", 1, ["its own first value"]),
    ("def f():\n    inner = 3\nf()\nprint(inner)", "NameError", 4, ["only exists inside the function `f`"]),
    ("print(math.pi)", "NameError", 1, ["`math`", "not imported"]),
    ("if true:\n    pass", "NameError", 1, ["`true`", "not a word of Python"]),
    ("prnt('x')", "NameError", 1, ["`print`", "looks similar"]),
    ("print(hello)", "NameError", 1, ["never given a value", "quote marks"]),
    ("class A:\n    def go(self): pass\n    def run(self):\n        go()\nA().run()", "NameError", 4, ["class `A`"]),
    ("launch(3)", "NameError", 1, ["function `launch`", "defined or imported"]),
    ("def f(x):\n    if x > 3:\n        return [1]\nf(1)[0]", "TypeError", 4, ["`None`", "on every path", "line 1"]),
    ("x = [3, 1].sort()\nprint(x[0])", "TypeError", 2, ["`x` is `None`", "changes something in place"]),
    ("x = None\nfor i in x:\n    pass", "TypeError", 2, ["`x` is `None`", "line 1"]),
    ("def f():\n    print(1)\ny = f() + 1", "TypeError", 3, ["left of `+`", "has no `return`"]),
    ("age = input()\nprint(age + 1)", "TypeError", 2, ["join text", "`input()` always gives text"]),
    ("age = input()\nif age > 3:\n    pass", "TypeError", 2, ["compares", "`input()` always gives text"]),
    ("x = 3 + 'a'", "TypeError", 1, ["`+`", "whole number", "text"]),
    ("x = [1] + 3", "TypeError", 1, ["join a list with a whole number"]),
    ("x = 'a' * 'b'", "TypeError", 1, ["whole number of times"]),
    ("list = [1, 2]\nx = list((1, 2))", "TypeError", 2, ["no longer means Python's own", "on line 1"]),
    ("x = 3\nx()", "TypeError", 2, ["`x`", "call it like a function"]),
    ("x = 3\nprint(x[0])", "TypeError", 2, ["no items", "set to `3` on line 1"]),
    ("print(len['abc'])", "TypeError", 1, ["square brackets", "do not call"]),
    ("def f(a, b): pass\nf(1)", "TypeError", 2, ["without a value for `b`", "header on line 1"]),
    ("def f(a): pass\nf(1, 2)", "TypeError", 2, ["2 values", "room for 1"]),
    ("def f(length): pass\nf(lenght=1)", "TypeError", 2, ["`lenght`", "`length` looks similar"]),
    ("class A:\n    def go(): pass\nA().go()", "TypeError", 3, ["passes the object itself"]),
    ("class A:\n    def _init_(self, x): pass\nA(3)", "TypeError", 3, ["takes none", "`__init__`"]),
    ("def f(a, b): pass\nf(1, a=2)", "TypeError", 2, ["two values for the same parameter `a`"]),
    ("print('x', sepp='')", "TypeError", 1, ["`print()`", "`sepp`"]),
    ("for i in 5:\n    pass", "TypeError", 1, ["`5`", "item by item"]),
    ("len(5)", "TypeError", 1, ["length of `5`", "`int`"]),
    ("range(2.5)", "TypeError", 1, ["whole number is needed", "decimal number"]),
    ("x = {[1]: 2}", "TypeError", 1, ["`list`", "dictionary key"]),
    ("','.join([1, 2])", "TypeError", 1, ["`join`", "position 0"]),
    ("x = 'abc'\nx[0] = 'z'", "TypeError", 2, ["never changes", "`x`"]),
    ("x = [1]\nx['a']", "TypeError", 2, ["not a whole number"]),
    ("a, b = 5", "TypeError", 1, ["only a whole number"]),
    ("int([1])", "TypeError", 1, ["gets a list"]),
    ("5 in 5", "TypeError", 1, ["`in`", "holds no items"]),
    ("x = -'a'", "TypeError", 1, ["unary -", "`str`"]),
    ("sorted([1, 'a'])", "TypeError", 1, ["used inside the call of `sorted`", "no order"]),
    ("x = [1, 2, 3]\nprint(x[3])", "IndexError", 2, ["position `3`", "numbered 0 to 2"]),
    ("x = [1, 2]\nfor i in range(len(x) + 1):\n    print(x[i])", "IndexError", 3, ["goes past the last position"]),
    ("x = [5, 10]\nfor i in x:\n    print(x[i])", "IndexError", 3, ["it is an item, not a position"]),
    ("x = [1, 2]\nfor i in range(len(x)):\n    print(x[i + 1])", "IndexError", 3, ["looks beyond the end"]),
    ("x = [1]\ni = 0\nwhile i <= len(x):\n    x[i]\n    i += 1", "IndexError", 4, ["`<=` includes the end"]),
    ("x = []\nx[0] = 1", "IndexError", 2, ["starts empty on line 1"]),
    ("x = []\nx.pop()", "IndexError", 2, ["`list` that is empty"]),
    ("s = 'abc'\nprint(s[10])", "IndexError", 2, ["3 letters"]),
    ("d = {'apple': 1}\nprint(d['aple'])", "KeyError", 2, ["`'aple'`", "`'apple'` looks similar"]),
    ("d = {'1': 1}\nprint(d[1])", "KeyError", 2, ["of another type"]),
    ("{}.popitem()", "KeyError", 1, ["`popitem`", "empty"]),
    ("x = None\nx.append(1)", "AttributeError", 2, ["`x` is `None`", "set to `None` on line 1"]),
    ("x = print('hi')\nx.upper()", "AttributeError", 2, ["`print()` shows a value and gives back `None`"]),
    ("'abc'.push(1)", "AttributeError", 1, ["text", "`.push`"]),
    ("'abc'.uper()", "AttributeError", 1, ["`.upper` looks similar"]),
    ("import math\nmath.squareroot(3)", "AttributeError", 2, ["`math`", "`squareroot`"]),
    ("x = ['a'].join('-')", "AttributeError", 1, ["separator"]),
    ("class A:\n    def __init__(self): self.name = 1\nA().nme", "AttributeError", 3, ["`.name` looks similar"]),
    ("x = int('3.5')", "ValueError", 1, ["`'3.5'`", "decimal number and not a whole one"]),
    ("x = int('')", "ValueError", 1, ["is empty"]),
    ("x = int(input())", "ValueError", 1, ["`'12 13'`", "more than one number", "typed at `input()`"]),
    ("x = float('abc')", "ValueError", 1, ["`float()`", "not written with digits"]),
    ("a, b = [1, 2, 3]", "ValueError", 1, ["2 values", "more values"]),
    ("a, b, c = 'xy'", "ValueError", 1, ["3 values", "gives 2 values"]),
    ("[1].remove(2)", "ValueError", 1, ["`.remove`", "does not hold it"]),
    ("'abc'.index('z')", "ValueError", 1, ["does not occur"]),
    ("max([])", "ValueError", 1, ["no largest", "empty"]),
    ("import math\nmath.sqrt(-1)", "ValueError", 2, ["negative number has no square root"]),
    (
        ("def check(x):\n    if x < 0:\n        raise ValueError('negative')\ncheck(-1)"),
        "ValueError",
        3,
        ["`x < 0` on line 2"],
    ),
    ("x = 0\nprint(10 / x)", "ZeroDivisionError", 2, ["`x` is 0", "set to `0` on line 1"]),
    ("x = []\nprint(sum(x) / len(x))", "ZeroDivisionError", 2, ["`len(x)` is 0", "empty"]),
    ("import numpyy", "ModuleNotFoundError", 1, ["`numpyy`", "not part of Python"]),
    ("import randon", "ModuleNotFoundError", 1, ["`random` looks similar"]),
    ("from math import sqroot", "ImportError", 1, ["`sqroot`"]),
    ("open('nofile.txt')", "FileNotFoundError", 1, ["`nofile.txt`", "folder"]),
    ("def f(n):\n    return f(n - 1)\nf(1)", "RecursionError", 2, ["`f` calls itself", "has no `if`"]),
    (
        ("def f(n):\n    if n == 0:\n        return 0\n    return f(n)\nf(3)"),
        "RecursionError",
        4,
        ["nothing changes from call"],
    ),
    ("a = input()\nb = input()", "EOFError", 2, ["no input is left", "2 calls"]),
    ("assert 1 + 1 == 3, 'sum'", "AssertionError", 1, ["`1 + 1 == 3`", "is false", "`sum`"]),
    ("count = 0\ndef f():\n    count += 1\nf()", "UnboundLocalError", 3, ["different variable", "outside (line 1)"]),
    (
        ("def f(x):\n    if x > 3:\n        y = 1\n    return y\nf(1)"),
        "UnboundLocalError",
        4,
        ["(line 3)", "not reached"],
    ),
    ("def f():\n    print(max)\n    max = 3\nf()", "UnboundLocalError", 2, ["hides Python's own `max`"]),
    ("d = {'a': 1}\nfor k in d:\n    d[k + 'x'] = 1", "RuntimeError", 2, ["loop on line 2", "grows or shrinks"]),
    ("x = 2.0 ** 5000", "OverflowError", 1, ["too large"]),
    ("raise KeyError('gone')", "KeyError", 1, ["itself raises"]),
    ("while True:\n    raise KeyboardInterrupt", "KeyboardInterrupt", 2, ["raises this `KeyboardInterrupt`"]),
]


@pytest.mark.parametrize(("code", "error_type", "line", "named"), CASES, ids=[case[0][:40] for case in CASES])
def test_the_cause_of_a_real_failure_is_named(explain, run_program, code, error_type, line, named):
    stderr = run_program(code + "\n", stdin="12 13\n")

    found = explain(code, stderr)

    assert (found.error_type, found.line, found.specific) == (error_type, line, True)
    missing = [words for words in named if words not in found.summary + found.body]
    assert not missing, found.body


@pytest.mark.parametrize(("code", "error_type", "line", "named"), CASES[::4], ids=[case[0][:40] for case in CASES[::4]])
def test_without_the_code_the_traceback_alone_still_gives_a_specific_cause(
    explain, run_program, code, error_type, line, named
):
    found = explain("", run_program(code + "\n", stdin="12 13\n"))

    assert (found.error_type, found.line, found.specific) == (error_type, line, True)


def test_a_class_that_is_not_known_is_explained_honestly_as_generic(explain, run_program):
    code = "class Odd(Exception):\n    pass\nerror = Odd('strange')\ndef f():\n    exec('raise error')\nf()"

    found = explain(code, run_program(code))

    assert found.error_type == "Odd"
    assert not found.specific
    assert "strange" in found.summary


def test_the_line_is_followed_when_the_file_was_edited_after_the_run(explain, run_program):
    before = "x = [1, 2, 3]\nprint(x[7])\n"
    stderr = run_program(before)

    assert explain("# a new first line\n" + before, stderr).line == 3
