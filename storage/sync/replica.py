"""A server's rows put into a local store. Taking them out again is in `removal`.

The server's word counts, except for a row with local changes: that one stays until it was sent and answered. Nothing
done here is sent back.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Collection, Mapping, Sequence
from functools import cache, partial
from itertools import chain
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from storage import tables as t
from storage.records import PLACEHOLDER_EMAIL_DOMAIN, UNUSABLE_PASSWORD, Role, User
from storage.rows import Rows
from storage.sync.outbox import Outbox, raw, unsent
from storage.sync.state import applying
from storage.sync.synced import SYNCED, Synced
from storage.sync.tables import accounts
from storage.sync.values import Row, RowSet, TableRows

logger = logging.getLogger(__name__)

_MAY_BE_UNKNOWN = {"created_by_user_id", "interaction_id"}
"""References that say nothing when they lead nowhere: a student does not get the teacher's account."""

_KEPT = {("models", "prices"): "coalesce(excluded.prices, models.prices)"}
"""What a local row keeps when the server says nothing: a student's own prices stay on the student's machine."""

_KEPT_WHOLE = {
    ("challenges", "support_materials"): (
        "CASE WHEN EXISTS (SELECT 1 FROM sync_cursors c JOIN sync_accounts a ON a.user_id = c.user_id"
        " WHERE c.scope_id = challenges.class_id AND a.role <> 'student')"
        " THEN challenges.support_materials ELSE excluded.support_materials END"
    )
}
"""What a row that a teacher gets into the same file keeps when a student gets it, without what is for teachers."""

_ADDED = {"users": {"password_hash": f"'{UNUSABLE_PASSWORD}'"}}
"""What a new row needs and does not bring along."""

_MADE_AT = {"sessions": "created_at", "challenge_solutions": "updated_at"}
"""What a request to delete takes out, and when it was made."""

ROWS_AT_ONCE = 100
"""How many rows a statement puts in: for each statement the driver lets go of the interpreter and takes it again, which
takes longer than a row, above all while the event loop is at work.
"""

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

        Raises:
            ValueError: The rows have other columns than they should.
        """
        if not rows:
            return 0
        count = 0
        changed = await self._outbox.changed_tables()
        present: dict[str, set[str]] = {}
        async with applying(self._rows):
            for name, found in rows:
                synced = SYNCED[name]
                if found.columns != synced.columns(role):
                    raise ValueError(f"rows of {name} with the columns {found.columns}")
                wanted = await self._without_erased(name, found, user_id) if name in _MADE_AT else found
                clean = await self._clean(synced, wanted, role) if name in changed else wanted
                count += await self._put(synced, clean, present, only_later=only_later)
        return count

    async def _put(self, synced: Synced, given: TableRows, present: dict[str, set[str]], *, only_later: bool) -> int:
        """Put in rows of one table; `present` are ids of rows that were put in just before."""
        if synced.table is t.models:
            await self._adopt_models(given)
        if synced.table is t.users:
            await self._free_addresses(given)
        if synced.table is t.challenge_solutions:
            await self._adopt_solutions(given)
        whole = await self._with_parents(synced, given, present)
        if "id" in whole.columns:
            present[synced.name] = set(whole.column("id"))
        upsert = partial(_upsert, synced.name, whole.columns, only_later)
        together = len(whole) - len(whole) % ROWS_AT_ONCE
        some = [_joined(whole.rows[start : start + ROWS_AT_ONCE]) for start in range(0, together, ROWS_AT_ONCE)]
        await self._rows.run_many(upsert(ROWS_AT_ONCE), some, about=synced.name)
        await self._rows.run_many(upsert(1), whole.rows[together:], about=synced.name)
        return len(whole)

    async def _clean(self, synced: Synced, given: TableRows, role: Role) -> TableRows:
        """Leave out rows that have local changes, unless those are not a student's to make."""
        if synced.table is t.challenge_solutions:
            key = raw(t.challenge_solutions.c.user_id), raw(t.challenge_solutions.c.challenge_id)
            changed = t.challenge_solutions.c.id.in_(unsent(synced.name))
            dirty = set(map(tuple, await self._rows.execute(sa.select(*key).where(changed))))
            return _without(given, synced.key, dirty)
        dirty_ids = await self._outbox.dirty(synced.name, given.column(synced.named_by[0]))
        if dirty_ids and role == "student" and synced.sent_by == "author" and not await self._is_taught_from_here():
            practice = [row["id"] for row in given.named() if synced.table is t.challenges and row["class_id"] is None]
            dirty_ids.intersection_update(practice)
        return _without(given, synced.named_by[:1], {(id_,) for id_ in dirty_ids})

    async def _is_taught_from_here(self) -> bool:
        """Tell whether somebody who teaches syncs from this file as well."""
        return (
            await self._rows.execute(sa.select(accounts.c.user_id).where(accounts.c.role != "student"))
        ).first() is not None

    async def _without_erased(self, name: str, given: TableRows, user_id: UUID) -> TableRows:
        """Leave out work of the account's own that it has asked to delete."""
        requests = t.deletion_requests.c
        latest = sa.select(raw(requests.challenge_id), sa.func.max(raw(requests.requested_at)))
        asked = latest.where(requests.user_id == user_id).group_by(requests.challenge_id)
        erased: dict[str, str] = dict(map(tuple, await self._rows.execute(asked)))
        if not erased:
            return given
        told = given.keys(("user_id", "challenge_id", _MADE_AT[name]))
        return given.only([
            row
            for row, (whose, challenge, made_at) in zip(given.rows, told, strict=True)
            if whose != user_id.hex or challenge not in erased or made_at > erased[challenge]
        ])  # fmt: skip

    async def _with_parents(self, synced: Synced, given: TableRows, present: Mapping[str, set[str]]) -> TableRows:
        """Have all references of the rows lead somewhere."""
        for column, parent in synced.parents.items():
            missing = await self._missing(parent, set(given.column(column)) - {None} - present.get(parent, set()))
            if not missing:
                continue
            if column in _MAY_BE_UNKNOWN:
                known = [{**row, column: None} if row[column] in missing else row for row in given.named()]
                given = given.only([tuple(row.values()) for row in known])
            elif parent == "users":
                await self._stand_ins(missing)
            else:
                logger.info("%s: rows without their %s were left out", synced.name, parent)
                given = _without(given, (column,), {(id_,) for id_ in missing})
        return given

    async def _missing(self, table: str, ids: set[str]) -> set[str]:
        if not ids:
            return ids
        column = raw(SYNCED[table].table.c.id)
        return ids - set((await self._rows.execute(sa.select(column).where(column.in_(ids)))).scalars())

    async def _stand_ins(self, ids: set[str]) -> None:
        """Make rows for people whose work is shown but whose accounts are not, as when they have left."""
        home = (
            await self._rows.execute(sa.select(t.organizations.c.id).order_by(t.organizations.c.id.desc()))
        ).scalar()
        for id_ in map(UUID, ids):
            assert home is not None
            await self._rows.insert(User(id=id_, organization_id=home, email=f"{id_}@{PLACEHOLDER_EMAIL_DOMAIN}"))

    async def _adopt_models(self, given: TableRows) -> None:
        """Know a model by the server's id; one of the same name that works otherwise gets the next number."""
        models = t.models
        for model in given.named():
            id_, version = UUID(model["id"]), model["version"]
            same = (models.c.name == model["name"], models.c.version == version, models.c.id != id_)
            found = (await self._rows.execute(sa.select(models.c.id, models.c.parameters).where(*same))).first()
            if found is None:
                continue
            if (found.parameters or None) != (json.loads(model["parameters"] or "null") or None):
                await self._renumber(found.id, version)
                continue
            await self._rows.execute(sa.text("PRAGMA defer_foreign_keys = ON"))
            if await self._missing("models", {model["id"]}):
                await self._rows.execute(sa.update(models).where(models.c.id == found.id).values(id=id_))
            for child in (t.challenges, t.llm_interactions):
                moving = sa.update(child).where(child.c.model_id == found.id).values(model_id=id_)
                await self._rows.execute(moving, about=child.name)
            await self._rows.execute(sa.delete(models).where(models.c.id == found.id))

    async def _renumber(self, id_: UUID, version: str) -> None:
        base, _, number = version.partition("#")
        next_ = f"{base}#{int(number) + 1 if number.isdigit() else 2}"
        async with applying(self._rows, is_so=False):
            change = sa.update(t.models).where(t.models.c.id == id_).values(version=next_)
            await self._rows.execute(change, about=t.models.name)

    async def _adopt_solutions(self, given: TableRows) -> None:
        """Make way for rows that the server knows by another id."""
        away = "DELETE FROM challenge_solutions WHERE user_id = ? AND challenge_id = ? AND id <> ?"
        await self._rows.run_many(away, given.keys(("user_id", "challenge_id", "id")), about="challenge_solutions")

    async def _free_addresses(self, given: TableRows) -> None:
        """Take an e-mail address from a local row whose owner, the server says, is somebody else."""
        users = t.users
        theirs = sa.and_(users.c.email == sa.bindparam("address"), raw(users.c.id) != sa.bindparam("owner"))
        change = (
            sa.update(users).where(theirs).values(email=sa.cast(users.c.id, sa.String) + f"@{PLACEHOLDER_EMAIL_DOMAIN}")
        )
        values = [{"address": row["email"], "owner": row["id"]} for row in given.named() if row["deleted_at"] is None]
        await self._rows.execute_many(change, values, about=users.name)


def _without(given: TableRows, columns: tuple[str, ...], left_out: Collection[tuple[Any, ...]]) -> TableRows:
    if not left_out:
        return given
    named = zip(given.rows, given.keys(columns), strict=True)
    return given.only([row for row, key in named if key not in left_out])


def _joined(rows: Sequence[Row]) -> Row:
    return tuple(chain.from_iterable(rows))


@cache
def _upsert(name: str, columns: tuple[str, ...], only_later: bool, count: int) -> str:
    """Make the statement that puts in so many rows, for the driver itself: what is put in are its own values."""
    synced = SYNCED[name]
    kept = _KEPT if synced.taught <= set(columns) else {**_KEPT, **_KEPT_WHOLE}
    changes = ", ".join(
        f"{column} = {kept.get((name, column), f'excluded.{column}')}" for column in columns if column not in synced.key
    )
    later = _LATER.get(name) if only_later else None
    where = f" WHERE excluded.{later} >= {name}.{later}" if later else ""
    added = {**dict.fromkeys(columns, "?"), **_ADDED.get(name, {})}
    row = f"({', '.join(added.values())})"
    return (
        f"INSERT INTO {name} ({', '.join(added)}) VALUES {', '.join([row] * count)} "  # noqa: S608 - our own names
        f"ON CONFLICT ({', '.join(synced.key)}) DO UPDATE SET {changes}{where}"
    )
