"""`taco/sync/now` and `taco/sync/status`: the student's word in what otherwise happens by itself."""

from __future__ import annotations

from taco_lsp.context import Context
from taco_lsp.context.editor import Level
from taco_lsp.wire.types import Nothing, SyncStatus


async def now(ctx: Context, _: Nothing) -> SyncStatus:
    """Sync with the school's server now. What fails is said in the result, as `problem` and `hint`."""
    return await ctx.syncer.now()


async def status(ctx: Context, _: Nothing) -> SyncStatus:
    """Tell how this machine and the school's server stand. Asks no server."""
    return await ctx.syncer.status()


async def present(ctx: Context, _: Nothing, result: SyncStatus) -> None:
    """Say how it went."""
    ctx.editor.say(*in_words(result))


def in_words(status: SyncStatus, *, asked: bool = True) -> tuple[str, Level]:
    """Put a status into a sentence or two, and say how serious it is; not `asked`: the server was not."""
    kept = "".join(f" {_entries(kept.rows)} on this machine only: {kept.reason}" for kept in status.kept)
    if status.state == "off":
        return "No school server is set, so nothing is synced.", "info"
    if status.state == "signedOut":
        return "Nobody is signed in, so nothing is synced.", "info"
    if status.problem:
        return f"{status.problem} {status.hint or ''}{kept}".strip(), "warning"
    if status.unsent:
        return f"Still to be sent to your school: {status.unsent}.{kept}", "info"
    if not asked:
        last = f"{status.synced_at.astimezone():%Y-%m-%d %H:%M}" if status.synced_at else "never"
        return f"Nothing waits to be sent. Last in sync with your school: {last}.{kept}", "info"
    return f"Everything is in sync with your school.{kept}", "info"


def _entries(count: int) -> str:
    return "1 entry stays" if count == 1 else f"{count} entries stay"
