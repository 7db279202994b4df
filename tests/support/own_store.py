"""A real store file of a test's own with desks that share it, and nothing of the machine that runs the tests."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage import open_store
from tests.support.desk import KEY, Desk, MakeDesk


@pytest.fixture
def no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep the settings and the key of whoever runs the tests out of them."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "no-config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "no-data"))
    monkeypatch.setenv("TACO_MODEL_KEY", KEY)


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a store with a student and nothing else once: a copy of it is faster than an upgrade from nothing."""
    path = tmp_path_factory.mktemp("empty") / "taco.db"

    async def make() -> None:
        store = await open_store(f"sqlite:///{path.as_posix()}")
        async with store.write() as tx:
            await tx.users.local_profile()
        await store.close()

    asyncio.run(make())
    return path


@pytest.fixture
def store_file(tmp_path: Path, empty_store: Path) -> Path:
    """A new store with a student and nothing else."""
    return Path(shutil.copy(empty_store, tmp_path / "taco.db"))


@pytest.fixture
async def make_desk(tmp_path: Path, store_file: Path, no_settings_of_this_machine: None) -> AsyncIterator[MakeDesk]:
    """Sit down at desks that share one store; keyword arguments are `TACO_*` settings."""
    desks: list[Desk] = []

    def make(folder: str = "work", **settings: str) -> Desk:
        named = {f"TACO_{name}": value for name, value in settings.items()}
        desks.append(Desk(tmp_path / folder, store_file, named))
        return desks[-1]

    yield make
    for desk in desks:
        await desk.leave()
