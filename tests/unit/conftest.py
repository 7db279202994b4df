"""What the unit tests share: a real store file, and desks to sit at."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from desk import KEY, Desk, MakeDesk

from storage import open_store
from tests.support.scripted_model import ScriptedModel


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


@pytest.fixture
def desk(make_desk: MakeDesk) -> Desk:
    """A desk with the built-in tutor."""
    return make_desk()


@pytest.fixture
def model() -> Iterator[ScriptedModel]:
    """A model that says what it is told to."""
    with ScriptedModel() as model:
        yield model


@pytest.fixture
def model_desk(make_desk: MakeDesk, model: ScriptedModel) -> Desk:
    """A desk with that model."""
    return make_desk(MODEL_ENDPOINT=model.url, MODEL_NAME="scripted-model")
