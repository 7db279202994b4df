"""Users, and who of them works on this store. Signing in is in `accounts`."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from storage.codec import encode
from storage.errors import NotFound, StoreUnavailable
from storage.logins import normal_email
from storage.records import PLACEHOLDER_EMAIL_DOMAIN, Organization, Role, User, new_id, now
from storage.repositories.accounts import CURRENT_USER, LOCAL_PROFILE
from storage.rows import Rows
from storage.tables import store_meta
from storage.tables import users as table
from storage.values import ProtectedPassword


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

    async def by_email(self, email: str) -> User | None:
        """Find the account of an e-mail address; None when there is none that this reader may see."""
        alive = table.c.deleted_at.is_(None)
        return await self._rows.first(User, table.c.email == normal_email(email), alive)

    async def ids_by_email(self, emails: Collection[str]) -> dict[str, UUID]:
        """Find accounts to enrol: those this reader may see, and on a server everybody's in their own organization."""
        here = sa.select(table.c.email, table.c.id).where(table.c.email.in_(list(emails)), table.c.deleted_at.is_(None))
        found = {row.email: row.id for row in await self._rows.execute(here, about=table.name)}
        missing = set(emails) - set(found)
        if missing and not self._rows.is_sqlite:
            wanted = sa.func.unnest(sa.cast(sorted(missing), postgresql.ARRAY(sa.Text))).column_valued("email")
            looked_up = sa.select(wanted.label("email"), sa.func.taco_find_account(wanted, type_=sa.Uuid()).label("id"))
            found |= {row.email: row.id for row in await self._rows.execute(looked_up) if row.id}
        return found

    async def add_new(self, user: User) -> bool:
        """Add an account unless its e-mail address is taken, by whatever organization; tell whether it was added."""
        insert = self._rows.upsert(table).values(encode(user)).on_conflict_do_nothing()
        return (await self._rows.execute(insert, about=table.name)).rowcount == 1

    async def of_organization(self, organization_id: UUID) -> list[User]:
        """Read the accounts of an organization, by e-mail address; profiles without one are left out."""
        where = (
            table.c.organization_id == organization_id,
            table.c.deleted_at.is_(None),
            table.c.email.not_like(f"%@{PLACEHOLDER_EMAIL_DOMAIN}"),
        )
        return await self._rows.all(User, *where, order=(table.c.email,))

    async def set_password(self, id_: UUID, password: ProtectedPassword) -> None:
        """Give an account a password, and on a server its login.

        Raises:
            NotFound: There is no such account, or it is not one of this administrator's.
        """
        if self._rows.is_sqlite:
            values = {"password_hash": password.argon2id, "updated_at": now()}
            await self._change(id_, values)
            return
        given = (sa.literal(id_, sa.Uuid()), password.scram, password.argon2id)
        await self._rows.execute(sa.select(sa.func.taco_set_password(*given)), about=table.name)

    async def set_role(self, id_: UUID, role: Role) -> None:
        """Make somebody a student, a teacher or an admin.

        Raises:
            NotFound: There is no such account, or it is not one of this administrator's.
        """
        await self._change(id_, {"role": role, "updated_at": now()})

    async def remove(self, id_: UUID) -> None:
        """Close an account; what it recorded stays.

        Raises:
            NotFound: There is no such account, or it is not one of this administrator's.
        """
        at = now()
        await self._change(id_, {"deleted_at": at, "updated_at": at})

    async def local_profile(self) -> User:
        """Give the person who works on this store.

        On a local file: the signed-in account, or else the same profile every time. On a server: whose login it is;
        the owner of the database, who has none, works there like on a file.

        Raises:
            StoreReadOnly: There is none yet, and this transaction may not write.
            StoreUnavailable: The login has no account in this database.
        """
        return await self.of_login() or await self._profile_of_store()

    async def of_login(self) -> User | None:
        """Give the account whose login this is; None on a local file, and for the owner of a database.

        Raises:
            StoreUnavailable: The login has no account in this database.
        """
        if self._rows.is_sqlite:
            return None
        whose = sa.select(
            sa.func.taco_user_id(type_=sa.Uuid()).label("account"),
            sa.func.has_table_privilege("store_meta", "SELECT").label("is_owner"),
        )
        login = (await self._rows.execute(whose)).one()
        if login.account is not None:
            return await self.get(login.account)
        if login.is_owner:
            return None
        raise StoreUnavailable("Your login has no account in this database.", "Ask your school's admin for an account.")

    async def _profile_of_store(self) -> User:
        return await self._known_profile() or await self._make_local_profile()

    async def _known_profile(self) -> User | None:
        working = sa.select(store_meta.c.key, store_meta.c.value).where(
            store_meta.c.key.in_((CURRENT_USER, LOCAL_PROFILE))
        )
        remembered = {row.key: UUID(row.value["userId"]) for row in await self._rows.execute(working)}
        for key in (CURRENT_USER, LOCAL_PROFILE):
            if key in remembered and (user := await self._find(remembered[key])):
                return user
        return None

    async def _change(self, id_: UUID, values: dict[str, object]) -> None:
        changing = sa.update(table).where(table.c.id == id_, table.c.deleted_at.is_(None)).values(values)
        if (await self._rows.execute(changing, about=table.name)).rowcount == 0:
            raise NotFound(f"There is no user {id_}.")

    async def _find(self, id_: UUID) -> User | None:
        return await self._rows.first(User, table.c.id == id_, table.c.deleted_at.is_(None))

    async def _make_local_profile(self) -> User:
        await self._rows.take_turn("local profile")
        if made_meanwhile := await self._known_profile():
            return made_meanwhile
        organization = Organization(name="Local")
        id_ = new_id()
        user = User(id=id_, organization_id=organization.id, email=f"{id_}@{PLACEHOLDER_EMAIL_DOMAIN}")
        await self._rows.insert(organization)
        await self._rows.insert(user)
        value = {"userId": str(id_)}
        remember = self._rows.upsert(store_meta).values(key=LOCAL_PROFILE, value=value)
        await self._rows.execute(remember.on_conflict_do_update(index_elements=["key"], set_={"value": value}))
        return user
