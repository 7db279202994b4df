"""`taco/session/end`, and the sessions that documents open and close by themselves."""

from __future__ import annotations

from taco_lsp.context import Context, Document
from taco_lsp.errors import InvalidParams, NotFound
from taco_lsp.wire.types import SessionEndParams, SessionEndResult


async def end(ctx: Context, params: SessionEndParams) -> SessionEndResult:
    """End a session that is going on in this editor; asking again starts a new one.

    Raises:
        InvalidParams: neither a session nor a document is named.
        NotFound: no such session is going on here.
    """
    if params.session_id:
        seat = ctx.seats.by_session(params.session_id)
    elif params.text_document:
        seat = ctx.seats.at(params.text_document.uri)
    else:
        raise InvalidParams("Name a `sessionId` or a `textDocument`.", field="sessionId")
    if seat is None:
        raise NotFound("No session is going on here.", "Open a challenge or ask something to start one.")
    ended = await ctx.seats.end(seat)
    assert ended.ended_at is not None
    return SessionEndResult(session_id=ended.id, ended_at=ended.ended_at)


async def opened(ctx: Context, document: Document) -> None:
    """A document was opened: a known challenge file starts a session."""
    if await ctx.seats.join(document):
        ctx.editor.refresh()


async def look_again(ctx: Context) -> None:
    """Show what was changed elsewhere, by a teacher or by the student at another machine, in lenses and actions."""
    if await ctx.look_again():
        ctx.editor.refresh()


async def closed(ctx: Context, uri: str) -> None:
    """A document was closed: the last one of a challenge ends its session, unless it soon opens again."""
    if ctx.marks.pop(uri, None):
        ctx.editor.mark(uri, ())
    await ctx.seats.leave(uri)
