"""What tests say, read: the names of those that failed, the error of the first, and what was missing."""

from __future__ import annotations

import pytest

from taco_lsp.testing.output import failed_tests, first_error, missing_module, none_ran

UNITTEST = """\
.F.E
======================================================================
ERROR: test_crash (test_sum.Sum.test_crash)
----------------------------------------------------------------------
Traceback (most recent call last):
  File "/home/ada/sum/test_sum.py", line 9, in test_crash
    total([])
  File "/home/ada/sum/sum.py", line 4, in total
    return numbers[0] + total(numbers[1:])
           ~~~~~~~^^^
IndexError: list index out of range

======================================================================
FAIL: test_two (test_sum.Sum.test_two) (numbers=[1, 2])
It adds two numbers.
----------------------------------------------------------------------
Traceback (most recent call last):
  File "/home/ada/sum/test_sum.py", line 6, in test_two
    self.assertEqual(total([1, 2]), 3)
AssertionError: 2 != 3

----------------------------------------------------------------------
Ran 4 tests in 0.001s

FAILED (failures=1, errors=1)
"""
PYTEST = """\
F.                                                                       [100%]
=================================== FAILURES ===================================
___________________________________ test_two ___________________________________

    def test_two():
>       assert total([1, 2]) == 3
E       assert 2 == 3
E        +  where 2 = total([1, 2])

test_sum.py:5: AssertionError
=========================== short test summary info ============================
FAILED test_sum.py::Sum::test_two[1-2] - assert 2 == 3
1 failed, 1 passed in 0.02s
"""
PYTEST_CRASH = """\
=================================== FAILURES ===================================
__________________________________ test_crash __________________________________

    def test_crash():
>       total([])

test_sum.py:9:
_ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _

    def total(numbers):
>       return numbers[0]
E       IndexError: list index out of range

sum.py:4: IndexError
=========================== short test summary info ============================
FAILED test_sum.py::test_crash - IndexError: list index out of range
"""
PYTEST_UNREADABLE = """\
==================================== ERRORS ====================================
_______________________ ERROR collecting test_sum.py ___________________________
test_sum.py:1: in <module>
    from sum import total
E     File "/home/ada/sum/sum.py", line 1
E       def total(numbers)
E   SyntaxError: expected ':'
=========================== short test summary info ============================
ERROR test_sum.py - SyntaxError: expected ':'
"""
TAP = """\
TAP version 13
# Subtest: adds two numbers
not ok 1 - adds two numbers
  ---
  error: 'Expected values to be strictly equal'
  ...
ok 2 - adds none
# tests 2
"""
NOT_THERE = """\
  File "/x/{file}", line 1, in <module>
    import {module}
ModuleNotFoundError: No module named '{module}'
"""
SPEC = "✖ adds two numbers (1.2345ms)\n✔ adds none (0.1ms)\n\n✖ failing tests:\n"


@pytest.mark.parametrize(
    ("said", "names"),
    [
        (UNITTEST, ("test_crash", "test_two")),
        (PYTEST, ("test_two[1-2]",)),
        (TAP, ("adds two numbers",)),
        (SPEC, ("adds two numbers",)),
        ("ERROR sum_test.py - SyntaxError: invalid syntax\n", ("sum_test.py",)),
        ("not ok 1 - /home/ada/sum/sum.test.js\n", ("sum.test.js",)),
        ("Ran 3 tests in 0.1s\n\nOK\n", ()),
        ("make: *** [test] Error 1\n", ()),
    ],
)
def test_the_tests_that_failed_are_named(said: str, names: tuple[str, ...]) -> None:
    assert failed_tests(said) == names


def test_many_failures_are_not_all_named() -> None:
    assert len(failed_tests("".join(f"FAIL: test_{n} (t.T)\n" for n in range(500)))) == 20


@pytest.mark.parametrize(
    ("said", "error"),
    [
        (
            UNITTEST,
            UNITTEST[UNITTEST.index('  File "/home/ada/sum/sum.py"') : UNITTEST.index("\n\n===")],
        ),
        (UNITTEST.partition("ERROR: ")[0] + UNITTEST[UNITTEST.index("FAIL: "):], "AssertionError: 2 != 3"),
        (PYTEST, "AssertionError: assert 2 == 3"),
        (PYTEST_CRASH, '  File "sum.py", line 4\nIndexError: list index out of range'),
        (
            PYTEST_UNREADABLE,
            '      File "/home/ada/sum/sum.py", line 1\n        def total(numbers)\nSyntaxError: expected \':\'',
        ),
        (TAP, ""),
        ("", ""),
    ],
)  # fmt: skip
def test_the_error_is_the_first_one_with_its_place_in_the_student_s_file(said: str, error: str) -> None:
    assert first_error(said, "sum.py") == error


@pytest.mark.parametrize(
    ("said", "missing"),
    [
        ("/usr/bin/python3: No module named pytest\n", "pytest"),
        (NOT_THERE.format(file="test_a.py", module="pytest"), "pytest"),
        (NOT_THERE.format(file="a.py", module="pytest"), ""),
        (NOT_THERE.format(file="test_a.py", module="a"), ""),
        (UNITTEST, ""),
    ],
)  # fmt: skip
def test_what_the_tests_need_is_told_from_what_the_student_misspelt(said: str, missing: str) -> None:
    assert missing_module(said, ["test_a.py"], ["test_a.py", "a.py"]) == missing


@pytest.mark.parametrize("said", ["Ran 0 tests in 0.000s\n\nOK\n", "\nno tests ran in 0.01s\n", "# tests 0\n"])
def test_no_test_at_all_is_noticed(said: str) -> None:
    assert none_ran(said)
    assert not none_ran(UNITTEST)
