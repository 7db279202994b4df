"""A store on the initial draft, filled as a school would have: also with what should not be there."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from storage.location import parse
from storage.migrate import HEAD, migration_engine, migrations_folder, run_revisions
from storage.postgres import driver_engine
from tests.support.postgres import connected

T = "2025-09-01 08:{:02}:00.000000"


def uid(n: int) -> str:
    """The n-th id, as SQLAlchemy writes it on SQLite."""
    return f"0199{n:028x}"


def make_draft(path: Path) -> None:
    """Make an empty store on the first revision."""
    engine = migration_engine(path)
    with engine.begin() as connection:
        run_revisions(connection, "0001")
    engine.dispose()


async def make_server_draft(url: str) -> None:
    """Make an empty database one on the first revision."""
    await upgrade_server_to(url, "0001")


async def upgrade_server_to(url: str, revision: str) -> None:
    """Upgrade a database no further than to a revision."""
    engine = driver_engine(parse(url))
    async with engine.begin() as connection:
        await connection.run_sync(run_revisions, revision)
    await engine.dispose()


Rows = Iterator[tuple[str, tuple[Any, ...]]]
"""Statements and their values."""


async def run_on_server(url: str, rows: Rows) -> None:
    """Run statements with the values written into them; a superuser's break what constraints they like."""
    async with connected(url) as db:
        is_superuser = await db.fetchval("SHOW is_superuser") == "on"
        await db.execute("SET timezone = 'UTC'")
        if is_superuser:
            await db.execute("SET session_replication_role = replica")
        for statement, values in rows:
            await db.execute(_written_out(statement, values))


def _written_out(statement: str, values: tuple[Any, ...]) -> str:
    parts = statement.split("?")
    text = parts[0] + "".join(_literal(value) + part for value, part in zip(values, parts[1:], strict=True))
    return text.replace("x'0000003f'", r"'\x0000003f'")


def _literal(value: object) -> str:
    return "NULL" if value is None else f"'{value}'"


SCHOOL, ADA, BOB, TESS, CLASS, SUM, LOOP = (uid(n) for n in range(1, 8))
ADA_1, ADA_2, BOB_1 = (uid(n) for n in range(10, 13))
SOLUTIONS = [  # id, challenge, session, user, text, created, updated
    (uid(20), SUM, ADA_1, ADA, "one", T.format(1), T.format(1)),
    (uid(21), SUM, ADA_1, ADA, "two", T.format(2), T.format(9)),
    (uid(22), SUM, ADA_2, ADA, "three", T.format(5), T.format(5)),
    (uid(23), LOOP, ADA_1, ADA, "loop", T.format(6), T.format(6)),
    (uid(24), SUM, BOB_1, BOB, "bob", T.format(7), T.format(7)),
    (uid(25), SUM, BOB_1, BOB, "bob later, same minute", T.format(7), T.format(7)),
]


def fill_draft(path: Path) -> None:
    """Add a school with a teacher, two students, two challenges and their work."""
    run_on_file(path, school())


def run_on_file(path: Path, rows: Rows) -> None:
    """Run statements on a file, where nobody checks foreign keys."""
    with closing(sqlite3.connect(path)) as db, db:
        for statement, values in rows:
            db.execute(statement, values)


def school() -> Rows:
    """A school with a teacher, two students, two challenges and their work."""
    day = (T.format(0), T.format(0))
    yield "INSERT INTO organizations VALUES (?, 'School', NULL, ?, ?, NULL)", (SCHOOL, *day)
    for id_, role in ((ADA, "student"), (BOB, " Student "), (TESS, "teacher")):
        yield "INSERT INTO users VALUES (?, ?, ?, ?, ?, NULL)", (id_, SCHOOL, role, *day)
    yield "INSERT INTO classes VALUES (?, ?, '9b', NULL, NULL, ?, ?, ?, NULL)", (CLASS, SCHOOL, TESS, *day)
    for user in (ADA, BOB):
        yield "INSERT INTO user_classes VALUES (?, ?)", (user, CLASS)
    for id_, statement in ((SUM, "\n# Sum of two \n\nAdd them."), (LOOP, "")):
        yield "INSERT INTO challenges VALUES (?, ?, ?, ?, ?, ?)", (id_, CLASS, statement, TESS, *day)
    for id_, user, challenge in ((ADA_1, ADA, SUM), (ADA_2, ADA, SUM), (BOB_1, BOB, SUM)):
        yield "INSERT INTO sessions VALUES (?, ?, ?, ?, ?, NULL)", (id_, user, CLASS, challenge, day[0])
    yield (
        "INSERT INTO llm_interactions VALUES (?, ?, ?, ?, ?, 'look', 'x = 1', NULL, NULL, ?)",
        (uid(30), ADA_1, ADA, SUM, "why?", T.format(3)),
    )
    for id_, challenge, *rest in SOLUTIONS:
        yield "INSERT INTO challenge_solutions VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (id_, CLASS, challenge, *rest)
    yield (
        "INSERT INTO knowledge_base VALUES (?, ?, ?, ?, 'loops repeat', '{\"model\": \"m\"}', x'0000003f', ?)",
        (uid(40), SCHOOL, CLASS, TESS, day[0]),
    )


GHOST_USER, GHOST_CLASS, GHOST_CHALLENGE, GHOST_SESSION, GHOST_SCHOOL = (uid(n) for n in range(50, 55))
ORPHANS = [
    (uid(60), GHOST_CLASS, SUM, GHOST_SESSION, ADA, "session gone"),
    (uid(61), CLASS, GHOST_CHALLENGE, ADA_1, ADA, "challenge gone"),
    (uid(62), CLASS, LOOP, ADA_1, GHOST_USER, "user gone, session of another"),
    (uid(63), CLASS, LOOP, GHOST_SESSION, BOB, "session gone, and taken"),
]


def add_orphans(path: Path) -> None:
    """Add rows whose parents are missing, and rows that hang on another user's session."""
    run_on_file(path, orphans())


def orphans() -> Rows:
    """Rows whose parents are missing, and rows that hang on another user's session."""
    for id_, class_, challenge, session, user, text in ORPHANS:
        yield (
            "INSERT INTO challenge_solutions VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (id_, class_, challenge, session, user, text, T.format(30), T.format(30)),
        )
    yield (
        "INSERT INTO llm_interactions VALUES (?, ?, ?, ?, ?, 'no', NULL, NULL, NULL, ?)",
        (uid(64), BOB_1, ADA, SUM, "mine?", T.format(31)),
    )
    yield "INSERT INTO user_classes VALUES (?, ?)", (GHOST_USER, GHOST_CLASS)
    yield (
        "INSERT INTO knowledge_base VALUES (?, ?, NULL, NULL, 'lost', NULL, NULL, ?)",
        (uid(65), GHOST_SCHOOL, T.format(0)),
    )


def dump(path: Path) -> list[str]:
    """Everything in a store, as text to compare."""
    with closing(sqlite3.connect(path)) as db:
        return list(db.iterdump())


async def query(url: str, statement: str) -> list[tuple[Any, ...]]:
    async with connected(url) as db:
        return [tuple(row) for row in await db.fetch(statement)]


async def everything(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, and every column there is."""
    columns = await query(
        url,
        "SELECT table_name::text, column_name::text FROM information_schema.columns"
        " WHERE table_schema = 'public' ORDER BY 1, 2",
    )
    rows = {name: await query(url, f"SELECT t::text FROM {name} AS t ORDER BY 1") for name in dict(columns)}
    return {**rows, "columns": columns}


def break_last_revision(folder: Path, step: str) -> Path:
    """Copy the revisions; in the copy the last one ends with a step that goes wrong."""
    shutil.copytree(migrations_folder(), folder, ignore=shutil.ignore_patterns("__pycache__"))
    [last] = (folder / "versions").glob(f"{HEAD}_*.py")
    wrong = f"\n\n_whole = upgrade\n\n\ndef upgrade() -> None:\n    _whole()\n    {step}\n"
    last.write_text(last.read_text(encoding="utf-8") + wrong, encoding="utf-8")
    return folder
