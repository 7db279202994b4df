"""Notes: what teachers say about moments of a journey, and finding the moment an id stands for."""

from __future__ import annotations

from uuid import UUID

import attrs

from storage import tables
from storage.errors import NotFound
from storage.records import Interaction, Moment, Note, Run, Session, SolutionRevision
from storage.rows import Rows
from storage.tables import notes as table


@attrs.frozen(kw_only=True)
class EventPlace:
    """The session of a moment, the kinds of event that were made of its row, and the code then, if it is on record."""

    session: Session
    kinds: tuple[Moment, ...]
    code: str | None = None


class Notes:
    """Repository of notes."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    async def add(self, note: Note) -> None:
        """Add a note.

        Raises:
            Conflict: The session is not this student's.
        """
        await self._rows.insert(note)

    async def for_challenge(self, user_id: UUID, challenge_id: UUID) -> list[Note]:
        """Read the notes on a student's work at a challenge, oldest first."""
        mine = (table.c.user_id == user_id, table.c.challenge_id == challenge_id)
        return await self._rows.all(Note, *mine, order=(table.c.created_at, table.c.id))

    async def for_user(self, user_id: UUID) -> list[Note]:
        """Read the notes on all of a student's work, oldest first."""
        return await self._rows.all(Note, table.c.user_id == user_id, order=(table.c.created_at, table.c.id))

    async def place(self, event_id: UUID) -> EventPlace:
        """Find the moment that an event of a journey was made of.

        Raises:
            NotFound: There is no such event.
        """
        run = await self._rows.first(Run, tables.runs.c.id == event_id)
        if run:
            return await self._at(run.session_id, ("run",), run.code)
        asked = await self._rows.first(Interaction, tables.llm_interactions.c.id == event_id)
        if asked:
            return await self._at(asked.session_id, _kinds(asked), asked.code)
        saved = await self._rows.first(SolutionRevision, tables.challenge_solutions_history.c.id == event_id)
        if saved:
            return await self._at(saved.session_id, ("edit",), saved.solution)
        if await self._rows.first(Session, tables.sessions.c.id == event_id):
            return await self._at(event_id, ("open", "close"), None)
        raise NotFound(f"There is no event {event_id}.", "`taco journey --json` gives the id of each event.")

    async def _at(self, session_id: UUID, kinds: tuple[Moment, ...], code: str | None) -> EventPlace:
        session = await self._rows.first(Session, tables.sessions.c.id == session_id)
        assert session is not None
        return EventPlace(session=session, kinds=kinds, code=code)


def _kinds(asked: Interaction) -> tuple[Moment, ...]:
    return ("hint",) if asked.kind == "hint" else ("answer", "question")
