"""`taco/recording/pause` and `/resume`: the student's say in whether the work is recorded."""

from __future__ import annotations

from storage.records import now
from taco_lsp.context import Context
from taco_lsp.journey.recording import read_state
from taco_lsp.wire.types import Nothing, RecordingState


async def pause(ctx: Context, _: Nothing) -> RecordingState:
    """Stop recording what the student writes, asks, runs and saves; the tutor goes on answering."""
    return await _turn(ctx, paused=True)


async def resume(ctx: Context, _: Nothing) -> RecordingState:
    """Go on recording."""
    return await _turn(ctx, paused=False)


async def present(ctx: Context, _: Nothing, result: RecordingState) -> None:
    """Say what it means."""
    ctx.editor.say(result.meaning)


async def _turn(ctx: Context, *, paused: bool) -> RecordingState:
    user = await ctx.user()
    store = await ctx.store.get()
    async with store.write() as tx:
        if paused:
            await tx.own_data.pause(user.id, now())
        else:
            await tx.own_data.resume(user.id, now())
        state = await read_state(tx, user)
    ctx.paused = state.paused_since is not None
    ctx.editor.refresh()
    return state
