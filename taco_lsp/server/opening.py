"""The beginning of a connection: settings, context, and what is warmed up once the editor has its reply."""

from __future__ import annotations

import logging
import os
import socket
from typing import TYPE_CHECKING

from taco_lsp import config
from taco_lsp.context import Context
from taco_lsp.server.editor import LspEditor
from taco_lsp.server.processes import is_alive
from taco_lsp.server.progress import progress

if TYPE_CHECKING:
    from taco_lsp.server.app import TacoServer


def make_context(server: TacoServer) -> Context:
    """Read the settings and make the context of a connection."""
    editor = LspEditor(server, server.in_background)
    own_user = server.shared.own_user
    effective = config.load(
        environ=os.environ,
        editor_options=server.initialization_options,
        editor_trusted=own_user,
        workspace=editor.folders[0] if editor.folders and own_user else None,
    )
    logging.getLogger("taco_lsp").setLevel(effective.settings.log_level.upper())
    return Context(effective, editor, server.shared.stores)


async def warm_up(ctx: Context) -> None:
    """Report bad settings, open the store, end the sessions of dead servers, learn the policy, prepare the model.

    Raises:
        StoreError: the store cannot be opened.
    """
    if problems := ctx.config.summary_of_problems():
        ctx.editor.say(problems, "warning")
    store = await ctx.store.get()
    if store.info.recovered:
        ctx.editor.say(
            f"The store was damaged. It was moved to {store.info.recovered} and a new one was started.", "warning"
        )
    if ctx.store.unrecorded:
        text = f"{ctx.store.unrecorded} The tutor answers all the same, and nothing is recorded."
        ctx.editor.say(f"{text} `taco doctor` says how to mend it.", "warning")
    async with store.write() as tx:
        await tx.sessions.sweep(socket.gethostname(), is_alive)
    if await ctx.look_again():
        ctx.editor.refresh()
    await ctx.client()  # imports httpx now rather than during the first question


async def first_sync(server: TacoServer) -> None:
    """Sync; the first time for an account may take a while, so the editor shows that something goes on."""
    syncer = server.context.syncer
    if not await syncer.is_new():
        syncer.poke()
        return
    async with progress(server, "Fetching your classes", None):
        await syncer.now()
    syncer.poke()
