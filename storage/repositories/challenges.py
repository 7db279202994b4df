"""Challenges: the tasks a user may see, and their upkeep. What a student may see *of* one is decided elsewhere."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from storage.codec import encode
from storage.errors import NotFound
from storage.records import Challenge, now
from storage.repositories.classes import of_user
from storage.rows import Rows
from storage.tables import challenges as table
from storage.tables import classes

_KEPT = {"id", "created_at", "deleted_at"}
"""What an update leaves alone."""


class Challenges:
    """Repository of challenges."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    async def add(self, challenge: Challenge) -> None:
        """Add a challenge."""
        await self._rows.insert(challenge)

    async def get(self, id_: UUID) -> Challenge:
        """Read one.

        Raises:
            NotFound: There is none, or it was deleted.
        """
        found = await self._rows.first(Challenge, *_alive(id_))
        if found is None:
            raise _missing(id_)
        return found

    async def list_for_user(self, user_id: UUID) -> list[Challenge]:
        """Read those of the user's classes, and standalone ones of nobody or the user, newest first."""
        taught = table.c.class_id.in_(sa.select(classes.c.id).where(of_user(user_id)))
        by_me_or_nobody = sa.or_(table.c.created_by_user_id.is_(None), table.c.created_by_user_id == user_id)
        standalone = sa.and_(table.c.class_id.is_(None), by_me_or_nobody)
        newest_first = (table.c.created_at.desc(), table.c.id.desc())
        return await self._rows.all(
            Challenge, sa.or_(taught, standalone), table.c.deleted_at.is_(None), order=newest_first
        )

    async def update(self, challenge: Challenge) -> Challenge:
        """Replace the content of a challenge, and give it back as it is now, with a new `updated_at`.

        Raises:
            NotFound: There is none, or it was deleted.
        """
        values = {name: value for name, value in encode(challenge).items() if name not in _KEPT}
        await self._change(challenge.id, {**values, "updated_at": now()})
        return await self.get(challenge.id)

    async def delete(self, id_: UUID) -> None:
        """Hide a challenge from everybody; the journeys through it stay readable.

        Raises:
            NotFound: There is none, or it was deleted already.
        """
        at = now()
        await self._change(id_, {"deleted_at": at, "updated_at": at})

    async def _change(self, id_: UUID, values: dict[str, object]) -> None:
        result = await self._rows.execute(sa.update(table).where(*_alive(id_)).values(values), about=table.name)
        if result.rowcount == 0:
            raise _missing(id_)


def _alive(id_: UUID) -> tuple[sa.ColumnElement[bool], ...]:
    return (table.c.id == id_, table.c.deleted_at.is_(None))


def _missing(id_: UUID) -> NotFound:
    return NotFound(f"There is no challenge {id_}.", "List the challenges to see which there are.")
