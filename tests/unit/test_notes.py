"""A teacher's notes: who may pin one, and where the student meets it, in the code, above it, and in the journey."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from storage import Class, Enrollment, NotFound, User, new_id
from storage.accounts import set_current_user
from taco_lsp.context import Mark
from taco_lsp.errors import Forbidden, InvalidParams
from taco_lsp.features import notes, offers
from taco_lsp.journey.notes import line_of
from taco_lsp.server.surface import diagnostic
from taco_lsp.wire.types import Position, Range
from tests.support.desk import BUGGY, STARTER, Desk, MakeDesk

TOP = Range(start=Position(line=0, character=0), end=Position(line=0, character=0))


async def failed_run(desk: Desk, uri: str) -> str:
    """Report a failed run; returns its id."""
    run = await desk.about("run/report", uri, command="x", stdout="", stderr="IndexError: no", exitCode=1)
    return str(run["runId"])


async def pin(desk: Desk, event: str, text: str = "Which values does i take?", **params: Any) -> dict[str, Any]:
    """Pin a note as the store's owner would after signing in as a teacher."""
    desk.become("teacher")
    note: dict[str, Any] = (await desk.call("note/add", eventId=event, text=text, **params))["note"]
    desk.become("student")
    return note


async def be(desk: Desk, user: User) -> None:
    """Have somebody else sign in on this store."""
    store = await desk.ctx.store.get()
    async with store.read() as tx:
        organization = await tx.organizations.get(user.organization_id)
    await set_current_user(store, user, organization)


async def arrive(desk: Desk, uri: str) -> list[Mark]:
    """Show the notes, as opening the document does; gives the marks."""
    document = desk.editor.document(uri)
    assert document is not None
    await notes.show(desk.ctx, document)
    return [mark for mark in desk.ctx.marks.get(uri, ()) if mark.origin == "note"]


async def test_a_note_on_a_line_is_marked_there_with_a_hover_and_a_lens(desk: Desk) -> None:
    uri = await desk.sit_down(BUGGY)
    await pin(desk, await failed_run(desk, uri), line=3)
    [mark] = await arrive(desk, uri)
    assert (mark.line, mark.summary) == (2, "Your teacher: Which values does i take?")
    assert desk.editor.marks[uri][-1] == mark
    assert "A note from your teacher" in str(offers.explanation_at(desk.ctx, uri, 2))
    document = desk.editor.document(uri)
    assert document is not None
    assert "1 note from your teacher" in [offer.title for offer in offers.lenses(desk.ctx, document)]


async def test_a_note_is_information_and_no_error_to_be_explained(desk: Desk) -> None:
    uri = await desk.sit_down(BUGGY)
    await pin(desk, await failed_run(desk, uri), line=1)
    [mark] = await arrive(desk, uri)
    assert diagnostic(mark, None).severity == 3  # type: ignore[arg-type]
    document = desk.editor.document(uri)
    assert document is not None
    assert "Explain this error" not in [offer.title for offer in offers.actions(desk.ctx, document, TOP)]


async def test_a_run_does_not_take_the_notes_away(desk: Desk) -> None:
    uri = await desk.sit_down(BUGGY)
    await pin(desk, await failed_run(desk, uri), line=3)
    await arrive(desk, uri)
    await failed_run(desk, uri)
    assert [mark.origin for mark in desk.editor.marks[uri]].count("note") == 1


@pytest.mark.parametrize(
    ("code_now", "line"),
    [("a\nb\nc", 1), ("new\na\nb\nc", 2), ("b\nx\ny\nb", 0), ("a\nc", None), ("", None)],
)
def test_a_note_follows_its_line_and_goes_with_it(code_now: str, line: int | None) -> None:
    note = _note(line=2)
    assert line_of(note, "a\nb\nc", code_now, None) == line


def test_a_note_on_the_whole_moment_stays_on_top_until_the_student_has_saved_again() -> None:
    note = _note(line=None)
    earlier, later = note.created_at.replace(year=2020), note.created_at.replace(year=2040)
    assert [line_of(note, None, "x", at) for at in (None, earlier, later)] == [0, 0, None]


def _note(line: int | None) -> Any:
    from storage import Note

    ids = {name: new_id() for name in ("session_id", "user_id", "challenge_id", "author_user_id", "event_id")}
    return Note(**ids, event_kind="run", line=line, text="t")


async def test_the_journey_tells_the_note_after_the_moment_it_is_about(desk: Desk) -> None:
    uri = await desk.sit_down(BUGGY)
    run = await failed_run(desk, uri)
    await pin(desk, run, line=2)
    [event] = [event for event in (await desk.about("journey", uri))["events"] if event["kind"] == "note"]
    assert event["detail"]["eventId"] == run
    assert event["detail"]["line"] == 2
    assert event["summary"] == "the teacher: Which values does i take?"


async def test_the_student_lists_the_notes_and_reads_them_in_the_conversation(desk: Desk) -> None:
    uri = await desk.sit_down(BUGGY)
    run = await failed_run(desk, uri)
    first, second = await pin(desk, run, "First."), await pin(desk, run, "Second.")
    listed = await desk.about("note/list", uri)
    assert [note["id"] for note in listed["notes"]] == [first["id"], second["id"]]
    await desk.command("note/list", textDocument={"uri": uri})
    conversation = next(desk.folder.rglob("conversation.md")).read_text(encoding="utf-8")
    assert conversation.index("Second.") < conversation.index("First.")


async def test_a_student_may_not_pin_a_note(desk: Desk) -> None:
    uri = await desk.sit_down(BUGGY)
    run = await failed_run(desk, uri)
    with pytest.raises(Forbidden, match="teachers"):
        await desk.call("note/add", eventId=run, text="Well done me.")
    assert desk.sql("SELECT * FROM notes") == []


async def test_a_teacher_of_another_class_may_not(desk: Desk) -> None:
    store = await desk.ctx.store.get()
    student = await desk.ctx.user()
    async with store.write() as tx:
        class_ = Class(organization_id=student.organization_id, name="9b")
        await tx.classes.add(class_)
        await tx.classes.enrol(Enrollment(user_id=student.id, class_id=class_.id))
        teacher = User(organization_id=student.organization_id, email="t@school.example", role="teacher")
        await tx.users.add(teacher)
    uri = await desk.sit_down(BUGGY, class_id=class_.id)
    run = await failed_run(desk, uri)
    await be(desk, teacher)
    with pytest.raises(Forbidden, match="class of yours"):
        await desk.call("note/add", eventId=run, text="Hello.")
    async with store.write() as tx:
        await tx.classes.enrol(Enrollment(user_id=teacher.id, class_id=class_.id))
    assert (await desk.call("note/add", eventId=run, text="Hello."))["note"]["authorUserId"] == str(teacher.id)


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"text": "  "}, "text"),
        ({"text": "x" * 4001}, "text"),
        ({"text": "x", "line": 0}, "line"),
        ({"text": "x", "line": 99}, "line"),
        ({"text": "x", "eventKind": "edit"}, "eventKind"),
    ],
)
async def test_a_note_that_does_not_fit_is_refused_by_field(desk: Desk, params: dict[str, Any], field: str) -> None:
    uri = await desk.sit_down(STARTER)
    run = await failed_run(desk, uri)
    desk.become("teacher")
    with pytest.raises(InvalidParams) as caught:
        await desk.call("note/add", eventId=run, **params)
    assert caught.value.field == field
    assert desk.sql("SELECT * FROM notes") == []


async def test_a_note_needs_an_event_that_there_is(desk: Desk) -> None:
    desk.become("teacher")
    with pytest.raises(NotFound):
        await desk.call("note/add", eventId=str(new_id()), text="x")


async def test_every_kind_of_moment_can_have_a_note(desk: Desk) -> None:
    uri = await desk.sit_down(BUGGY)
    await desk.about("ask", uri, kind="hint")
    await desk.about("ask", uri, question="why?")
    await failed_run(desk, uri)
    await desk.about("solution/save", uri)
    events = (await desk.about("journey", uri))["events"]
    for event in events:
        note = await pin(desk, event["id"], eventKind=event["kind"])
        assert (note["eventId"], note["eventKind"]) == (event["id"], event["kind"])
    assert {event["kind"] for event in events} == {"open", "hint", "question", "answer", "run", "edit"}


async def test_a_student_sees_no_notes_on_somebody_else(make_desk: MakeDesk) -> None:
    desk = make_desk()
    uri = await desk.sit_down(BUGGY)
    await pin(desk, await failed_run(desk, uri))
    me = await desk.ctx.user()
    other = User(organization_id=me.organization_id, email="o@school.example")
    store = await desk.ctx.store.get()
    async with store.write() as tx:
        await tx.users.add(other)
    await be(desk, other)
    assert (await desk.call("note/list"))["notes"] == []
    with pytest.raises(Forbidden):
        await desk.call("note/list", userId=str(UUID(str(me.id))))
