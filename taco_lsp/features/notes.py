"""`taco/note/add` and `taco/note/list`, and a teacher's notes as marks in the student's document.

Which line a note belongs to is decided in `taco_lsp.journey.notes`; showing a list of notes is the conversation's.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from uuid import UUID

from storage.records import Note
from taco_lsp.context import Context, Document, Mark, Seat
from taco_lsp.errors import NotFound
from taco_lsp.journey.notes import add_note, line_of
from taco_lsp.journey.teaching import check_teaches
from taco_lsp.wire.types import NoteAddParams, NoteAddResult, NoteList, NoteListParams

if TYPE_CHECKING:
    from storage import Transaction

SUMMARY = 200
"""Characters of a note that a diagnostic shows; the hover shows all of it."""


async def add(ctx: Context, params: NoteAddParams) -> NoteAddResult:
    """Pin a note to a moment of a student's journey; the student sees it in the code, above it and in the journey.

    Raises:
        Forbidden: a student, or a teacher of other classes.
        NotFound: there is no such event.
        InvalidParams: the text is empty or too long, or does not fit the event.
    """
    author = await ctx.user()
    store = await ctx.store.get()
    async with store.write() as tx:
        place = await tx.notes.place(params.event_id)
        await check_teaches(tx, author, place.session.class_id)
        note = await add_note(
            tx, author, place, params.event_id, kind=params.event_kind, line=params.line, text=params.text
        )
    return NoteAddResult(note=note)


async def list_(ctx: Context, params: NoteListParams) -> NoteList:
    """List the notes on one's own work; a teacher may name a student.

    Raises:
        Forbidden: a student named somebody else.
        NotFound: the document belongs to no challenge.
    """
    user = await ctx.user()
    store = await ctx.store.get()
    challenge_id = params.challenge_id or await _challenge_of(ctx, params)
    student_id = params.user_id or user.id
    async with store.read() as tx:
        notes = await _read(tx, student_id, challenge_id)
        if student_id != user.id:
            if not notes:
                await check_teaches(tx, user, None)
            for session_id in {note.session_id for note in notes}:
                await check_teaches(tx, user, (await tx.sessions.get(session_id)).class_id)
    return NoteList(notes=tuple(notes))


async def show(ctx: Context, document: Document) -> None:
    """Mark the notes on a document's challenge in it, and count them for the lens."""
    seat = ctx.seats.at(document.uri)
    if seat is None:
        return
    store = await ctx.store.get()
    async with store.read() as tx:
        notes = await tx.notes.for_challenge(seat.user.id, seat.challenge.id)
        found = [mark for note in notes if (mark := await _mark(tx, seat, document, note))]
    before = (seat.notes, ctx.paused)
    seat.notes = len(notes)
    await ctx.is_recording(seat)  # the lens that says so
    ctx.remark(document.uri, "note", tuple(found))
    if before != (seat.notes, ctx.paused):
        ctx.editor.refresh()


async def show_all(ctx: Context) -> None:
    """Mark the notes in every document that is open; some may have come while it was."""
    for uri in ctx.seats.documents():
        if document := ctx.editor.document(uri):
            await show(ctx, document)


async def _read(tx: Transaction, user_id: UUID, challenge_id: UUID | None) -> list[Note]:
    if challenge_id is None:
        return await tx.notes.for_user(user_id)
    return await tx.notes.for_challenge(user_id, challenge_id)


async def _challenge_of(ctx: Context, params: NoteListParams) -> UUID | None:
    if params.text_document is None:
        return None
    seat = await ctx.seats.join(ctx.document(params.text_document))
    if seat is None:
        raise NotFound("This file belongs to no challenge yet.", "Ask something or save a solution first.")
    return seat.challenge.id


async def _mark(tx: Transaction, seat: Seat, document: Document, note: Note) -> Mark | None:
    current = await tx.solutions.current(seat.user.id, seat.challenge.id)
    code_then = (await tx.notes.place(note.event_id)).code if note.line else None
    code_then = _of_document(code_then, document)
    index = line_of(note, code_then, document.text, current.updated_at if current else None)
    if index is None:
        return None
    lines = document.text.splitlines() or [""]
    words = " ".join(note.text.split())
    summary = words if len(words) <= SUMMARY else words[: SUMMARY - 1].rstrip() + "…"
    return Mark(
        line=index,
        line_text=lines[index] if index < len(lines) else "",
        summary=f"Your teacher: {summary}",
        body=f"**A note from your teacher**\n\n{note.text}",
        code="note",
        origin="note",
    )


def _of_document(code: str | None, document: Document) -> str | None:
    """The part of a saved solution of several files that a document shows."""
    if code is None or not code.startswith("{") or document.path is None:
        return code
    try:
        files = json.loads(code)
    except (ValueError, RecursionError):
        return code
    named = (text for path, text in files.items() if path.rpartition("/")[2] == document.path.name)
    return next((text for text in named if isinstance(text, str)), code)
