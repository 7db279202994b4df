"""The server object of one connection.

`EdgeServer` is pygls' `LanguageServer`: features and commands are registered as ever. It adds open documents that
are exact, requests to the client that cannot hang, and one way out. Not here: transports (`serve_stdio`, ...).
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import cattrs
from pygls.lsp.server import LanguageServer

from taco_lsp.edge.calls import current_call
from taco_lsp.edge.documents import OpenDocuments
from taco_lsp.edge.hooks import Hooks
from taco_lsp.edge.protocol import CANCEL_GRACE_S, EdgeProtocol
from taco_lsp.edge.structuring import edge_converter

logger = logging.getLogger(__name__)

CLOSE_TIMEOUT_S = 1.5
"""How long `Hooks.on_close` may take."""


class EdgeServer(LanguageServer):
    """A language server for one client."""

    protocol: EdgeProtocol

    def __init__(self, name: str, version: str, *, converter: cattrs.Converter | None = None, hooks: Hooks) -> None:
        """Make a server.

        Args:
            name: Told to the client.
            version: Told to the client.
            converter: From `edge_converter`; may be shared by all servers of a process. None makes one.
            hooks: The program's side.
        """
        self.hooks = hooks
        self.closing: asyncio.Future[str] | None = None
        self._close_reason: str | None = None
        self._closed: asyncio.Task[None] | None = None
        super().__init__(
            name,
            version,
            protocol_cls=EdgeProtocol,
            converter_factory=edge_converter if converter is None else lambda: converter,
        )
        for command in hooks.commands:
            self._advertise(command)

    @property
    def documents(self) -> OpenDocuments:
        """The open documents, by URI."""
        return OpenDocuments(self.protocol.open_workspace)

    async def ask_client(self, method: str, params: Any, timeout_s: float, default: Any) -> Any:
        """Send a request to the client.

        Args:
            method: Any method, standard or custom.
            params: An lsprotocol object or plain JSON values.
            timeout_s: How long to wait for the reply, in seconds.
            default: What to return on time-out, error, null and nonsense.

        Returns:
            lsprotocol's result type for a method it knows, otherwise the plain JSON result; or `default`.
            Never raises but for the cancelling of the caller.
        """
        return await self.protocol.ask(method, params, timeout_s, default)

    def tell_client(self, method: str, params: Any = None) -> None:
        """Send a notification; params are an lsprotocol object or plain JSON values."""
        self.protocol.notify(method, params)

    async def drain(self) -> None:
        """Wait while the client is slow to read: for handlers that send much."""
        if self.protocol.outbox is not None:
            await self.protocol.outbox.drained()

    def link_progress(self, token: int | str) -> None:
        """Let the client cancel the running request by cancelling the progress that has this token."""
        call = current_call.get()
        if call is not None:
            self.protocol.calls.link(call, token)

    @property
    def exit_code(self) -> int:
        """0 if the client has sent shutdown, else 1 (LSP, "Exit Notification")."""
        return 0 if self.protocol.shutdown_requested else 1

    def close(self, reason: str) -> None:
        """Ask for the end of the connection; the first reason counts. Call it from the event loop."""
        if self._close_reason is None:
            self._close_reason = reason
        if self.closing is not None and not self.closing.done():
            self.closing.set_result(self._close_reason)

    async def closed(self) -> str:
        """Wait for `close`; returns its reason."""
        if self.closing is None:
            self.closing = asyncio.get_running_loop().create_future()
        if self._close_reason is not None:
            return self._close_reason
        return await asyncio.shield(self.closing)

    async def finish(self, reason: str) -> None:
        """End what is in flight and await `Hooks.on_close`, once, however often this is called."""
        if self._closed is None:
            self._closed = asyncio.ensure_future(self._finish(reason))
        await asyncio.wait([self._closed], timeout=CLOSE_TIMEOUT_S + CANCEL_GRACE_S)

    async def _finish(self, reason: str) -> None:
        await self.protocol.stop_calls()
        try:
            async with asyncio.timeout(CLOSE_TIMEOUT_S):
                await self.hooks.on_close(reason)
        except TimeoutError:
            logger.error("closing (%s) took more than %s s and was given up", reason, CLOSE_TIMEOUT_S)  # noqa: TRY400
        except Exception:  # the process ends all the same
            logger.exception("closing (%s) failed", reason)

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Keep errors that nobody waits for in the log; pygls would show them to the user."""
        logger.error("%s", getattr(source, "__name__", source), exc_info=error)

    def _advertise(self, command: str) -> None:
        async def run(*arguments: Any) -> Any:
            if self.hooks.execute_command is None:
                return None
            return await self.hooks.execute_command(command, list(arguments))

        self.command(command)(run)
