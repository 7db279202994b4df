"""The rows of a journey, read in one go. Making a timeline of them is done elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar
from uuid import UUID

import attrs
import sqlalchemy as sa

from storage import tables
from storage.records import Challenge, Interaction, Note, Run, Session, SolutionRevision
from storage.rows import Condition, Rows
from storage.values import JourneyRows

T = TypeVar("T", bound=attrs.AttrsInstance)


class Journey:
    """Reads across the tables a student's work leaves rows in."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    async def rows(
        self, *, user_id: UUID, session_id: UUID | None = None, challenge_id: UUID | None = None
    ) -> JourneyRows:
        """Read a user's work, all of it or of one session or challenge, oldest first.

        Every table says whose a row is, so none is read by way of the sessions: under row-level security that asks
        once what the reader may see where a join asks twice, and the index gives the rows in order.
        """
        wanted = {"user_id": user_id, "session_id": session_id, "challenge_id": challenge_id}
        of_sessions = _of(tables.sessions, {**wanted, "id": session_id, "session_id": None})
        worked_on = sa.select(tables.sessions.c.challenge_id).where(*of_sessions)
        return JourneyRows(
            sessions=await self._by_time(Session, "created_at", *of_sessions),
            interactions=await self._all(Interaction, "created_at", wanted),
            runs=await self._all(Run, "created_at", wanted),
            revisions=await self._all(SolutionRevision, "saved_at", wanted),
            notes=await self._all(Note, "created_at", wanted),
            challenges=await self._by_time(Challenge, "created_at", tables.challenges.c.id.in_(worked_on)),
        )

    async def _all(self, cls: type[T], time: str, wanted: Mapping[str, UUID | None]) -> list[T]:
        return await self._by_time(cls, time, *_of(tables.TABLE_OF[cls], wanted))

    async def _by_time(self, cls: type[T], time: str, *where: Condition) -> list[T]:
        table = tables.TABLE_OF[cls]
        return await self._rows.all(cls, *where, order=(table.c[time], table.c.id))


def _of(table: sa.Table, wanted: Mapping[str, UUID | None]) -> list[Condition]:
    return [table.c[column] == id_ for column, id_ in wanted.items() if id_ is not None]
