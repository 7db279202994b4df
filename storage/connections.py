"""What a transaction gets from an engine: a connection, and somebody who lends it out. How is each engine's affair."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

import attrs
import sqlalchemy as sa
from sqlalchemy.sql import Executable

Step = tuple[Executable, Mapping[str, Any]]
"""A statement and the values of its parameters."""


class Connection(Protocol):
    """Runs statements inside a transaction."""

    @property
    def dialect(self) -> sa.Dialect:
        """Which SQL it speaks."""

    async def execute(self, statement: Executable, parameters: Any = None) -> sa.CursorResult[Any]:
        """Run a statement; its rows are there when it is done."""

    async def run(self, *steps: Step) -> None:
        """Run constant statements one after the other, for what they change."""


class Lender(Protocol):
    """Lends connections, each inside a transaction of its own."""

    def transaction(self) -> AbstractAsyncContextManager[Connection]:
        """Begin; when the block has exited what it wrote is durable, when it raised or was cancelled, undone."""

    async def close(self) -> None:
        """Close every connection; one that is lent out, as soon as it is back."""


@attrs.frozen
class Connections:
    """Where write and read transactions get theirs."""

    writer: Lender
    reader: Lender

    async def close(self) -> None:
        """Close them all."""
        await self.writer.close()
        await self.reader.close()
