"""`taco/solution/*`: save the current solution, list what was saved, put a saved version back."""

from __future__ import annotations

from uuid import UUID

from storage.records import now
from taco_lsp.context import Context, Document, Seat
from taco_lsp.context.work import paths_of, solution_of
from taco_lsp.errors import InvalidParams, NotFound
from taco_lsp.tutor.solution_text import unpack
from taco_lsp.wire.types import (
    HistoryParams,
    HistoryResult,
    RestoreParams,
    RestoreResult,
    SaveParams,
    SaveResult,
)  # fmt: skip


async def save(ctx: Context, params: SaveParams) -> SaveResult:
    """Save what the editor shows; saving the same text twice adds no version."""
    document = ctx.document(params.text_document)
    return await _save(ctx, await ctx.seats.take(document), document)


async def did_save(ctx: Context, document: Document) -> None:
    """The student saved a file: a challenge file's text becomes the current solution."""
    seat = await ctx.seats.join(document)
    if seat is not None:
        await _save(ctx, seat, document)


async def history(ctx: Context, params: HistoryParams) -> HistoryResult:
    """List every saved version of a challenge, oldest first.

    Raises:
        InvalidParams: neither a document nor a challenge is named.
        NotFound: the document belongs to no challenge.
    """
    challenge_id = params.challenge_id or await _challenge_of(ctx, params)
    user = await ctx.user()
    store = await ctx.store.get()
    async with store.read() as tx:
        revisions = await tx.solutions.history(user.id, challenge_id)
    return HistoryResult(challenge_id=challenge_id, revisions=tuple(revisions))


async def restore(ctx: Context, params: RestoreParams) -> RestoreResult:
    """Put a saved version back as one edit that can be undone; nothing is saved or lost by it.

    Raises:
        NotFound: no such version of this challenge.
    """
    document = ctx.document(params.text_document)
    seat = await ctx.seats.join(document)
    text = await _saved_text(ctx, seat, document, params.revision_id) if seat else None
    if text is None:
        raise NotFound("This file has no such saved version.", "Use the history of this file to pick one.")
    applied = await ctx.editor.replace(document.uri, text, label="Restore a saved version")
    return RestoreResult(revision_id=params.revision_id, applied=applied, text=text)


async def _save(ctx: Context, seat: Seat, document: Document) -> SaveResult:
    solution = solution_of(ctx, seat, document)
    if not await ctx.is_recording(seat):
        return SaveResult(updated_at=now())
    store = await ctx.store.get()
    async with store.write() as tx:
        saved = await tx.solutions.save(
            session_id=seat.session.id,
            user_id=seat.user.id,
            challenge_id=seat.challenge.id,
            solution=solution,
            at=now(),
        )
    if ctx.store.unrecorded:
        return SaveResult(updated_at=saved.solution.updated_at)  # it is there until the end, and no longer
    return SaveResult(
        solution_id=saved.solution.id,
        revision_id=saved.revision.id if saved.revision else None,
        updated_at=saved.solution.updated_at,
    )


async def _challenge_of(ctx: Context, params: HistoryParams) -> UUID:
    if params.text_document is None:
        raise InvalidParams("Name a `textDocument` or a `challengeId`.", field="textDocument")
    seat = await ctx.seats.join(ctx.document(params.text_document))
    if seat is None:
        raise NotFound("This file belongs to no challenge yet.", "Ask something or save a solution first.")
    return seat.challenge.id


async def _saved_text(ctx: Context, seat: Seat, document: Document, revision_id: UUID) -> str | None:
    """The document's text in a saved version; None when the version is not this challenge's or lacks the file."""
    store = await ctx.store.get()
    async with store.read() as tx:
        revision = await tx.solutions.revision(revision_id)
    if revision.user_id != seat.user.id or revision.challenge_id != seat.challenge.id:
        return None
    paths = paths_of(seat)
    return unpack(revision.solution, paths).get(_name(seat, document)) if len(paths) > 1 else revision.solution


def _name(seat: Seat, document: Document) -> str:
    """The document's path within the challenge's folder; the one file's name for a single-file challenge."""
    paths = paths_of(seat)
    if len(paths) > 1 and seat.folder and document.path and document.path.is_relative_to(seat.folder):
        return document.path.relative_to(seat.folder).as_posix()
    return paths[0] if paths else ""
