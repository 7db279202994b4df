"""What is recorded of a student: shown, taken along and deleted, by the verbs and by the command line."""

from __future__ import annotations

import asyncio
import html
import io
import json
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import attrs
import pytest

from storage import Class, new_id
from taco_lsp.cli.main import run
from taco_lsp.errors import CannotWrite, InvalidParams
from taco_lsp.journey.own_data.page import html as page_of
from taco_lsp.journey.own_data.recorded import read_recorded
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


async def test_deleting_by_a_command_tells_what_is_gone_and_what_stays(desk: Desk) -> None:
    await work(desk)
    await desk.command("data/delete", confirmed=True)
    [message] = desk.editor.messages()
    assert message.startswith("Average of a list: erased.\n")
    assert "conversation.md" in message
    await desk.command("data/delete", confirmed=True)
    assert desk.editor.messages()[-1] == "There is nothing of yours to delete."


async def test_challenges_of_one_name_are_told_in_one_line(desk: Desk) -> None:
    await work(desk)
    await work(desk)
    await desk.command("data/delete", confirmed=True)
    assert desk.editor.messages()[0].splitlines()[0] == "Average of a list: erased. (2 challenges of this name)"


async def test_the_html_page_has_no_style_that_its_own_policy_blocks(desk: Desk) -> None:
    await work(desk, title="Sum | of <b>two</b>")
    page = page_of(await read_recorded(await desk.ctx.store.get(), await desk.ctx.user()))
    assert " style=" not in page
    assert page.count('<td class="number">1</td>') == 4
    assert '<div class="scroll" tabindex="0"' in page
    assert "<td>Sum | of &lt;b&gt;two&lt;/b&gt;</td>" in page


async def test_every_challenge_is_on_the_html_page(desk: Desk) -> None:
    await work(desk)
    recorded = await read_recorded(await desk.ctx.store.get(), await desk.ctx.user())
    many = attrs.evolve(recorded, at=tuple(attrs.evolve(recorded.at[0], title=f"Task {it}.") for it in range(400)))
    assert page_of(many).count("<td>Task ") == 400


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


def execute(desk: Desk, statement: str, *values: Any) -> None:
    """Change the store file itself."""
    with closing(sqlite3.connect(desk.store)) as db, db:
        db.execute(statement, values)


def sign_in(desk: Desk, epoch: str | None) -> None:
    """Have the store sync with a school, as far as it remembers; without an epoch it never met it."""
    execute(
        desk,
        "INSERT INTO sync_accounts (user_id, node_id, batch, confirmed_batch, epoch) SELECT id, id, 1, 1, ? FROM users",
        epoch,
    )


def decided(desk: Desk, decision: str, reason: str) -> None:
    """Have the school answer the latest request, as the next sync tells it."""
    latest = "id = (SELECT id FROM deletion_requests ORDER BY requested_at DESC LIMIT 1)"
    execute(desk, f"UPDATE deletion_requests SET decision = ?, reason = ? WHERE {latest}", decision, reason)
    execute(desk, "DELETE FROM sync_outbox WHERE table_name = 'deletion_requests'")


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


def test_what_the_school_keeps_is_named_and_can_be_asked_for_again(taco: Taco, worked: Desk) -> None:
    sign_in(worked, "e")
    code, told, _ = taco("data", "delete", "--yes")
    assert code == 0
    assert told.count("Average of a list") == 1
    assert "taken off this computer; your school is asked to delete it too" in told
    assert "conversation.md" in told
    [asked] = json.loads(taco("data", "show", "--json")[1])["deletions"]
    assert (asked["decision"], asked["asksSchool"]) == ("erased", True)
    assert "nothing of yours" in taco("data", "delete", "--yes")[1]
    decided(worked, "kept", "The school keeps the work of its classes.")
    [kept] = json.loads(taco("data", "show", "--json")[1])["deletions"]
    assert (kept["title"], kept["decision"]) == ("Average of a list", "kept")
    assert kept["reason"] == "The school keeps the work of its classes."
    assert "Average of a list: kept. The school keeps" in taco("data", "show")[1]
    again = json.loads(taco("data", "delete", "--yes", "--challenge", kept["challengeId"], "--json")[1])["deletions"]
    assert [one["asksSchool"] for one in again] == [True]
    decided(worked, "erased", "")
    assert json.loads(taco("data", "show", "--json")[1])["deletions"] == []


def test_a_school_that_was_never_reached_holds_nothing_to_ask_it_for(taco: Taco, worked: Desk) -> None:
    sign_in(worked, None)
    assert "Average of a list: erased.\n" in taco("data", "delete", "--yes")[1]
    assert json.loads(taco("data", "show", "--json")[1])["deletions"] == []


def test_resuming_says_that_the_school_has_switched_it_off(taco: Taco, worked: Desk) -> None:
    execute(worked, "UPDATE organizations SET tutor_policy = ?", '{"recording": false}')
    assert "Your school has switched the recording off" in taco("recording", "resume")[1]
    assert json.loads(taco("recording", "pause", "--json")[1])["recording"] is False
    assert json.loads(taco("recording", "resume", "--json")[1])["recording"] is False
    shown = taco("data", "show")[1]
    assert "Your school has switched the recording off" in shown
    assert "are recorded, for you" not in shown


def test_the_recording_is_paused_and_resumed(taco: Taco, worked: Desk) -> None:
    assert json.loads(taco("recording", "pause", "--json")[1])["recording"] is False
    assert "Recording is paused" in taco("data", "show")[1]
    assert "are recorded" in taco("recording", "resume")[1]


def test_wrong_usage_ends_with_two(taco: Taco, worked: Desk) -> None:
    assert taco("data", "delete", "--challenge", "no-id")[0] == 2
    assert taco("data")[0] == 2
