"""`check`: real programs prove the tests, and what gives the solution away is found wherever it stands."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from taco_lsp import samples
from taco_lsp.authoring.checking import Checked, check
from taco_lsp.testing.run import same_output

SOLUTION = """\
def longest(words):
    best = ""
    for word in words:
        if len(word) > len(best):
            best = word
    return best
"""
LONGEST = {
    "challenge.toml": 'title = "Longest"\n',
    "statement.md": "Write `longest(words)`, which returns the longest of some words.\n",
    "starter/longest.py": "def longest(words):\n    pass\n",
    "solutions/1/longest.py": SOLUTION,
    "tests/test_longest.py": (
        "import unittest\nfrom longest import longest\n\n\nclass T(unittest.TestCase):\n"
        "    def test_it(self):\n        self.assertEqual(longest(['a', 'abc', 'ab']), 'abc')\n"
    ),
}
RENAMED = SOLUTION.replace("best", "top").replace("word", "w").replace("    ", "\t")


def write(folder: Path, **changes: str | None) -> Path:
    """Write the challenge with some files changed or left out; `__` in a name stands for a slash."""
    for name, text in (LONGEST | {name.replace("__", "/"): text for name, text in changes.items()}).items():
        if text is not None:
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
    return folder


def messages(found: Checked, level: str = "error") -> list[str]:
    return [str(problem) for problem in found.problems if problem.level == level]


async def test_a_new_folder_and_the_sample_pass(folder: Path) -> None:
    for one in (folder, samples.AVERAGE):
        found = await check(one)
        assert (found.ok, found.problems) == (True, ())


async def test_a_solution_that_fails_its_tests_is_shown_with_their_words(tmp_path: Path) -> None:
    found = await check(write(tmp_path, **{"solutions/1/longest.py": SOLUTION.replace(">", "<")}))
    [message] = messages(found)
    assert message.startswith("solutions/: The reference solution does not pass the tests.")
    assert "AssertionError: '' != 'abc'" in message
    assert not found.ok


async def test_each_of_several_solutions_must_pass(tmp_path: Path) -> None:
    found = await check(write(tmp_path, **{"solutions/2/longest.py": "def longest(words):\n    return words[0]\n"}))
    [message] = messages(found)
    assert "Reference solution 2 of 2 does not pass" in message


async def test_a_starter_that_passes_is_an_error(tmp_path: Path) -> None:
    found = await check(write(tmp_path, **{"tests/test_longest.py": "import longest\n"}))
    assert messages(found) == ["tests/: The starter passes the tests as it is."]


async def test_cases_are_compared_by_what_is_printed(folder: Path) -> None:
    shutil.rmtree(folder / "tests")
    assert (await check(folder)).ok
    toml = folder / "challenge.toml"
    toml.write_text(toml.read_text().replace('stdout = "8\\n"', 'stdout = "9"'))
    [message] = messages(await check(folder))
    assert "Case 1: it printed '8\\n' instead of '9'" in message


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("a\n", "a", True),
        ("a \nb\n\n", "a\r\nb", True),
        ("a\n\nb", "a\nb", False),
        (" a", "a", False),
        ("", "\n", True),
    ],
)
def test_ends_of_lines_make_no_difference(one: str, other: str, same: bool) -> None:
    assert same_output(one, other) is same


async def test_a_command_of_the_teacher_s_is_run_in_the_challenge_s_folder(tmp_path: Path) -> None:
    code = "import pathlib, longest; assert pathlib.Path('data.txt').read_text() == longest.longest(['x', 'yy'])"
    toml = f'[tests]\ncommand = ["{{python}}", "-c", "{code}"]\n'
    files = {"challenge.toml": toml, "tests/test_longest.py": None, "tests/data.txt": "yy"}
    assert messages(await check(write(tmp_path / "right", **files))) == []
    wrong = await check(write(tmp_path / "wrong", **files | {"tests/data.txt": "zz"}))
    assert "does not pass the tests" in messages(wrong)[0]


async def test_a_program_that_is_missing_is_an_error_not_a_pass(tmp_path: Path) -> None:
    found = await check(write(tmp_path, **{"challenge.toml": '[tests]\ncommand = ["no-such-program"]\n'}))
    [message] = messages(found)
    assert message.startswith("tests/: The tests could not be run:")
    assert "no-such-program" in message


async def test_what_nothing_proves_is_a_warning(tmp_path: Path) -> None:
    found = await check(write(tmp_path, **{"tests/test_longest.py": None, "solutions/1/longest.py": None}))
    assert found.ok
    assert len(messages(found, "warning")) == 2


@pytest.mark.parametrize(
    ("name", "text", "place"),
    [
        ("starter/other.py", SOLUTION, "starter/other.py: It is the reference solution."),
        ("starter/old.py", "# " + SOLUTION.replace("\n", "\n# "), "starter/old.py: A comment holds"),
        ("starter/renamed.py", '"""\n' + RENAMED + '"""\n', "starter/renamed.py: A comment holds"),
        ("tests/helper.py", f"X = 1\n{SOLUTION}\nY = 2\n", "tests/helper.py: It holds the reference solution."),
        ("statement.md", f"Like this:\n\n```python\n{RENAMED}```\n", "statement.md: It shows the reference solution."),
        ("hints/5.md", f"Write:\n\n```python\n{SOLUTION}```\n", "hints/5: The hint for rung 5 shows"),
        ("materials/m.md", f"# M\n\n```\n{SOLUTION}```\n", "materials/m.md: It shows the reference solution."),
    ],
)
async def test_a_solution_is_found_wherever_it_stands(tmp_path: Path, name: str, text: str, place: str) -> None:
    assert (await check(write(tmp_path / "clean"))).ok
    found = await check(write(tmp_path / "leaky", **{name: text}))
    assert [message for message in messages(found) if message.startswith(place)]
    assert not found.ok


SHORT = "    return 2 * number"
WHOLE = f"def double(number):\n{SHORT}\n\n\nprint(double(int(input())))\n"


@pytest.mark.parametrize(
    ("name", "text", "place"),
    [
        ("statement.md", f"Like this:\n\n```python\n{WHOLE}```\n", "statement.md: It shows the reference solution."),
        ("statement.md", f"Like this:\n\n~~~\n{SHORT}\n~~~\n", "statement.md: It shows the reference solution."),
        ("statement.md", f"Like this:\n\n    {SHORT}\n", "statement.md: It shows the reference solution."),
        ("hints/5.md", f"Write:\n\n```python\n{WHOLE}```\n", "hints/5: The hint for rung 5 shows"),
        ("hints/5.md", "1. Think.\n2. `return 2*number`\n", "hints/5: The hint for rung 5 shows"),
        ("hints/5.md", f"```python\n# {SHORT}\n```\n", "hints/5: The hint for rung 5 shows"),
        ("materials/m.md", f"# M\n\n```\n{WHOLE}```\n", "materials/m.md: It shows the reference solution."),
        ("starter/double.py", WHOLE.replace(SHORT, "    pass\n    # return 2*number"), "starter/double.py: A comment"),
        ("starter/double.py", WHOLE.replace(SHORT, "    pass  # return 2 * number"), "starter/double.py: A comment"),
        (
            "starter/double.py",
            WHOLE.replace(SHORT, "    7 % 2 // 1  # return 2*number"),
            "starter/double.py: A comment",
        ),
        ("starter/double.py", WHOLE.replace(SHORT, "    # Answer: return 2 * number"), "starter/double.py: A comment"),
        ("starter/double.py", WHOLE.replace(SHORT, f'    """Do.\n\n{SHORT}\n    """'), "starter/double.py: A comment"),
    ],
)
async def test_a_solution_of_one_line_is_found_wherever_it_stands(
    folder: Path, name: str, text: str, place: str
) -> None:
    (folder / name).write_text(text, encoding="utf-8")
    found = await check(folder)
    assert [message for message in messages(found) if message.startswith(place)]
    assert messages(found, "warning") == []


@pytest.mark.parametrize("text", ["Write `return` and twice the number.", "```\nreturn 2 * numbers\n```", "- return 2"])
async def test_what_is_like_a_short_solution_is_none(folder: Path, text: str) -> None:
    (folder / "statement.md").write_text(text, encoding="utf-8")
    assert (await check(folder)).problems == ()


async def test_a_line_of_the_starter_is_everybody_s_whatever_stands_before_it(folder: Path) -> None:
    lines = "    if number > 0: return 2 * number\n"
    for name, more in {"starter/double.py": "", "solutions/1/double.py": "    return 2 * number - 0\n"}.items():
        (folder / name).write_text(WHOLE.replace(f"{SHORT}\n", lines + more), encoding="utf-8")
    (folder / "statement.md").write_text("What is wrong with this?\n\n```\n" + lines + "```\n", encoding="utf-8")
    assert messages(await check(folder)) == []
    (folder / "statement.md").write_text("Write\n\n```\nreturn 2 * number - 0\n```\n", encoding="utf-8")
    assert [str(message).partition(":")[0] for message in messages(await check(folder))] == ["statement.md"]


async def test_a_solution_that_is_too_short_to_be_found_is_a_warning(folder: Path) -> None:
    changes = {
        "starter/double.py": WHOLE.replace(SHORT, "    result = 2\n    return result"),
        "solutions/1/double.py": WHOLE.replace(SHORT, "    result = 2\n    result *= number\n    return result"),
    }
    for name, text in changes.items():
        (folder / name).write_text(text, encoding="utf-8")
    assert (await check(folder)).problems == ()
    for name, text in changes.items():
        (folder / name).write_text(text.replace("number", "n").replace("result", "r"), encoding="utf-8")
    found = await check(folder)
    assert found.ok
    [message] = messages(found, "warning")
    assert message.startswith("solutions/: The solution adds too little to the starter")


async def test_a_hint_with_another_example_is_none(tmp_path: Path) -> None:
    hint = "To add up prices:\n\n```python\ntotal = 0\nfor price in prices:\n    total = total + price\n```\n"
    assert (await check(write(tmp_path, **{"hints/4.md": hint}))).problems == ()


async def test_a_hint_that_dictates_the_edit_is_a_warning(tmp_path: Path) -> None:
    found = await check(
        write(tmp_path, **{"hints/5.md": "Replace `pass` with `return max(words, key=len)` on line 2."})
    )
    assert messages(found) == []
    assert messages(found, "warning")[0].startswith("hints/5: The hint for rung 5 may say too much")
