"""A school with a teacher, two classes and students, and machines to work at."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage import open_store
from tests.support.postgres import Server
from tests.support.sync_school import Lab, School


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make an empty store once: a copy of it is faster than an upgrade from nothing."""
    path = tmp_path_factory.mktemp("empty") / "taco.db"

    async def make() -> None:
        await (await open_store(f"sqlite:///{path}")).close()

    asyncio.run(make())
    return path


@pytest.fixture
async def school(postgres: Server) -> AsyncIterator[School]:
    """Tess teaches 9a and 9b; Ada is in both, Bob in 9b, Cyd in none."""
    async with postgres.database() as url:
        school = School(postgres, url)
        await school.found(teachers=("tess", "tom"), students=("ada", "bob", "cyd"), classes=("9a", "9b"))
        await school.enrol("ada", "9a", "9b")
        await school.enrol("bob", "9b")
        yield school


@pytest.fixture
async def lab(school: School, tmp_path: Path, empty_file: Path) -> AsyncIterator[Lab]:
    """Machines of people at that school."""
    lab = Lab(school, tmp_path, empty_file)
    yield lab
    await lab.close()
