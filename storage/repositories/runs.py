"""Runs: executions of the student's code, append-only."""

from __future__ import annotations

from uuid import UUID

import attrs

from storage.records import Run
from storage.repositories.interactions import Interactions
from storage.rows import Rows
from storage.tables import runs as table


class Runs:
    """Repository of runs."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._interactions = Interactions(rows)

    async def add(self, run: Run) -> Run:
        """Record a run, and its stdin and stdout with the session's latest interaction as well.

        The run comes back with that interaction's id, or None when nothing was asked yet.

        Raises:
            Conflict: The session is not this user's.
        """
        asked = await self._interactions.latest_in_session(run.session_id)
        recorded = attrs.evolve(run, interaction_id=asked.id if asked else None)
        await self._rows.insert(recorded)
        if asked:
            await self._interactions.set_run(asked.id, stdin=run.stdin, stdout=run.stdout)
        return recorded

    async def latest(self, user_id: UUID, challenge_id: UUID) -> Run | None:
        """Read a user's last run of a challenge."""
        mine = (table.c.user_id == user_id, table.c.challenge_id == challenge_id)
        return await self._rows.first(Run, *mine, order=(table.c.created_at.desc(), table.c.id.desc()))

    async def for_session(self, session_id: UUID) -> list[Run]:
        """Read the runs of a session, oldest first."""
        return await self._rows.all(Run, table.c.session_id == session_id, order=(table.c.created_at, table.c.id))
