"""The rows of a journey, read in one go. Making a timeline of them is done elsewhere."""

from __future__ import annotations

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
        """Read a user's work, all of it or of one session or challenge, oldest first."""
        sessions = tables.sessions
        wanted = [sessions.c.user_id == user_id]
        if session_id is not None:
            wanted.append(sessions.c.id == session_id)
        if challenge_id is not None:
            wanted.append(sessions.c.challenge_id == challenge_id)
        in_them = sa.select(sessions.c.id).where(*wanted)
        worked_on = sa.select(sessions.c.challenge_id).where(*wanted)
        return JourneyRows(
            sessions=await self._by_time(Session, "created_at", *wanted),
            interactions=await self._in(Interaction, "created_at", in_them),
            runs=await self._in(Run, "created_at", in_them),
            revisions=await self._in(SolutionRevision, "saved_at", in_them),
            notes=await self._in(Note, "created_at", in_them),
            challenges=await self._by_time(Challenge, "created_at", tables.challenges.c.id.in_(worked_on)),
        )

    async def _in(self, cls: type[T], time: str, sessions: sa.Select[tuple[UUID]]) -> list[T]:
        return await self._by_time(cls, time, tables.TABLE_OF[cls].c.session_id.in_(sessions))

    async def _by_time(self, cls: type[T], time: str, *where: Condition) -> list[T]:
        table = tables.TABLE_OF[cls]
        return await self._rows.all(cls, *where, order=(table.c[time], table.c.id))
