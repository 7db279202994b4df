"""An upgrade that gets as far as its last step and no further leaves the old store, whole: on each engine."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import attrs
import pytest
import store_draft as draft
from store_processes import child
from store_samples import Open

from storage import StoreUnavailable, upgrade_store
from storage.migrate import HEAD
from tests.support.postgres import Server

FAILS = 'raise RuntimeError("out of luck")'
DIES = "__import__('os').kill(__import__('os').getpid(), 9)"


@attrs.frozen(kw_only=True)
class Old:
    """A store on the draft with a school in it, and how to read everything that it holds."""

    url: str
    content: Callable[[], Awaitable[Any]]


@pytest.fixture(params=["sqlite", "postgresql"])
def server(request: pytest.FixtureRequest) -> Server | None:
    """A server, and for files none."""
    found: Server | None = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    return found


@pytest.fixture
async def old(server: Server | None, tmp_path: Path) -> AsyncIterator[Old]:
    """One of each engine."""
    if server is None:
        path = tmp_path / "school.db"
        draft.make_draft(path)
        draft.fill_draft(path)
        yield Old(url=f"sqlite:///{path}", content=lambda: asyncio.to_thread(draft.dump, path))
        return
    async with server.database(migrated=False) as url:
        await draft.make_server_draft(url)
        await draft.run_on_server(url, draft.school())
        yield Old(url=url, content=lambda: draft.everything(url))


async def test_what_fails_in_the_last_revision_undoes_those_before_it_too(
    old: Old, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, opened: Open
) -> None:
    before = await old.content()
    with monkeypatch.context() as patch:
        folder = draft.break_last_revision(tmp_path / "broken", FAILS)
        patch.setattr("storage.migrate.migrations_folder", lambda: folder)
        with pytest.raises(StoreUnavailable, match=r"is as it was\..*out of luck"):
            await upgrade_store(old.url)
    assert await old.content() == before
    await upgrade_store(old.url)
    assert (await opened(old.url)).info.revision == HEAD


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="killed the POSIX way")
async def test_a_process_killed_in_the_middle_leaves_the_old_store_and_the_next_one_upgrades_it(
    old: Old, tmp_path: Path, opened: Open
) -> None:
    before = await old.content()
    folder = draft.break_last_revision(tmp_path / "deadly", DIES)
    await child("upgrade-with", folder, old.url, ends_with=-signal.SIGKILL)
    assert await old.content() == before
    await upgrade_store(old.url)
    assert (await opened(old.url)).info.revision == HEAD
