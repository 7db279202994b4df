"""challenge.toml: everything it can say, and every mistake named with its line."""

from __future__ import annotations

import pytest

from taco_lsp.authoring.manifest import line_of, read_manifest
from taco_lsp.testing.suite import Case

FULL = """\
title = "Sum"
slug = "sum-of-two"
main = "sum.py"
difficulty = 3
prerequisites = ["numbers"]
concepts = ["functions"]

[policy]
hint_ceiling = 3

[[hints]]
rung = 2
text = "look"

[tests]
command = ["{python}", "-m", "pytest"]

[[tests.cases]]
stdin = "1"
stdout = "2"
args = ["x"]

[[tests.cases]]
stdout = "3"
"""


def test_everything_that_can_be_said_is_read() -> None:
    manifest, problems = read_manifest(FULL)
    assert problems == []
    assert (manifest.title, manifest.slug, manifest.main, manifest.difficulty) == ("Sum", "sum-of-two", "sum.py", 3)
    assert (manifest.prerequisites, manifest.concepts) == (("numbers",), ("functions",))
    assert manifest.policy == {"hint_ceiling": 3}
    assert [(hint.rung, hint.text) for hint in manifest.hints] == [(2, "look")]
    assert manifest.check.command == ("{python}", "-m", "pytest")
    assert manifest.check.cases == (Case(stdin="1", stdout="2", args=("x",)), Case(stdout="3"))


def test_an_empty_file_says_nothing() -> None:
    manifest, problems = read_manifest("")
    assert problems == []
    assert manifest.title is None
    assert manifest.check.cases == ()


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ('title = "Sum"', "title = 5", 1, "title must be a text"),
        ('title = "Sum"', 'titel = "Sum"', 1, "titel is unknown; known are"),
        ('"sum-of-two"', '"Sum of two"', 2, "slug must be a text of small letters"),
        ("difficulty = 3", "difficulty = 11", 4, "difficulty must be a whole number from 1 to 10"),
        ("difficulty = 3", "difficulty = true", 4, "difficulty must be a whole number"),
        ('["functions"]', '["functions", 2]', 6, "concepts must be a list of texts"),
        ("hint_ceiling = 3", "hint_ceiling = 9", 9, "policy.hint_ceiling is no setting, or has no such value"),
        ("hint_ceiling = 3", "hint_celing = 3", 9, "policy.hint_celing is no setting"),
        ("rung = 2", "rung = 6", 12, "hints.rung must be a whole number from 1 to 5"),
        ("rung = 2\n", "", 11, "hints.rung is missing"),
        ('text = "look"', 'text = ""', 13, "hints.text must be a text"),
        ('"{python}"', '"{pyhton}"', 16, "unknown placeholder {pyhton}"),
        ('"pytest"', '"{file}"', 16, "{file} has no meaning here; write the file's name itself"),
        ('"pytest"', '"{args}"', 16, "{args} has no meaning here"),
        ('stdout = "3"', "stdout = 3", 24, "tests.cases.stdout must be a text"),
        ('stdout = "3"', "", 23, "tests.cases.stdout is missing"),
        ("command =", "comand =", 16, "tests.comand is unknown"),
        ("[policy]", "[plicy]", 8, "plicy is unknown"),
    ],
)
def test_a_mistake_is_named_with_its_line(old: str, new: str, line: int, words: str) -> None:
    _, problems = read_manifest(FULL.replace(old, new, 1))
    assert [problem.line for problem in problems] == [line]
    assert words in problems[0].message
    assert str(problems[0]).startswith(f"challenge.toml:{line}: ")
    assert problems[0].hint


@pytest.mark.parametrize(("toml", "line"), [("a = 1\nb = \n", 2), ("a = 1\na = 2\n", 2), ("[x\n", 1), ('a = """', 1)])
def test_what_is_no_toml_is_named_with_its_line(toml: str, line: int) -> None:
    _, [problem] = read_manifest(toml)
    assert "not valid TOML" in problem.message
    assert "at line" not in problem.message
    assert problem.line == line


@pytest.mark.parametrize(
    ("toml", "reason"),
    [
        (f"a = {'[' * 5_000}{']' * 5_000}\n", "nested too deep"),
        (f"policy = {'{a = ' * 5_000}1{'}' * 5_000}\n", "nested too deep"),
        (f"difficulty = {'1' * 5_000}\n", "a number is too long"),
    ],
)
def test_what_python_cannot_take_is_a_problem_of_the_file(toml: str, reason: str) -> None:
    _, [problem] = read_manifest(toml)
    assert str(problem).startswith("challenge.toml: This is not valid TOML: ")
    assert reason in problem.message


def test_every_mistake_is_named_at_once() -> None:
    _, problems = read_manifest("title = 1\nmain = 2\nslug = 3\n")
    assert sorted(problem.line or 0 for problem in problems) == [1, 2, 3]


def test_a_key_is_found_in_its_own_table() -> None:
    text = 'text = "1"\n[[hints]]\ntext = "2"\n[[hints]]\ntext = "3"\n'
    assert [line_of(text, "text"), line_of(text, "text", "hints"), line_of(text, "text", "hints", 1)] == [1, 3, 5]
    assert line_of(text, "gone") is None
