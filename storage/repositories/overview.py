"""A class in numbers: each part is one statement over all its students, so the cost grows with the rows alone.

What the numbers mean, such as who is stuck, is decided elsewhere. A class leaves a hundred thousand rows: ids and
times stay as the database gives them until somebody looks at them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.sql import Executable

from storage import tables as t
from storage.rows import Condition, Rows
from storage.values import Asked, ClassRows, FailureCount, OpenFailure, RungCount, SeatTally, Tally

QUESTION_LENGTH = 400
ERROR_LENGTH = 120
"""Characters that are read of a question, and of each end of an error."""

_RUN_OK = sa.and_(t.runs.c.exit_code == 0, sa.not_(t.runs.c.timed_out))
_IS_HINT = sa.and_(t.llm_interactions.c.kind == "hint", t.llm_interactions.c.hint_level > 0)


class Overview:
    """Reads over all students of a class at once."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    async def of_class(self, class_id: UUID, challenge_id: UUID | None = None) -> ClassRows:
        """Read what an overview of a class, or of one challenge of it, is made of."""
        enrolled = sa.select(t.user_classes.c.user_id).where(t.user_classes.c.class_id == class_id)
        people = (t.users.c.id.in_(enrolled), t.users.c.role == "student", t.users.c.deleted_at.is_(None))
        tasks = [t.challenges.c.class_id == class_id, t.challenges.c.deleted_at.is_(None)]
        if challenge_id is not None:
            tasks.append(t.challenges.c.id == challenge_id)
        scope = _Scope(people, tasks)
        students = await self._named(t.users, t.users.c.email, people, (t.users.c.email,))
        by_age = (t.challenges.c.created_at, t.challenges.c.id)
        challenges = await self._named(t.challenges, t.challenges.c.title, tasks, by_age)
        return ClassRows(
            students={id_: name for id_, name in students.values()},  # noqa: C416 - says what they are
            challenges={id_: name for id_, name in challenges.values()},  # noqa: C416
            seats=[_tally(row, students, challenges) for row in await self._all(_seats(scope))],
            open_failures=[
                OpenFailure(id=id_, seat=(students[user][0], challenges[challenge][0]), timed_out=late, words=words)
                for id_, user, challenge, late, words in await self._all(_open_failures(scope))
            ],
            failures=[
                FailureCount(user_id=students[user][0], timed_out=late, words=words, count=count, last_id=last)
                for user, late, words, count, last in await self._all(_failures(scope))
            ],
            asked=[
                Asked(id=id_, seat=(students[user][0], challenges[challenge][0]), words=words)
                for id_, user, challenge, words in await self._all(_asked(scope))
            ],
            rungs=[
                RungCount(challenge_id=challenges[challenge][0], hint_level=level, count=count)
                for challenge, level, count in await self._all(_rungs(scope))
            ],
            usage=[Tally(**row._mapping) for row in await self._all(_usage(scope))],  # noqa: SLF001 - documented
        )

    async def places(self, run_ids: Sequence[str]) -> dict[str, UUID]:
        """Tell the challenge of each of some runs."""
        chosen = t.runs.c.id.in_([UUID(id_) for id_ in run_ids])
        statement = sa.select(_text(t.runs.c.id), t.runs.c.challenge_id).where(chosen)
        return {run: challenge for run, challenge in await self._all(statement)}  # noqa: C416

    async def _named(
        self, table: sa.Table, name: sa.ColumnElement[str], where: Sequence[Condition], order: Sequence[Any]
    ) -> dict[str, tuple[UUID, str]]:
        """Read ids and names by the text of the id."""
        statement = sa.select(_text(table.c.id), table.c.id, name).where(*where).order_by(*order)
        return {text: (id_, named) for text, id_, named in await self._all(statement)}

    async def _all(self, statement: Executable) -> Sequence[Any]:
        return (await self._rows.execute(statement)).all()


class _Scope:
    """The students of a class at its challenges."""

    def __init__(self, people: Sequence[Condition], tasks: Sequence[Condition]) -> None:
        self._students = sa.select(t.users.c.id).where(*people)
        self._challenges = sa.select(t.challenges.c.id).where(*tasks)

    def of(self, table: sa.Table) -> tuple[Condition, ...]:
        """Tell which rows of a table are theirs."""
        return (table.c.challenge_id.in_(self._challenges), table.c.user_id.in_(self._students))


def _seats(scope: _Scope) -> sa.Select[Any]:
    """Every student at every challenge that was begun, with what happened there in numbers."""
    sessions, runs, saves, answers = (
        part(scope).subquery(name)
        for name, part in (("sat", _sittings), ("ran", _runs), ("saved", _saves), ("asked", _answers))
    )
    joined: sa.FromClause = sessions
    for other in (runs, saves, answers):
        joined = joined.outerjoin(other, _same_seat(sessions, other))
    counted = [column for part in (sessions, runs, saves, answers) for column in list(part.c)[2:]]
    return sa.select(_text(sessions.c.user_id), _text(sessions.c.challenge_id), *counted).select_from(joined)


def _sittings(scope: _Scope) -> sa.Select[Any]:
    table = t.sessions
    last = sa.func.coalesce(table.c.ended_at, table.c.last_message_at, table.c.created_at)
    counted = (sa.func.count().label("sessions"), _raw(sa.func.max(last)).label("session_at"))
    return _by_seat(table, *counted).where(*scope.of(table))


def _runs(scope: _Scope) -> sa.Select[Any]:
    table, failed = t.runs, sa.not_(_RUN_OK)
    return _by_seat(
        table,
        sa.func.count().label("runs"),
        _sum(failed).label("failed"),
        _raw(sa.func.max(sa.case((_RUN_OK, table.c.created_at)))).label("ok_at"),
        _latest(sa.case((_RUN_OK, table.c.id))).label("ok_id"),
        _raw(sa.func.max(sa.case((failed, table.c.created_at)))).label("failed_at"),
        _latest(sa.case((failed, table.c.id))).label("failed_id"),
    ).where(*scope.of(table))


def _saves(scope: _Scope) -> sa.Select[Any]:
    table = t.challenge_solutions_history
    counted = (sa.func.count().label("saves"), _latest(table.c.id).label("saved_id"))
    return _by_seat(table, *counted, _raw(sa.func.max(table.c.saved_at)).label("saved_at")).where(*scope.of(table))


def _answers(scope: _Scope) -> sa.Select[Any]:
    table, ok = t.llm_interactions, _last_ok(scope)
    is_open = sa.or_(ok.c.at.is_(None), table.c.created_at > ok.c.at)
    unhelped = table.c.feedback["helpful"].as_boolean().is_(sa.false())
    return (
        _by_seat(
            table,
            _sum(sa.and_(table.c.kind != "hint", table.c.finish_reason != "error")).label("questions"),
            _sum(_IS_HINT).label("hints"),
            sa.func.max(table.c.hint_level).label("top_hint"),
            _ids(table.c.id, sa.and_(_IS_HINT, is_open)).label("hint_ids"),
            _ids(table.c.id, sa.and_(unhelped, is_open)).label("unhelped_ids"),
            _raw(sa.func.max(table.c.created_at)).label("asked_at"),
        )
        .select_from(table.outerjoin(ok, _same_seat(table, ok)))
        .where(*scope.of(table))
    )


def _open_failures(scope: _Scope) -> sa.Select[Any]:
    runs, ok = t.runs, _last_ok(scope)
    is_open = sa.or_(ok.c.at.is_(None), runs.c.created_at > ok.c.at)
    seat = (_text(runs.c.user_id), _text(runs.c.challenge_id))
    return (
        sa.select(_text(runs.c.id), *seat, runs.c.timed_out, _words(runs.c.stderr))
        .select_from(runs.outerjoin(ok, _same_seat(runs, ok)))
        .where(sa.not_(_RUN_OK), is_open, *scope.of(runs))
    )


def _failures(scope: _Scope) -> sa.Select[Any]:
    runs, words = t.runs, _words(t.runs.c.stderr)
    counted = sa.select(_text(runs.c.user_id), runs.c.timed_out, words, sa.func.count(), _latest(runs.c.id))
    return counted.where(sa.not_(_RUN_OK), *scope.of(runs)).group_by(runs.c.user_id, runs.c.timed_out, words)


def _asked(scope: _Scope) -> sa.Select[Any]:
    table = t.llm_interactions
    words = sa.func.substr(table.c.user_prompt, 1, QUESTION_LENGTH)
    wanted = (table.c.kind != "hint", table.c.user_prompt != "", table.c.finish_reason != "error")
    chosen = sa.select(_text(table.c.id), _text(table.c.user_id), _text(table.c.challenge_id), words)
    return chosen.where(*wanted, *scope.of(table)).order_by(table.c.created_at.desc())


def _rungs(scope: _Scope) -> sa.Select[Any]:
    table = t.llm_interactions
    chosen = sa.select(_text(table.c.challenge_id), table.c.hint_level, sa.func.count())
    return chosen.where(_IS_HINT, *scope.of(table)).group_by(table.c.challenge_id, table.c.hint_level)


def _usage(scope: _Scope) -> sa.Select[Any]:
    table = t.llm_interactions
    blocked = table.c.guard["blocked"].as_boolean().is_(sa.true())
    counted = (
        _sum(table.c.finish_reason != "error").label("questions"),
        sa.func.count().label("answers"),
        _sum(blocked).label("blocked"),
        sa.func.coalesce(sa.func.sum(table.c.prompt_tokens), 0).label("prompt_tokens"),
        sa.func.coalesce(sa.func.sum(table.c.completion_tokens), 0).label("completion_tokens"),
    )
    chosen = sa.select(sa.null().label("group_id"), table.c.model_id, *counted)
    return chosen.where(*scope.of(table)).group_by(table.c.model_id)


def _by_seat(table: sa.Table, *counted: sa.ColumnElement[Any]) -> sa.Select[Any]:
    seat = (table.c.user_id, table.c.challenge_id)
    return sa.select(*seat, *counted).group_by(*seat)


def _last_ok(scope: _Scope) -> sa.Subquery:
    """When each student's last run that ended well was."""
    at = sa.func.max(t.runs.c.created_at).label("at")
    return _by_seat(t.runs, at).where(_RUN_OK, *scope.of(t.runs)).subquery()


def _same_seat(table: sa.FromClause, other: sa.Subquery) -> Condition:
    return sa.and_(table.c.user_id == other.c.user_id, table.c.challenge_id == other.c.challenge_id)


def _words(stderr: sa.ColumnElement[str]) -> sa.ColumnElement[str]:
    """The last words of an error, and its first ones unless it is a traceback of Python, which ends with the reason."""
    length = sa.func.length(stderr)
    end = sa.func.substr(stderr, sa.case((length > ERROR_LENGTH, length - ERROR_LENGTH + 1), else_=1))
    both = sa.func.substr(stderr, 1, ERROR_LENGTH) + "\n" + end
    return sa.case((stderr.like("Traceback%"), end), else_=both)


def _text(id_: sa.ColumnElement[Any]) -> sa.ColumnElement[str]:
    return sa.cast(id_, sa.String)


def _raw(time: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """A time as the engine gives it: text or datetime, and either can be compared with its like."""
    return sa.type_coerce(time, sa.types.NullType())


def _latest(id_: sa.ColumnElement[Any]) -> sa.ColumnElement[str]:
    """The latest of ids, which are ordered by time."""
    return sa.func.max(_text(id_))


def _ids(id_: sa.ColumnElement[Any], condition: Condition) -> sa.ColumnElement[str]:
    return sa.func.aggregate_strings(sa.case((condition, _text(id_))), ",")


def _sum(condition: Condition) -> sa.ColumnElement[int]:
    return sa.func.sum(sa.case((condition, 1), else_=0))


def _tally(row: Any, students: Mapping[str, tuple[UUID, str]], challenges: Mapping[str, tuple[UUID, str]]) -> SeatTally:
    did = [at for at in (row.ok_at, row.failed_at, row.saved_at, row.asked_at) if at is not None]
    active = max(did, default=None)
    return SeatTally(
        user_id=students[row[0]][0],
        challenge_id=challenges[row[1]][0],
        sessions=row.sessions,
        last_at=_moment(max([row.session_at, *did])),
        active_at=_moment(active) if active is not None else None,
        runs=row.runs or 0,
        failed=row.failed or 0,
        ok_id=row.ok_id if row.failed_at is None or (row.ok_at is not None and row.ok_at > row.failed_at) else None,
        failed_id=row.failed_id,
        failed_at=_moment(row.failed_at) if row.failed_at is not None else None,
        saves=row.saves or 0,
        saved_id=row.saved_id,
        questions=row.questions or 0,
        hints=row.hints or 0,
        top_hint=row.top_hint or 0,
        hint_ids=_split(row.hint_ids),
        unhelped_ids=_split(row.unhelped_ids),
    )


def _moment(value: str | datetime) -> datetime:
    if isinstance(value, str):
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    return value.astimezone(UTC)


def _split(ids: str | None) -> tuple[str, ...]:
    return tuple(ids.split(",")) if ids else ()
