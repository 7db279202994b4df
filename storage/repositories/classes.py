"""Classes and who is enrolled in them."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa

from storage.codec import encode
from storage.errors import NotFound
from storage.records import Class, Enrollment, now
from storage.rows import Rows
from storage.tables import classes as table
from storage.tables import user_classes, users
from storage.values import Member


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

    async def of_organization(self, organization_id: UUID) -> list[Class]:
        """Read the classes of an organization, by name; under a login, those it may see."""
        where = (table.c.organization_id == organization_id, table.c.deleted_at.is_(None))
        return await self._rows.all(Class, *where, order=(table.c.name, table.c.id))

    async def remove(self, id_: UUID) -> None:
        """Close a class; what was done in it stays readable.

        Raises:
            NotFound: There is none, or it is not this person's to close.
        """
        at = now()
        closing = sa.update(table).where(table.c.id == id_, table.c.deleted_at.is_(None))
        if (await self._rows.execute(closing.values(deleted_at=at, updated_at=at), about=table.name)).rowcount == 0:
            raise NotFound(f"There is no class {id_} that you may close.")

    async def members(self, id_: UUID) -> list[Member]:
        """Read who is enrolled in a class, teachers first, by e-mail address; closed accounts are left out."""
        enrolled = (
            sa.select(users.c.id, users.c.email, users.c.role, user_classes.c.enrolled_at)
            .join(user_classes, user_classes.c.user_id == users.c.id)
            .where(user_classes.c.class_id == id_, users.c.deleted_at.is_(None))
            .order_by(users.c.role.desc(), users.c.email)
        )
        result = await self._rows.execute(enrolled, about=user_classes.name)
        return [Member(user_id=row.id, email=row.email, role=row.role, enrolled_at=row.enrolled_at) for row in result]

    async def sizes(self, ids: Collection[UUID]) -> dict[UUID, int]:
        """Count the students of classes; a class without any is left out."""
        counted = (
            sa.select(user_classes.c.class_id, sa.func.count().label("students"))
            .join(users, users.c.id == user_classes.c.user_id)
            .where(user_classes.c.class_id.in_(list(ids)), users.c.role == "student", users.c.deleted_at.is_(None))
            .group_by(user_classes.c.class_id)
        )
        return {row.class_id: row.students for row in await self._rows.execute(counted, about=user_classes.name)}

    async def add_member(self, enrollment: Enrollment) -> bool:
        """Put a user into a class; tell whether that is new.

        Raises:
            Conflict: There is no such user or class.
        """
        insert = self._rows.upsert(user_classes).values(encode(enrollment)).on_conflict_do_nothing()
        return (await self._rows.execute(insert, about=user_classes.name)).rowcount == 1

    async def remove_member(self, class_id: UUID, user_id: UUID) -> bool:
        """Take a user out of a class; tell whether they were in it. What they did there stays."""
        place = (user_classes.c.class_id == class_id, user_classes.c.user_id == user_id)
        return (await self._rows.execute(sa.delete(user_classes).where(*place), about=user_classes.name)).rowcount == 1

    async def enrol(self, enrollment: Enrollment) -> None:
        """Put a user into a class.

        Raises:
            Conflict: Enrolled already, or there is no such user or class.
        """
        await self._rows.insert(enrollment)
