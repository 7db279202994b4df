"""Classes and who is enrolled in them."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from storage.errors import NotFound
from storage.records import Class, Enrollment
from storage.rows import Rows
from storage.tables import classes as table
from storage.tables import user_classes


def of_user(user_id: UUID) -> sa.ColumnElement[bool]:
    """Tell which classes are a user's: enrolled in or created by, and not deleted."""
    enrolled = sa.select(user_classes.c.class_id).where(user_classes.c.user_id == user_id)
    mine = sa.or_(table.c.id.in_(enrolled), table.c.created_by_user_id == user_id)
    return sa.and_(mine, table.c.deleted_at.is_(None))


class Classes:
    """Repository of classes and enrolments."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    async def add(self, class_: Class) -> None:
        """Add a class."""
        await self._rows.insert(class_)

    async def get(self, id_: UUID) -> Class:
        """Read one.

        Raises:
            NotFound: There is none, or it was deleted.
        """
        found = await self._rows.first(Class, table.c.id == id_, table.c.deleted_at.is_(None))
        if found is None:
            raise NotFound(f"There is no class {id_}.")
        return found

    async def list_for_user(self, user_id: UUID) -> list[Class]:
        """Read the classes a user is enrolled in or created, by name."""
        return await self._rows.all(Class, of_user(user_id), order=(table.c.name, table.c.id))

    async def enrol(self, enrollment: Enrollment) -> None:
        """Put a user into a class.

        Raises:
            Conflict: Enrolled already, or there is no such user or class.
        """
        await self._rows.insert(enrollment)
