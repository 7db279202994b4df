"""`taco/journey`: the ordered events of a session, a challenge, or everything this student did."""

from __future__ import annotations

from taco_lsp.context import Context
from taco_lsp.journey.reading import read_journey
from taco_lsp.journey.whose import whose
from taco_lsp.wire.types import JourneyParams, JourneyResult


async def journey(ctx: Context, params: JourneyParams) -> JourneyResult:
    """Read the student's own journey, or for those who teach a student's; oldest event first.

    Raises:
        Forbidden: a student asks for another's.
        NotFound: there is no such student, session or challenge.
    """
    challenge_id = params.challenge_id
    if params.text_document and not params.session_id and not challenge_id:
        seat = await ctx.seats.join(ctx.document(params.text_document))
        if seat is None:
            return JourneyResult(events=())
        challenge_id = seat.challenge.id
    store = await ctx.store.get()
    user = await whose(store, await ctx.user(), params.student)
    events = await read_journey(store, user.id, session_id=params.session_id, challenge_id=challenge_id)
    return JourneyResult(events=events)
