"""A progress display around a piece of work: the editor's own token, or one made for it.

The work never waits for the display: an editor that does not answer the request for a token simply shows nothing.
Cancelling the display cancels the work; for the editor's own token the edge sees to that.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

from lsprotocol import types as lsp

from taco_lsp.edge import EdgeServer
from taco_lsp.wire.types import Token

CREATE_TIMEOUT_S = 2.0


@asynccontextmanager
async def progress(server: EdgeServer, title: str, token: Token | None) -> AsyncIterator[None]:
    """Show `title` while the body runs."""
    if token is not None:
        _begin(server, title, token)
        try:
            yield
        finally:
            _end(server, token)
        return
    window = server.client_capabilities.window
    if not (window and window.work_done_progress):
        yield
        return
    ours = str(uuid4())
    showing = asyncio.create_task(_create_and_begin(server, title, ours))
    try:
        yield
    finally:
        await _stop(showing)
        if showing.done() and not showing.cancelled():
            _end(server, ours)


async def _create_and_begin(server: EdgeServer, title: str, token: Token) -> None:
    params = lsp.WorkDoneProgressCreateParams(token=token)
    await server.ask_client(lsp.WINDOW_WORK_DONE_PROGRESS_CREATE, params, timeout_s=CREATE_TIMEOUT_S, default=None)
    server.link_progress(token)
    _begin(server, title, token)


async def _stop(task: asyncio.Task[None]) -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


def _begin(server: EdgeServer, title: str, token: Token) -> None:
    value = {"kind": "begin", "title": title, "cancellable": True}
    server.tell_client(lsp.PROGRESS, {"token": token, "value": value})


def _end(server: EdgeServer, token: Token) -> None:
    server.tell_client(lsp.PROGRESS, {"token": token, "value": {"kind": "end"}})
