"""From nothing and from the draft to the merged schema: the same tables, and every row."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
import store_draft as draft
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from store_processes import child
from store_samples import Open

from storage import StoreUnavailable, open_store
from storage.migrate import HEAD, REVISIONS, back_up, migration_engine, migrations_folder, run_revisions
from storage.tables import metadata


def schema(path: Path) -> dict[str, Any]:
    """Read what a file's tables are, order of columns aside; the full-text index is SQLite's own affair."""
    engine = sa.create_engine(f"sqlite:///{path}")
    found = sa.inspect(engine)
    tables = {}
    for name in sorted(set(found.get_table_names()) - {"alembic_version", "knowledge_index"}):
        if name.startswith(("knowledge_search", "sync_")):  # sync's tables differ by engine
            continue
        tables[name] = {
            "columns": {c["name"]: (str(c["type"]), c["nullable"], c["default"]) for c in found.get_columns(name)},
            "key": found.get_pk_constraint(name),
            "foreign keys": sorted(map(str, found.get_foreign_keys(name))),
            "unique": sorted(map(str, found.get_unique_constraints(name))),
            "checks": sorted(map(str, found.get_check_constraints(name))),
            "indexes": sorted(str({**index, "dialect_options": _where(index)}) for index in found.get_indexes(name)),
        }
    engine.dispose()
    return tables


def _where(index: Any) -> dict[str, str]:
    return {key: str(value) for key, value in index.get("dialect_options", {}).items()}


@pytest.fixture(scope="module")
def declared(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The schema that the tables in code describe."""
    path = tmp_path_factory.mktemp("declared") / "store.db"
    engine = sa.create_engine(f"sqlite:///{path}")
    metadata.create_all(engine)
    engine.dispose()
    return schema(path)


@pytest.fixture
def draft_path(tmp_path: Path) -> Path:
    """A store on the draft with a school in it."""
    path = tmp_path / "school.db"
    draft.make_draft(path)
    draft.fill_draft(path)
    return path


def query(path: Path, statement: str, *values: object) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as db:
        return db.execute(statement, values).fetchall()


def test_migrating_from_nothing_makes_the_declared_schema(template: Path, declared: dict[str, Any]) -> None:
    made = schema(template)
    assert set(made) == set(declared)
    for name, table in declared.items():
        assert made[name] == table, name


async def test_migrating_the_draft_makes_the_declared_schema(
    draft_path: Path, declared: dict[str, Any], opened: Open
) -> None:
    await opened(f"sqlite:///{draft_path}")
    assert schema(draft_path) == declared


def test_the_program_knows_every_revision_there_is() -> None:
    script = ScriptDirectory(str(migrations_folder()))
    assert tuple(revision.revision for revision in script.walk_revisions())[::-1] == REVISIONS
    assert script.get_current_head() == HEAD


async def test_a_draft_store_is_backed_up_before_its_upgrade(draft_path: Path, opened: Open) -> None:
    before = draft.dump(draft_path)
    store = await opened(f"sqlite:///{draft_path}")
    backup = store.info.backup
    assert backup is not None
    assert backup.parent == draft_path.parent
    assert backup.name.startswith("school.db.backup-0001-2")
    assert draft.dump(backup) == before
    assert (await opened(f"sqlite:///{draft_path}")).info.backup is None


async def test_every_saved_row_becomes_history_and_the_latest_stays_current(draft_path: Path, opened: Open) -> None:
    store = await opened(f"sqlite:///{draft_path}")
    columns = "id, challenge_id, session_id, user_id, solution, saved_at"
    history = query(draft_path, f"SELECT {columns} FROM challenge_solutions_history ORDER BY id")
    assert history == [(*row[:5], row[6]) for row in draft.SOLUTIONS]
    ada, bob = UUID(draft.ADA), UUID(draft.BOB)
    async with store.read() as tx:
        current = {
            (user, challenge): await tx.solutions.current(user, UUID(challenge))
            for user in (ada, bob)
            for challenge in (draft.SUM, draft.LOOP)
        }
    texts = {key: found and found.solution for key, found in current.items()}
    assert texts == {
        (ada, draft.SUM): "two",
        (ada, draft.LOOP): "loop",
        (bob, draft.SUM): "bob later, same minute",
        (bob, draft.LOOP): None,
    }


async def test_what_the_draft_could_not_say_is_filled_in(draft_path: Path, opened: Open) -> None:
    store = await opened(f"sqlite:///{draft_path}")
    async with store.read() as tx:
        ada, bob = [await tx.users.get(UUID(id_)) for id_ in (draft.ADA, draft.BOB)]
        teacher = await tx.users.get(UUID(draft.TESS))
        challenges = [await tx.challenges.get(UUID(id_)) for id_ in (draft.SUM, draft.LOOP)]
        models = {model.id: (model.name, model.version) for model in await tx.models.list()}
        journey = await tx.journey.rows(user_id=ada.id)
        classes = await tx.classes.list_for_user(bob.id)
        entries = await tx.knowledge.for_scopes(UUID(draft.SCHOOL), UUID(draft.CLASS), None)
    assert (ada.email, ada.password_hash) == (f"{UUID(draft.ADA)}@users.taco.invalid", "!")
    assert [user.role for user in (ada, bob, teacher)] == ["student", "student", "teacher"]
    assert [challenge.title for challenge in challenges] == ["Sum of two", "Untitled"]
    assert [models[challenge.model_id] for challenge in challenges] == [("taco-builtin", "1")] * 2
    assert [class_.name for class_ in classes] == ["9b"]
    asked = journey.interactions[0]
    assert (asked.user_prompt, asked.code, models[asked.model_id]) == ("why?", "x = 1", ("unknown", "draft"))
    assert [session.ended_at for session in journey.sessions] == [None, None]
    assert [(entry.text, entry.metadata, entry.embedding) for entry in entries] == [
        ("loops repeat", {"model": "m"}, (0.5,))
    ]


async def test_no_orphan_is_lost(draft_path: Path, opened: Open) -> None:
    draft.add_orphans(draft_path)
    tables = ("organizations", "users", "classes", "user_classes", "challenges", "sessions", "llm_interactions")
    before = {name: set(query(draft_path, f"SELECT * FROM {name}")) for name in (*tables, "knowledge_base")}
    saved = query(draft_path, "SELECT id, user_id, challenge_id, solution FROM challenge_solutions ORDER BY id")
    store = await opened(f"sqlite:///{draft_path}")
    assert query(draft_path, "PRAGMA foreign_key_check") == []
    assert (
        query(draft_path, "SELECT id, user_id, challenge_id, solution FROM challenge_solutions_history ORDER BY id")
        == saved
    )
    for name, rows in before.items():
        assert {row[0] for row in rows} <= {row[0] for row in query(draft_path, f"SELECT * FROM {name}")}
    ada, bob, ghost = (UUID(id_) for id_ in (draft.ADA, draft.BOB, draft.GHOST_USER))
    async with store.read() as tx:
        journeys = {user: await tx.journey.rows(user_id=user) for user in (ada, bob, ghost)}
    texts = {user: {revision.solution for revision in rows.revisions} for user, rows in journeys.items()}
    assert {"session gone", "challenge gone"} < texts[ada]
    assert "session gone, and taken" in texts[bob]
    assert texts[ghost] == {"user gone, session of another"}
    assert {asked.user_prompt for asked in journeys[ada].interactions} == {"why?", "mine?"}
    assert UUID(draft.GHOST_SESSION) in {session.id for rows in journeys.values() for session in rows.sessions}
    deleted = "SELECT count(*) FROM {} WHERE deleted_at IS NOT NULL"
    assert [query(draft_path, deleted.format(name))[0][0] for name in tables[:3]] == [2, 1, 1]


async def test_ids_written_by_hand_are_found_again(draft_path: Path, opened: Open) -> None:
    with closing(sqlite3.connect(draft_path)) as db, db:
        db.execute("UPDATE users SET id = ? WHERE id = ?", (str(UUID(draft.TESS)).upper(), draft.TESS))
        db.execute("UPDATE classes SET created_by_user_id = ?", (str(UUID(draft.TESS)),))
        db.execute("UPDATE challenges SET created_by_user_id = ?", (str(UUID(draft.TESS)),))
        db.execute("UPDATE knowledge_base SET created_by_user_id = ?", (str(UUID(draft.TESS)),))
    store = await opened(f"sqlite:///{draft_path}")
    async with store.read() as tx:
        assert (await tx.users.get(UUID(draft.TESS))).role == "teacher"
        assert [class_.name for class_ in await tx.classes.list_for_user(UUID(draft.TESS))] == ["9b"]
    assert query(draft_path, "SELECT count(*) FROM users") == [(3,)]


@pytest.fixture
def broken_upgrade(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The second revision in a copy that a test may break."""
    folder = tmp_path / "migrations"
    shutil.copytree(migrations_folder(), folder, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr("storage.migrate.migrations_folder", lambda: folder)
    return folder / "versions" / "0002_merged_schema.py"


@pytest.mark.parametrize(
    ("last_step", "reason"),
    [
        ('raise RuntimeError("out of luck")', "out of luck"),
        ('op.execute("DELETE FROM users")', "rows without a parent"),
        ('op.execute("SELECT * FROM nowhere")', "failed"),
    ],
)
async def test_a_failing_upgrade_leaves_the_store_as_it_was(
    draft_path: Path, broken_upgrade: Path, last_step: str, reason: str
) -> None:
    before = draft.dump(draft_path)
    source = broken_upgrade.read_text(encoding="utf-8")
    assert source.count("    _new_tables()\n") == 1
    broken_upgrade.write_text(source.replace("    _new_tables()\n", f"    _new_tables()\n    {last_step}\n"))
    with pytest.raises(StoreUnavailable, match=reason) as caught:
        await open_store(f"sqlite:///{draft_path}")
    assert caught.value.hint
    assert draft.dump(draft_path) == before


async def test_an_upgrade_that_fills_the_disk_leaves_the_store_as_it_was(
    draft_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = draft.dump(draft_path)
    pages = query(draft_path, "PRAGMA page_count")[0][0]

    def on_a_small_disk(path: Path) -> sa.Engine:
        engine = migration_engine(path)

        @sa.event.listens_for(engine, "connect")
        def limit(connection: sqlite3.Connection, _record: object) -> None:
            connection.execute(f"PRAGMA max_page_count = {pages + 4}")

        return engine

    monkeypatch.setattr("storage.migrate.migration_engine", on_a_small_disk)
    with pytest.raises(StoreUnavailable, match=r"as it was\..*full") as caught:
        await open_store(f"sqlite:///{draft_path}")
    assert "space" in caught.value.hint
    assert draft.dump(draft_path) == before


async def test_without_a_backup_there_is_no_upgrade(draft_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = draft.dump(draft_path)
    draft_path.with_name("school.db.backup-0001-now").write_text("in the way")
    monkeypatch.setattr("storage.migrate.timestamp", lambda: "now")
    with pytest.raises(StoreUnavailable, match="File exists"):
        await open_store(f"sqlite:///{draft_path}")
    assert draft.dump(draft_path) == before


def test_a_failed_backup_leaves_no_half_a_copy(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    path.write_bytes(b"no database" * 1000)
    with pytest.raises(sqlite3.DatabaseError):
        back_up(path, "0001")
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="starts processes at one moment the POSIX way")
@pytest.mark.parametrize("found", ["a draft", "nothing"])
async def test_eight_processes_open_one_store_at_once(draft_path: Path, tmp_path: Path, found: str) -> None:
    path = draft_path if found == "a draft" else tmp_path / "new" / "store.db"
    answers = await child("open-at-once", f"sqlite:///{path}", 8)
    assert [(answer.get("revision"), answer.get("wrote")) for answer in answers] == [(HEAD, "yes")] * 8
    backups = [answer["backup"] for answer in answers if answer["backup"]]
    assert len(backups) == (found == "a draft")
    if found == "a draft":
        assert query(path, "SELECT count(*) FROM challenge_solutions_history") == [(len(draft.SOLUTIONS),)]
    assert query(path, "SELECT count(*) FROM models WHERE name = 'new'") == [(1,)]


@pytest.mark.parametrize(("start", "target"), [("0001", "base"), ("head", "0001")])
def test_going_back_is_refused_rather_than_losing_rows(tmp_path: Path, start: str, target: str) -> None:
    path = tmp_path / "store.db"
    engine = migration_engine(path)
    with engine.begin() as connection:
        run_revisions(connection, start)
    before = draft.dump(path)

    def go_back() -> None:
        config = Config()
        config.set_main_option("script_location", str(migrations_folder()))
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.downgrade(config, target)

    with pytest.raises(NotImplementedError):
        go_back()
    engine.dispose()
    assert draft.dump(path) == before
