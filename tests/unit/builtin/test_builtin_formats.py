"""Tracebacks as notebooks, IPython, pytest, unittest and doctest show them."""

from __future__ import annotations

import pytest

from taco_lsp.tutor.builtin import explain_error

MODERN = """---------------------------------------------------------------------------
IndexError                                Traceback (most recent call last)
Cell In[6], line 1
----> 1 mean([1,2])

File ~/course/stats.py:4, in mean(xs)
      2 total = 0
      3 for i in range(len(xs) + 1):
----> 4     total += xs[i]
      5 return total / len(xs)

IndexError: list index out of range
"""
OLD = """---------------------------------------------------------------------------
NameError                                 Traceback (most recent call last)
<ipython-input-3-8ca7a9e5c6b1> in <module>()
      1 x = 3
----> 2 print(totl)

NameError: name 'totl' is not defined
"""
MIDDLE = """---------------------------------------------------------------------------
TypeError                                 Traceback (most recent call last)
Input In [4], in <cell line: 2>()
      1 age = "12"
----> 2 age + 1

TypeError: can only concatenate str (not "int") to str
"""
CELL_SYNTAX = """  Cell In[3], line 1
    for i in range(3)
                     ^
SyntaxError: expected ':'
"""
PYTEST = """=================================== FAILURES ===================================
__________________________________ test_mean ___________________________________

    def test_mean():
>       assert mean([1, 2, 3]) == 2

test_stats.py:5:
_ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _

xs = [1, 2, 3]

    def mean(xs):
>           total += xs[i]
E           IndexError: list index out of range

stats.py:4: IndexError
"""
PYTEST_ASSERT = """    def test_double():
>       assert double(2) == 5
E       assert 4 == 5
E        +  where 4 = double(2)

test_double.py:3: AssertionError
"""
UNITTEST = """F
======================================================================
FAIL: test_sum (test_sum.T.test_sum)
----------------------------------------------------------------------
Traceback (most recent call last):
  File "/w/test_sum.py", line 5, in test_sum
    self.assertEqual(add(2, 2), 5)
AssertionError: 4 != 5

----------------------------------------------------------------------
Ran 1 test in 0.000s

FAILED (failures=1)
"""
DOCTEST = """**********************************************************************
File "/w/double.py", line 5, in __main__.double
Failed example:
    double(None)
Exception raised:
    Traceback (most recent call last):
      File "/usr/lib/python3.11/doctest.py", line 1353, in __run
        exec(compile(example.source, filename, "single",
      File "<doctest __main__.double[1]>", line 1, in <module>
        double(None)
      File "/w/double.py", line 8, in double
        return x * 2
    TypeError: unsupported operand type(s) for *: 'NoneType' and 'int'
**********************************************************************
1 items had failures:
"""
CASES = [
    (MODERN, "IndexError", 4, "`xs`"),
    (OLD, "NameError", 2, "`totl`"),
    (MIDDLE, "TypeError", 2, "`+`"),
    (CELL_SYNTAX, "SyntaxError", 1, "no colon"),
    (PYTEST, "IndexError", 4, "`xs`"),
    (PYTEST_ASSERT, "AssertionError", 3, "`4` and `5`"),
    (UNITTEST, "AssertionError", 5, "`4` and `5`"),
    (DOCTEST, "TypeError", 8, "`*`"),
]


@pytest.mark.parametrize(
    ("text", "error_type", "line", "words"), CASES, ids=[case[1] + str(n) for n, case in enumerate(CASES)]
)
def test_a_report_is_read_like_an_ordinary_traceback(text, error_type, line, words):
    found = explain_error(code="", stderr=text, language_id="python")

    assert (found.error_type, found.line, found.specific) == (error_type, line, True)
    assert words in found.body, found.body


LIBRARIES = [
    ("ValueError: operands could not be broadcast together with shapes (3,) (4,) ", "`(3,)`"[1:-1]),
    ("ValueError: Length of values (3) does not match length of index (4)", "4 rows"),
    ("requests.exceptions.MissingSchema: Invalid URL 'x.org': No scheme supplied.", "`x.org`"),
    ('_tkinter.TclError: unknown option "-colour"', "`-colour`"),
    ("turtle.TurtleGraphicsError: bad color string: bleu", "bleu"),
    ("pygame.error: video system not initialized", "`video`"),
    ("sqlite3.OperationalError: no such table: users", "`users`"),
    ("re.error: missing ), unterminated subpattern at position 0", "missing )"),
    ("mylib.errors.ThingError: colour must be a name or a number", "must be a name"),
    ("mylib.Boom: the gizmo was turned upside down", "upside down"),
]


@pytest.mark.parametrize(("message", "words"), LIBRARIES, ids=[case[0][:40] for case in LIBRARIES])
def test_an_error_of_a_library_names_its_own_cause(message, words):
    stderr = f'Traceback (most recent call last):\n  File "main.py", line 3, in <module>\n    go(x)\n{message}\n'

    found = explain_error(code="", stderr=stderr, language_id="python")

    assert (found.line, found.specific) == (3, True)
    assert words in found.body, found.body


def test_an_error_without_any_words_is_called_generic():
    stderr = 'Traceback (most recent call last):\n  File "main.py", line 3, in <module>\n    go(x)\nmylib.BoomError\n'

    assert not explain_error(code="", stderr=stderr, language_id="python").specific
