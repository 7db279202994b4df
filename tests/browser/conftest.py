"""One Chromium for all tests here, and a new tab for each."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from chromium import Page, executable, running, tab


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running Chromium."""
    program = executable()
    if program is None:
        pytest.skip("Chromium is not installed; nothing was tested in a browser")
    with running(program, tmp_path_factory.mktemp("profile")) as address:
        yield address


@pytest.fixture
async def page(browser: str, tmp_path: Path) -> AsyncIterator[Page]:
    """A new tab; whatever the page complains of fails the test."""
    async with tab(browser) as page:
        yield page
        assert page.problems == []
