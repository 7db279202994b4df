"""Users, and the local profile of the person at this machine. Signing in is not done here."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from storage.errors import NotFound
from storage.records import PLACEHOLDER_EMAIL_DOMAIN, Organization, User, new_id
from storage.rows import Rows
from storage.tables import store_meta
from storage.tables import users as table

_LOCAL_PROFILE = "local_profile"


class Users:
    """Repository of users."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    async def add(self, user: User) -> None:
        """Add a user.

        Raises:
            Conflict: The e-mail address is taken by a user who is not deleted.
        """
        await self._rows.insert(user)

    async def get(self, id_: UUID) -> User:
        """Read one.

        Raises:
            NotFound: There is none, or it was deleted.
        """
        found = await self._find(id_)
        if found is None:
            raise NotFound(f"There is no user {id_}.")
        return found

    async def local_profile(self) -> User:
        """Give the student who works on this store without an account, the same one every time.

        Raises:
            StoreReadOnly: There is none yet, and this transaction may not write.
        """
        result = await self._rows.execute(sa.select(store_meta.c.value).where(store_meta.c.key == _LOCAL_PROFILE))
        remembered = result.scalar_one_or_none()
        user = await self._find(UUID(remembered["userId"])) if remembered else None
        return user or await self._make_local_profile()

    async def _find(self, id_: UUID) -> User | None:
        return await self._rows.first(User, table.c.id == id_, table.c.deleted_at.is_(None))

    async def _make_local_profile(self) -> User:
        organization = Organization(name="Local")
        id_ = new_id()
        user = User(id=id_, organization_id=organization.id, email=f"{id_}@{PLACEHOLDER_EMAIL_DOMAIN}")
        await self._rows.insert(organization)
        await self._rows.insert(user)
        value = {"userId": str(id_)}
        remember = self._rows.upsert(store_meta).values(key=_LOCAL_PROFILE, value=value)
        await self._rows.execute(remember.on_conflict_do_update(index_elements=["key"], set_={"value": value}))
        return user
