"""Sessions: one sitting each, and the process that holds it open, so that a crash ends it too."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from storage.errors import NotFound
from storage.records import Session, now
from storage.rows import Rows
from storage.tables import challenge_solutions_history, llm_interactions, runs, session_owners
from storage.tables import sessions as table
from storage.values import SessionOwner


class Sessions:
    """Repository of sessions."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    async def start(self, session: Session, *, owner: SessionOwner) -> None:
        """Open a session, held by a process."""
        await self._rows.insert(session)
        held = sa.insert(session_owners).values(session_id=session.id, host=owner.host, pid=owner.pid, since=now())
        await self._rows.execute(held, about=session_owners.name)

    async def get(self, id_: UUID) -> Session:
        """Read one.

        Raises:
            NotFound: There is none.
        """
        found = await self._rows.first(Session, table.c.id == id_)
        if found is None:
            raise NotFound(f"There is no session {id_}.")
        return found

    async def end(self, id_: UUID, at: datetime) -> Session:
        """Close a session; one that ended before keeps its first end.

        Raises:
            NotFound: There is none.
        """
        closing = sa.update(table).where(table.c.id == id_, table.c.ended_at.is_(None)).values(ended_at=at)
        await self._rows.execute(closing, about=table.name)
        await self._rows.execute(sa.delete(session_owners).where(session_owners.c.session_id == id_))
        return await self.get(id_)

    async def for_user(self, user_id: UUID) -> list[Session]:
        """Read a user's sessions, oldest first."""
        return await self._rows.all(Session, table.c.user_id == user_id, order=(table.c.created_at, table.c.id))

    async def sweep(self, host: str, is_alive: Callable[[int], bool]) -> list[Session]:
        """Close the sessions whose process on this host is gone, each at its last recorded event."""
        held = sa.select(session_owners.c.session_id, session_owners.c.pid).where(session_owners.c.host == host)
        owners = (await self._rows.execute(held)).all()
        dead = {pid for pid in {owner.pid for owner in owners} if not is_alive(pid)}
        return [
            await self.end(owner.session_id, await self._last_event(owner.session_id))
            for owner in owners
            if owner.pid in dead
        ]

    async def _last_event(self, id_: UUID) -> datetime:
        session = await self.get(id_)
        moments = [session.created_at, session.last_message_at]
        for time in (llm_interactions.c.created_at, runs.c.created_at, challenge_solutions_history.c.saved_at):
            latest = sa.select(sa.func.max(time)).where(time.table.c.session_id == id_)
            moments.append((await self._rows.execute(latest)).scalar())
        return max(moment for moment in moments if moment is not None)
