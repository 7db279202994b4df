"""Records, tables and the database agree, and every constraint holds for plain SQL too."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from types import MappingProxyType
from typing import Any

import attrs
import pytest
import sqlalchemy as sa
from store_samples import OWNER, Seat, beside, minute, seat
from store_sql import BREAKS_A_RULE, plain

from storage import Organization, Store, new_id
from storage.tables import TABLE_OF, metadata


@pytest.mark.parametrize("record", list(TABLE_OF), ids=lambda record: record.__name__)
def test_a_record_has_exactly_the_columns_of_its_table(record: Any) -> None:
    fields = {field.name: field for field in attrs.fields(record)}
    assert list(fields) == [column.name for column in TABLE_OF[record].columns]
    optional = {name for name, field in fields.items() if "None" in str(field.type)}
    assert optional == {column.name for column in TABLE_OF[record].columns if column.nullable}


def test_every_table_has_a_record_or_is_ours_alone() -> None:
    assert set(metadata.tables) - {table.name for table in TABLE_OF.values()} == {"session_owners", "store_meta"}


async def test_any_mapping_is_stored_as_a_json_object(store: Store) -> None:
    policy = MappingProxyType({"persona": "süß", "inner": MappingProxyType({"n": 1})})
    organization = Organization(name="x", tutor_policy=policy)
    async with store.write() as tx:
        await tx.organizations.add(organization)
        stored = await tx.organizations.get(organization.id)
    assert stored.tutor_policy == {"persona": "süß", "inner": {"n": 1}}
    [(text,)] = await plain(store, "SELECT tutor_policy FROM organizations")
    assert "süß" in text
    assert json.loads(text) == {"persona": "süß", "inner": {"n": 1}}


async def test_a_time_of_another_zone_is_stored_as_utc(store: Store, at_work: Seat) -> None:
    tokyo = timezone(timedelta(hours=9))
    async with store.write() as tx:
        ended = await tx.sessions.end(at_work.session.id, datetime(2026, 3, 2, 23, 30, tzinfo=tokyo))
    assert ended.ended_at == datetime(2026, 3, 2, 14, 30, tzinfo=UTC)
    assert ended.ended_at is not None
    assert ended.ended_at.tzinfo is UTC
    [(stored,)] = await plain(store, "SELECT ended_at FROM sessions")
    assert stored == ("2026-03-02 14:30:00.000000" if store.info.path else ended.ended_at)


async def test_plain_sql_is_held_to_the_same_rules(store: Store, at_work: Seat) -> None:
    asked, ran = at_work.interaction(), at_work.run(created_at=minute(1))
    async with store.write() as tx:
        neighbour = await beside(tx, at_work)
        await tx.interactions.add(asked)
        await tx.runs.add(ran)
        await tx.solutions.save(**at_work.saving("x"))
    stranger, nowhere = neighbour.user.id.hex, new_id().hex
    user = at_work.user
    refused = [
        "UPDATE users SET role = 'king'",
        f"UPDATE users SET email = '{user.email}'",
        "UPDATE users SET email = NULL",
        f"UPDATE users SET organization_id = '{nowhere}'",
        "UPDATE llm_interactions SET kind = 'solve'",
        "UPDATE llm_interactions SET finish_reason = 'tired'",
        f"UPDATE llm_interactions SET model_id = '{nowhere}'",
        f"UPDATE llm_interactions SET user_id = '{stranger}'",
        f"UPDATE llm_interactions SET session_id = '{nowhere}'",
        f"UPDATE runs SET user_id = '{stranger}'",
        f"UPDATE runs SET interaction_id = '{nowhere}'",
        f"UPDATE challenge_solutions_history SET user_id = '{stranger}'",
        "UPDATE challenge_solutions_history SET solution = NULL",
        "UPDATE challenges SET model_id = NULL",
        f"INSERT INTO models (id, name, version, created_at) SELECT '{nowhere}', name, version, created_at FROM models",
        (
            "INSERT INTO challenge_solutions (id, user_id, challenge_id, solution, created_at, updated_at)"
            f" SELECT '{nowhere}', user_id, challenge_id, '', created_at, updated_at FROM challenge_solutions"
        ),
        "DELETE FROM users",
        "DELETE FROM challenges",
    ]
    for statement in refused:
        with pytest.raises(BREAKS_A_RULE):
            await plain(store, statement)
    await plain(store, f"UPDATE users SET role = 'teacher', email = 'new@school.example' WHERE id = '{user.id.hex}'")
    async with store.read() as tx:
        assert (await tx.users.get(user.id)).role == "teacher"


async def test_deleting_a_session_takes_its_rows_along_but_not_the_current_solution(
    store: Store, at_work: Seat
) -> None:
    async with store.write() as tx:
        await tx.interactions.add(at_work.interaction())
        await tx.runs.add(at_work.run())
        saved = await tx.solutions.save(**at_work.saving("x"))
    await plain(store, "DELETE FROM sessions")
    for table in ("llm_interactions", "runs", "challenge_solutions_history", "session_owners"):
        assert await plain(store, f"SELECT count(*) FROM {table}") == [(0,)]
    async with store.read() as tx:
        assert await tx.solutions.current(at_work.user.id, at_work.challenge.id) == saved.solution
    async with store.write() as tx:
        await tx.sessions.start(at_work.session, owner=OWNER)
        again = await tx.solutions.save(**at_work.saving("x"))
    assert again.revision is not None


async def test_a_version_whose_row_was_deleted_is_saved_again(store: Store, at_work: Seat) -> None:
    later = attrs.evolve(at_work.session, id=new_id())
    async with store.write() as tx:
        await tx.sessions.start(later, owner=OWNER)
        await tx.solutions.save(**at_work.saving("one", minute(1)))
        await tx.solutions.save(**{**at_work.saving("two", minute(2)), "session_id": later.id})
    await plain(store, f"DELETE FROM sessions WHERE id = '{later.id.hex}'")
    async with store.write() as tx:
        again = await tx.solutions.save(**at_work.saving("two", minute(3)))
        history = await tx.solutions.history(at_work.user.id, at_work.challenge.id)
    assert [revision.solution for revision in history] == ["one", "two"]
    assert again.revision == history[1]


async def test_deleting_an_interaction_keeps_its_runs(store: Store, at_work: Seat) -> None:
    async with store.write() as tx:
        await tx.interactions.add(at_work.interaction())
        ran = await tx.runs.add(at_work.run())
    await plain(store, "DELETE FROM llm_interactions")
    async with store.read() as tx:
        assert await tx.runs.for_session(at_work.session.id) == [attrs.evolve(ran, interaction_id=None)]


async def test_the_file_is_in_wal_mode_and_sound(file_store: Store) -> None:
    async with file_store.write() as tx:
        await seat(tx)
    assert await plain(file_store, "PRAGMA journal_mode") == [("wal",)]
    assert await plain(file_store, "PRAGMA integrity_check") == [("ok",)]
    async with file_store._connections.writer.transaction() as connection:
        for pragma, value in (("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 5000)):
            assert (await connection.execute(sa.text(f"PRAGMA {pragma}"))).scalar_one() == value


def test_importing_the_package_loads_no_database_library() -> None:
    heavy = {"sqlalchemy", "alembic", "uuid_utils", "asyncpg"}
    code = f"import sys, storage; print(sorted({heavy!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=True)
    assert done.stdout.strip() == "[]"
