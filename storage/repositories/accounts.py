"""Whose work a store holds: the account that is signed in, and giving it what was done here before it was.

Checking a password is not done here, and nothing here talks to a server.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import attrs
import sqlalchemy as sa

from storage import tables as t
from storage.codec import encode
from storage.errors import Conflict, StoreUnavailable
from storage.records import UNUSABLE_PASSWORD, Organization, User, now
from storage.rows import Rows
from storage.values import Claimed

LOCAL_PROFILE = "local_profile"
"""Key of `store_meta`: who works here without an account."""
CURRENT_USER = "current_user"
"""Key of `store_meta`: whose account is signed in."""
CLAIMED = "claimed_profiles"
"""Key of `store_meta`: which account each former local profile became."""

_THEIRS = [key.parent for table in t.metadata.sorted_tables for key in table.foreign_keys if key.column is t.users.c.id]
"""Every column that says whose a row is, or who made it."""


class Accounts:
    """Repository of the signed-in account and of claims."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    async def signed_in(self) -> UUID | None:
        """Tell whose account is signed in on this store, None when nobody's is."""
        return _user_id(await self._remembered(CURRENT_USER))

    async def sign_in(self, account: User, organization: Organization) -> None:
        """Make an account the one that works on this store; its row is kept without a password.

        Raises:
            Conflict: Another user of this store has its e-mail address.
        """
        await self._keep(organization)
        await self._keep(attrs.evolve(account, password_hash=UNUSABLE_PASSWORD))
        await self._remember(CURRENT_USER, {"userId": str(account.id)})

    async def sign_out(self) -> None:
        """Let nobody be signed in; what was recorded stays with its account."""
        await self._forget(CURRENT_USER)

    async def local_profile_id(self) -> UUID | None:
        """Tell who works here without an account, None when nobody has."""
        return _user_id(await self._remembered(LOCAL_PROFILE))

    async def claim(self, account: User, profile_id: UUID | None = None) -> Claimed:
        """Make a local profile's rows the account's; ids of sessions, answers, runs and saves stay.

        Args:
            account: Whose the rows become; its row must be in the store.
            profile_id: The profile that is meant; default: the one that works here without an account.

        Raises:
            Conflict: Another account has it already, or work on it is open in an editor.
            StoreUnavailable: The store is a school's database.
        """
        if not self._rows.is_sqlite:
            raise StoreUnavailable("Only work in a local store can be claimed.", "Set `store` to a local file.")
        current = await self.local_profile_id()
        profile_id = profile_id or current
        if profile_id is None or await self._is_claimed(profile_id, account.id):
            return Claimed()
        if profile_id != current:
            raise Conflict("There is no such local profile any more.", "Sign in again.")
        await self._check_nothing_is_open(profile_id)
        return await self._hand_over(profile_id, account)

    async def _is_claimed(self, profile_id: UUID, account_id: UUID) -> bool:
        owner = (await self._remembered(CLAIMED) or {}).get(str(profile_id))
        if owner is not None and owner != str(account_id):
            raise Conflict(
                "This work already belongs to another account.",
                "Sign in with the account that took it over, or sign in without taking over local work.",
            )
        return owner is not None

    async def _check_nothing_is_open(self, profile_id: UUID) -> None:
        owned = sa.select(t.session_owners.c.session_id).join(t.sessions).where(t.sessions.c.user_id == profile_id)
        if (await self._rows.execute(owned.limit(1))).first() is not None:
            raise Conflict("Your work is open in another editor.", "Close the challenges there, then sign in again.")

    async def _hand_over(self, profile_id: UUID, account: User) -> Claimed:
        # A session and what hangs on it change their user in several statements; the keys are checked at the commit.
        await self._rows.execute(sa.text("PRAGMA defer_foreign_keys = ON"))
        await self._drop_twins(profile_id, account.id)
        moved = {column.table.name: await self._rekey(column, profile_id, account.id) for column in _THEIRS}
        await self._practice(account.id)
        await self._move_teaching(profile_id, account)
        at = now()
        await self._rows.execute(
            sa.update(t.users).where(t.users.c.id == profile_id).values(deleted_at=at, updated_at=at)
        )
        claimed = await self._remembered(CLAIMED) or {}
        await self._remember(CLAIMED, {**claimed, str(profile_id): str(account.id)})
        await self._forget(LOCAL_PROFILE)
        return Claimed(
            profile_id=profile_id,
            sessions=moved["sessions"],
            interactions=moved["llm_interactions"],
            runs=moved["runs"],
            revisions=moved["challenge_solutions_history"],
        )

    async def _drop_twins(self, profile_id: UUID, account_id: UUID) -> None:
        """Where both have a current solution the later one stays current; the history keeps both."""
        mine, theirs = t.challenge_solutions.alias("mine"), t.challenge_solutions.alias("theirs")
        both = mine.join(theirs, mine.c.challenge_id == theirs.c.challenge_id)
        pairs = sa.select(sa.case((mine.c.updated_at > theirs.c.updated_at, theirs.c.id), else_=mine.c.id)).select_from(
            both
        )
        older = pairs.where(mine.c.user_id == profile_id, theirs.c.user_id == account_id)
        ids = list((await self._rows.execute(older)).scalars())
        await self._rows.execute(sa.delete(t.challenge_solutions).where(t.challenge_solutions.c.id.in_(ids)))
        enrolled = sa.select(t.user_classes.c.class_id).where(t.user_classes.c.user_id == account_id)
        twice = (t.user_classes.c.user_id == profile_id, t.user_classes.c.class_id.in_(enrolled))
        await self._rows.execute(sa.delete(t.user_classes).where(*twice))

    async def _practice(self, account_id: UUID) -> None:
        """Practice that belongs to nobody, and that nobody else has worked at, becomes the account's."""
        at_it = sa.select(t.sessions.c.challenge_id)
        worked_at = at_it.where(t.sessions.c.user_id == account_id)
        by_others = at_it.where(t.sessions.c.user_id != account_id)
        id_ = t.challenges.c.id
        nobodys = (t.challenges.c.class_id.is_(None), t.challenges.c.created_by_user_id.is_(None))
        await self._rows.execute(
            sa.update(t.challenges)
            .where(*nobodys, id_.in_(worked_at), id_.not_in(by_others))
            .values(created_by_user_id=account_id, updated_at=now())
        )

    async def _move_teaching(self, profile_id: UUID, account: User) -> None:
        """What somebody who may teach has made goes to the account's organization."""
        if account.role == "student":
            return
        home = sa.select(t.users.c.organization_id).where(t.users.c.id == profile_id).scalar_subquery()
        for table in (t.classes, t.knowledge_base):
            made_there = (table.c.created_by_user_id == account.id, table.c.organization_id == home)
            moving = sa.update(table).where(*made_there).values(organization_id=account.organization_id)
            await self._rows.execute(moving, about=table.name)

    async def _rekey(self, column: sa.Column[Any], old: UUID, new: UUID) -> int:
        changing = sa.update(column.table).where(column == old).values({column: new})
        return int((await self._rows.execute(changing, about=str(column.table))).rowcount)

    async def _keep(self, record: User | Organization) -> None:
        """Add a row that a server gave, or bring the one that is here up to date."""
        table, values = t.TABLE_OF[type(record)], encode(record)
        changes = {name: value for name, value in values.items() if name not in {"id", "created_at"}}
        insert = self._rows.upsert(table).values(values)
        await self._rows.execute(insert.on_conflict_do_update(index_elements=["id"], set_=changes), about=table.name)

    async def _remembered(self, key: str) -> Mapping[str, Any] | None:
        result = await self._rows.execute(sa.select(t.store_meta.c.value).where(t.store_meta.c.key == key))
        value: Mapping[str, Any] | None = result.scalar_one_or_none()
        return value

    async def _remember(self, key: str, value: Mapping[str, Any]) -> None:
        insert = self._rows.upsert(t.store_meta).values(key=key, value=value)
        await self._rows.execute(insert.on_conflict_do_update(index_elements=["key"], set_={"value": value}))

    async def _forget(self, key: str) -> None:
        await self._rows.execute(sa.delete(t.store_meta).where(t.store_meta.c.key == key))


def _user_id(value: Mapping[str, Any] | None) -> UUID | None:
    return UUID(value["userId"]) if value else None
