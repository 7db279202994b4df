"""The rows of a research export, a bounded number at a time.

Students alone: what teachers and admins tried out themselves is left out.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

import attrs
import sqlalchemy as sa
from sqlalchemy.sql import Executable

from storage import tables as t
from storage.exporting import (
    AnswerRow,
    ExportChallenge,
    ExportFilter,
    ExportRows,
    NoteRow,
    RunRow,
    SaveRow,
    SessionRow,
)
from storage.records import TESTS
from storage.rows import Condition, Rows
from storage.unconverted import IdText, TimeText

Row = TypeVar("Row", SessionRow, AnswerRow, RunRow, SaveRow, NoteRow)

_TIME: Mapping[sa.Table, sa.ColumnElement[Any]] = {
    t.sessions: t.sessions.c.created_at,
    t.llm_interactions: t.llm_interactions.c.created_at,
    t.runs: t.runs.c.created_at,
    t.challenge_solutions_history: t.challenge_solutions_history.c.saved_at,
    t.notes: t.notes.c.created_at,
}


@attrs.frozen(kw_only=True)
class _Portion:
    """Some students, or a stretch of one student's time."""

    chosen: ExportFilter
    users: Sequence[str]
    after: datetime | None = None
    until: datetime | None = None

    def of(self, table: sa.Table) -> Sequence[Condition]:
        """Tell which rows of a table are in it."""
        time = _TIME[table]
        bounds = [time > self.after] if self.after is not None else []
        bounds += [time <= self.until] if self.until is not None else []
        return [table.c.user_id.in_([UUID(user) for user in self.users]), *bounds, *_of(table, self.chosen)]


class Export:
    """Repository of everything that the students of a store have left, in portions."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    async def challenges(self, chosen: ExportFilter) -> dict[str, ExportChallenge]:
        """Read what an export says about each challenge, by the text of its id; deleted ones included."""
        c = t.challenges.c
        columns = (IdText(c.id), IdText(c.class_id), c.title, c.support_materials)
        found = await self._all(sa.select(*columns).where(*_of_challenge(chosen)))
        return {id_: _challenge(class_id, title, given) for id_, class_id, title, given in found}

    async def portions(self, chosen: ExportFilter, size: int) -> AsyncIterator[ExportRows]:
        """Give the rows student by student, so many at a time.

        Args:
            chosen: Which rows.
            size: How many rows of one table a portion holds at most, but for those of one moment.
        """
        users: list[str] = []
        waiting = 0
        for user, count in await self._counts(chosen):
            if count > size:
                async for portion in self._stretches(chosen, user, size):
                    yield portion
                continue
            if users and waiting + count > size:
                yield await self._read(_Portion(chosen=chosen, users=users))
                users, waiting = [], 0
            users.append(user)
            waiting += count
        if users:
            yield await self._read(_Portion(chosen=chosen, users=users))

    async def _counts(self, chosen: ExportFilter) -> list[tuple[str, int]]:
        """How many rows each student has."""
        counted = [
            sa.select(table.c.user_id, sa.func.count().label("rows")).where(*_of(table, chosen)).group_by("user_id")
            for table in _TIME
        ]
        every = sa.union_all(*counted).subquery()
        summed = sa.select(IdText(every.c.user_id), sa.func.sum(every.c.rows)).group_by(every.c.user_id)
        return [(user, int(count)) for user, count in await self._all(summed.order_by(every.c.user_id))]

    async def _stretches(self, chosen: ExportFilter, user: str, size: int) -> AsyncIterator[ExportRows]:
        """Cut the time of one student so that no table gives more than `size` rows at once."""
        portion = _Portion(chosen=chosen, users=[user])
        while True:
            ends = [await self._nth(table, portion, size) for table in _TIME]
            until = min((end for end in ends if end is not None), default=None)
            yield await self._read(attrs.evolve(portion, until=until))
            if until is None:
                return
            portion = attrs.evolve(portion, after=until)

    async def _nth(self, table: sa.Table, portion: _Portion, n: int) -> datetime | None:
        """The time of the n-th row, None when there are fewer."""
        time = _TIME[table]
        statement = sa.select(time).where(*portion.of(table)).order_by(time).offset(n - 1).limit(1)
        found: datetime | None = (await self._rows.execute(statement)).scalar()
        return found

    async def _read(self, portion: _Portion) -> ExportRows:
        s, i, r, h, n = (table.c for table in _TIME)
        inside = (i.kind, i.hint_level, i.user_prompt, i.model_response, i.code, IdText(i.model_id), i.prompt_version)
        numbers = (i.prompt_tokens, i.completion_tokens, i.latency_ms, i.finish_reason)
        judged = (sa.cast(i.guard, sa.Text), sa.cast(i.feedback, sa.Text))
        written = (r.code, r.stdin, r.stdout, r.stderr, r.exit_code, r.timed_out, r.duration_ms)
        tests = r.command.startswith(TESTS)
        pinned = (IdText(n.event_id), n.event_kind, n.text)
        return ExportRows(
            sessions=_made(SessionRow, await self._table(portion, t.sessions, TimeText(s.ended_at))),
            answers=_made(AnswerRow, await self._inside(portion, t.llm_interactions, *inside, *numbers, *judged)),
            runs=_made(RunRow, await self._inside(portion, t.runs, *written, tests)),
            saves=_made(SaveRow, await self._inside(portion, t.challenge_solutions_history, h.solution)),
            notes=_made(NoteRow, await self._inside(portion, t.notes, *pinned)),
            until=_moment(portion.until) if portion.until else None,
        )

    async def _inside(self, portion: _Portion, table: sa.Table, *columns: sa.ColumnElement[Any]) -> Sequence[Any]:
        """Read the rows of a table whose rows belong to a session."""
        return await self._table(portion, table, IdText(table.c.session_id), *columns)

    async def _table(self, portion: _Portion, table: sa.Table, *columns: sa.ColumnElement[Any]) -> Sequence[Any]:
        place = (TimeText(_TIME[table]), IdText(table.c.user_id), IdText(table.c.challenge_id), IdText(table.c.id))
        return await self._rows.read_unconverted(sa.select(*place, *columns).where(*portion.of(table)))

    async def _all(self, statement: Executable) -> Sequence[Any]:
        return (await self._rows.execute(statement)).all()


def _of(table: sa.Table, chosen: ExportFilter) -> Sequence[Condition]:
    students = sa.select(t.users.c.id).where(t.users.c.role == "student", t.users.c.deleted_at.is_(None))
    where: list[Condition] = [table.c.user_id.in_(students)]
    if chosen.challenge_id is not None or chosen.class_id is not None:
        where.append(table.c.challenge_id.in_(sa.select(t.challenges.c.id).where(*_of_challenge(chosen))))
    if chosen.since is not None:
        where.append(_TIME[table] >= chosen.since)
    return where


def _of_challenge(chosen: ExportFilter) -> Sequence[Condition]:
    c = t.challenges.c
    where = [c.class_id == chosen.class_id] if chosen.class_id is not None else []
    return where + ([c.id == chosen.challenge_id] if chosen.challenge_id is not None else [])


def _challenge(class_id: str | None, title: str, given: Mapping[str, Any] | None) -> ExportChallenge:
    files = (given or {}).get("files")
    texts = files if isinstance(files, Mapping) else {}
    main = (given or {}).get("main")
    name = main if isinstance(main, str) and main in texts else next(iter(texts), "")
    starter = texts.get(name)
    return ExportChallenge(
        class_id=class_id, title=title, main=name, starter=starter if isinstance(starter, str) else None
    )  # fmt: skip


def _made(of: type[Row], rows: Iterable[tuple[Any, ...]]) -> list[Row]:
    return list(map(partial(tuple.__new__, of), rows))  # what `_make` does, without a call in Python for each row


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds")
