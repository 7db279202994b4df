"""What is recorded of a student: shown, taken along and deleted, by the verbs and by the command line."""

from __future__ import annotations

import asyncio
import html
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from storage import Class, new_id
from taco_lsp.cli.main import run
from taco_lsp.errors import CannotWrite, InvalidParams
from tests.support.desk import BUGGY, SOLUTION, Desk, MakeDesk

SECRET = "zebra-4711"
WORK = ("sessions", "llm_interactions", "runs", "challenge_solutions", "challenge_solutions_history")


async def work(desk: Desk, **changes: Any) -> str:
    """Leave a row of every kind with a secret in it; gives the document."""
    uri = await desk.sit_down(f"{BUGGY}# {SECRET}\n", **changes)
    await desk.about("ask", uri, question=f"why {SECRET}?")
    await desk.about("run/report", uri, command="x", stdout=SECRET, stderr="IndexError: no", exitCode=1)
    await desk.about("solution/save", uri)
    return uri


async def test_the_page_tells_what_is_recorded_and_who_may_see_it(desk: Desk) -> None:
    store = await desk.ctx.store.get()
    me = await desk.ctx.user()
    class_ = Class(organization_id=me.organization_id, name="9b | <b>")
    async with store.write() as tx:
        await tx.classes.add(class_)
    uri = await work(desk, class_id=class_.id)
    result = await desk.about("data/show", uri)
    [recorded] = result["recorded"]
    counts = ("sessions", "answers", "runs", "saves", "notes")
    assert [recorded[name] for name in counts] == [1, 1, 1, 1, 0]
    assert "the teachers of 9b" in recorded["seenBy"]
    page = next(desk.folder.rglob("recorded.md")).read_text(encoding="utf-8")
    assert "the teachers of 9b \\| \\<b\\>" in page
    assert page.count("\n|") == 3
    assert desk.editor.shown[-1].name == "recorded.md"


async def test_practice_is_the_student_s_alone(desk: Desk) -> None:
    uri = await desk.open("own.py", BUGGY)
    await desk.about("ask", uri, question="why?")
    [recorded] = (await desk.call("data/show"))["recorded"]
    assert (recorded["title"], recorded["seenBy"].split(";")[0]) == ("own.py", "you alone")


async def test_the_export_holds_every_own_row_and_no_solution(desk: Desk, tmp_path: Path) -> None:
    await work(desk)
    file = tmp_path / "mine.json"
    result = await desk.call("data/export", path=str(file))
    told = json.loads(file.read_text(encoding="utf-8"))
    for table in WORK:
        assert len(told[table]) == len(desk.rows(table)) == result["rows"][table] == 1
    assert SECRET in told["runs"][0]["stdout"]
    assert SOLUTION.splitlines()[2] not in file.read_text(encoding="utf-8")
    assert set(told["users"][0]) == {"id", "organization_id", "email", "role", "created_at"}


@pytest.mark.parametrize("path", ["mine.json", "/tmp/mine.py", "/tmp/x\0.json"])
async def test_an_export_goes_to_a_json_file_and_nowhere_else(desk: Desk, path: str) -> None:
    with pytest.raises(InvalidParams) as caught:
        await desk.call("data/export", path=path)
    assert caught.value.field == "path"


async def test_an_export_that_cannot_be_written_says_so(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(CannotWrite):
        await desk.call("data/export", path=str(tmp_path / "file" / "mine.json"))


async def test_deleting_has_to_be_confirmed(desk: Desk) -> None:
    await work(desk)
    with pytest.raises(InvalidParams) as caught:
        await desk.call("data/delete")
    assert caught.value.field == "confirmed"
    assert desk.rows("runs")


async def test_what_is_deleted_is_gone_from_the_file_to_the_last_byte(make_desk: MakeDesk) -> None:
    desk = make_desk()
    await work(desk)
    [deletion] = (await desk.call("data/delete", confirmed=True))["deletions"]
    assert deletion["decision"] == "erased"
    for table in WORK:
        assert desk.rows(table) == []
    await desk.leave()
    left = [file for file in desk.store.parent.glob(f"{desk.store.name}*") if SECRET.encode() in file.read_bytes()]
    assert left == []


async def test_only_the_named_challenge_is_deleted_and_work_goes_on(desk: Desk) -> None:
    uri, other = await work(desk), await work(desk)
    seat = desk.ctx.seats.at(uri)
    assert seat is not None
    result = await desk.call("data/delete", confirmed=True, challengeId=seat.challenge.id)
    assert [one["challengeId"] for one in result["deletions"]] == [str(seat.challenge.id)]
    assert len(desk.rows("runs")) == 1
    await desk.about("ask", other, question="why?")
    await desk.about("ask", uri, question="why?")  # the document is still open: a new session begins
    assert len(desk.rows("sessions")) == 2
    assert (await desk.call("data/delete", confirmed=True, challengeId=str(new_id())))["deletions"] == []


async def test_the_name_of_a_practice_file_goes_too(desk: Desk) -> None:
    uri = await desk.open("my-diary.py", BUGGY)
    await desk.about("ask", uri, question="why?")
    await desk.call("data/delete", confirmed=True)
    [challenge] = desk.rows("challenges")
    assert "my-diary" not in str(challenge)
    assert challenge["deleted_at"]
    await desk.about("ask", uri, question="why?")  # becomes new practice
    assert len(desk.rows("challenges")) == 2


Taco = Callable[..., tuple[int, str, str]]


@pytest.fixture
def taco(
    no_settings_of_this_machine: None, store_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Taco:  # fmt: skip
    """Run `taco`; gives exit code and both outputs."""
    monkeypatch.setenv("TACO_STORE", f"sqlite:///{store_file.as_posix()}")
    monkeypatch.chdir(tmp_path)

    def taco(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["taco", *arguments])
        capsys.readouterr()
        try:
            run()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
        else:
            code = 0
        printed = capsys.readouterr()
        assert "Traceback" not in printed.out + printed.err
        return code, printed.out, printed.err

    return taco


@pytest.fixture
def worked(make_desk: MakeDesk) -> Desk:
    """A desk at which somebody worked and left."""
    desk = make_desk()

    async def play() -> None:
        await work(desk)
        await desk.leave()

    asyncio.run(play())
    return desk


def test_the_commands_show_export_and_delete(
    taco: Taco, worked: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Average of a list" in taco("data", "show")[1]
    assert taco("data", "show", "--html", "page.html")[0] == 0
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "default-src 'none'" in html.unescape(page)
    assert "<script" not in page
    assert json.loads(taco("data", "show", "--json")[1])["recorded"][0]["runs"] == 1
    assert json.loads(taco("data", "export", "mine.json", "--json")[1])["rows"]["runs"] == 1
    assert SECRET in (tmp_path / "mine.json").read_text(encoding="utf-8")
    assert taco("data", "export", "no/such/folder/mine.json")[0] == 1
    monkeypatch.setattr(sys, "stdin", io.StringIO("n\n"))
    code, _, _ = taco("data", "delete")
    assert (code, len(worked.rows("runs"))) == (1, 1)
    assert json.loads(taco("data", "delete", "--yes", "--json")[1])["deletions"][0]["decision"] == "erased"
    assert worked.rows("runs") == []
    assert "nothing of yours" in taco("data", "delete", "--yes")[1]


def test_the_recording_is_paused_and_resumed(taco: Taco, worked: Desk) -> None:
    assert json.loads(taco("recording", "pause", "--json")[1])["recording"] is False
    assert "Recording is paused" in taco("data", "show")[1]
    assert "are recorded" in taco("recording", "resume")[1]


def test_wrong_usage_ends_with_two(taco: Taco, worked: Desk) -> None:
    assert taco("data", "delete", "--challenge", "no-id")[0] == 2
    assert taco("data")[0] == 2
