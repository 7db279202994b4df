"""What a function takes and gives, told from its form alone, in several languages."""

from __future__ import annotations

import pytest

from taco_lsp.tutor.guard import Guard
from taco_lsp.tutor.guard.kinds import kind_of, kind_taken
from taco_lsp.tutor.guard.signature import signatures


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("0", "number"),
        ("total / len(numbers)", "number"),
        ("[...s].filter((x) => x === c).length", "number"),
        ("text.split().count('a')", "number"),
        ("(s.match(/[A-Z]/g) || []).length", "number"),
        ("f'{hours}:{minutes}'", "text"),
        ("''.join(letters[::-1])", "text"),
        ("s.replace(/\\b\\w/g, up)", "text"),
        ("'-' * 10", "text"),
        ("[x for x in xs if x % 2]", "many"),
        ("sorted(set(a) & set(b))", "many"),
        ("text.split(',')", "many"),
        ("{word: 1}", "table"),
        ("Object.fromEntries(pairs)", "table"),
        ("1 if xs else 0", "number"),
        ("n ? 'odd' : 'even'", "text"),
        ("name + ' says woof'", "text"),
        ("sum(lists, [])", None),
        ("x", None),
        ("f(x)", None),
    ],
)
def test_an_expression_tells_what_it_gives(expression: str, expected: str | None) -> None:
    assert kind_of(expression, "") == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("x = 0\nreturn x", "number"),
        ("x = []\nfor a in b:\n    x.append(a)\nreturn x", "many"),
        ("String x = read();\nreturn x;", "text"),
        ("let x = {};\nreturn x;", "table"),
        ("while y:\n    x += 1\nreturn x", "number"),
        ("return x", None),
    ],
)
def test_a_name_is_what_it_is_first_set_to(body: str, expected: str | None) -> None:
    assert kind_of("x", body) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("return p.lower()", "text"),
        ("for a in p:\n    pass", "many"),
        ("return p[0]", "many"),
        ("for key in p.keys(): pass", "table"),
        ("while p > 9: pass", "number"),
        ("for i in range(1, p + 1): pass", "number"),
        ("return upper", None),
    ],
)
def test_a_parameter_is_what_it_is_used_as(body: str, expected: str | None) -> None:
    assert kind_taken("p", body) == expected


def test_a_signature_tells_what_goes_in_and_out() -> None:
    code = "def f(xs, limit):\n    best = []\n    for x in xs:\n        if x > limit: best.append(x)\n    return best\n"
    [it] = signatures(code)
    assert (it.takes, it.kind) == (("many", "number"), "many")


def test_a_function_of_another_kind_is_another_problem_s() -> None:
    student = (
        "def steps(number):\n    count = 0\n    while number > 1:\n        number = number / 2\n    return count\n"
    )
    texts = "def g(s):\n    out = ''\n    for c in s.split():\n        out += c[0].upper() + c[1:]\n    return out\n"
    numbers = "def g(s):\n  n = 0\n  while s != 1:\n    s = 3 * s + 1 if s & 1 else s // 2\n    n += 1\n  return n\n"
    held = []
    for code in (texts, numbers):
        guard = Guard(references=(), student_code=student, statement="Count the steps that a number needs to reach 1.")
        guard.feed(f"```python\n{code}```\n")
        guard.close()
        held.append(guard.verdict.blocked)
    assert held == [False, True]
