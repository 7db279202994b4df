"""`taco sync` as a program of its own: for as long as it runs, through a server that goes away, and how far it is."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from taco_lsp.sync.rounds import PAGE_ROWS
from tests.support.stalling import Cable
from tests.support.sync_school import PASSWORD, Lab, Machine, School

pytestmark = [
    pytest.mark.subprocess,
    pytest.mark.skipif(os.name != "posix", reason="interrupted the POSIX way"),
]
PATIENCE_S = 60
RUN = "from taco_lsp.cli.main import run; run()"


class Way:
    """The way to the school's server, which can be closed and opened again."""

    def __init__(self, school: School) -> None:
        self._cable = Cable(school.server.folder / ".s.PGSQL.5432")
        self._server: asyncio.Server | None = None
        self.port = 0

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._cable.connect, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        await self._cable.unplug()


@pytest.fixture
async def way(school: School) -> AsyncIterator[Way]:
    """An open way."""
    way = Way(school)
    await way.open()
    yield way
    await way.close()


@asynccontextmanager
async def taco(machine: Machine, folder: Path, way: Way, *arguments: str) -> AsyncIterator[Process]:
    """Run `taco` as the person at a machine; it is gone in the end."""
    environ = {
        **{name: value for name, value in os.environ.items() if not name.startswith("TACO_")},
        **{name: str(folder / name) for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME")},
        "TACO_STORE": machine.store.info.url,
        "TACO_SYNC_REMOTE": f"postgresql://127.0.0.1:{way.port}/{machine.school.database}",
        "TACO_SYNC_PASSWORD": PASSWORD,
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", RUN, *arguments, env=environ, stdout=PIPE, stderr=PIPE
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def said(process: Process, until: Callable[[dict[str, Any]], bool]) -> list[dict[str, Any]]:
    """Read what a program says, line by line, up to the one that is waited for."""
    assert process.stdout is not None
    heard: list[dict[str, Any]] = []
    async with asyncio.timeout(PATIENCE_S):
        while not heard or not until(heard[-1]):
            line = await process.stdout.readline()
            assert line, f"it ended after {heard}"
            heard.append(json.loads(line))
    return heard


async def arrived(school: School, table: str, id_: object) -> None:
    """Wait until the school has a row."""
    async with asyncio.timeout(PATIENCE_S):
        while id_ not in await school.ids(table):
            await asyncio.sleep(0.05)


async def test_watching_sends_what_others_write_outlasts_the_server_and_ends_when_told(
    school: School, lab: Lab, way: Way, tmp_path: Path
) -> None:
    machine = await lab.machine("ada")
    async with taco(machine, tmp_path, way, "sync", "--watch", "--json") as watching:
        await said(watching, lambda line: line["state"] == "idle" and bool(line["syncedAt"]))
        first = await machine.sit_down(school.challenges["9a"])
        await arrived(school, "sessions", first.id)
        await said(watching, lambda line: line["state"] == "idle" and line["sent"] > 0)

        await way.close()
        second = await machine.sit_down(school.challenges["9b"])
        away = (await said(watching, lambda line: line["state"] == "waiting"))[-1]
        assert (away["trouble"], bool(away["problem"]), bool(away["hint"])) == ("unreachable", True, True)
        assert second.id not in await school.ids("sessions")
        await way.open()
        await arrived(school, "sessions", second.id)
        back = (await said(watching, lambda line: line["state"] == "idle"))[-1]
        assert back["sent"] > 0 and not back.get("problem")

        watching.send_signal(signal.SIGINT)
        async with asyncio.timeout(PATIENCE_S):
            rest, errors = await watching.communicate()
        assert (watching.returncode, errors) == (0, b"")
        assert all(json.loads(line) for line in rest.splitlines())


async def test_a_first_sync_of_many_rows_says_how_far_it_is(school: School, lab: Lab, way: Way, tmp_path: Path) -> None:
    machine = await lab.machine("ada")
    count = 2 * PAGE_ROWS + 10
    await school.execute(
        "INSERT INTO knowledge_base (id, organization_id, class_id, text, created_at)"
        " SELECT gen_random_uuid(), $1, $2, 'Passage ' || n, now() FROM generate_series(1, $3::int) n",
        school.organization.id, school.classes["9a"].id, count,
    )  # fmt: skip
    async with taco(machine, tmp_path, way, "sync", "--watch", "--json") as watching:
        heard = await said(watching, lambda line: line["state"] == "idle" and bool(line["syncedAt"]))
    steps = [line["taken"] for line in heard if line["state"] == "syncing"]
    assert steps == sorted(steps) and len(set(steps)) >= 4  # none, a page, two pages, all
    assert steps[0] == 0 and steps[-1] >= count
    assert heard[-1]["taken"] == steps[-1]
    assert machine.sql("SELECT count(*) FROM knowledge_base WHERE text LIKE 'Passage %'") == [(count,)]
