"""Rows taken out of a local store: what is gone on the server, and all of a class that one has left.

What was never sent stays, and so does what another account that syncs from this store may see.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

import sqlalchemy as sa

from storage import tables as t
from storage.records import Role
from storage.rows import Condition, Rows
from storage.sync.outbox import raw, unsent
from storage.sync.state import applying
from storage.sync.synced import SYNCED
from storage.sync.tables import accounts, cursors
from storage.sync.values import RowName

_AT_HOME = sa.select(accounts.c.user_id)
"""Whose own work is in this store."""


class Removal:
    """Repository of what has to leave."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    async def take_out(self, names: Iterable[RowName], role: Role) -> None:
        """Take out rows that the server does not have, or does not show to an account with this role, any more."""
        by_table: dict[str, list[RowName]] = {}
        for name in names:
            by_table.setdefault(name.table, []).append(name)
        if not by_table:
            return
        async with applying(self._rows):
            await self._rows.overwrite_deleted()
            for table, gone in by_table.items():
                await self._take_out(table, gone, role)

    async def purge_class(self, user_id: UUID, class_id: UUID) -> None:
        """Take out a class that the account may not see any more: all but the account's own work in it."""
        places = t.user_classes
        async with applying(self._rows):
            await self._delete(places, places.c.class_id == class_id, places.c.user_id == user_id)
            others = sa.select(cursors.c.user_id).where(cursors.c.scope_id == class_id, cursors.c.user_id != user_id)
            if (await self._rows.execute(others)).first() is not None:
                return  # somebody else who syncs from this store is in it
            await self._rows.overwrite_deleted()
            await self._purge_work(class_id)
            await self._delete(t.knowledge_base, t.knowledge_base.c.class_id == class_id)
            await self._take_out_challenges(t.challenges.c.class_id == class_id)
            members = sa.select(places.c.user_id).where(places.c.class_id == class_id)
            strangers = set((await self._rows.execute(members)).scalars())
            await self._delete(places, places.c.class_id == class_id)
            await self._take_out_class(class_id)
            await self._take_out_people(strangers)

    async def _purge_work(self, class_id: UUID) -> None:
        """Take out what people did in a class who do not sync from this store."""
        in_class = sa.select(t.challenges.c.id).where(t.challenges.c.class_id == class_id)
        for table, where in (
            (t.sessions, t.sessions.c.class_id == class_id),
            (t.challenge_solutions, t.challenge_solutions.c.challenge_id.in_(in_class)),
            (t.deletion_requests, t.deletion_requests.c.challenge_id.in_(in_class)),
        ):
            await self._delete(table, where, table.c.user_id.not_in(_AT_HOME), table.c.id.not_in(unsent(table.name)))

    async def _take_out(self, name: str, gone: Sequence[RowName], role: Role) -> None:
        table, ids = SYNCED[name].table, [UUID(row.row_id) for row in gone]
        if name == "user_classes":
            for row in gone:
                places = raw(table.c.user_id) == row.row_id, raw(table.c.class_id) == row.scope_id
                await self._delete(table, *places)
        elif name == "challenges":
            await self._take_out_challenges(table.c.id.in_(ids))
        elif name == "sessions":  # with everything in them, unsent changes too: somebody erased this work
            await self._delete(table, table.c.id.in_(ids))
        elif name == "knowledge_base" and role == "student":  # who is never shown what a teacher gets into this file
            audience = table.c.metadata["audience"].as_string()
            for_students = sa.func.coalesce(audience, "students") == "students"
            await self._delete(table, table.c.id.in_(ids), for_students, table.c.id.not_in(unsent(name)))
        elif "session_id" in table.c or name in {"challenge_solutions", "knowledge_base"}:
            await self._delete(table, table.c.id.in_(ids), table.c.id.not_in(unsent(name)))

    async def _take_out_challenges(self, which: Condition) -> None:
        """Delete challenges; of those that somebody here has worked at, title and statement stay."""
        table = t.challenges
        sent = table.c.id.not_in(unsent(table.name))
        gone = sa.select(table.c.id).where(which, sent)
        await self._delete(t.knowledge_base, t.knowledge_base.c.challenge_id.in_(gone))
        work = (t.sessions, t.challenge_solutions, t.deletion_requests)
        worked_at = sa.or_(*(table.c.id.in_(sa.select(other.c.challenge_id)) for other in work))
        await self._delete(table, which, sent, ~worked_at)
        emptied = {"support_materials": None, "possible_solutions": None}
        await self._rows.execute(sa.update(table).where(which, sent).values(emptied), about=table.name)

    async def _take_out_class(self, class_id: UUID) -> None:
        table = t.classes
        used = sa.or_(*(table.c.id.in_(sa.select(other.c.class_id)) for other in (t.sessions, t.challenges)))
        await self._delete(table, table.c.id == class_id, ~used, table.c.id.not_in(unsent(table.name)))

    async def _take_out_people(self, ids: set[UUID]) -> None:
        """Take out those of these people whom nothing in this store is about any more."""
        elsewhere = sa.select(t.user_classes.c.user_id)
        strangers = [t.users.c.id.in_(ids), t.users.c.id.not_in(_AT_HOME), t.users.c.id.not_in(elsewhere)]
        leaving = sa.select(t.users.c.id).where(*strangers)
        pauses = t.recording_pauses
        await self._delete(pauses, pauses.c.user_id.in_(leaving), pauses.c.id.not_in(unsent(pauses.name)))
        keys = [key for table in t.metadata.tables.values() for key in table.foreign_keys if key.references(t.users)]
        named = sa.or_(*(sa.exists().where(key.parent == t.users.c.id) for key in keys))
        await self._delete(t.users, *strangers, ~named)

    async def _delete(self, table: sa.Table, *where: Condition) -> None:
        await self._rows.execute(sa.delete(table).where(*where), about=table.name)
