"""Upgrades of a server's databases: the same tables and rows as in a file, and who may begin one."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
import store_draft as draft
from store_draft import everything, query
from store_processes import child
from store_samples import Open, seat

from storage import BadStoreUrl, StoreReadOnly, StoreUnavailable, open_store, upgrade_store
from storage.location import parse
from storage.migrate import HEAD, migrations_folder
from storage.postgres import driver_engine
from storage.tables import metadata
from tests.support.postgres import SUPERUSER, Server, connected


@pytest.fixture
async def draft_url(postgres: Server) -> AsyncIterator[str]:
    """A database on the draft with a school in it."""
    async with postgres.database(migrated=False) as url:
        await draft.make_server_draft(url)
        await draft.run_on_server(url, draft.school())
        yield url


@pytest.fixture
async def empty_url(postgres: Server) -> AsyncIterator[str]:
    """A database without tables."""
    async with postgres.database(migrated=False) as url:
        yield url


def as_superuser(postgres: Server, url: str) -> str:
    return postgres.url(str(parse(url).url.database), SUPERUSER)


def _schema(connection: sa.Connection) -> dict[str, Any]:
    """What the tables of the metadata are, order of columns aside."""
    found = sa.inspect(connection)
    return {
        name: {
            "columns": {
                c["name"]: (str(c["type"]), c["nullable"], c["default"])
                for c in found.get_columns(name)
                if c["name"] != "search"
            },
            "key": found.get_pk_constraint(name),
            "foreign keys": sorted(map(str, found.get_foreign_keys(name))),
            "unique": sorted(map(str, found.get_unique_constraints(name))),
            "checks": sorted(str(one) for one in found.get_check_constraints(name) if not _is_bound(one)),
            "indexes": sorted(str(i) for i in found.get_indexes(name) if i["name"] != "ix_knowledge_base_search"),
        }
        for name in sorted(metadata.tables)
        if found.has_table(name)
    }


def _is_bound(check: Any) -> bool:
    """Tell whether it is one of revision 0008, which a school's server has alone."""
    return str(check["name"]).endswith(("_size", "_at", "_since", "_guard", "_feedback", "_parameters"))


async def schema(url: str, *, declare: bool = False) -> dict[str, Any]:
    engine = driver_engine(parse(url))
    async with engine.begin() as connection:
        if declare:
            await connection.run_sync(metadata.create_all)
        found = await connection.run_sync(_schema)
    await engine.dispose()
    return found


@pytest.mark.parametrize("before", ["nothing", "the draft"])
async def test_migrating_makes_the_declared_schema(postgres: Server, empty_url: str, before: str) -> None:
    async with postgres.database(migrated=False) as url:
        declared = await schema(url, declare=True)
    if before == "the draft":
        await draft.make_server_draft(empty_url)
    await upgrade_store(empty_url)
    made = await schema(empty_url)
    for name in made:
        assert made[name] == declared[name], name
    assert {"users", "challenges", "llm_interactions", "challenge_solutions_history", "runs"} <= set(made)


async def test_the_draft_is_upgraded_without_losing_a_row(draft_url: str, opened: Open) -> None:
    await upgrade_store(draft_url)
    columns = "id, challenge_id, session_id, user_id, solution, to_char(saved_at AT TIME ZONE 'UTC', 'HH24:MI')"
    history = await query(draft_url, f"SELECT {columns} FROM challenge_solutions_history ORDER BY id")
    assert [(*(id_.hex for id_ in row[:4]), *row[4:]) for row in history] == [
        (*row[:5], row[6][11:16]) for row in draft.SOLUTIONS
    ]
    store = await opened(draft_url)
    ada, bob = UUID(draft.ADA), UUID(draft.BOB)
    async with store.read() as tx:
        current = [
            await tx.solutions.current(user, UUID(challenge))
            for user in (ada, bob)
            for challenge in (draft.SUM, draft.LOOP)
        ]
        users = [await tx.users.get(UUID(id_)) for id_ in (draft.ADA, draft.BOB, draft.TESS)]
        challenges = [await tx.challenges.get(UUID(id_)) for id_ in (draft.SUM, draft.LOOP)]
        models = {model.id: (model.name, model.version) for model in await tx.models.list()}
        journey = await tx.journey.rows(user_id=ada)
        passages = await tx.knowledge.search({"repeat": 1.0}, UUID(draft.SCHOOL), UUID(draft.CLASS), None, limit=5)
    texts = [found and found.solution for found in current]
    assert texts == ["two", "loop", "bob later, same minute", None]
    assert [user.role for user in users] == ["student", "student", "teacher"]
    assert users[0].email == f"{ada}@users.taco.invalid"
    assert [challenge.title for challenge in challenges] == ["Sum of two", "Untitled"]
    assert [models[challenge.model_id] for challenge in challenges] == [("taco-builtin", "1")] * 2
    assert [models[asked.model_id] for asked in journey.interactions] == [("unknown", "draft")]
    assert [entry.text for entry, _ in passages] == ["loops repeat"]


async def test_values_that_stop_whoever_reads_them_are_put_right(draft_url: str, opened: Open) -> None:
    await draft.upgrade_server_to(draft_url, "0007")
    async with connected(draft_url) as db:
        await db.execute("UPDATE llm_interactions SET created_at = 'infinity', guard = '[1]', feedback = '\"x\"'")
        await db.execute("UPDATE sessions SET created_at = '0044-03-15 BC', ended_at = '20000-01-01'")
    await upgrade_store(draft_url)
    store = await opened(draft_url)
    async with store.read() as tx:
        journey = await tx.journey.rows(user_id=UUID(draft.ADA))
    assert [(asked.created_at.year, asked.guard, asked.feedback) for asked in journey.interactions] == [(9000, {}, {})]
    assert {(session.created_at.year, session.ended_at and session.ended_at.year) for session in journey.sessions} == {
        (1970, 9000)
    }


async def test_no_orphan_is_lost(postgres: Server, draft_url: str, opened: Open) -> None:
    await draft.run_on_server(as_superuser(postgres, draft_url), draft.orphans())
    saved = await query(draft_url, "SELECT id, user_id, challenge_id, solution FROM challenge_solutions ORDER BY id")
    await upgrade_store(draft_url)
    history = "SELECT id, user_id, challenge_id, solution FROM challenge_solutions_history ORDER BY id"
    assert await query(draft_url, history) == saved
    store = await opened(draft_url)
    ada, bob, ghost = (UUID(id_) for id_ in (draft.ADA, draft.BOB, draft.GHOST_USER))
    async with store.read() as tx:
        journeys = {user: await tx.journey.rows(user_id=user) for user in (ada, bob, ghost)}
    texts = {user: {revision.solution for revision in rows.revisions} for user, rows in journeys.items()}
    assert {"session gone", "challenge gone"} < texts[ada]
    assert "session gone, and taken" in texts[bob]
    assert texts[ghost] == {"user gone, session of another"}
    assert {asked.user_prompt for asked in journeys[ada].interactions} == {"why?", "mine?"}
    assert await query(draft_url, "SELECT text FROM knowledge_base ORDER BY 1") == [("loops repeat",), ("lost",)]


@pytest.mark.parametrize("step", ['raise RuntimeError("out of luck")', 'op.execute("SELECT * FROM nowhere")'])
async def test_a_failing_upgrade_leaves_the_database_as_it_was(
    draft_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    folder = tmp_path / "migrations"
    shutil.copytree(migrations_folder(), folder, ignore=shutil.ignore_patterns("__pycache__"))
    revision = folder / "versions" / "0002_merged_schema.py"
    source = revision.read_text(encoding="utf-8")
    assert source.count("    _new_tables()\n") == 1
    revision.write_text(source.replace("    _new_tables()\n", f"    _new_tables()\n    {step}\n"), encoding="utf-8")
    monkeypatch.setattr("storage.migrate.migrations_folder", lambda: folder)
    before = await everything(draft_url)
    with pytest.raises(StoreUnavailable, match="could not be upgraded and is as it was") as caught:
        await upgrade_store(draft_url)
    assert caught.value.hint
    assert await everything(draft_url) == before
    assert before["alembic_version"] == [("(0001)",)]


async def test_eight_processes_upgrade_one_database_at_once(draft_url: str) -> None:
    answers = await child("upgrade-at-once", draft_url, 8)
    assert [(answer.get("revision"), answer.get("wrote")) for answer in answers] == [(HEAD, "yes")] * 8
    assert await query(draft_url, "SELECT count(*) FROM models WHERE name = 'new'") == [(1,)]
    assert len(await query(draft_url, "SELECT id FROM challenge_solutions_history")) == len(draft.SOLUTIONS)


async def test_eight_processes_open_one_empty_database_at_once(empty_url: str) -> None:
    answers = await child("open-at-once", empty_url, 8)
    assert [(answer.get("revision"), answer.get("wrote")) for answer in answers] == [(HEAD, "yes")] * 8


# Who may begin


async def test_a_database_with_people_in_it_is_upgraded_only_when_somebody_says_so(draft_url: str) -> None:
    before = await everything(draft_url)
    with pytest.raises(StoreUnavailable, match="older version") as caught:
        await open_store(draft_url)
    assert "pg_dump" in caught.value.hint
    assert "taco admin upgrade" in caught.value.hint
    assert await everything(draft_url) == before


async def test_an_older_database_without_people_is_upgraded_by_its_owner(empty_url: str, opened: Open) -> None:
    await draft.make_server_draft(empty_url)
    assert (await opened(empty_url)).info.revision == HEAD


@pytest.fixture
async def visitor(postgres: Server) -> AsyncIterator[str]:
    """A login that owns nothing."""
    await postgres.execute("CREATE ROLE visitor LOGIN PASSWORD 'v'")
    yield "visitor"
    await postgres.execute("DROP OWNED BY visitor", "DROP ROLE visitor")


async def test_who_does_not_own_an_older_database_is_told_whom_to_ask(
    postgres: Server, draft_url: str, visitor: str
) -> None:
    name = str(parse(draft_url).url.database)
    async with connected(draft_url) as db:
        await db.execute("GRANT SELECT ON alembic_version TO visitor")
    try:
        with pytest.raises(StoreUnavailable, match="older version") as caught:
            await open_store(postgres.url(name, visitor, "v"))
        assert "admin" in caught.value.hint
    finally:
        async with connected(draft_url) as db:
            await db.execute("REVOKE SELECT ON alembic_version FROM visitor")


async def test_who_may_make_no_tables_is_told_that_there_are_none(
    postgres: Server, empty_url: str, visitor: str
) -> None:
    await postgres.execute("REVOKE CREATE ON SCHEMA public FROM public", database=str(parse(empty_url).url.database))
    with pytest.raises(StoreUnavailable, match="no TACO tables") as caught:
        await open_store(postgres.url(str(parse(empty_url).url.database), visitor, "v"))
    assert "taco admin init" in caught.value.hint


async def test_another_programs_database_is_left_alone(empty_url: str) -> None:
    async with connected(empty_url) as db:
        await db.execute("CREATE TABLE recipes (name text)")
    with pytest.raises(BadStoreUrl, match="another program"):
        await open_store(empty_url)
    assert await query(empty_url, "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'") == [("recipes",)]


async def test_a_database_of_a_newer_program_is_opened_for_reading(postgres_url: str, opened: Open) -> None:
    async with connected(postgres_url) as db:
        await db.execute("UPDATE alembic_version SET version_num = '9999'")
    store = await opened(postgres_url)
    assert (store.info.revision, store.info.read_only) == ("9999", True)
    async with store.read() as tx:
        assert len(await tx.models.list()) == 1
    with pytest.raises(StoreReadOnly) as caught:
        async with store.write():
            pytest.fail("it must not be written")
    assert "Update" in caught.value.hint


async def test_a_server_that_only_reads_is_opened_for_reading(
    postgres: Server, postgres_url: str, opened: Open
) -> None:
    store = await opened(postgres_url)
    name = str(parse(postgres_url).url.database)
    await postgres.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    await store.close()
    again = await opened(postgres_url)
    assert again.info.read_only
    async with again.read() as tx:
        assert len(await tx.models.list()) == 1


async def test_a_server_that_becomes_a_standby_says_so_and_can_be_written_later(
    postgres: Server, postgres_url: str, opened: Open
) -> None:
    store = await opened(postgres_url)
    name = str(parse(postgres_url).url.database)
    await postgres.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    await drop_connections(postgres, name)
    with pytest.raises(StoreReadOnly, match="only be read at the moment") as caught:
        async with store.write() as tx:
            await seat(tx)
    assert "server" in caught.value.hint
    await postgres.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = off")
    await drop_connections(postgres, name)
    async with store.write() as tx:
        await seat(tx)


async def drop_connections(postgres: Server, name: str) -> None:
    await postgres.execute(f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{name}'")
