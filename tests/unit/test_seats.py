"""Who sits where: when sessions begin and end, and which challenge a file belongs to."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from storage import new_id
from taco_lsp.context import bindings
from tests.support.desk import BUGGY, Desk, MakeDesk
from tests.support.rows import count
from tests.support.unprivileged import run_module


async def test_the_first_question_makes_a_file_practice(desk: Desk) -> None:
    uri = await desk.open("loop.py", BUGGY)
    await desk.about("ask", uri, question="why?")
    [challenge] = desk.rows("challenges")
    assert (challenge["title"], challenge["class_id"]) == ("loop.py", None)
    assert [row["challenge_id"] for row in desk.rows("sessions")] == [challenge["id"]]
    assert bindings.read(desk.folder) == {"loop.py": desk.ctx.seats.at(uri).challenge.id}  # type: ignore[union-attr]


async def test_practice_is_the_same_challenge_next_time(desk: Desk, make_desk: MakeDesk) -> None:
    uri = await desk.open("loop.py", BUGGY)
    await desk.about("ask", uri, question="why?")
    await desk.leave()
    later = make_desk()
    again = await later.open("loop.py", BUGGY)
    await later.about("ask", again, question="and now?")
    assert len(later.rows("challenges")) == 1
    assert len(later.rows("sessions")) == 2


async def test_two_files_of_one_folder_are_two_practices(desk: Desk) -> None:
    for name in ("a.py", "b.py"):
        await desk.about("ask", await desk.open(name, "x = 1"), question="why?")
    assert [row["title"] for row in desk.rows("challenges")] == ["a.py", "b.py"]


async def test_an_untitled_buffer_is_practice_too(desk: Desk) -> None:
    uri = await desk.show("untitled:Untitled-1", BUGGY)
    answer = await desk.about("ask", uri, question="why?")
    assert answer["response"]
    ran = await desk.about("run", uri)
    assert ran["exitCode"] == 1
    assert "IndexError" in ran["stderr"]
    saved = await desk.about("solution/save", uri)
    assert [row["solution"] for row in desk.rows("challenge_solutions")] == [BUGGY]
    restored = await desk.about("solution/restore", uri, revisionId=saved["revisionId"])
    assert restored["text"] == BUGGY
    assert [row["title"] for row in desk.rows("challenges")] == ["Untitled-1"]
    assert list(desk.folder.iterdir()) == []


async def test_an_untitled_buffer_is_the_same_practice_when_it_is_opened_again(desk: Desk) -> None:
    uri = await desk.show("untitled:Untitled-1", "x = 1")
    await desk.about("ask", uri, question="why?")
    await desk.close(uri)
    await desk.show(uri, "x = 1")
    assert len(desk.rows("challenges")) == 1
    assert len(desk.rows("sessions")) == 2


async def test_a_folder_that_cannot_be_written_does_not_stop_the_tutor(desk: Desk) -> None:
    (desk.folder / ".taco").write_text("in the way")
    uri = await desk.open("loop.py", BUGGY)
    for question in ("why?", "and now?"):
        assert (await desk.about("ask", uri, question=question))["response"]
    await desk.close(uri)
    await desk.open("loop.py", BUGGY)
    assert len(desk.rows("challenges")) == 1
    assert len(desk.rows("llm_interactions")) == 2


@pytest.mark.subprocess
def test_a_read_only_folder_does_not_stop_the_tutor(tmp_path: Path, store_file: Path) -> None:
    assert run_module("tests.unit.ask_in_folder", tmp_path / "work", store_file)
    assert [file.name for file in (tmp_path / "work").iterdir()] == ["loop.py"], "the folder could be written"
    assert count(store_file, "llm_interactions") == 1


async def test_a_file_bound_to_a_challenge_nobody_knows_is_like_any_other_file(desk: Desk) -> None:
    bindings.bind(desk.folder, ["loop.py"], new_id())
    uri = await desk.open("loop.py", BUGGY)
    assert desk.rows("sessions") == []
    assert (await desk.about("ask", uri, question="why?"))["response"]
    assert [row["title"] for row in desk.rows("challenges")] == ["loop.py"]


async def test_two_files_of_a_challenge_share_one_session_that_ends_with_the_last(desk: Desk) -> None:
    challenge = await desk.add_challenge(support_materials={"files": {"a.py": "A", "b.py": "B"}})
    opened = await desk.call("challenge/open", challengeId=challenge.id)
    paths = [desk.folder / "average-of-a-list" / name for name in ("a.py", "b.py")]
    a, b = [await desk.show(path.as_uri(), path.read_text(), path=path) for path in paths]
    assert opened["files"] == [a, b]
    await desk.close(a)
    assert [row["ended_at"] for row in desk.rows("sessions")] == [None]
    await desk.close(b)
    assert len([row for row in desk.rows("sessions") if row["ended_at"]]) == 1


async def test_asking_after_the_end_begins_a_new_session(desk: Desk) -> None:
    uri = await desk.sit_down(BUGGY)
    await desk.about("session/end", uri)
    await desk.about("ask", uri, question="why?")
    first, second = desk.rows("sessions")
    assert first["ended_at"]
    assert second["ended_at"] is None
    assert [row["session_id"] for row in desk.rows("llm_interactions")] == [second["id"]]


async def test_many_requests_at_once_make_one_practice_and_one_session(desk: Desk) -> None:
    uri = await desk.open("loop.py", BUGGY)
    await asyncio.gather(*(desk.about("solution/save", uri) for _ in range(5)))
    counts = desk.counts()
    assert (counts["challenges"], counts["sessions"], counts["challenge_solutions_history"]) == (1, 1, 1)


async def test_the_editor_is_told_when_a_session_opens_and_ends(desk: Desk) -> None:
    uri = await desk.sit_down()
    await desk.close(uri)
    assert [(method, change.open) for method, change in desk.editor.sent] == [
        ("taco/session/didChange", True), ("taco/session/didChange", False),
    ]  # fmt: skip
    assert {change.title for _, change in desk.editor.sent} == {"Average of a list"}


async def test_closing_a_file_that_sits_nowhere_does_nothing(desk: Desk) -> None:
    await desk.close(await desk.open("notes.py", ""))
    assert desk.rows("sessions") == []


@pytest.mark.parametrize("by", ["sessionId", "textDocument"])
async def test_a_session_ends_by_its_id_or_a_document(desk: Desk, by: str) -> None:
    uri = await desk.sit_down()
    seat = desk.ctx.seats.at(uri)
    assert seat is not None
    named = {"sessionId": seat.session.id, "textDocument": {"uri": uri}}
    ended = await desk.call("session/end", **{by: named[by]})
    assert ended["sessionId"] == str(seat.session.id)
    assert desk.ctx.seats.at(uri) is None
