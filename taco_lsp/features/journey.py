"""`taco/journey`: the ordered events of a session, a challenge, or everything this student did."""

from __future__ import annotations

from typing import Any

from taco_lsp.context import Context
from taco_lsp.journey.timeline import timeline
from taco_lsp.wire.types import JourneyParams, JourneyResult


async def journey(ctx: Context, params: JourneyParams) -> JourneyResult:
    """Read the student's own journey, oldest event first."""
    user = await ctx.user()
    where: dict[str, Any] = {"session_id": params.session_id, "challenge_id": params.challenge_id}
    if params.text_document and not params.session_id and not params.challenge_id:
        seat = await ctx.seats.join(ctx.document(params.text_document))
        if seat is None:
            return JourneyResult(events=())
        where["challenge_id"] = seat.challenge.id
    store = await ctx.store.get()
    async with store.read() as tx:
        rows = await tx.journey.rows(user_id=user.id, **where)
        models = {model.id: model.name for model in await tx.models.list()}
    return JourneyResult(events=timeline(rows, models))
