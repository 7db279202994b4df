"""What students decide about their own data: pauses of the recording, and requests to delete.

The database itself carries out a request (revision 0006); here it is asked, and what it decided is read.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from storage import tables
from storage.records import DeletionRequest, Json, RecordingPause
from storage.repositories.classes import of_user
from storage.rows import Rows
from storage.sync.tables import accounts, outbox
from storage.tables import challenges, classes, deletion_requests, recording_pauses


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

    async def latest_deletions(self, user_id: UUID) -> list[DeletionRequest]:
        """Read the latest request for each challenge: what was decided before does not count any more."""
        return list({request.challenge_id: request for request in await self.deletions(user_id)}.values())

    async def on_their_way(self, user_id: UUID) -> set[UUID]:
        """Read the ids of the requests that the next sync takes to a school, which then decides."""
        if not self._rows.is_sqlite:
            return set()  # this is the school's store
        waiting = (
            sa.select(outbox.c.row_id)
            .join(accounts, accounts.c.user_id == outbox.c.user_id)
            .where(outbox.c.table_name == deletion_requests.name, outbox.c.user_id == user_id)
            .where(accounts.c.epoch.is_not(None))
        )
        return set((await self._rows.execute(waiting)).scalars())

    async def deletable(self, user_id: UUID) -> list[UUID]:
        """Read the ids of the challenges that a user left rows at, and of those that a school kept rows of."""
        sessions, solutions = tables.sessions, tables.challenge_solutions
        both = sa.union(
            sa.select(sessions.c.challenge_id).where(sessions.c.user_id == user_id),
            sa.select(solutions.c.challenge_id).where(solutions.c.user_id == user_id),
        )
        here = (await self._rows.execute(both)).scalars()
        kept = (one.challenge_id for one in await self.latest_deletions(user_id) if one.decision == "kept")
        return list(dict.fromkeys([*here, *kept]))

    async def places(self, challenge_ids: Collection[UUID]) -> dict[UUID, tuple[str, str | None]]:
        """Read the title of each challenge, deleted ones included, and the name of its class if it has one."""
        named = (
            sa.select(challenges.c.id, challenges.c.title, classes.c.name)
            .join(classes, classes.c.id == challenges.c.class_id, isouter=True)
            .where(challenges.c.id.in_(list(challenge_ids)))
        )
        return {row.id: (row.title, row.name) for row in await self._rows.execute(named)}

    async def challenge_policies(self, user_id: UUID) -> list[tuple[str, UUID | None, Json]]:
        """Read title, class and policy of the challenges open to a user that have a policy of their own, by title."""
        mine = sa.select(classes.c.id).where(of_user(user_id))
        policy, author = challenges.c.tutor_policy, challenges.c.created_by_user_id
        practice = sa.and_(challenges.c.class_id.is_(None), sa.or_(author.is_(None), author == user_id))
        own = (
            sa.select(challenges.c.title, challenges.c.class_id, policy)
            .where(sa.or_(challenges.c.class_id.in_(mine), practice))
            .where(challenges.c.deleted_at.is_(None), policy.is_not(None))
            .order_by(challenges.c.title, challenges.c.id)
        )
        found = await self._rows.execute(own)
        return [(row.title, row.class_id, row.tutor_policy) for row in found if row.tutor_policy]


def _going_on(user_id: UUID) -> tuple[sa.ColumnElement[bool], ...]:
    return (recording_pauses.c.user_id == user_id, recording_pauses.c.resumed_at.is_(None))
