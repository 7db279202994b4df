"""Fixtures for tests in real editors."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage import open_store
from taco_lsp import samples
from taco_lsp.authoring.challenge_folder import read_challenge
from tests.editors.desk import Desk, make_desk
from tests.support.postgres import Server
from tests.support.sync_school import Lab, one_class


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A desk with an empty store."""
    return make_desk(tmp_path)


@pytest.fixture
async def challenge(desk: Desk) -> str:
    """The id of a sample challenge in the store of the desk."""
    opened = await open_store(f"sqlite:///{desk.store}")
    async with opened.write() as tx:
        model = await tx.models.ensure("taco-builtin", "1")
        made = read_challenge(samples.AVERAGE, model_id=model.id)
        await tx.challenges.add(made)
    await opened.close()
    return str(made.id)


@pytest.fixture
async def lab(postgres: Server, tmp_path: Path, empty_store: Path) -> AsyncIterator[Lab]:
    """A school where Tess teaches Ada, and machines to work at."""
    async with one_class(postgres, tmp_path, empty_store) as lab:
        yield lab
