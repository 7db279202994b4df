"""A school with many classes on a PostgreSQL server, made by the database itself: a million answers in half a minute.

Every class has a teacher, students and challenges of its own, every student a session at each, and the answers go
round; the teacher measured teaches the first four classes. Works on a database that is migrated already.
"""

from __future__ import annotations

from uuid import UUID

import attrs

from storage.logins import scram_verifier
from tests.support.postgres import SUPERUSER, Server, connected

PASSWORD = "of the bench"
TAUGHT = 4


@attrs.frozen(kw_only=True)
class School:
    """How many there are of everything; students and challenges are those of each class."""

    answers: int = 1_000_000
    classes: int = 200
    students: int = 25
    challenges: int = 20


def id_of(table: int, number: int) -> UUID:
    """The id of a row: 1 organizations, 2 users, 3 classes, 4 challenges, 5 sessions, 6 answers, 7 saves."""
    return UUID(f"{table:08x}-0000-7000-8000-{number:012x}")


TEACHER = id_of(2, 1)
STUDENT = id_of(2, 1_000_000)
CLASS = id_of(3, 0)

_STAMPS = "now(), now()"
_BUILTIN = "models m WHERE m.name = 'taco-builtin'"


def _id(table: int, number: str) -> str:
    return f"('{table:08x}-0000-7000-8000-' || lpad(to_hex({number}), 12, '0'))::uuid"


def _insert(table: str, columns: str, values: str, source: str) -> str:
    return f"INSERT INTO {table} ({columns}) SELECT {values} FROM {source}"


def _numbers(first: int, count: int) -> str:
    return f"generate_series({first}, {first + count - 1}) n"


def _people(school: School) -> list[str]:
    """The organization, its accounts, its classes and who is in them."""
    pupils = school.classes * school.students
    user = "id, organization_id, email, password_hash, role, created_at, updated_at"
    teacher = f"{_id(2, 'n')}, {_id(1, '0')}, 'teacher' || n || '@x.example', '!', 'teacher', {_STAMPS}"
    student = f"{_id(2, '1000000 + n')}, {_id(1, '0')}, 'student' || n || '@x.example', '!', 'student', {_STAMPS}"
    class_ = f"{_id(3, 'n')}, {_id(1, '0')}, 'class ' || n, {_STAMPS}"
    taught_by = _id(2, f"CASE WHEN n < {TAUGHT} THEN 1 ELSE n END")
    place = "user_id, class_id, enrolled_at"
    return [
        _insert(
            "organizations", "id, name, created_at, updated_at", f"{_id(1, 'n')}, 'School', {_STAMPS}", _numbers(0, 1)
        ),
        _insert("users", user, teacher, _numbers(1, school.classes)),
        _insert("users", user, student, _numbers(0, pupils)),
        _insert("classes", "id, organization_id, name, created_at, updated_at", class_, _numbers(0, school.classes)),
        _insert("user_classes", place, f"{taught_by}, {_id(3, 'n')}, now()", _numbers(0, school.classes)),
        _insert(
            "user_classes",
            place,
            f"{_id(2, '1000000 + n')}, {_id(3, f'n / {school.students}')}, now()",
            _numbers(0, pupils),
        ),
        *(
            f"SELECT taco_set_password('{who}', '{scram_verifier(PASSWORD)}', '$argon2id$x')"
            for who in (TEACHER, STUDENT)
        ),
    ]


def _work(school: School) -> list[str]:
    """Challenges, a session of every student at each, one save in it, and the answers in turn."""
    seats = school.classes * school.students * school.challenges
    class_ = f"n / {school.challenges * school.students}"
    user, challenge = (
        f"1000000 + n / {school.challenges}",
        f"({class_}) * {school.challenges} + n % {school.challenges}",
    )
    at = "timestamptz '2026-03-02 08:00+00' + {} * interval '1 second'"
    place = f"{_id(5, 'n')}, {_id(2, user)}, {_id(4, challenge)}"
    answered = f"generate_series(0, {school.answers - 1}) number, LATERAL (SELECT number % {seats} AS n) AS seat"
    return [
        _insert(
            "challenges",
            "id, class_id, model_id, title, statement, created_at, updated_at",
            f"{_id(4, 'n')}, {_id(3, f'n / {school.challenges}')}, m.id, 'Challenge ' || n, 'Do it.', {_STAMPS}",
            f"{_numbers(0, school.classes * school.challenges)}, {_BUILTIN}",
        ),
        _insert(
            "sessions",
            "id, user_id, class_id, challenge_id, created_at",
            f"{_id(5, 'n')}, {_id(2, user)}, {_id(3, class_)}, {_id(4, challenge)}, {at.format('n')}",
            _numbers(0, seats),
        ),
        _insert(
            "challenge_solutions_history",
            "id, session_id, user_id, challenge_id, solution, saved_at",
            f"{_id(7, 'n')}, {place}, 'total = 0', {at.format('n')}",
            _numbers(0, seats),
        ),
        _insert(
            "llm_interactions",
            "id, session_id, user_id, challenge_id, user_prompt, model_response, code, model_id, kind, hint_level,"
            " prompt_version, latency_ms, finish_reason, created_at",
            f"{_id(6, 'number')}, {place}, 'Why is it wrong?', repeat('Look at the loop. ', 12),"
            " repeat('total = total + numbers[i]\n', 8), m.id, 'question', 1, '1', 900, 'stop', " + at.format("number"),
            f"{answered}, {_BUILTIN}",
        ),
    ]


async def fill(server: Server, database: str, school: School) -> None:
    """Put the school into an empty database; no trigger runs and no key is checked: the rows are right as made."""
    async with connected(server.url(database, SUPERUSER)) as db:
        await db.execute("SET session_replication_role = replica")
        for statement in (*_people(school), *_work(school)):
            await db.execute(statement, timeout=600)
        await db.execute("VACUUM ANALYZE", timeout=600)
