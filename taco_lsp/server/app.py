"""The language server: registers verbs and the plain-LSP surface on the generic edge, one object per connection.

Handlers are adapters: they take LSP params apart, call one function and answer. What is done on the way in and out
(settings, warm-up, ending sessions) is here too, because it is the connection's life.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import attrs
from cattrs import Converter
from lsprotocol import types as lsp

from storage import StoreError
from taco_lsp import __version__, config
from taco_lsp.context import Context, Document, Stores
from taco_lsp.edge import EdgeServer, Hooks, edge_converter
from taco_lsp.errors import InvalidParams
from taco_lsp.features import conversation, solutions
from taco_lsp.server.editor import LspEditor
from taco_lsp.server.handlers import register
from taco_lsp.server.processes import is_alive
from taco_lsp.server.progress import progress
from taco_lsp.server.rpc_errors import plain_words, to_rpc_error
from taco_lsp.verbs import BY_COMMAND, BY_NAME, Verb, call, command, present

logger = logging.getLogger(__name__)


@attrs.frozen(kw_only=True)
class Shared:
    """What the connections of one process have in common.

    `own_user` is false for clients that come over the network: they may not set privileged keys, and no file of a
    workspace they name is read for settings.
    """

    own_user: bool = True
    converter: Converter = attrs.Factory(edge_converter)
    stores: Stores = attrs.Factory(Stores)


class TacoServer(EdgeServer):
    """One connection: an editor, its context, and the work that goes on for it."""

    def __init__(self, shared: Shared) -> None:
        super().__init__(
            "taco-lsp",
            __version__,
            converter=shared.converter,
            hooks=Hooks(
                map_error=to_rpc_error,
                on_close=self._close,
                custom_request=self._request,
                custom_methods=tuple(BY_NAME),
                execute_command=self._execute,
                commands=tuple(BY_COMMAND),
            ),
        )
        self._shared = shared
        self._context: Context | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self._in_order = asyncio.Lock()  # document events are handled one after the other, as they came
        register(self)

    @property
    def context(self) -> Context:
        """What features work with; there from `initialize` on."""
        assert self._context is not None, "the edge refuses requests before initialize"
        return self._context

    def begin(self, params: lsp.InitializeParams) -> None:
        """Read the settings and make the context; nothing slow, the editor is waiting."""
        editor = LspEditor(self, self.in_background)
        root = editor.folders[0] if editor.folders else None
        effective = config.load(
            environ=os.environ,
            editor_options=params.initialization_options,
            editor_trusted=self._shared.own_user,
            workspace=root if self._shared.own_user else None,
        )
        logging.getLogger("taco_lsp").setLevel(effective.settings.log_level.upper())
        self._context = Context(effective, editor, self._shared.stores)

    async def warm_up(self) -> None:
        """After `initialized`: report bad settings, open the store, end sessions of dead servers, prepare the model."""
        ctx = self.context
        if problems := ctx.config.summary_of_problems():
            ctx.editor.say(problems, "warning")
        store = await ctx.store.get()
        if store.info.recovered:
            ctx.editor.say(
                f"The store was damaged. It was moved to {store.info.recovered} and a new one was started.", "warning"
            )
        if store.info.read_only:
            ctx.editor.say("The store can only be read: nothing new will be recorded.", "warning")
            return
        async with store.write() as tx:
            await tx.sessions.sweep(socket.gethostname(), is_alive)
        await ctx.client()  # imports httpx now rather than during the first question

    def in_background(self, work: Coroutine[Any, Any, Any]) -> None:
        """Do something the editor does not wait for; a failure is said once, in plain words."""

        async def guarded() -> None:
            try:
                await work
            except Exception as error:
                if not isinstance(error, StoreError):
                    logger.exception("background work failed")
                self.context.say_once(plain_words(error))

        task = asyncio.get_running_loop().create_task(guarded())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def on_document(self, work: Awaitable[None]) -> None:
        """Handle a document event after those before it."""

        async def next_in_order() -> None:
            async with self._in_order:
                await work

        self.in_background(next_in_order())

    async def did_save(self, document: Document) -> None:
        """A file was saved: a question in a conversation is answered, a challenge file is recorded."""
        if conversation.is_conversation(document.path):
            params = conversation.question_in(self.context, document)
            if params:
                verb = BY_NAME["taco/ask"]
                self.in_background(self._working(verb, present(self.context, verb, params)))
        else:
            await solutions.did_save(self.context, document)

    async def _request(self, method: str, params: Any) -> Any:
        verb = BY_NAME[method]
        token = params.get("workDoneToken") if isinstance(params, dict) else None
        return await self._working(verb, call(self.context, verb, params), token)

    async def _execute(self, name: str, arguments: list[Any]) -> Any:
        verb = BY_COMMAND.get(name)
        if verb is None:
            raise InvalidParams(f"`command`: there is no command {name}.", field="command")
        return await self._working(verb, command(self.context, verb, arguments))

    async def _working(self, verb: Verb, work: Awaitable[Any], token: str | int | None = None) -> Any:
        """Do a verb's work, with a progress display when it may take a while."""
        if verb.working is None:
            return await work
        async with progress(self, verb.working, token):
            return await work

    async def _close(self, reason: str) -> None:
        """Every way out comes here: finish what was accepted, end the sessions, close the store."""
        logger.info("closing: %s", reason)
        if self._context is None:
            return
        if pending := set(self._tasks):
            await asyncio.wait(pending, timeout=1.0)
        await self._context.close()


def server_maker(*, own_user: bool = True) -> Callable[[], TacoServer]:
    """Make the function that makes the server object of each connection.

    Args:
        own_user: whether the client was started by the same person, as over stdio.
    """
    shared = Shared(own_user=own_user)
    return lambda: TacoServer(shared)
