"""What students decide about their own data: pauses of the recording, and requests to delete.

The database itself carries out a request (revision 0006); here it is asked, and what it decided is read.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from storage import tables
from storage.records import DeletionRequest, RecordingPause
from storage.rows import Rows
from storage.tables import deletion_requests, recording_pauses


class OwnData:
    """Repository of a student's decisions about their own data."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    async def pause(self, user_id: UUID, at: datetime) -> RecordingPause:
        """Stop recording; a pause that goes on already stays as it is."""
        await self._rows.take_turn("pause", user_id)
        going_on = await self.paused(user_id)
        if going_on is not None:
            return going_on
        pause = RecordingPause(user_id=user_id, paused_at=at)
        await self._rows.insert(pause)
        return pause

    async def resume(self, user_id: UUID, at: datetime) -> None:
        """Go on recording; does nothing when it was not paused."""
        ending = sa.update(recording_pauses).where(*_going_on(user_id)).values(resumed_at=at)
        await self._rows.execute(ending, about=recording_pauses.name)

    async def paused(self, user_id: UUID) -> RecordingPause | None:
        """Read the pause that goes on now, if there is one."""
        return await self._rows.first(RecordingPause, *_going_on(user_id))

    async def pauses(self, user_id: UUID) -> list[RecordingPause]:
        """Read every pause, oldest first."""
        order = (recording_pauses.c.paused_at, recording_pauses.c.id)
        return await self._rows.all(RecordingPause, recording_pauses.c.user_id == user_id, order=order)

    async def delete(self, user_id: UUID, challenge_id: UUID, at: datetime) -> DeletionRequest:
        """Ask that the work at a challenge be erased; returns what this store decided and did."""
        await self._rows.overwrite_deleted()
        request = DeletionRequest(user_id=user_id, challenge_id=challenge_id, requested_at=at)
        await self._rows.insert(request)
        decided = await self._rows.first(DeletionRequest, deletion_requests.c.id == request.id)
        assert decided is not None
        return decided

    async def deletions(self, user_id: UUID) -> list[DeletionRequest]:
        """Read every request, oldest first."""
        order = (deletion_requests.c.requested_at, deletion_requests.c.id)
        return await self._rows.all(DeletionRequest, deletion_requests.c.user_id == user_id, order=order)

    async def worked_on(self, user_id: UUID) -> list[UUID]:
        """Read the ids of the challenges that a user left rows at."""
        sessions, solutions = tables.sessions, tables.challenge_solutions
        both = sa.union(
            sa.select(sessions.c.challenge_id).where(sessions.c.user_id == user_id),
            sa.select(solutions.c.challenge_id).where(solutions.c.user_id == user_id),
        )
        return list((await self._rows.execute(both)).scalars())


def _going_on(user_id: UUID) -> tuple[sa.ColumnElement[bool], ...]:
    return (recording_pauses.c.user_id == user_id, recording_pauses.c.resumed_at.is_(None))
