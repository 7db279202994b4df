"""The client's requests that are being worked on: found by id or progress token, cancelled, answered once.

Not here: what the answer is, or how it is sent.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from contextvars import ContextVar
from typing import Any

import attrs

from taco_lsp.edge.messages import MsgId

Token = int | str
"""A progress token."""

current_call: ContextVar[Call | None] = ContextVar("current_call", default=None)
"""The request that the running handler works on."""


@attrs.define(eq=False)
class Call:
    """One request in flight."""

    id: MsgId
    method: str
    task: asyncio.Future[Any] | None = None
    tokens: set[Token] = attrs.field(factory=set)
    cancelled: bool = False

    def cancel(self) -> None:
        """Ask the handler to stop; it may still finish with a result."""
        self.cancelled = True
        if self.task is not None:
            cancel_soon(self.task)


def cancel_soon(task: asyncio.Future[Any]) -> None:
    """Cancel a task, but not before it has started: a handler shall see that it was called and cancelled."""
    task.get_loop().call_soon(task.cancel)


class Calls:
    """All requests in flight."""

    def __init__(self) -> None:
        self._by_id: dict[MsgId, Call] = {}
        self._by_token: dict[Token, Call] = {}

    def __len__(self) -> int:
        return len(self._by_id)

    def __contains__(self, ident: MsgId) -> bool:
        return ident in self._by_id

    def __iter__(self) -> Iterator[Call]:
        return iter(tuple(self._by_id.values()))

    def add(self, call: Call) -> None:
        """Take a request in."""
        self._by_id[call.id] = call

    def link(self, call: Call, token: Any) -> None:
        """Let the cancelling of a progress cancel a request too; a token that cannot be one is ignored."""
        if isinstance(token, int | str):
            call.tokens.add(token)
            self._by_token[token] = call

    def close(self, call: Call) -> bool:
        """Take a request out. Returns False if that has been done before, so it has its answer."""
        if self._by_id.get(call.id) is not call:
            return False
        del self._by_id[call.id]
        for token in call.tokens:
            if self._by_token.get(token) is call:
                del self._by_token[token]
        return True

    def cancel(self, ident: Any) -> None:
        """Cancel a request by its id; anything unknown is ignored, it may just have been answered."""
        if isinstance(ident, int | float | str) and not isinstance(ident, bool) and ident in self._by_id:
            self._by_id[ident].cancel()

    def cancel_by_token(self, token: Token) -> None:
        """Cancel the request whose progress has this token, if there is one."""
        if token in self._by_token:
            self._by_token[token].cancel()

    async def cancel_all(self, calls: Iterable[Call], grace_s: float) -> list[Call]:
        """Cancel requests and wait until they have ended.

        Returns:
            Those that have not ended after `grace_s` seconds.
        """
        calls = list(calls)
        for call in calls:
            call.cancel()
        tasks = [call.task for call in calls if call.task is not None]
        if tasks:
            await asyncio.wait(tasks, timeout=grace_s)
            await asyncio.sleep(0)  # lets the answers of those that have ended go out
        return [call for call in calls if self._by_id.get(call.id) is call]
