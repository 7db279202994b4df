"""A server's rows put into a local store. Taking them out again is in `removal`.

The server's word counts, except for a row with local changes: that one stays until it was sent and answered. Nothing
done here is sent back.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from storage import tables as t
from storage.codec import encode
from storage.records import PLACEHOLDER_EMAIL_DOMAIN, Model, Role, Session, Solution, User
from storage.rows import Rows
from storage.sync.outbox import Outbox, unsent
from storage.sync.state import applying
from storage.sync.synced import SYNCED, Synced, row_id
from storage.sync.values import RowSet

logger = logging.getLogger(__name__)

_MAY_BE_UNKNOWN = {"created_by_user_id", "interaction_id"}
"""References that say nothing when they lead nowhere: a student does not get the teacher's account."""

_KEPT: dict[str, frozenset[str]] = {"models": frozenset({"prices"})}
"""What a local row keeps when the server says nothing: a student's own prices stay on the student's machine."""

_ERASABLE = {"sessions", "challenge_solutions"}
_TICK = timedelta(microseconds=1)

_LATER = {"challenge_solutions": "hlc", "challenges": "updated_at", "classes": "updated_at"}


class Replica:
    """Repository of what came from a server."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._outbox = Outbox(rows)

    async def put(self, rows: RowSet, user_id: UUID, role: Role, *, only_later: bool = False) -> int:
        """Put in rows that come with everything they refer to; tell how many were.

        Args:
            rows: From the server.
            user_id: The account that got them. What it has erased here does not come back, even if a school keeps it.
            role: Of that account; a student's rows lack some columns.
            only_later: Leave alone what is newer here, as an answer that took its time may be old.
        """
        count = 0
        async with applying(self._rows):
            for name, records in rows:
                wanted = await self._without_erased(records, user_id) if name in _ERASABLE else records
                count += await self._put(SYNCED[name], wanted, role, only_later=only_later)
        return count

    async def _put(self, synced: Synced, records: Sequence[Any], role: Role, *, only_later: bool) -> int:
        if synced.table is t.models:
            await self._adopt_models(records)
        if synced.table is t.users:
            await self._free_addresses(records)
        clean = await self._clean(synced, records)
        if synced.table is t.challenge_solutions:
            await self._adopt_solutions(clean)
        whole = await self._with_parents(synced, clean)
        await self._rows.execute_many(self._upsert(synced, role, only_later=only_later), whole, about=synced.name)
        return len(whole)

    def _upsert(self, synced: Synced, role: Role, *, only_later: bool) -> Any:
        insert = self._rows.upsert(synced.table)
        kept = _KEPT.get(synced.name, frozenset())
        changing = {
            column.name: sa.func.coalesce(insert.excluded[column.name], column)
            if column.name in kept
            else insert.excluded[column.name]
            for column in synced.columns(role)
            if column.name not in synced.key
        }
        later = _LATER.get(synced.name) if only_later else None
        where = insert.excluded[later] >= synced.table.c[later] if later else None
        return insert.on_conflict_do_update(index_elements=list(synced.key), set_=changing, where=where)

    async def _clean(self, synced: Synced, records: Sequence[Any]) -> list[Any]:
        """Leave out rows that have local changes."""
        if synced.table is t.challenge_solutions:
            changed = sa.select(t.challenge_solutions.c.user_id, t.challenge_solutions.c.challenge_id).where(
                t.challenge_solutions.c.id.in_(unsent(synced.name)),
                t.challenge_solutions.c.challenge_id.in_({record.challenge_id for record in records}),
            )
            dirty = {tuple(row) for row in await self._rows.execute(changed)}
            return [record for record in records if synced.key_of(record) not in dirty]
        dirty_ids = await self._outbox.dirty(synced.name, [row_id(record) for record in records])
        return [record for record in records if row_id(record) not in dirty_ids]

    async def _without_erased(self, records: Sequence[Any], user_id: UUID) -> list[Any]:
        """Leave out work of the account's own that it has asked to delete."""
        requests = t.deletion_requests
        latest = sa.select(requests.c.challenge_id, sa.func.max(requests.c.requested_at).label("at"))
        asked = latest.where(requests.c.user_id == user_id).group_by(requests.c.challenge_id)
        erased = {row.challenge_id: row.at for row in await self._rows.execute(asked)}
        return [r for r in records if r.user_id != user_id or _time(r) > erased.get(r.challenge_id, _time(r) - _TICK)]

    async def _with_parents(self, synced: Synced, records: Sequence[Any]) -> list[dict[str, Any]]:
        """Turn records into rows whose references all lead somewhere."""
        rows = [encode(record) for record in records]
        for column, parent in synced.parents.items():
            missing = await self._missing(parent, {row[column] for row in rows if row[column] is not None})
            if not missing:
                continue
            if column in _MAY_BE_UNKNOWN:
                rows = [{**row, column: None} if row[column] in missing else row for row in rows]
            elif parent == "users":
                await self._stand_ins(missing)
            else:
                logger.info("%s: rows without their %s were left out", synced.name, parent)
                rows = [row for row in rows if row[column] not in missing]
        return rows

    async def _missing(self, table: str, ids: set[UUID]) -> set[UUID]:
        column = SYNCED[table].table.c.id
        return ids - set((await self._rows.execute(sa.select(column).where(column.in_(ids)))).scalars()) if ids else ids

    async def _stand_ins(self, ids: set[UUID]) -> None:
        """Make rows for people whose work is shown but whose accounts are not, as when they have left."""
        home = (
            await self._rows.execute(sa.select(t.organizations.c.id).order_by(t.organizations.c.id.desc()))
        ).scalar()
        for id_ in ids:
            assert home is not None
            await self._rows.insert(User(id=id_, organization_id=home, email=f"{id_}@{PLACEHOLDER_EMAIL_DOMAIN}"))

    async def _adopt_models(self, records: Sequence[Model]) -> None:
        """Know a model by the server's id; one of the same name that works otherwise gets the next number."""
        models = t.models
        for record in records:
            same = (models.c.name == record.name, models.c.version == record.version, models.c.id != record.id)
            found = (await self._rows.execute(sa.select(models.c.id, models.c.parameters).where(*same))).first()
            if found is None:
                continue
            if (found.parameters or None) != (record.parameters or None):
                await self._renumber(found.id, record)
                continue
            await self._rows.execute(sa.text("PRAGMA defer_foreign_keys = ON"))
            if await self._missing("models", {record.id}):
                await self._rows.execute(sa.update(models).where(models.c.id == found.id).values(id=record.id))
            for child in (t.challenges, t.llm_interactions):
                moving = sa.update(child).where(child.c.model_id == found.id).values(model_id=record.id)
                await self._rows.execute(moving, about=child.name)
            await self._rows.execute(sa.delete(models).where(models.c.id == found.id))

    async def _renumber(self, id_: UUID, record: Model) -> None:
        base, _, number = record.version.partition("#")
        version = f"{base}#{int(number) + 1 if number.isdigit() else 2}"
        async with applying(self._rows, is_so=False):
            change = sa.update(t.models).where(t.models.c.id == id_).values(version=version)
            await self._rows.execute(change, about=t.models.name)

    async def _adopt_solutions(self, records: Sequence[Solution]) -> None:
        """Make way for rows that the server knows by another id."""
        table = t.challenge_solutions
        away = sa.delete(table).where(
            table.c.user_id == sa.bindparam("of_user"),
            table.c.challenge_id == sa.bindparam("of_challenge"),
            table.c.id != sa.bindparam("of_id"),
        )
        values = [{"of_user": r.user_id, "of_challenge": r.challenge_id, "of_id": r.id} for r in records]
        await self._rows.execute_many(away, values, about=table.name)

    async def _free_addresses(self, records: Sequence[User]) -> None:
        """Take an e-mail address from a local row whose owner, the server says, is somebody else."""
        users = t.users
        theirs = sa.and_(users.c.email == sa.bindparam("address"), users.c.id != sa.bindparam("owner"))
        change = (
            sa.update(users).where(theirs).values(email=sa.cast(users.c.id, sa.String) + f"@{PLACEHOLDER_EMAIL_DOMAIN}")
        )
        values = [{"address": record.email, "owner": record.id} for record in records if record.deleted_at is None]
        await self._rows.execute_many(change, values, about=users.name)


def _time(record: Session | Solution) -> datetime:
    return record.updated_at if isinstance(record, Solution) else record.created_at
