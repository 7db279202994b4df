"""A teacher's two queries under row-level security, beside the same queries without any.

At a million answers in 200 classes, on a PostgreSQL server of this run: the last 50 answers of a class, and the whole
journey of a student. The teacher logs in and teaches four classes; without security is the owner of the tables, for
whom no policy holds. Both take turns, over a unix socket, each on one connection with prepared statements.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from time import perf_counter
from typing import Any

from bench.harness import Report, rows
from bench.school import CLASS, PASSWORD, STUDENT, School, fill
from storage.logins import login_name
from tests.support.postgres import OWNER, Server, available_programs, prepare, running

LAST_OF_CLASS = """
SELECT answer.* FROM challenges
CROSS JOIN LATERAL (
  SELECT * FROM llm_interactions WHERE challenge_id = challenges.id ORDER BY created_at DESC LIMIT 50
) AS answer
WHERE challenges.class_id = $1 ORDER BY answer.created_at DESC LIMIT 50
"""
JOURNEY = tuple(
    f"SELECT * FROM {table} WHERE user_id = $1 ORDER BY {time}, id"
    for table, time in (
        ("sessions", "created_at"),
        ("llm_interactions", "created_at"),
        ("runs", "created_at"),
        ("challenge_solutions_history", "saved_at"),
    )
)
QUERIES: Mapping[str, tuple[tuple[str, ...], Any]] = {
    "last 50 answers of a class": ((LAST_OF_CLASS,), CLASS),
    "journey of a student": (JOURNEY, STUDENT),
}
OPEN, CLOSED = "no security", "row-level security"
AIM = "ratio ≤ 1.5, and ≤ 10 ms"


def measure(quick: bool) -> Report:
    """Fill a server and let both ask in turn."""
    school = School(answers=20_000, classes=20, students=10) if quick else School()
    with running(available_programs(), shared_buffers="512MB") as server, asyncio.Runner() as runner:
        samples = runner.run(_measure(server, school, rounds=10 if quick else 200))
    aims = {(metric, CLOSED): AIM for metric in QUERIES}
    return Report(
        rows=rows(samples, unit="ms", peer=OPEN, aims=aims),
        notes=(f"{school.answers:,} answers in {school.classes} classes; the teacher has four of them.",),
    )


async def _measure(server: Server, school: School, *, rounds: int) -> Mapping[str, Mapping[str, tuple[float, ...]]]:
    import asyncpg  # noqa: PLC0415 - only here

    await prepare(server)
    async with server.database() as url:
        database = url.split("@/")[1].partition("?")[0]
        await fill(server, database, school)
        teacher = login_name("teacher1@x.example", database)
        connections = {
            OPEN: await asyncpg.connect(server.url(database, OWNER)),
            CLOSED: await asyncpg.connect(server.url(database, teacher, PASSWORD)),
        }
        try:
            found: dict[str, dict[str, list[float]]] = {}
            for _ in range(rounds + 5):
                for subject, connection in connections.items():
                    for metric, (statements, argument) in QUERIES.items():
                        took = await _time(connection, statements, argument)
                        found.setdefault(metric, {}).setdefault(subject, []).append(took)
            return {m: {s: tuple(values[5:]) for s, values in by.items()} for m, by in found.items()}
        finally:
            for connection in connections.values():
                await connection.close()


async def _time(connection: Any, statements: tuple[str, ...], argument: Any) -> float:
    began = perf_counter()
    for statement in statements:
        await connection.fetch(statement, argument)
    return (perf_counter() - began) * 1000
