"""A class in numbers: each part is one statement over all its students, so the cost grows with the rows alone.

What the numbers mean, such as who is stuck, is decided elsewhere. A class leaves a hundred thousand rows: ids and
times stay as the database gives them until somebody looks at them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.sql import Executable

from storage import tables as t
from storage.records import TESTS, Json
from storage.rows import Condition, Rows
from storage.unconverted import IdText, raw, utc
from storage.values import Asked, ClassEvents, ClassSeats, FailureCount, OpenFailure, RungCount, SeatTally, Tally

QUESTION_LENGTH = 400
ERROR_LENGTH = 120
"""Characters that are read of a question, and of each end of an error."""

LONG_ERROR_LENGTH = 600
"""Characters that are read of the end of a traceback whose last line is longer than that, and begins with the type."""

_Named = Mapping[str, tuple[UUID, str]]

_RUN_OK = sa.and_(t.runs.c.exit_code == 0, sa.not_(t.runs.c.timed_out))
_IS_TEST = t.runs.c.command.startswith(TESTS)
_IS_HINT = sa.and_(t.llm_interactions.c.kind == "hint", t.llm_interactions.c.hint_level > 0)


class Overview:
    """Reads over all students of a class at once."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    async def materials(self, class_id: UUID, challenge_id: UUID | None = None) -> dict[UUID, Json]:
        """Read what the challenges of a class give, by the challenge."""
        of = _statements(of_one=challenge_id is not None, tested=False)
        return {id_: given or {} for id_, given in await self._all(of["materials"], _place(class_id, challenge_id))}

    async def seats(
        self, class_id: UUID, challenge_id: UUID | None = None, *, tested: Collection[UUID] = ()
    ) -> ClassSeats:
        """Count what was done in a class, or at one challenge of it; `tested` challenges have tests."""
        of = _statements(of_one=challenge_id is not None, tested=bool(tested))
        place = _place(class_id, challenge_id)
        students, challenges = await self._people(of, place)
        passed = await self._all(of["passed"], place | {"tested": list(tested)}) if tested else ()
        last_passed = {(user, challenge): id_ for user, challenge, id_ in passed}
        return ClassSeats(
            students=dict(students.values()),
            challenges=dict(challenges.values()),
            seats=[
                _tally(row, students, challenges, last_passed.get((row[0], row[1])))
                for row in await self._all(of["seats"], place)
            ],
        )

    async def events(
        self, class_id: UUID, challenge_id: UUID | None = None, *, tested: Collection[UUID] = ()
    ) -> ClassEvents:
        """Read what happened in a class, or at one challenge of it, that an overview looks into."""
        of = _statements(of_one=challenge_id is not None, tested=bool(tested))
        place = _place(class_id, challenge_id)
        students, challenges = await self._people(of, place)
        answers = await self._all(of["answers"], place)
        return ClassEvents(
            open_failures=[
                OpenFailure(id_, (students[user][0], challenges[challenge][0]), late, words)
                for id_, user, challenge, late, words in await self._all(of["open_failures"], place)
            ],
            failures=[
                FailureCount(students[user][0], late, words, count, last)
                for user, late, words, count, last in await self._all(of["failures"], place)
            ],
            asked=[
                Asked(id_, (students[user][0], challenges[challenge][0]), words)
                for id_, user, challenge, words in await self._all(of["asked"], place)
            ],
            rungs=_rungs(answers, challenges),
            usage=_usage(answers),
        )

    async def _people(self, of: Mapping[str, sa.Select[Any]], place: Mapping[str, Any]) -> tuple[_Named, _Named]:
        """Read the students and the challenges, by the text of their ids."""
        students = {text: (id_, name) for text, id_, name in await self._all(of["students"], place)}
        return students, {text: (id_, name) for text, id_, name in await self._all(of["challenges"], place)}

    async def places(self, run_ids: Sequence[str]) -> dict[str, UUID]:
        """Tell the challenge of each of some runs."""
        chosen = t.runs.c.id.in_([UUID(id_) for id_ in run_ids])
        statement = sa.select(IdText(t.runs.c.id), t.runs.c.challenge_id).where(chosen)
        return {run: challenge for run, challenge in await self._all(statement)}  # noqa: C416

    async def _all(self, statement: Executable, parameters: Mapping[str, Any] | None = None) -> Sequence[Any]:
        return (await self._rows.execute(statement, parameters)).all()


def _place(class_id: UUID, challenge_id: UUID | None) -> dict[str, Any]:
    return {"class_id": class_id} | ({"challenge_id": challenge_id} if challenge_id else {})


@cache
def _statements(*, of_one: bool, tested: bool) -> Mapping[str, sa.Select[Any]]:
    """Every statement, for a class or for one challenge of it; making them takes longer than reading a small class.

    Where no challenge has tests, nobody looks for runs of them.
    """
    users, challenges, places = t.users.c, t.challenges.c, t.user_classes.c
    class_id: sa.BindParameter[UUID] = sa.bindparam("class_id")
    challenge_id: sa.BindParameter[UUID] = sa.bindparam("challenge_id")
    enrolled = sa.select(places.user_id).where(places.class_id == class_id)
    people = (users.id.in_(enrolled), users.role == "student", users.deleted_at.is_(None))
    tasks: list[Condition] = [challenges.class_id == class_id, challenges.deleted_at.is_(None)]
    if of_one:
        tasks.append(challenges.id == challenge_id)
    scope = _Scope(people, tasks)
    return {
        "students": sa.select(IdText(users.id), users.id, users.email).where(*people).order_by(users.email),
        "challenges": sa.select(IdText(challenges.id), challenges.id, challenges.title)
        .where(*tasks)
        .order_by(challenges.created_at, challenges.id),
        "materials": sa.select(challenges.id, challenges.support_materials).where(*tasks),
        "passed": _passed(scope),
        "seats": _seats(scope),
        "open_failures": _open_failures(scope, tested=tested),
        "failures": _failures(scope),
        "asked": _asked(scope),
        "answers": _counted_answers(scope),
    }


class _Scope:
    """The students of a class at its challenges."""

    def __init__(self, people: Sequence[Condition], tasks: Sequence[Condition]) -> None:
        self._students = sa.select(t.users.c.id).where(*people)
        self._challenges = sa.select(t.challenges.c.id).where(*tasks)

    def of(self, table: sa.Table) -> tuple[Condition, ...]:
        """Tell which rows of a table are theirs.

        The challenges find the rows; students are looked up for each. As a second join PostgreSQL would go through
        every student at every challenge, which takes twice as long.
        """
        return (table.c.challenge_id.in_(self._challenges), table.c.user_id.in_(self._students).is_(sa.true()))


def _seats(scope: _Scope) -> sa.Select[Any]:
    """Every student at every challenge that was begun, with what happened there in numbers; `_tally` reads the row."""
    ran = _runs(scope).cte("ran")
    sat, saved = _sittings(scope).subquery("sat"), _saves(scope).subquery("saved")
    asked = _answers(scope, ran).subquery("asked")
    joined: sa.FromClause = sat
    for other in (ran, saved, asked):
        joined = joined.outerjoin(other, _same_seat(sat, other))
    counted = [column for part in (sat, ran, saved, asked) for column in list(part.c)[2:]]
    return sa.select(IdText(sat.c.user_id), IdText(sat.c.challenge_id), *counted).select_from(joined)


def _sittings(scope: _Scope) -> sa.Select[Any]:
    table = t.sessions
    last = sa.func.coalesce(table.c.ended_at, table.c.last_message_at, table.c.created_at)
    counted = (sa.func.count().label("sessions"), raw(sa.func.max(last)).label("session_at"))
    return _by_seat(table, *counted).where(*scope.of(table))


def _runs(scope: _Scope) -> sa.Select[Any]:
    table, failed = t.runs, sa.not_(_RUN_OK)
    return _by_seat(
        table,
        sa.func.count().label("runs"),
        _sum(failed).label("failed"),
        raw(sa.func.max(sa.case((_RUN_OK, table.c.created_at)))).label("ok_at"),
        _latest(sa.case((_RUN_OK, table.c.id))).label("ok_id"),
        raw(sa.func.max(sa.case((failed, table.c.created_at)))).label("failed_at"),
        _latest(sa.case((failed, table.c.id))).label("failed_id"),
    ).where(*scope.of(table))


def _saves(scope: _Scope) -> sa.Select[Any]:
    table = t.challenge_solutions_history
    counted = (sa.func.count().label("saves"), _latest(table.c.id).label("saved_id"))
    return _by_seat(table, *counted, raw(sa.func.max(table.c.saved_at)).label("saved_at")).where(*scope.of(table))


def _answers(scope: _Scope, ran: sa.CTE) -> sa.Select[Any]:
    table = t.llm_interactions
    is_open = sa.or_(ran.c.ok_at.is_(None), table.c.created_at > ran.c.ok_at)
    unhelped = table.c.feedback["helpful"].as_boolean().is_(sa.false())
    return (
        _by_seat(
            table,
            _sum(sa.and_(table.c.kind != "hint", table.c.finish_reason != "error")).label("questions"),
            _sum(_IS_HINT).label("hints"),
            sa.func.max(table.c.hint_level).label("top_hint"),
            _ids(table.c.id, sa.and_(_IS_HINT, is_open)).label("hint_ids"),
            _ids(table.c.id, sa.and_(unhelped, is_open)).label("unhelped_ids"),
            raw(sa.func.max(table.c.created_at)).label("asked_at"),
        )
        .select_from(table.outerjoin(ran, _same_seat(table, ran)))
        .where(*scope.of(table))
    )


def _passed(scope: _Scope) -> sa.Select[Any]:
    """The last run of the tests that passed on what is saved now, of each student at each challenge with tests."""
    runs, saved = t.runs, t.challenge_solutions
    chosen = runs.c.challenge_id.in_(sa.bindparam("tested", expanding=True))
    counted: list[sa.ColumnElement[Any]] = [IdText(runs.c.user_id), IdText(runs.c.challenge_id), _latest(runs.c.id)]
    return (
        sa.select(*counted)
        .select_from(runs.join(saved, sa.and_(_same_seat(runs, saved), saved.c.solution == runs.c.code)))
        .where(_IS_TEST, _RUN_OK, chosen, *scope.of(runs))
        .group_by(runs.c.user_id, runs.c.challenge_id)
    )


def _open_failures(scope: _Scope, *, tested: bool) -> sa.Select[Any]:
    """Failed runs since the last good one; a program that runs does not make up for tests that failed."""
    runs = t.runs
    last = [sa.func.max(sa.case((_RUN_OK, runs.c.created_at))).label("ok_at")]
    if tested:
        last.append(sa.func.max(sa.case((sa.and_(_RUN_OK, _IS_TEST), runs.c.created_at))).label("passed_at"))
    ran = _by_seat(runs, *last).where(*scope.of(runs)).cte("ran")
    good = sa.case((_IS_TEST, ran.c.passed_at), else_=ran.c.ok_at) if tested else ran.c.ok_at
    is_open = sa.or_(good.is_(None), runs.c.created_at > good)
    seat = (IdText(runs.c.user_id), IdText(runs.c.challenge_id))
    return (
        sa.select(IdText(runs.c.id), *seat, runs.c.timed_out, _words(runs.c.stderr))
        .select_from(ran.join(runs, _same_seat(runs, ran)))
        .where(sa.not_(_RUN_OK), is_open)
    )


def _failures(scope: _Scope) -> sa.Select[Any]:
    runs, words = t.runs, _words(t.runs.c.stderr)
    counted = sa.select(IdText(runs.c.user_id), runs.c.timed_out, words, sa.func.count(), _latest(runs.c.id))
    return counted.where(sa.not_(_RUN_OK), *scope.of(runs)).group_by(runs.c.user_id, runs.c.timed_out, words)


def _asked(scope: _Scope) -> sa.Select[Any]:
    table = t.llm_interactions
    words = sa.func.substr(table.c.user_prompt, 1, QUESTION_LENGTH)
    wanted = (table.c.kind != "hint", table.c.user_prompt != "", table.c.finish_reason != "error")
    chosen = sa.select(IdText(table.c.id), IdText(table.c.user_id), IdText(table.c.challenge_id), words)
    return chosen.where(*wanted, *scope.of(table)).order_by(table.c.created_at.desc(), table.c.id.desc())


def _counted_answers(scope: _Scope) -> sa.Select[Any]:
    """Answers counted by challenge, model and rung, which is null for what is no hint."""
    table = t.llm_interactions
    blocked = table.c.guard["blocked"].as_boolean().is_(sa.true())
    group = (table.c.challenge_id, table.c.model_id, sa.case((_IS_HINT, table.c.hint_level)))
    return (
        sa.select(
            IdText(table.c.challenge_id),
            *group[1:],
            _sum(table.c.finish_reason != "error"),
            sa.func.count(),
            _sum(blocked),
            sa.func.coalesce(sa.func.sum(table.c.prompt_tokens), 0),
            sa.func.coalesce(sa.func.sum(table.c.completion_tokens), 0),
        )
        .where(*scope.of(table))
        .group_by(*group)
    )


def _by_seat(table: sa.Table, *counted: sa.ColumnElement[Any]) -> sa.Select[Any]:
    seat = (table.c.user_id, table.c.challenge_id)
    return sa.select(*seat, *counted).group_by(*seat)


def _same_seat(table: sa.FromClause, other: sa.FromClause) -> Condition:
    return sa.and_(table.c.user_id == other.c.user_id, table.c.challenge_id == other.c.challenge_id)


def _words(stderr: sa.ColumnElement[str]) -> sa.ColumnElement[str]:
    """The last words of an error, and its first ones; of those one is enough for a traceback of Python."""
    end = _end(stderr, ERROR_LENGTH)
    reason = sa.case((end.like("%\n_%"), end), else_=_end(stderr, LONG_ERROR_LENGTH))
    both = sa.func.substr(stderr, 1, ERROR_LENGTH) + "\n" + end
    return sa.case((stderr.like("Traceback%"), "Traceback\n" + reason), else_=both)


def _end(text: sa.ColumnElement[str], most: int) -> sa.ColumnElement[str]:
    length = sa.func.length(text)
    return sa.func.substr(text, sa.case((length > most, length - most + 1), else_=1))


def _latest(id_: sa.ColumnElement[Any]) -> sa.ColumnElement[str]:
    """The latest of ids, which are ordered by time."""
    return sa.func.max(IdText(id_))


def _ids(id_: sa.ColumnElement[Any], condition: Condition) -> sa.ColumnElement[str]:
    return sa.func.aggregate_strings(sa.case((condition, IdText(id_))), ",")


def _sum(condition: Condition) -> sa.ColumnElement[int]:
    return sa.func.sum(sa.case((condition, 1), else_=0))


def _tally(
    row: Any,
    students: _Named,
    challenges: _Named,
    passed_id: str | None,
) -> SeatTally:
    (user, challenge, sessions, session_at, runs, failed, ok_at, ok_id, failed_at, failed_id, saves, saved_id, saved_at,
     questions, hints, top_hint, hint_ids, unhelped_ids, asked_at) = row  # fmt: skip
    did = [at for at in (ok_at, failed_at, saved_at, asked_at) if at is not None]
    active = max(did, default=None)
    return SeatTally(
        user_id=students[user][0],
        challenge_id=challenges[challenge][0],
        sessions=sessions,
        last_at=utc(max([session_at, *did])),
        active_at=utc(active) if active is not None else None,
        runs=runs or 0,
        failed=failed or 0,
        ok_id=ok_id if failed_at is None or (ok_at is not None and ok_at > failed_at) else None,
        failed_id=failed_id,
        failed_at=utc(failed_at) if failed_at is not None else None,
        saves=saves or 0,
        saved_id=saved_id,
        passed_id=passed_id,
        questions=questions or 0,
        hints=hints or 0,
        top_hint=top_hint or 0,
        hint_ids=tuple(hint_ids.split(",")) if hint_ids else (),
        unhelped_ids=tuple(unhelped_ids.split(",")) if unhelped_ids else (),
    )


def _rungs(answers: Iterable[Any], challenges: _Named) -> list[RungCount]:
    counts: Counter[tuple[str, int]] = Counter()
    for challenge, _, rung, _, count, *_ in answers:
        if rung is not None:
            counts[challenge, rung] += count
    return [RungCount(challenges[id_][0], rung, count) for (id_, rung), count in counts.items()]


def _usage(answers: Iterable[Any]) -> list[Tally]:
    of_model: dict[UUID, list[Sequence[int]]] = defaultdict(list)
    for _, model, _, *counted in answers:
        of_model[model].append(counted)
    return [_tally_of(model, zip(*counted, strict=True)) for model, counted in of_model.items()]


def _tally_of(model_id: UUID, columns: Iterable[Sequence[int]]) -> Tally:
    questions, answers, blocked, read, written = map(sum, columns)
    return Tally(
        group_id=None, model_id=model_id, questions=questions, answers=answers, blocked=blocked, prompt_tokens=read,
        completion_tokens=written,
    )  # fmt: skip
