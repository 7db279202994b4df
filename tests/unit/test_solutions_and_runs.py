"""Saving, restoring and running: what comes back, what is marked, and what is refused."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import pytest

from storage import NotFound as NoSuchRow
from storage import new_id
from taco_lsp.errors import CannotRun, InvalidParams, NotFound
from taco_lsp.features import offers
from tests.support.desk import BUGGY, SOLUTION, STARTER, Desk, MakeDesk

FOLDER = "average-of-a-list"
TWO_FILES: dict[str, Any] = {"support_materials": {"files": {"a.py": "A", "b.py": "B"}, "main": "a.py"}}


async def two_files(desk: Desk) -> tuple[str, str]:
    await desk.sit_down(**TWO_FILES)
    folder = desk.folder / FOLDER
    path = folder / "b.py"
    return (folder / "a.py").as_uri(), await desk.show(path.as_uri(), "B", path=path)


# --- history and restore ---------------------------------------------------------------------------------------


async def test_the_history_lists_every_version_oldest_first(desk: Desk) -> None:
    uri = await desk.sit_down()
    for text in (BUGGY, SOLUTION):
        await desk.save(uri, text)
    listed = await desk.about("solution/history", uri)
    assert [revision["solution"] for revision in listed["revisions"]] == [BUGGY, SOLUTION]
    assert await desk.call("solution/history", challengeId=listed["challengeId"]) == listed


async def test_a_restored_version_is_one_edit_and_saves_nothing(desk: Desk) -> None:
    uri = await desk.sit_down()
    for text in (BUGGY, SOLUTION):
        await desk.save(uri, text)
    first = (await desk.about("solution/history", uri))["revisions"][0]
    restored = await desk.about("solution/restore", uri, revisionId=first["id"])
    assert restored == {"revisionId": first["id"], "applied": True, "text": BUGGY}
    assert desk.editor.open[uri].text == BUGGY
    assert len(desk.rows("challenge_solutions_history")) == 2
    assert desk.rows("challenge_solutions")[0]["solution"] == SOLUTION


async def test_an_editor_that_refuses_the_edit_gets_the_text(desk: Desk) -> None:
    uri = await desk.sit_down(BUGGY)
    saved = await desk.about("solution/save", uri)
    desk.editor.edits = False
    restored = await desk.about("solution/restore", uri, revisionId=saved["revisionId"])
    assert (restored["applied"], restored["text"]) == (False, BUGGY)


async def test_each_file_of_a_version_is_restored_for_itself(desk: Desk) -> None:
    a, b = await two_files(desk)
    saved = await desk.about("solution/save", a)
    assert (await desk.about("solution/restore", b, revisionId=saved["revisionId"]))["text"] == "B"
    assert (await desk.about("solution/restore", a, revisionId=saved["revisionId"]))["text"] == "A"


async def test_a_file_that_a_version_lacks_is_not_filled_with_the_others(desk: Desk) -> None:
    a, b = await two_files(desk)
    await desk.close(b)
    (desk.folder / FOLDER / "b.py").unlink()
    saved = await desk.about("solution/save", a)
    path = desk.folder / FOLDER / "b.py"
    await desk.show(b, "B", path=path)
    with pytest.raises(NotFound, match="no such saved version"):
        await desk.about("solution/restore", b, revisionId=saved["revisionId"])
    assert desk.editor.open[b].text == "B"


async def test_unsaved_edits_of_the_other_file_are_saved_with_it(desk: Desk) -> None:
    a, b = await two_files(desk)
    desk.editor.type(b, "B, being edited")
    await desk.about("solution/save", a)
    assert desk.rows("challenge_solutions")[0]["solution"] == '{"a.py":"A","b.py":"B, being edited"}'


async def test_a_version_of_another_challenge_is_refused(desk: Desk) -> None:
    first = await desk.sit_down(BUGGY)
    saved = await desk.about("solution/save", first)
    second = await desk.sit_down(title="Another")
    with pytest.raises(NotFound, match="no such saved version"):
        await desk.about("solution/restore", second, revisionId=saved["revisionId"])


@pytest.mark.parametrize("known", [True, False])
async def test_restoring_into_a_file_without_a_challenge_changes_nothing(desk: Desk, known: bool) -> None:
    saved = await desk.about("solution/save", await desk.sit_down(BUGGY))
    uri = await desk.open("other.py", "x")
    with pytest.raises(NotFound):
        await desk.about("solution/restore", uri, revisionId=saved["revisionId"] if known else new_id())
    assert len(desk.rows("challenges")) == len(desk.rows("sessions")) == 1
    assert desk.editor.open[uri].text == "x"


async def test_an_unknown_version_is_refused(desk: Desk) -> None:
    with pytest.raises(NoSuchRow, match="no saved version"):
        await desk.about("solution/restore", await desk.sit_down(), revisionId=new_id())


async def test_the_history_of_a_file_without_a_challenge_is_refused(desk: Desk) -> None:
    with pytest.raises(NotFound, match="belongs to no challenge"):
        await desk.about("solution/history", await desk.open("notes.py"))
    with pytest.raises(InvalidParams, match="textDocument"):
        await desk.call("solution/history")


async def test_saving_a_file_without_a_challenge_by_verb_makes_it_practice(desk: Desk) -> None:
    await desk.about("solution/save", await desk.open("loop.py", BUGGY))
    counts = desk.counts()
    assert (counts["challenges"], counts["sessions"], counts["challenge_solutions_history"]) == (1, 1, 1)


@pytest.mark.parametrize("text", ["", "é\u2028\n", "a\r\nb\r\n", "x" * 500_000])
async def test_any_text_comes_back_as_it_was_saved(desk: Desk, text: str) -> None:
    uri = await desk.sit_down(text)
    saved = await desk.about("solution/save", uri)
    assert (await desk.about("solution/restore", uri, revisionId=saved["revisionId"]))["text"] == text


# --- runs ------------------------------------------------------------------------------------------------------


async def test_a_run_uses_what_the_editor_shows_and_not_the_file(desk: Desk) -> None:
    uri = await desk.open("loop.py", "print('on disk')")
    desk.editor.type(uri, "import sys\nprint(input(), sys.argv[1:])")
    ran = await desk.about("run", uri, stdin="hello\n", args=["a", "b c"])
    assert (ran["stdout"], ran["exitCode"]) == ("hello ['a', 'b c']\n", 0)
    assert not (ran["timedOut"] or ran["truncated"])
    assert "explanation" not in ran
    assert desk.editor.marks[uri] == ()


async def test_a_failing_run_marks_the_line_and_explains_it(desk: Desk) -> None:
    uri = await desk.sit_down(BUGGY)
    ran = await desk.about("run", uri)
    assert ran["line"] == 4
    assert ran["explanation"]
    [mark] = desk.editor.marks[uri]
    assert (mark.line, mark.line_text, mark.code) == (3, "        total = total + numbers[i]", "IndexError")
    assert offers.explanation_at(desk.ctx, uri, 3) == mark.body
    assert offers.explanation_at(desk.ctx, uri, 2) is None


async def test_a_good_run_takes_the_mark_away(desk: Desk) -> None:
    uri = await desk.sit_down(BUGGY)
    await desk.about("run/report", uri, command="x", stdout="", stderr=INDEX_ERROR, exitCode=1)
    assert desk.editor.marks[uri]
    await desk.about("run/report", uri, command="x", stdout="", exitCode=0)
    assert desk.editor.marks[uri] == ()


INDEX_ERROR = """\
Traceback (most recent call last):
  File "average.py", line 8, in <module>
    print(average([1, 2]))
  File "average.py", line 4, in average
    total = total + numbers[i]
IndexError: list index out of range
"""


@pytest.mark.parametrize(
    ("edit", "stays"),
    [
        (lambda code: code.replace("numbers[i]", "numbers[i - 1]"), False),
        (lambda code: "# above\n" + code, False),
        (lambda code: code + "# below\n", True),
        (lambda _: "", False),
    ],
)
async def test_a_mark_goes_when_its_line_changes(desk: Desk, edit: Any, stays: bool) -> None:
    uri = await desk.sit_down(BUGGY)
    await desk.about("run/report", uri, command="x", stdout="", stderr=INDEX_ERROR, exitCode=1)
    desk.editor.type(uri, edit(BUGGY))
    offers.changed(desk.ctx, uri)
    assert bool(desk.editor.marks[uri]) is stays


async def test_closing_a_file_takes_its_marks_away(desk: Desk) -> None:
    uri = await desk.sit_down(BUGGY)
    await desk.about("run/report", uri, command="x", stdout="", stderr=INDEX_ERROR, exitCode=1)
    await desk.close(uri)
    assert desk.editor.marks[uri] == ()


async def test_a_line_that_the_file_does_not_have_is_not_marked(desk: Desk) -> None:
    uri = await desk.sit_down("x = 1\n")
    ran = await desk.about("run/report", uri, command="x", stdout="", stderr=INDEX_ERROR, exitCode=1)
    assert ran["explanation"]
    assert desk.editor.marks[uri] == ()


async def test_the_limits_of_the_settings_hold(make_desk: MakeDesk) -> None:
    desk = make_desk(RUN_TIMEOUT_S="1.5", RUN_OUTPUT_KB="1")
    uri = await desk.open("loop.py", "print('x' * 10_000)\nwhile True: pass")
    ran = await desk.about("run", uri)
    assert (ran["timedOut"], ran["truncated"]) == (True, True)
    assert "exitCode" not in ran
    assert len(ran["stdout"]) < 2000
    assert [(row["timed_out"], row["exit_code"]) for row in desk.rows("runs")] == [(1, None)]


async def test_a_run_may_use_the_user_s_own_command(make_desk: MakeDesk) -> None:
    command = f'{{"python": {{"run": ["{sys.executable}", "-c", "print(7)"]}}}}'.replace("\\", "\\\\")
    desk = make_desk(RUN_COMMANDS=command)
    assert (await desk.about("run", await desk.open("a.py")))["stdout"] == "7\n"
    assert desk.editor.said == []


async def test_a_command_that_does_not_fit_is_reported_once_and_the_default_runs(make_desk: MakeDesk) -> None:
    desk = make_desk(RUN_COMMANDS='{"python": {"run": 5}}')
    uri = await desk.open("a.py", "print(1)")
    for _ in range(2):
        assert (await desk.about("run", uri))["stdout"] == "1\n"
    [message] = desk.editor.messages("warning")
    assert message.startswith("Your settings: run.")


async def test_a_language_nobody_knows_cannot_run_and_records_nothing(desk: Desk) -> None:
    uri = await desk.open("letter.txt", "Dear Ana", language="plaintext")
    with pytest.raises(CannotRun) as caught:
        await desk.about("run", uri)
    assert caught.value.hint
    assert desk.rows("challenges") == []


async def test_input_that_is_too_long_is_refused(desk: Desk) -> None:
    uri = await desk.open("a.py", "print(1)")
    with pytest.raises(InvalidParams, match="1,000,000") as caught:
        await desk.about("run", uri, stdin="x" * 1_000_001)
    assert caught.value.field == "stdin"


async def test_a_cancelled_run_leaves_no_row_and_the_student_goes_on(desk: Desk) -> None:
    uri = await desk.sit_down("import time\nprint('on', flush=True)\nopen('started', 'w').close()\ntime.sleep(60)")
    running = asyncio.create_task(desk.about("run", uri))
    async with asyncio.timeout(20):
        while not list(desk.folder.rglob("started")):
            await asyncio.sleep(0.01)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert desk.rows("runs") == []
    desk.editor.type(uri, STARTER)
    assert (await desk.about("run", uri))["exitCode"] == 0


@pytest.mark.parametrize("text", ["", "\0", "\ud83d", "é" * 1000, "x" * 300_000])
async def test_any_reported_output_is_recorded(desk: Desk, text: str) -> None:
    uri = await desk.sit_down()
    await desk.about("run/report", uri, command="make", stdout=text, stderr=text, exitCode=1)
    [row] = desk.rows("runs")
    assert row["stdout"] == row["stderr"] == text.replace("\0", "\ufffd").replace("\ud83d", "\ufffd")
