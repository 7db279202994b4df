"""`taco/status`: what is going on, for a status bar and for a worried student. Changes nothing."""

from __future__ import annotations

import attrs

from storage import StoreError
from taco_lsp import __version__
from taco_lsp.config import BY_KEY
from taco_lsp.context import Context, Seat
from taco_lsp.journey.recording import read_state
from taco_lsp.testing.suite import suite_of
from taco_lsp.tutor import builtin
from taco_lsp.wire.types import HintState, RecordingState, SeatStatus, StatusParams, StatusResult, StoreStatus


async def status(ctx: Context, params: StatusParams) -> StatusResult:
    """Tell version, identity, store, tutor, and the seat of a document. Works when the store does not."""
    settings = ctx.config.settings
    answer = StatusResult(
        version=__version__,
        store=await _store(ctx),
        tutor="model" if settings.model_endpoint else builtin.NAME,
        model=settings.model_name or None,
        endpoint=ctx.config.shown(BY_KEY["model.endpoint"]) or None,
    )
    if not answer.store.url:
        return answer
    user = await ctx.user()
    seat = await _seat(ctx, params)
    async with (await ctx.store.get()).read() as tx:
        state = await read_state(tx, user)
    return attrs.evolve(
        answer,
        user_id=user.id,
        role=user.role,
        recording=not answer.store.read_only and _is_recorded(state, seat),
        paused_since=state.paused_since,
        seat=seat,
        sync=await ctx.syncer.status(),
    )


def _is_recorded(state: RecordingState, seat: SeatStatus | None) -> bool:
    """Whether it is at a seat; without one, whether anything is anywhere."""
    if seat is None:
        return state.recording
    return state.paused_since is None and seat.policy.recording


async def _store(ctx: Context) -> StoreStatus:
    try:
        info = (await ctx.store.get()).info
    except StoreError as error:
        return StoreStatus(url="", problem=f"{error} {error.hint}".strip())
    recovered = str(info.recovered) if info.recovered else None
    if why := ctx.store.unrecorded:
        return StoreStatus(url=ctx.store.url, revision=info.revision, read_only=True, problem=why)
    return StoreStatus(url=info.url, revision=info.revision, read_only=info.read_only, recovered_from=recovered)


async def _seat(ctx: Context, params: StatusParams) -> SeatStatus | None:
    if params.text_document is None:
        return None
    document = ctx.document(params.text_document)
    seat = await ctx.seats.join(document)
    return _describe(seat, document.text) if seat else None


def _describe(seat: Seat, code: str) -> SeatStatus:
    return SeatStatus(
        challenge_id=seat.challenge.id,
        challenge_title=seat.challenge.title,
        session_id=seat.session.id,
        hints=HintState(**attrs.asdict(seat.rung(code))),
        practice=seat.challenge.class_id is None,
        policy=seat.policy,
        tests=suite_of(seat.challenge.support_materials) is not None,
    )
