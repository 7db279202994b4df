"""Interactions: questions and answers, append-only but for what a run and the student's feedback add."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from storage.columns import UtcDateTime
from storage.errors import NotFound
from storage.records import Interaction, Json
from storage.rows import Rows
from storage.tables import llm_interactions as table
from storage.tables import sessions

_NEWEST_FIRST = (table.c.created_at.desc(), table.c.id.desc())

_AT = sa.bindparam("at", type_=UtcDateTime())
_NOTE_MESSAGE = (
    sa.update(sessions)
    .where(sessions.c.id == sa.bindparam("of_session"))
    .where(sa.or_(sessions.c.last_message_at.is_(None), sessions.c.last_message_at < _AT))
    .values(last_message_at=_AT)
)


class Interactions:
    """Repository of interactions."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    async def add(self, interaction: Interaction) -> None:
        """Record an answer, also a failed or cancelled one, and note its time in the session.

        Raises:
            Conflict: The session is not this user's.
        """
        when = {"of_session": interaction.session_id, "at": interaction.created_at}
        await self._rows.insert(interaction, (_NOTE_MESSAGE, when))

    async def get(self, id_: UUID) -> Interaction:
        """Read one.

        Raises:
            NotFound: There is none.
        """
        found = await self._rows.first(Interaction, table.c.id == id_)
        if found is None:
            raise _missing(id_)
        return found

    async def for_challenge(self, user_id: UUID, challenge_id: UUID, *, latest: int | None = None) -> list[Interaction]:
        """Read a user's interactions on a challenge, oldest first; with `latest`, all hints and that many of the last.

        A year of questions costs no more than a day's that way, and no rung of the ladder is forgotten.
        """
        mine = (table.c.user_id == user_id, table.c.challenge_id == challenge_id)
        wanted = sa.select(table).where(*mine).order_by(*_NEWEST_FIRST)
        if latest is not None:
            last = sa.select(table.c.id).where(*mine).order_by(*_NEWEST_FIRST).limit(latest)
            wanted = wanted.where(sa.or_(table.c.hint_level.is_not(None), table.c.id.in_(last)))
        return (await self._rows.select(Interaction, wanted))[::-1]

    async def latest_in_session(self, session_id: UUID) -> Interaction | None:
        """Read the last interaction of a session."""
        return await self._rows.first(Interaction, table.c.session_id == session_id, order=_NEWEST_FIRST)

    async def set_feedback(self, id_: UUID, user_id: UUID, feedback: Json | None) -> None:
        """Record whether an answer helped, replacing what was said before.

        Raises:
            NotFound: There is no such interaction of this user.
        """
        mine = (table.c.id == id_, table.c.user_id == user_id)
        result = await self._rows.execute(sa.update(table).where(*mine).values(feedback=feedback))
        if result.rowcount == 0:
            raise _missing(id_)

    async def set_run(self, id_: UUID, *, stdin: str, stdout: str) -> None:
        """Note the input and output of the latest run that followed an interaction."""
        change = sa.update(table).where(table.c.id == id_).values(stdin=stdin, stdout=stdout)
        await self._rows.execute(change, about=table.name)


def _missing(id_: UUID) -> NotFound:
    return NotFound(f"There is no answer {id_} of yours.")
