"""Challenges: the tasks a user may see, and their upkeep. What a student may see *of* one is decided elsewhere."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa

from storage.codec import encode
from storage.errors import NotFound
from storage.records import Challenge, now
from storage.repositories.classes import of_user
from storage.rows import Rows
from storage.tables import challenges as table
from storage.tables import classes
from storage.values import ChallengeSource

_KEPT = {"id", "created_at", "deleted_at"}
"""What an update leaves alone."""


class Challenges:
    """Repository of challenges."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    async def add(self, challenge: Challenge) -> None:
        """Add a challenge."""
        await self._rows.insert(challenge)

    async def get(self, id_: UUID, *, to_change: bool = False) -> Challenge:
        """Read one; `to_change` keeps other writers from it until the transaction ends.

        Raises:
            NotFound: There is none, or it was deleted.
        """
        found = await self._rows.first(Challenge, *_alive(id_), to_change=to_change)
        if found is None:
            raise _missing(id_)
        return found

    async def list_for_user(self, user_id: UUID) -> list[Challenge]:
        """Read those of the user's classes, and standalone ones of nobody or the user, newest first."""
        taught = table.c.class_id.in_(sa.select(classes.c.id).where(of_user(user_id)))
        return await self._newest_first(sa.or_(taught, _practice(user_id)))

    async def list_in(self, class_ids: Collection[UUID]) -> list[Challenge]:
        """Read those of classes, newest first."""
        return await self._newest_first(table.c.class_id.in_(list(class_ids)))

    async def list_practice(self, user_id: UUID | None) -> list[Challenge]:
        """Read standalone ones, of nobody or of the user, newest first."""
        return await self._newest_first(_practice(user_id))

    async def sources(self, class_id: UUID | None, user_id: UUID | None) -> list[ChallengeSource]:
        """Read what the challenges of a class were made from, or one's standalone ones; deleted ones too.

        Until the transaction ends others wait who ask the same, so that nothing is added twice.
        """
        await self._rows.take_turn("challenges", class_id or user_id)
        mine = _practice(user_id)
        statement = sa.select(
            table.c.id, table.c.title, table.c.support_materials["source"].label("source"), table.c.deleted_at
        ).where(mine if class_id is None else table.c.class_id == class_id)
        result = await self._rows.execute(statement.order_by(table.c.created_at, table.c.id), about=table.name)
        return [ChallengeSource(**row._mapping) for row in result]  # noqa: SLF001 - SQLAlchemy's documented accessor

    async def restore(self, id_: UUID) -> Challenge:
        """Bring a deleted challenge back, with the journeys through it.

        Raises:
            NotFound: There is none, or it was not deleted.
        """
        gone = (table.c.id == id_, table.c.deleted_at.is_not(None))
        restored = sa.update(table).where(*gone).values(deleted_at=None, updated_at=now())
        if (await self._rows.execute(restored, about=table.name)).rowcount == 0:
            raise NotFound(f"There is no deleted challenge {id_}.")
        return await self.get(id_)

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

    async def _newest_first(self, where: sa.ColumnElement[bool]) -> list[Challenge]:
        order = (table.c.created_at.desc(), table.c.id.desc())
        return await self._rows.all(Challenge, where, table.c.deleted_at.is_(None), order=order)

    async def _change(self, id_: UUID, values: dict[str, object]) -> None:
        result = await self._rows.execute(sa.update(table).where(*_alive(id_)).values(values), about=table.name)
        if result.rowcount == 0:
            raise _missing(id_)


def _practice(user_id: UUID | None) -> sa.ColumnElement[bool]:
    nobodys = table.c.created_by_user_id.is_(None)
    by_me_or_nobody = nobodys if user_id is None else sa.or_(nobodys, table.c.created_by_user_id == user_id)
    return sa.and_(table.c.class_id.is_(None), by_me_or_nobody)


def _alive(id_: UUID) -> tuple[sa.ColumnElement[bool], ...]:
    return (table.c.id == id_, table.c.deleted_at.is_(None))


def _missing(id_: UUID) -> NotFound:
    return NotFound(f"There is no challenge {id_}.", "List the challenges to see which there are.")
