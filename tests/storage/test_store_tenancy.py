"""Who may see and change what in a school's database: every role, every table, every operation, on a real server.

The rows tried on are Ada's, a student in class A; see `store_school`. What somebody may do is what PostgreSQL lets
them do with plain SQL, whatever TACO itself would ask for.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import attrs
import pytest
from store_school import School, hub, open_school, stranger

from tests.support.postgres import SUPERUSER, Server, connected

# S selects   I inserts   u updates what may change later   U updates something else   D deletes   T truncates
MAY = """
                            ada    bob    cyd    tess   tom    ann    oz     tina   hub    stranger
organizations               S      S      S      S      S      Su     -      -      S      -
users                       S      -      -      S      -      SIu    -      -      S      -
classes                     S      S      -      SIu    I      SIu    -      -      S      -
user_classes                S      -      -      SID    -      SID    -      -      S      -
models                      SI     SI     SI     SI     SI     SI     SI     SI     SI     -
challenges                  -      -      -      SIu    -      SIu    -      -      -      -
challenges' plain columns   S      S      -      SIu    -      SIu    -      -      S      -
nobody's challenges         S      S      S      -      -      -      -      -      S      -
student_view.challenges     S      S      -      -      -      -      -      -      S      -
practice in challenges      Iu     -      -      -      -      -      -      -      Iu     -
practice in student_view    SIu    -      -      -      -      -      -      -      SIu    -
sessions                    SIu    -      -      S      -      S      -      -      SIu    -
session_owners              SID    -      -      -      -      -      -      -      SID    -
llm_interactions            SIu    -      -      S      -      S      -      -      SIu    -
runs                        SI     -      -      S      -      S      -      -      SI     -
challenge_solutions         SIu    -      -      S      -      S      -      -      SIu    -
challenge_solutions_history SI     -      -      S      -      S      -      -      SI     -
notes                       S      -      -      SI     -      SI     -      -      S      -
recording_pauses            SIu    -      -      S      -      S      -      -      SIu    -
deletion_requests           SI     -      -      S      -      S      -      -      SI     -
knowledge_base              S      S      -      SIuD   -      SIuD   -      -      S      -
teachers' knowledge_base    -      -      -      SIuD   -      SIuD   -      -      -      -
school's knowledge_base     S      S      S      SI     SI     SIuD   -      -      S      -
store_meta                  -      -      -      -      -      -      -      -      -      -
login_roles                 -      -      -      -      -      -      -      -      -      -
sync_counters               S      S      -      S      -      -      -      -      S      -
sync_changes                S      -      -      S      -      -      -      -      S      -
everybody's sync_changes    S      S      -      S      -      -      -      -      S      -
sync_nodes                  -      -      -      -      -      -      -      -      -      -
sync_epoch                  -      -      -      -      -      -      -      -      -      -
sync_pending                -      -      -      -      -      -      -      -      -      -
sync_commits                -      -      -      -      -      -      -      -      -      -
"""
WHO = {
    "ada": "a student, on own rows",
    "bob": "a student of the same class",
    "cyd": "a student of another class",
    "tess": "who teaches the class",
    "tom": "who teaches another class",
    "ann": "an admin of the school",
    "oz": "an admin of another school",
    "tina": "a teacher of another school",
    "hub": "a service, for the student",
    "stranger": "a login without an account",
}


@attrs.frozen(kw_only=True)
class Trial:
    """What is tried on a table: `may` is a column that may change later, `fixed` one that may not.

    `row` names the row where it is not called like the line of the table above.
    """

    table: str
    insert: str
    key: str = "id = :row"
    columns: str = "*"
    row: str = ""
    may: str = "updated_at"
    fixed: str = "created_at"


_CHANGE = "(scope_id, table_name, row_id, seq) VALUES (:class, 'runs', gen_random_uuid(), 1)"
_ANY = "count(*)"  # whoever may read the table at all gets an answer, with rows or without
_WORK = "gen_random_uuid(), :session, :ada, :challenge"
TRIALS = {
    "organizations": Trial(
        table="organizations", insert="(id, name, created_at, updated_at) VALUES (gen_random_uuid(), 'x', now(), now())"
    ),
    "users": Trial(
        table="users",
        columns="id, email, role",
        fixed="email",
        insert="(id, organization_id, email, password_hash, role, created_at, updated_at)"
        " VALUES (gen_random_uuid(), :school, 'new@school.example', '!', 'admin', now(), now())",
    ),
    "classes": Trial(
        table="classes",
        fixed="organization_id",
        insert="(id, organization_id, name, created_by_user_id, created_at, updated_at)"
        " VALUES (gen_random_uuid(), :school, 'x', :me, now(), now())",
    ),
    "user_classes": Trial(
        table="user_classes",
        key="class_id = :row AND user_id = :ada",
        may="enrolled_at",
        fixed="class_id",
        insert="VALUES (:cyd, :class, now())",
    ),
    "models": Trial(
        table="models",
        may="description",
        fixed="prices",
        insert="(id, name, version, created_at) VALUES (gen_random_uuid(), 'x', '1', now())",
    ),
    "challenges": Trial(
        table="public.challenges",
        insert="(id, class_id, model_id, title, statement, created_at, updated_at)"
        " VALUES (gen_random_uuid(), :class, :model, 'x', 'y', now(), now())",
    ),
    "challenges' plain columns": Trial(
        table="public.challenges",
        columns="id, class_id, title, created_at, deleted_at",
        row="challenges",
        may="deleted_at",
        fixed="id",
        insert="(id, class_id, model_id, title, statement, created_at, updated_at)"
        " VALUES (gen_random_uuid(), :class, :model, 'x', 'y', now(), now())",
    ),
    "nobody's challenges": Trial(
        table="public.challenges",
        columns="id, title",
        row="nobody's",
        insert="(id, model_id, title, statement, created_at, updated_at)"
        " VALUES (gen_random_uuid(), :model, 'x', 'y', now(), now())",
    ),
    "student_view.challenges": Trial(
        table="student_view.challenges",
        row="challenges",
        fixed="class_id",
        insert="(id, class_id, model_id, title, statement, created_at, updated_at)"
        " VALUES (gen_random_uuid(), :class, :model, 'x', 'y', now(), now())",
    ),
    "practice in challenges": Trial(
        table="public.challenges",
        row="practice",
        insert="(id, model_id, title, statement, created_by_user_id, created_at, updated_at)"
        " VALUES (gen_random_uuid(), :model, 'x', 'y', :ada, now(), now())",
    ),
    "practice in student_view": Trial(
        table="student_view.challenges",
        row="practice",
        fixed="class_id = :class",
        insert="(id, model_id, title, statement, created_by_user_id, created_at, updated_at)"
        " VALUES (gen_random_uuid(), :model, 'x', 'y', :ada, now(), now())",
    ),
    "sessions": Trial(
        table="sessions",
        may="ended_at",
        insert="(id, user_id, class_id, challenge_id, created_at)"
        " VALUES (gen_random_uuid(), :ada, :class, :challenge, now())",
    ),
    "session_owners": Trial(
        table="session_owners",
        key="session_id = :row",
        may="since",
        fixed="host",
        insert="VALUES (:idle, 'h', 1, now())",
    ),
    "llm_interactions": Trial(
        table="llm_interactions",
        may="feedback",
        fixed="model_response",
        insert="(id, session_id, user_id, challenge_id, user_prompt, model_response, model_id, kind, prompt_version,"
        " latency_ms, finish_reason, created_at)"
        f" VALUES ({_WORK}, 'q', 'a', :model, 'question', '1', 1, 'stop', now())",
    ),
    "runs": Trial(
        table="runs",
        may="stdout",
        fixed="code",
        insert="(id, session_id, user_id, challenge_id, code, command, stdin, stdout, stderr, duration_ms, timed_out,"
        f" created_at) VALUES ({_WORK}, '', '', '', '', '', 1, false, now())",
    ),
    "challenge_solutions": Trial(
        table="challenge_solutions",
        may="solution",
        insert="(id, user_id, challenge_id, solution, created_at, updated_at)"
        " VALUES (gen_random_uuid(), :ada, :practice, 'x', now(), now())",
    ),
    "challenge_solutions_history": Trial(
        table="challenge_solutions_history",
        may="saved_at",
        fixed="solution",
        insert=f"(id, session_id, user_id, challenge_id, solution, saved_at) VALUES ({_WORK}, 'x', now())",
    ),
    "notes": Trial(
        table="notes",
        may="text",
        fixed="created_at",
        insert="(id, session_id, user_id, challenge_id, author_user_id, event_id, event_kind, text, created_at) VALUES"
        " (gen_random_uuid(), :session, :ada, :challenge, :me, :session, 'open', 'x', now())",
    ),
    "recording_pauses": Trial(
        table="recording_pauses",
        may="resumed_at",
        fixed="paused_at",
        insert="(id, user_id, paused_at) VALUES (gen_random_uuid(), :ada, now())",
    ),
    "deletion_requests": Trial(
        table="deletion_requests",
        may="decision",
        fixed="requested_at",
        insert="(id, user_id, challenge_id, requested_at, decision, reason)"
        " VALUES (gen_random_uuid(), :ada, :challenge, now(), 'erased', '')",
    ),
    "knowledge_base": Trial(
        table="knowledge_base",
        may="metadata",
        fixed="text",
        insert="(id, organization_id, class_id, text, created_at)"
        " VALUES (gen_random_uuid(), :school, :class, 'x', now())",
    ),
    "teachers' knowledge_base": Trial(
        table="knowledge_base",
        row="for teachers",
        may="metadata",
        fixed="text",
        insert="(id, organization_id, class_id, text, metadata, created_at)"
        """ VALUES (gen_random_uuid(), :school, :class, 'x', '{"audience": "teachers"}', now())""",
    ),
    "school's knowledge_base": Trial(
        table="knowledge_base",
        row="for everybody",
        may="metadata",
        fixed="text",
        insert="(id, organization_id, created_by_user_id, text, created_at)"
        " VALUES (gen_random_uuid(), :school, :me, 'x', now())",
    ),
    "store_meta": Trial(table="store_meta", key="true", may="value", fixed="key", insert="VALUES ('x', '1')"),
    "login_roles": Trial(
        table="login_roles", key="user_id = :ada", may="user_id", fixed="role_name", insert="VALUES ('postgres', :me)"
    ),
    "sync_counters": Trial(
        table="sync_counters",
        key="scope_id = :class",
        may="seq",
        fixed="scope_id",
        insert="VALUES (gen_random_uuid(), 1)",
    ),
    "sync_changes": Trial(
        table="sync_changes",
        row="llm_interactions",
        key="row_id = :row",
        may="seq",
        fixed="row_id",
        insert=_CHANGE,
    ),
    "everybody's sync_changes": Trial(
        table="sync_changes", row="challenges", key="row_id = :row", may="seq", fixed="row_id", insert=_CHANGE
    ),
    "sync_nodes": Trial(
        table="sync_nodes",
        key="true",
        columns=_ANY,
        may="batch",
        fixed="user_id",
        insert="VALUES (gen_random_uuid(), :me, 1, now())",
    ),
    "sync_epoch": Trial(
        table="sync_epoch", key="true", columns=_ANY, may="epoch", fixed="epoch", insert="DEFAULT VALUES"
    ),
    "sync_pending": Trial(
        table="sync_pending",
        key="true",
        columns=_ANY,
        may="row_ids",
        fixed="scope_id",
        insert="(table_name, scope_id, row_ids, user_id) VALUES ('runs', :class, ARRAY[gen_random_uuid()], :me)",
    ),
    "sync_commits": Trial(
        table="sync_commits", key="true", columns=_ANY, may="xid", fixed="xid", insert="DEFAULT VALUES"
    ),
}

OPERATIONS = "SIuUDT"


@pytest.fixture(scope="module")
def school(postgres: Server) -> Iterator[School]:
    yield from open_school(postgres)


@pytest.fixture
async def superuser(school: School) -> AsyncIterator[Any]:
    """A connection that may try things as anybody."""
    async with connected(school.server.url(school.database, SUPERUSER)) as db:
        yield db


def _expected() -> dict[str, dict[str, str]]:
    head, *lines = MAY.strip("\n").splitlines()
    width = len("challenge_solutions_history ")
    cells = {line[:width].strip(): line[width:].split() for line in lines}
    return {name: dict(zip(head.split(), row, strict=True)) for name, row in cells.items()}


EXPECTED = _expected()
PLAIN = {line for line in EXPECTED if " " not in line}
"""The lines that are named for a table."""


def test_every_line_of_the_table_is_tried_for_everybody() -> None:
    assert list(TRIALS) == list(EXPECTED)
    assert all(list(row) == list(WHO) for row in EXPECTED.values())


async def test_every_table_of_the_schema_is_in_it(superuser: Any) -> None:
    rows = await superuser.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    assert {row["tablename"] for row in rows} - {"alembic_version"} == {  # the revision is no secret
        trial.table.removeprefix("public.") for trial in TRIALS.values()
    } - {"student_view.challenges"}


def test_the_page_for_schools_has_the_same_table() -> None:
    page = (Path(__file__).parents[2] / "docs" / "school.md").read_text(encoding="utf-8")
    assert as_markdown() in page, as_markdown()


def as_markdown() -> str:
    """The table as the page has it: accounts of another organization see nothing and are left out."""
    shown = {who: about for who, about in WHO.items() if who not in {"oz", "tina", "stranger"}}
    rows = [("", *shown.values()), ("---", *("---" for _ in shown))]
    rows += [
        (f"`{line}`" if line in PLAIN else line, *(cells[who] for who in shown)) for line, cells in EXPECTED.items()
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


@pytest.mark.parametrize("line", TRIALS)
async def test_everybody_may_do_what_the_table_says_and_nothing_else(school: School, superuser: Any, line: str) -> None:
    found = {who: await _may(superuser, school, who, line) for who in WHO}
    assert found == EXPECTED[line]


async def _may(db: Any, school: School, who: str, line: str) -> str:
    values = _values(school, who, line)
    statements = _statements(TRIALS[line])
    may = [name for name in OPERATIONS if await _succeeds(db, school, who, _fill_in(statements[name], values))]
    return "".join(may) or "-"


def _statements(trial: Trial) -> dict[str, str]:
    change = f"UPDATE {trial.table} SET {{}} WHERE {trial.key}"
    return {
        "S": f"SELECT {trial.columns} FROM {trial.table} WHERE {trial.key}",
        "I": f"INSERT INTO {trial.table} {trial.insert}",
        "u": change.format(_assignment(trial.may)),
        "U": change.format(_assignment(trial.fixed)),
        "D": f"DELETE FROM {trial.table} WHERE {trial.key}",
        "T": f"TRUNCATE {trial.table} CASCADE",
    }


def _assignment(column: str) -> str:
    return column if "=" in column else f"{column} = {column}"


def _values(school: School, who: str, line: str) -> dict[str, Any]:
    people = school.people
    me = {"hub": "ada", "stranger": "ada"}.get(who, who)
    return {
        "row": school.rows.get(TRIALS[line].row or line),
        "me": people[me].user.id,
        "ada": people["ada"].user.id,
        "cyd": people["cyd"].user.id,
        "school": school.rows["organizations"],
        "class": school.rows["classes"],
        "model": school.rows["models"],
        "challenge": school.rows["challenges"],
        "practice": school.rows["practice"],
        "session": school.rows["sessions"],
        "idle": school.rows["idle"],
    }


def _fill_in(statement: str, values: dict[str, Any]) -> str:
    return re.sub(r":(\w+)", lambda name: f"'{values[name[1]]}'", statement)


async def _succeeds(db: Any, school: School, who: str, statement: str) -> bool:
    """Try a statement and undo it: whether it was allowed and met a row."""
    async with acting(db, school, who):
        try:
            status: str = await db.execute(statement)
        except asyncpg.InsufficientPrivilegeError:
            return False
        except asyncpg.WrongObjectTypeError:  # a view cannot be truncated
            return False
        return not status.endswith(" 0")


@asynccontextmanager
async def acting(db: Any, school: School, who: str) -> AsyncIterator[None]:
    """Be somebody for one transaction, which is undone."""
    transaction = db.transaction()
    await transaction.start()
    try:
        for setting in _identity(school, who):
            await db.execute(setting)
        yield
    finally:
        await transaction.rollback()


def _identity(school: School, who: str) -> list[str]:
    if who == "hub":
        ada = school.people["ada"].user.id
        login = hub(school.database)
        settings = ["SET LOCAL ROLE taco_student", f"SET LOCAL app.user_id = '{ada}'"]
    else:
        login = stranger(school.database) if who == "stranger" else school.people[who].login
        settings = []
    return [f"SET LOCAL SESSION AUTHORIZATION {login}", *settings]
