"""What is found behind a store URL, and what is made of it: files, which are SQLite's alone. Servers have a module."""

import os
import shutil
import sqlite3
import stat
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from store_processes import child
from store_samples import Open, seat

from storage import BadStoreUrl, NotFound, Store, StoreReadOnly, StoreUnavailable, new_id, open_store
from storage.location import parse
from storage.migrate import HEAD
from storage.recovery import move_aside


@pytest.fixture
def store_url(file_url: str) -> str:
    """Files can be corrupt, read-only or somebody else's in ways a server's databases cannot."""
    return file_url


POSIX = pytest.mark.skipif(os.name != "posix", reason="POSIX permissions")


async def test_a_store_is_made_with_its_folders_and_opened_again(tmp_path: Path, opened: Open) -> None:
    path = tmp_path / "new folder" / "50% & more" / "störe.db"
    first = await opened(f"sqlite:///{path}")
    assert first.info.path == path
    assert (first.info.dialect, first.info.revision, first.info.read_only) == ("sqlite", HEAD, False)
    assert (first.info.recovered, first.info.backup) == (None, None)
    async with first.write() as tx:
        made = await seat(tx)
    again = await opened(f"sqlite:///{path}")
    async with again.read() as tx:
        assert await tx.users.get(made.user.id) == made.user


@POSIX
async def test_only_its_owner_may_read_a_new_store(tmp_path: Path, opened: Open) -> None:
    store = await opened(f"sqlite:///{tmp_path}/private/store.db")
    async with store.write() as tx:
        await seat(tx)
    assert stat.S_IMODE((tmp_path / "private").stat().st_mode) == 0o700
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "private").iterdir()}
    assert modes == dict.fromkeys(("store.db", "store.db-wal", "store.db-shm"), 0o600)


@pytest.mark.parametrize(
    "url", ["", "store.db", "sqlite://", "sqlite:///:memory:", "mysql://host/db", "sqlite://host/x.db", "http://a:b"]
)
async def test_a_url_that_names_no_store_is_refused(url: str) -> None:
    with pytest.raises(BadStoreUrl) as caught:
        await open_store(url)
    assert "sqlite:///" in caught.value.hint


async def test_a_password_never_shows() -> None:
    location = parse("postgresql://ada:s3cret@db.example/taco")
    assert "s3cret" not in location.masked + repr(location)
    assert location.masked == "postgresql://ada:***@db.example/taco"
    with pytest.raises(BadStoreUrl) as caught:
        await open_store("mysql:://ada:s3cret@db")
    assert "s3cret" not in str(caught.value)
    assert caught.value.__cause__ is None


async def test_a_postgres_store_without_its_driver_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(StoreUnavailable, match="asyncpg") as caught:
        await open_store("postgresql://ada:s3cret@localhost/taco")
    assert "postgres" in caught.value.hint


# Corrupt files


def _garbage(path: Path) -> None:
    path.write_bytes(b"this is no database at all" * 100)


def _torn_pages(path: Path) -> None:
    content = bytearray(path.read_bytes())
    for start in range(4096, len(content) - 4096, 8192):
        content[start : start + 4096] = os.urandom(4096)
    path.write_bytes(content)


def _cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: 4096 * 9 + 17])


@pytest.mark.parametrize("damage", [_garbage, _torn_pages, _cut_short])
async def test_a_corrupt_store_is_moved_aside_and_a_new_one_made(
    store_url: str, tmp_path: Path, opened: Open, damage: Any
) -> None:
    path = tmp_path / "store.db"
    damage(path)
    broken = path.read_bytes()
    (tmp_path / "store.db-wal").write_bytes(b"journal")
    store = await opened(store_url)
    recovered = store.info.recovered
    assert recovered is not None
    assert recovered.name.startswith("store.db.corrupt-2")
    assert recovered.read_bytes() == broken
    assert recovered.with_name(f"{recovered.name}-wal").read_bytes() == b"journal"
    assert (store.info.revision, store.info.backup) == (HEAD, None)
    async with store.write() as tx:
        await seat(tx)


@POSIX
async def test_of_several_processes_one_moves_a_corrupt_store_aside(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    _garbage(path)
    answers = await child("open-at-once", f"sqlite:///{path}", 8)
    assert [(answer.get("revision"), answer.get("wrote")) for answer in answers] == [(HEAD, "yes")] * 8
    assert len({answer["recovered"] for answer in answers} - {""}) == 1
    assert len([entry for entry in tmp_path.iterdir() if "corrupt" in entry.name]) == 1
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM models WHERE name = 'new'").fetchall() == [(1,)]


def test_a_file_that_replaced_the_corrupt_one_is_not_moved(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    path.write_text("new")
    inode = path.stat().st_ino
    assert move_aside(path, inode + 1) is None
    assert path.read_text() == "new"
    moved = move_aside(path, inode)
    assert moved is not None
    assert (path.exists(), moved.read_text()) == (False, "new")
    assert move_aside(path, inode) is None


async def test_the_journal_of_an_emptied_store_is_moved_aside_too(store_url: str, tmp_path: Path, opened: Open) -> None:
    (tmp_path / "store.db").write_bytes(b"")
    (tmp_path / "store.db-wal").write_bytes(b"the last rows")
    recovered = (await opened(store_url)).info.recovered
    assert recovered is not None
    assert recovered.with_name(f"{recovered.name}-wal").read_bytes() == b"the last rows"


async def test_a_row_that_breaks_a_rule_is_no_corruption(store_url: str, tmp_path: Path, opened: Open) -> None:
    with closing(sqlite3.connect(tmp_path / "store.db")) as connection, connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute(
            "INSERT INTO users (id, organization_id, email, password_hash, role, created_at, updated_at)"
            " VALUES ('a', 'b', 'c', 'd', 'king', 'e', 'f')"
        )
        connection.execute("PRAGMA ignore_check_constraints = OFF")
        assert connection.execute("PRAGMA quick_check").fetchall() == [("CHECK constraint failed in users",)]
    assert (await opened(store_url)).info.recovered is None


async def test_a_store_that_breaks_while_it_is_open_is_reported(store: Store, tmp_path: Path) -> None:
    async with store.write() as tx:
        await seat(tx)
    with closing(sqlite3.connect(tmp_path / "store.db")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with (tmp_path / "store.db").open("r+b") as file:
        file.write(b"\0" * (tmp_path / "store.db").stat().st_size)
    with pytest.raises(StoreUnavailable) as caught:
        async with store.write() as tx:
            await tx.models.list()
    assert "moved aside" in caught.value.hint


async def test_another_programs_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
    before = path.read_bytes()
    with pytest.raises(BadStoreUrl, match="another program"):
        await open_store(f"sqlite:///{path}")
    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["other.db"]


# Places that cannot be used, and stores that can only be read


async def test_a_file_where_the_folder_should_be_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    for url in (f"sqlite:///{tmp_path}/file/store.db", f"sqlite:///{tmp_path}/file/deeper/store.db"):
        with pytest.raises(StoreUnavailable) as caught:
            await open_store(url)
        assert caught.value.hint


async def test_a_folder_where_the_file_should_be_is_reported(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="is a folder") as caught:
        await open_store(f"sqlite:///{tmp_path}")
    assert caught.value.hint


async def test_a_store_of_a_newer_program_is_opened_for_reading(store_url: str, tmp_path: Path, opened: Open) -> None:
    with closing(sqlite3.connect(tmp_path / "store.db")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    store = await opened(store_url)
    assert (store.info.revision, store.info.read_only) == ("9999", True)
    async with store.read() as tx:
        assert len(await tx.models.list()) == 1
        with pytest.raises(NotFound):
            await tx.users.get(new_id())
    with pytest.raises(StoreReadOnly) as caught:
        async with store.write():
            pytest.fail("it must not be written")
    assert "Update" in caught.value.hint


@pytest.fixture
def public(template: Path) -> Iterator[Path]:
    """A folder with a store in it that any user may enter."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    shutil.copy(template, folder / "store.db")
    (folder / "store.db").chmod(0o644)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


async def open_unprivileged(url: str) -> dict[str, Any]:
    """Open a store as somebody whom permissions concern: not as root."""
    [answer] = await child("open-unprivileged", url)
    return answer


@POSIX
async def test_a_store_in_a_read_only_folder_is_read(public: Path) -> None:
    public.chmod(0o555)
    answer = await open_unprivileged(f"sqlite:///{public}/store.db")
    assert answer["read_only"] is True
    assert (answer["models"], answer["wrote"]) == (1, "StoreReadOnly")


@POSIX
async def test_a_new_store_in_a_read_only_folder_is_refused(public: Path) -> None:
    public.chmod(0o555)
    answer = await open_unprivileged(f"sqlite:///{public}/other.db")
    assert answer["error"] == "StoreUnavailable"
    assert "Permission denied" in answer["message"]
    assert answer["hint"]


@POSIX
async def test_a_store_nobody_may_read_is_refused_and_left_alone(public: Path) -> None:
    (public / "store.db").chmod(0o000)
    answer = await open_unprivileged(f"sqlite:///{public}/store.db")
    assert answer["error"] == "StoreUnavailable"
    assert [path.name for path in public.iterdir()] == ["store.db"]
