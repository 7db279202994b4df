"""`taco/test`: the teacher's tests on the student's work, what comes of them, and where they are offered."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from storage.records import TESTS
from taco_lsp.errors import CannotRun, InvalidParams
from taco_lsp.features import offers
from taco_lsp.testing.suite import suite_of
from taco_lsp.wire.types import Position, Range
from tests.support.desk import Desk, MakeDesk

DOUBLE = "def double(n):\n    return {}\n"
UNITTEST = """\
import unittest

from double import double


class Double(unittest.TestCase):
    def test_three(self):
        self.assertEqual(double(3), 6)

    def test_zero(self):
        self.assertEqual(double(0), 0)
"""
RIGHT, WRONG, CRASHING = DOUBLE.format("2 * n"), DOUBLE.format("3 * n"), DOUBLE.format("n / 0")
STARTER = "def double(n):\n    pass\n"
START = Range(start=Position(line=0, character=0), end=Position(line=0, character=0))
CASES = {"check": {"cases": [{"stdin": "1\n", "stdout": "2"}, {"stdin": "4\n", "stdout": "8\n", "args": ["-v"]}]}}
PROGRAM = "print({} int(input()))\n"


def challenge(**given: Any) -> dict[str, Any]:
    """A challenge of one file, with its tests in a file unless they are given otherwise."""
    tests = {} if given else {"tests": {"test_double.py": UNITTEST}}
    files = {"files": {"double.py": STARTER}, "main": "double.py"}
    return {"title": "Double", "support_materials": files | tests | given}


def titles(desk: Desk, uri: str) -> list[str]:
    document = desk.ctx.editor.document(uri)
    assert document
    return [offer.title for offer in (*offers.actions(desk.ctx, document, START), *offers.lenses(desk.ctx, document))]


# --- running them ---------------------------------------------------------------------------------------------------


async def test_a_solution_passes_and_a_run_is_recorded_that_says_so(desk: Desk) -> None:
    uri = await desk.sit_down(RIGHT, **challenge())
    tested = await desk.about("test", uri)
    assert (tested["passed"], tested["failed"], tested["exitCode"]) == (True, [], 0)
    assert "explanation" not in tested
    [row] = desk.rows("runs")
    assert row["command"].startswith(f"{TESTS}python")
    assert "unittest discover" in row["command"]
    assert (row["code"], row["exit_code"], row["timed_out"]) == (RIGHT, 0, 0)
    assert desk.editor.marks[uri] == ()


async def test_a_wrong_value_is_told_by_test_and_marked_at_the_top(desk: Desk) -> None:
    uri = await desk.sit_down(WRONG, **challenge())
    tested = await desk.about("test", uri)
    assert (tested["passed"], tested["failed"]) == (False, ["test_three"])
    assert "`9` and `6`" in tested["explanation"]
    assert "line" not in tested  # the line of the test is none of the student's
    assert tested["stderr"].endswith("Test failed: test_three\nAssertionError: 9 != 6\n")
    [mark] = desk.editor.marks[uri]
    assert (mark.line, mark.summary) == (0, tested["explanation"])


async def test_an_error_in_the_student_s_own_line_is_marked_there(desk: Desk) -> None:
    uri = await desk.sit_down(CRASHING, **challenge())
    tested = await desk.about("test", uri)
    assert tested["failed"] == ["test_three", "test_zero"]
    assert tested["line"] == 2
    assert desk.editor.marks[uri][0].code == "ZeroDivisionError"
    assert str(desk.folder / "double" / "double.py") in tested["stderr"]  # and not the temporary copy
    assert "taco-test-" not in tested["stderr"] + tested["command"]


async def test_code_that_cannot_be_read_is_marked_where_it_breaks(desk: Desk) -> None:
    uri = await desk.sit_down("def double(n)\n    return 2 * n\n", **challenge())
    tested = await desk.about("test", uri)
    assert (tested["passed"], tested["line"]) == (False, 1)
    assert desk.editor.marks[uri][0].code == "SyntaxError"


async def test_passing_takes_the_mark_away(desk: Desk) -> None:
    uri = await desk.sit_down(WRONG, **challenge())
    await desk.about("test", uri)
    desk.editor.type(uri, RIGHT)
    assert (await desk.about("test", uri))["passed"]
    assert desk.editor.marks[uri] == ()


async def test_nothing_is_written_beside_the_work_and_its_own_tests_do_not_count(desk: Desk) -> None:
    uri = await desk.sit_down(RIGHT, **challenge())
    folder = desk.folder / "double"
    (folder / "test_double.py").write_text("raise SystemExit(1)\n")  # what the student made of the file
    (folder / "test_mine.py").write_text("raise SystemExit(1)\n")
    before = {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    assert (await desk.about("test", uri))["passed"]
    assert {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()} == before


async def test_modules_beside_the_work_are_found(desk: Desk) -> None:
    uri = await desk.sit_down("from helper import twice as double\n", **challenge())
    (desk.folder / "double" / "helper.py").write_text("def twice(n):\n    return 2 * n\n")
    assert (await desk.about("test", uri))["passed"]


@pytest.mark.parametrize("hiding", ["string.py", "traceback/__init__.py"])
async def test_files_beside_the_work_do_not_break_the_test_runner(desk: Desk, hiding: str) -> None:
    uri = await desk.sit_down(RIGHT, **challenge())
    file = desk.folder / "double" / hiding
    file.parent.mkdir(exist_ok=True)
    file.write_text("raise SystemExit(3)\n")
    assert (await desk.about("test", uri))["passed"]


async def test_cases_run_the_program(desk: Desk) -> None:
    uri = await desk.sit_down(PROGRAM.format("2 *"), **challenge(**CASES))
    assert (await desk.about("test", uri))["stdout"] == "2 of 2 cases passed.\n"
    desk.editor.type(uri, PROGRAM.format("1 +"))
    tested = await desk.about("test", uri)
    assert tested["failed"] == ["case 2"]
    assert tested["explanation"] == "Failed: `case 2`."
    row = desk.rows("runs")[-1]
    assert (row["stdin"], row["stdout"], row["exit_code"]) == ("4\n", "5\n", 1)
    assert row["stderr"] == "Test failed: case 2 of 2 printed '5' instead of '8'\n"


async def test_a_case_that_crashes_is_explained_by_its_error(desk: Desk) -> None:
    uri = await desk.sit_down("x = int(input())\nprint(x[0])\n", **challenge(**CASES))
    tested = await desk.about("test", uri)
    assert (tested["failed"], tested["line"]) == (["case 1"], 2)
    assert desk.editor.marks[uri][0].code == "TypeError"


async def test_all_files_of_a_solution_are_tested_as_the_editor_shows_them(desk: Desk) -> None:
    files = {"main.py": "from part import PART\n", "part.py": "PART = 1\n"}
    tests = {"test_it.py": "import unittest, main\n\nclass T(unittest.TestCase):\n"
                           "    def test_part(self): self.assertEqual(main.PART, 2)\n"}  # fmt: skip
    uri = await desk.sit_down(title="Double", support_materials={"files": files, "main": "main.py", "tests": tests})
    part = desk.folder / "double" / "part.py"
    await desk.show(part.as_uri(), "PART = 2\n", path=part)
    assert (await desk.about("test", uri))["passed"]
    assert json.loads(desk.rows("runs")[0]["code"]) == files | {"part.py": "PART = 2\n"}
    await desk.about("solution/save", uri)
    assert desk.rows("challenge_solutions")[0]["solution"] == desk.rows("runs")[0]["code"]


async def test_tests_that_do_not_end_are_stopped(make_desk: MakeDesk) -> None:
    desk = make_desk(RUN_TIMEOUT_S="1")
    uri = await desk.sit_down("while True: pass\n", **challenge(**CASES))
    tested = await desk.about("test", uri)
    assert (tested["passed"], tested["timedOut"]) == (False, True)
    assert "exitCode" not in tested
    assert tested["explanation"]


async def test_a_cancelled_test_leaves_nothing_behind(desk: Desk, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    began = tmp_path / "began"
    waits = f"import time\nopen({str(began)!r}, 'w').close()\ntime.sleep(60)\n"
    uri = await desk.sit_down(waits, **challenge(**CASES))
    task = asyncio.create_task(desk.about("test", uri))
    async with asyncio.timeout(20):
        while not began.exists():
            await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not list(tmp_path.glob("taco-*"))
    assert desk.rows("runs") == []


async def test_while_recording_is_paused_tests_are_not_recorded(desk: Desk) -> None:
    uri = await desk.sit_down(WRONG, **challenge())
    await desk.call("recording/pause")
    assert (await desk.about("test", uri))["failed"] == ["test_three"]
    assert desk.rows("runs") == []


async def test_a_switched_off_tutor_explains_nothing_and_the_tests_still_run(desk: Desk) -> None:
    uri = await desk.sit_down(WRONG, **challenge(), tutor_policy={"enabled": False})
    tested = await desk.about("test", uri)
    assert (tested["failed"], desk.editor.marks[uri]) == (["test_three"], ())
    assert "explanation" not in tested


async def test_the_next_hint_knows_what_the_tests_said(desk: Desk) -> None:
    uri = await desk.sit_down(WRONG, **challenge())
    await desk.about("test", uri)
    answer = await desk.about("ask", uri, kind="explain")
    assert "`9` and `6`" in answer["response"]


async def test_the_command_shows_how_it_went_where_there_is_no_plugin(desk: Desk) -> None:
    uri = await desk.sit_down(WRONG, **challenge())
    await desk.command("test", textDocument={"uri": uri})
    assert desk.editor.said[-1][0].startswith("Failed: test_three. ")
    told = (desk.folder / "double" / ".taco" / "conversation.md").read_text(encoding="utf-8")
    assert "AssertionError: 9 != 6" in told
    desk.editor.type(uri, RIGHT)
    await desk.command("test", textDocument={"uri": uri})
    assert desk.editor.said[-1][0] == "The tests passed."


# --- where they cannot run ------------------------------------------------------------------------------------------


async def test_tests_are_offered_only_where_there_are_some(desk: Desk) -> None:
    with_tests = await desk.sit_down(RIGHT, **challenge())
    assert titles(desk, with_tests).count("Test") == 2
    assert (await desk.about("status", with_tests))["seat"]["tests"] is True
    without = await desk.sit_down(RIGHT, title="Other", support_materials={"files": {"double.py": ""}})
    assert "Test" not in titles(desk, without)
    assert (await desk.about("status", without))["seat"]["tests"] is False
    alone = await desk.open("alone.py", "x = 1\n")
    assert "Test" not in titles(desk, alone)
    for uri in (without, alone):
        with pytest.raises(CannotRun, match="no tests"):
            await desk.about("test", uri)
    assert not [row for row in desk.rows("challenges") if row["title"] == "alone.py"]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"check": {"command": ["{python}", "-m", "nosuchtool"]}}, "need `nosuchtool`, which is not installed"),
        ({"tests": {"test_a.py": "import nosuchtool\n"}}, "need `nosuchtool`, which is not installed"),
        ({"tests": {"test_a.py": "def test_it():\n    assert False\n"}}, "No test was found"),
        ({"check": {"command": ["no-such-program"]}}, "no-such-program"),
    ],
)
async def test_tests_that_cannot_run_say_what_is_missing(desk: Desk, given: Any, sentence: str) -> None:
    uri = await desk.sit_down(RIGHT, **challenge(**given))
    with pytest.raises(CannotRun, match=sentence) as refused:
        await desk.about("test", uri)
    assert refused.value.hint
    assert desk.rows("runs") == []


async def test_a_module_that_the_student_misspelt_is_the_student_s_error(desk: Desk) -> None:
    uri = await desk.sit_down("import mth\n", **challenge())
    tested = await desk.about("test", uri)
    assert (tested["passed"], tested["line"]) == (False, 1)


async def test_an_editor_cannot_report_a_run_as_one_of_the_tests(desk: Desk) -> None:
    uri = await desk.sit_down(RIGHT, **challenge())
    with pytest.raises(InvalidParams):
        await desk.about("run/report", uri, command=f"{TESTS}mine", stdout="", exitCode=0)
    assert desk.rows("runs") == []


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"files": {"a.c": ""}, "tests": {"test.c": ""}},
        {"files": {"a.py": ""}, "check": {"cases": [{"stdin": "1"}, "x"], "command": "make test"}},
        {"files": {"a.js": ""}, "tests": {"a.spec.js": "", "package.json": '{"devDependencies": {"jest": "1"}}'}},
    ],
)
def test_what_cannot_be_run_is_no_suite(given: Any) -> None:
    assert suite_of(given) is None


def test_a_package_file_without_packages_is_no_hindrance() -> None:
    tests = {"a.test.js": "", "package.json": '{"scripts": {"test": "node --test"}}'}
    check = {"command": ["npm", "test"]}
    assert suite_of({"files": {"a.js": ""}, "tests": tests, "check": check}) is not None
