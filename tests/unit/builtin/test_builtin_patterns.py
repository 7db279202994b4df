"""What is noticed in code, and what is left alone."""

from __future__ import annotations

import pytest

from taco_lsp.tutor.builtin.pattern_notes import note_for
from taco_lsp.tutor.builtin.patterns import observe
from taco_lsp.tutor.builtin.source import functions, gives_back, read_source
from taco_lsp.tutor.builtin.texts import LANGUAGES, Texts, entries

CASES = [
    ("while True:\n    x = 1", "endless_loop", 1),
    ("n = 3\nwhile n > 0:\n    print(n)", "endless_loop", 2),
    ("def f(x):\n    if x:\n        return 1", "missing_return", 1),
    ("def f(x):\n    y = x\nprint(f(1))", "missing_return", 1),
    ("def f(x):\n    print(x)\ny = f(1)", "print_not_return", 1),
    ("sum = 0", "shadowed_builtin", 1),
    ("for x in xs:\n    xs.remove(x)", "mutating_loop", 2),
    ("for k in d:\n    del d[k]", "mutating_loop", 2),
    ("for i in range(len(xs) + 1):\n    print(xs[i])", "loop_bounds", 1),
    ("for i in range(1, len(xs)):\n    print(xs[i])", "loop_bounds", 1),
    ("i = 0\nwhile i <= len(xs):\n    i += 1", "loop_bounds", 2),
    ("for i in range(1, n):\n    print(i)", "range_end", 1),
    ("mean = total // count", "integer_division", 1),
    ("name.upper()", "unused_result", 1),
    ("x = 1\nx + 1", "unused_result", 2),
    ("x == 3", "comparison_statement", 1),
    ("def f(a, b):\n    return a", "unused_parameter", 1),
    ("def f(a=[]):\n    a.append(1)\n    return a", "mutable_default", 1),
    ("for x in xs:\n    total = 0\n    total += x", "reset_in_loop", 2),
    ("total = 0\nfor x in xs:\n    total = x", "overwritten", 3),
    (
        (
            "def f(xs):\n    for x in xs:\n        if x:\n            return True\n        else:\n            return "
            "False"
        ),
        "early_return",
        3,
    ),
    ("if x == 1 or 2:\n    pass", "lonely_operand", 1),
    ("if x is 'a':\n    pass", "is_literal", 1),
    ("n = input()\nif n > 3:\n    pass", "input_text", 2),
    ("def f(x):\n    pass", "stub", 1),
    ("for i, x in enumerate(xs):\n    xs.pop(i)", "mutating_loop", 2),
    ("for k, v in d.items():\n    d.pop(k)", "mutating_loop", 2),
    ("for name in self.names:\n    self.names.remove(name)", "mutating_loop", 2),
    ("print(xs[len(xs)])", "loop_bounds", 1),
    ("for word in word:\n    print(word)", "reused_name", 1),
    ("def f(n):\n    n = 5\n    return n", "parameter_overwritten", 2),
    ("def f(n):\n    return n * f(n - 1)", "no_base_case", 2),
    ("def f(n):\n    return n\n    print(n)", "unreachable", 3),
    ("for x in xs:\n    if x:\n        break\n        print(x)", "unreachable", 4),
    ("xs = xs.sort()", "in_place_result", 1),
    ("def f(x):\n    return print(x)", "in_place_result", 2),
    ("middle = xs[len(xs) / 2]", "integer_division", 1),
    ("for i in range(n / 2):\n    print(i)", "integer_division", 1),
    ("if total == 0.3:\n    pass", "float_equality", 1),
    ("try:\n    f()\nexcept ValueError:\n    pass", "swallowed_error", 3),
    ("print", "unused_result", 1),
]


@pytest.mark.parametrize(("code", "kind", "line"), CASES, ids=[case[1] for case in CASES])
def test_a_pattern_is_noticed_at_its_line_and_asked_about(code, kind, line):
    found = [item for item in observe(read_source(code), Texts()) if item.kind == kind]

    assert [item.line for item in found] == [line]
    assert "?" in found[0].question or kind == "endless_loop"


SOUND = """
def mean(numbers):
    total = 0
    for number in numbers:
        total += number
    return total / len(numbers)

def first_even(numbers):
    for number in numbers:
        if number % 2 == 0:
            return number
    return None

left = 3
while left > 0:
    left -= 1
while True:
    line = input()
    if line == "":
        break
for i in range(10):
    print(i)
print(mean([1, 2]))
"""


def test_sound_code_is_left_alone():
    assert [item.kind for item in observe(read_source(SOUND), Texts()) if item.kind != "missing_return"] == []


KINDS = {name.removesuffix(".concept") for name in entries("en", "pattern_notes") if name.endswith(".concept")}


def test_every_kind_of_observation_has_a_note_of_its_own():
    assert {kind for _, kind, _ in CASES} <= KINDS
    assert {note_for(kind, Texts()).concept for kind in KINDS} == {
        text for name, text in entries("en", "pattern_notes").items() if name.endswith(".concept")
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_notes_hold_python_examples_that_compile(language):
    for kind in KINDS:
        compile(note_for(kind, Texts(language)).example, kind, "exec")


def test_an_example_is_given_in_the_students_language_where_there_is_one():
    assert note_for(None, Texts(), "java").example_language == "java"
    assert note_for(None, Texts(), "typescript").example_language == "javascript"
    assert note_for(None, Texts(), "cobol").example_language == "python"


@pytest.mark.parametrize(
    ("body", "ending"),
    [
        ("return 1", "always"),
        ("pass", "never"),
        ("return", "never"),
        ("if x:\n  return 1\n else:\n  return 2", "always"),
        ("if x:\n  return 1", "sometimes"),
        ("while True:\n  return 1", "always"),
        ("raise ValueError", "never"),
        ("try:\n  return 1\n except ValueError:\n  return 2", "always"),
        ("try:\n  return 1\n except ValueError:\n  pass", "sometimes"),
        ("yield 1", "always"),
        ("def g():\n  return 1", "never"),
        ("match x:\n  case 1:\n   return 1\n  case _:\n   return 2", "always"),
    ],
)
def test_whether_a_function_gives_back_a_value_on_every_path(body, ending):
    tree = read_source(f"def f(x):\n {body}\n").tree

    assert gives_back(functions(tree)["f"]) == ending
