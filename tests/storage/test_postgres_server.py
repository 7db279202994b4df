"""The server the tests run on: found, private to the tests, and gone with them. A part of the tests, not of TACO."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import asyncpg
import pytest

from storage.migrate import HEAD
from tests.support.postgres import OWNER, Server, available_programs, connected, running


async def test_a_clone_is_migrated_and_belongs_to_an_owner_who_is_no_superuser(postgres_url: str) -> None:
    async with connected(postgres_url) as db:
        assert await db.fetchval("SELECT version_num FROM alembic_version") == HEAD
        assert await db.fetchval("SELECT current_user") == OWNER
        assert await db.fetchval("SHOW is_superuser") == "off"


async def test_what_one_test_writes_is_in_no_other_clone(postgres: Server) -> None:
    async with postgres.database() as one, postgres.database() as other:
        async with connected(one) as db:
            await db.execute("INSERT INTO store_meta VALUES ('mark', '1')")
        async with connected(other) as db:
            assert await db.fetchval("SELECT count(*) FROM store_meta WHERE key = 'mark'") == 0


async def test_a_database_is_dropped_in_the_end_even_with_somebody_connected(postgres: Server) -> None:
    async with postgres.database(migrated=False) as url:
        left = await asyncpg.connect(url)
    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError)):
        await left.fetchval("SELECT 1")
    with pytest.raises(asyncpg.InvalidCatalogNameError):
        await asyncpg.connect(url)


async def test_nobody_but_the_owner_gets_in_without_a_password(postgres: Server, postgres_url: str) -> None:
    await postgres.execute("CREATE ROLE with_password LOGIN PASSWORD 'right'")
    database = postgres_url.split("@/")[1].split("?", maxsplit=1)[0]
    try:
        async with connected(postgres.url(database, "with_password", "right")) as db:
            assert await db.fetchval("SELECT 1") == 1
        for password in (None, "wrong"):
            with pytest.raises(asyncpg.InvalidPasswordError):
                await asyncpg.connect(postgres.url(database, "with_password", password))
    finally:
        await postgres.execute("DROP ROLE with_password")


_KILLED = """
import os, signal
from tests.support.postgres import available_programs, running
with running(available_programs()) as server:
    print(server.folder, flush=True)
    os.killpg(0, signal.SIGKILL)
"""


def test_the_server_and_its_files_are_gone_after_a_test_session_that_was_killed(postgres: Server) -> None:
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", _KILLED], cwd=root, capture_output=True, text=True, check=False, start_new_session=True
    )
    folder = Path(done.stdout.strip())
    assert folder.name.startswith("taco-pg-")
    deadline = time.monotonic() + 20
    while folder.exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not folder.exists()


def test_what_is_configured_is_used_and_nothing_else(monkeypatch: pytest.MonkeyPatch, postgres: Server) -> None:
    monkeypatch.setenv("TACO_TEST_POSTGRES", str(postgres.programs))
    assert available_programs() == postgres.programs
    monkeypatch.setenv("TACO_TEST_POSTGRES", "nowhere")
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="TACO_TEST_POSTGRES: nowhere"):
        available_programs()


def test_continuous_integration_never_goes_without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TACO_TEST_POSTGRES", "nowhere")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="no PostgreSQL to test with"):
        available_programs()


def test_a_server_that_cannot_start_says_why(postgres: Server) -> None:
    with pytest.raises(AssertionError, match="no_such_setting"), running(postgres.programs, no_such_setting="1"):
        pass
