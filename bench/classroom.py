"""A class at work, made by the database itself: any number of events in seconds, the same every time.

Every student has a session at every challenge, with runs (two of three fail), answers, hints and saves in turn.
Works on a SQLite file and on a PostgreSQL database that are migrated already.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from uuid import UUID

import attrs

_BASE = 1_772_442_000
"""The first session: 2 March 2026, 9:00 UTC, in seconds since 1970."""

CODE_LINES = 12


@attrs.frozen(kw_only=True)
class Classroom:
    """How many there are of everything; the numbers of runs, answers and saves are for each student and challenge."""

    students: int = 300
    challenges: int = 20
    runs: int = 8
    answers: int = 5
    saves: int = 4

    @property
    def seats(self) -> int:
        """Students times challenges."""
        return self.students * self.challenges

    @property
    def rows(self) -> int:
        """Sessions, runs, answers and saves."""
        return self.seats * (1 + self.runs + self.answers + self.saves)


CLASS_ID = UUID(int=(3 << 96) + 0)


@attrs.frozen(kw_only=True)
class _Dialect:
    """How an engine spells what the statements need; `{n}` is a number."""

    id: str
    time: str
    series: str
    true: str
    json: str


_SQLITE = _Dialect(
    id="printf('%08x%024x', {tag}, {n})",
    time="strftime('%Y-%m-%d %H:%M:%S', {n}, 'unixepoch') || '.000000'",
    series="(WITH RECURSIVE up(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM up WHERE i + 1 < {n}) SELECT i FROM up)",
    true="1",
    json="'{text}'",
)
_POSTGRES = _Dialect(
    id="(lpad(to_hex({tag}), 8, '0') || lpad(to_hex({n}), 24, '0'))::uuid",
    time="to_timestamp({n})",
    series="(SELECT i FROM generate_series(0, {n} - 1) i)",
    true="true",
    json="'{text}'::jsonb",
)


_TABLES = ("organizations", "users", "classes", "user_classes", "models", "challenges", "sessions", "llm_interactions",
           "runs", "challenge_solutions_history")  # fmt: skip


def fill_file(path: Path, room: Classroom) -> None:
    """Fill a migrated SQLite store; what its triggers note for sync is left out."""
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("PRAGMA synchronous = OFF")
        triggers = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            db.execute(f"DROP TRIGGER {name}")
        for statement in statements(room, _SQLITE):
            db.execute(statement)
        for _, trigger in triggers:
            db.execute(trigger)
        db.execute("ANALYZE")


async def fill_server(url: str, room: Classroom) -> None:
    """Fill a migrated PostgreSQL database, likewise."""
    import asyncpg  # noqa: PLC0415 - an extra

    connection = await asyncpg.connect(url)
    try:
        for table in _TABLES:
            await connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in statements(room, _POSTGRES):
            await connection.execute(statement, timeout=600)
        for table in _TABLES:
            await connection.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()


def statements(room: Classroom, of: _Dialect) -> Iterator[str]:
    """The statements that fill a store, in order."""
    now = of.time.format(n=_BASE)

    def id_(tag: int, n: str) -> str:
        return of.id.format(tag=tag, n=n)

    yield f"INSERT INTO organizations (id, name, created_at, updated_at) SELECT {id_(1, '0')}, 'School', {now}, {now}"
    yield (
        "INSERT INTO users (id, organization_id, email, password_hash, role, created_at, updated_at) "
        f"SELECT {id_(2, 'i')}, {id_(1, '0')}, 'student' || i || '@school.example', '!', 'student', {now}, {now} "
        f"FROM {of.series.format(n=room.students)} series"
    )
    yield (
        "INSERT INTO classes (id, organization_id, name, created_at, updated_at) "
        f"SELECT {id_(3, '0')}, {id_(1, '0')}, '9b', {now}, {now}"
    )
    yield (
        "INSERT INTO user_classes (user_id, class_id, enrolled_at) "
        f"SELECT {id_(2, 'i')}, {id_(3, '0')}, {now} FROM {of.series.format(n=room.students)} series"
    )
    yield (
        "INSERT INTO models (id, name, version, prices, created_at) SELECT "
        f"{id_(4, '0')}, 'bench-model', '1', {of.json.format(text=_PRICES)}, {now}"
    )
    yield (
        "INSERT INTO challenges (id, class_id, model_id, title, statement, created_at, updated_at) "
        f"SELECT {id_(5, 'i')}, {id_(3, '0')}, {id_(4, '0')}, 'Challenge ' || i, 'Add up.', {now}, {now} "
        f"FROM {of.series.format(n=room.challenges)} series"
    )
    yield from _work(room, of)


_PRICES = '{"input": 0.15, "output": 0.6, "currency": "USD"}'
_GUARD = '{"blocked": false, "rule": null}'


def _work(room: Classroom, of: _Dialect) -> Iterator[str]:
    seats = room.seats
    seat = {
        "user_id": of.id.format(tag=2, n=f"(i % {room.students})"),
        "challenge_id": of.id.format(tag=5, n=f"((i % {seats}) / {room.students})"),
    }
    inside = {"session_id": of.id.format(tag=6, n=f"(i % {seats})"), **seat}
    turn = f"(i / {seats})"

    def at(offset: int, step: int) -> str:
        # A minute's work for each turn, and an hour for each challenge of a student.
        place = f"(i % {seats}) / {room.students} * 3600 + (i % {seats}) % 60"
        return of.time.format(n=f"({_BASE} + {offset} + {place} + {turn} * {step})")

    lines = "".join(f"    value_{n} = numbers[{n}] * {n}\n" for n in range(CODE_LINES))
    code = f"'def total(numbers):\n{lines}    return ' || i || '\n'"
    trace = (
        "'Traceback (most recent call last):\n  File \"total.py\", line ' || (i % 9) || ', in total\n"
        "    value = numbers[' || (i % 7) || ']\nIndexError: list index out of range\n'"
    )
    yield _insert(
        "sessions",
        {"id": of.id.format(tag=6, n="i"), **seat, "class_id": of.id.format(tag=3, n="0"), "created_at": at(0, 0),
         "ended_at": at(3500, 0)},
        seats, of,
    )  # fmt: skip
    yield _insert(
        "llm_interactions",
        {
            "id": of.id.format(tag=7, n="i"), **inside,
            "user_prompt": f"CASE WHEN {turn} % 2 = 0 THEN '' ELSE 'Why does my loop stop at list number ' || i END",
            "model_response": "'Which positions does the list have? Write down every value that i takes. ' || i",
            "code": code, "model_id": of.id.format(tag=4, n="0"),
            "kind": f"CASE WHEN {turn} % 2 = 0 THEN 'hint' ELSE 'question' END",
            "hint_level": f"CASE WHEN {turn} % 2 = 0 THEN 1 + {turn} % 5 END", "prompt_version": "'1'",
            "prompt_tokens": "400", "completion_tokens": "90", "latency_ms": "1200", "finish_reason": "'stop'",
            "guard": of.json.format(text=_GUARD), "created_at": at(60, 60),
        },
        seats * room.answers, of,
    )  # fmt: skip
    failed = f"({turn} + i) % 3 <> 0"
    yield _insert(
        "runs",
        {
            "id": of.id.format(tag=8, n="i"), **inside, "code": code, "command": "'python3 total.py'",
            "stdin": "'3'", "stdout": f"CASE WHEN {failed} THEN '' ELSE '12' END",
            "stderr": f"CASE WHEN {failed} THEN {trace} ELSE '' END",
            "exit_code": f"CASE WHEN {failed} THEN 1 ELSE 0 END",
            "duration_ms": "40", "timed_out": f"NOT {of.true}", "created_at": at(80, 60),
        },
        seats * room.runs, of,
    )  # fmt: skip
    yield _insert(
        "challenge_solutions_history",
        {"id": of.id.format(tag=9, n="i"), **inside, "solution": code, "saved_at": at(100, 60)},
        seats * room.saves, of,
    )  # fmt: skip


def _insert(table: str, values: Mapping[str, str], count: int, of: _Dialect) -> str:
    series = of.series.format(n=count)
    return f"INSERT INTO {table} ({', '.join(values)}) SELECT {', '.join(values.values())} FROM {series} series"
