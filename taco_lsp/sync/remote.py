"""What a server has to offer to be synced with. The first one is a school's PostgreSQL (`storage.sync`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol
from uuid import UUID

from storage.sync.values import Batch, Cursor, Hello, Page, Pushed, Sent


class Remote(Protocol):
    """A server, under one account, for one round.

    Every method may take its time or never answer; the caller limits it. All of them raise
    `storage.sync.errors.RemoteError`.
    """

    async def hello(self, node_id: UUID) -> Hello:
        """Say who this is, and learn what may be pulled; the first call."""

    async def push(self, batch: Batch, *, sent: Sent | None = None) -> Pushed:
        """Send local changes. The same batch may arrive any number of times, and one that is late is skipped.

        A remote that calls `sent` is faster: it is the only one at work until then.
        """

    async def pull(self, cursors: Mapping[UUID, Cursor], limit: int) -> Page:
        """Read at most `limit` changes behind the cursors, with what their rows refer to."""

    async def close(self) -> None:
        """Hang up; never raises."""
