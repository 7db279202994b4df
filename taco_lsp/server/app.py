"""The language server object: what it registers, and what the edge calls.

All of it runs before the reply to `initialize`, so it imports the edge and little else. Handlers, features and the
connection's context are named here and imported with the first message after it (`taco_lsp.late`).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from functools import cached_property
from typing import TYPE_CHECKING, Any

import attrs
from cattrs import Converter
from lsprotocol import types as lsp

from taco_lsp import __version__
from taco_lsp.edge import EdgeServer, Hooks, RpcError, edge_converter
from taco_lsp.late import late
from taco_lsp.server.kinds import KINDS
from taco_lsp.stores import Stores
from taco_lsp.verbs import BY_COMMAND, BY_NAME, Verb, call, command, present

if TYPE_CHECKING:
    from taco_lsp.context import Context
    from taco_lsp.wire.types import AskParams

logger = logging.getLogger(__name__)

HANDLERS: dict[str, tuple[str, Any]] = {
    lsp.INITIALIZE: ("app:remember_options", None),
    lsp.INITIALIZED: ("handlers:initialized", None),
    lsp.TEXT_DOCUMENT_DID_OPEN: ("handlers:did_open", None),
    lsp.TEXT_DOCUMENT_DID_CHANGE: ("handlers:did_change", None),
    lsp.TEXT_DOCUMENT_DID_SAVE: ("handlers:did_save", None),
    lsp.TEXT_DOCUMENT_DID_CLOSE: ("handlers:did_close", None),
    lsp.TEXT_DOCUMENT_CODE_ACTION: ("handlers:code_action", lsp.CodeActionOptions(code_action_kinds=list(KINDS))),
    lsp.TEXT_DOCUMENT_CODE_LENS: ("handlers:code_lens", None),
    lsp.TEXT_DOCUMENT_HOVER: ("handlers:hover", None),
}
"""The methods of plain LSP: who handles each (in `taco_lsp.server`), and what is advertised about it."""


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
                map_error=_to_rpc_error,
                on_close=self._close,
                custom_request=self._request,
                custom_methods=tuple(BY_NAME),
                execute_command=self._execute,
                commands=tuple(BY_COMMAND),
            ),
        )
        self.shared = shared
        self.initialization_options: Any = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self._in_order = asyncio.Lock()  # document events are handled one after the other, as they came
        for method, (name, options) in HANDLERS.items():
            self.feature(method, options)(_handler(self, name))

    @cached_property
    def context(self) -> Context:
        """What features work with; made on first use, after `initialize`."""
        made: Context = late("taco_lsp.server.opening:make_context")(self)
        return made

    def in_background(self, work: Coroutine[Any, Any, Any]) -> None:
        """Do something the editor does not wait for; a failure is said once, in plain words."""
        task = asyncio.get_running_loop().create_task(self._guarded(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def on_document(self, work: Awaitable[None]) -> None:
        """Handle a document event after those before it."""

        async def next_in_order() -> None:
            async with self._in_order:
                await work
            self.context.syncer.poke()

        self.in_background(next_in_order())

    def ask_in_background(self, params: AskParams) -> None:
        """Answer a question that no request waits for, and show the answer."""
        verb = BY_NAME["taco/ask"]
        self.in_background(self._working(verb, present(self.context, verb, params)))

    async def _request(self, method: str, params: Any) -> Any:
        verb = BY_NAME[method]
        token = params.get("workDoneToken") if isinstance(params, dict) else None
        await self._events_before()
        return await self._working(verb, call(self.context, verb, params), token)

    async def _execute(self, name: str, arguments: list[Any]) -> Any:
        verb = BY_COMMAND[name]
        await self._events_before()
        return await self._working(verb, command(self.context, verb, arguments))

    async def _events_before(self) -> None:
        """Wait for the document events that came before: a save is in the history that is asked for next."""
        async with self._in_order:
            pass

    async def _working(self, verb: Verb, work: Awaitable[Any], token: str | int | None = None) -> Any:
        """Do a verb's work, with a progress display when it may take a while; then let sync see whether it wrote."""
        try:
            if verb.working is None:
                return await work
            async with late("taco_lsp.server.progress:progress")(self, verb.working, token):
                return await work
        finally:
            self.context.syncer.poke()

    async def _guarded(self, work: Coroutine[Any, Any, Any]) -> None:
        try:
            await work
        except Exception as error:  # noqa: BLE001 - nobody awaits this; it is logged or said
            self.context.say_once(late("taco_lsp.server.rpc_errors:reported")(error))

    async def _close(self, reason: str) -> None:
        """Every way out comes here: finish what was accepted, end the sessions, let go of the store."""
        logger.info("closing: %s", reason)
        if "context" not in self.__dict__:
            return
        if pending := set(self._tasks):
            await asyncio.wait(pending, timeout=1.0)
        await self.context.close()


def server_maker(*, own_user: bool = True) -> Callable[[], TacoServer]:
    """Make the function that makes the server object of each connection.

    Args:
        own_user: whether the client was started by the same person, as over stdio.
    """
    shared = Shared(own_user=own_user)
    return lambda: TacoServer(shared)


def remember_options(server: TacoServer, params: lsp.InitializeParams) -> None:
    """Keep what the editor configured; it is read when the context is made."""
    server.initialization_options = params.initialization_options


def _handler(server: TacoServer, name: str) -> Callable[[Any], Any]:
    def handle(params: Any) -> Any:
        return late(f"taco_lsp.server.{name}")(server, params)

    return handle


def _to_rpc_error(error: BaseException) -> RpcError:
    mapped: RpcError = late("taco_lsp.server.rpc_errors:to_rpc_error")(error)
    return mapped
