"""The overview of a class of 300 students at 20 challenges: reading, judging and putting it on the wire.

108,000 rows that SQL made, in a file and on a PostgreSQL server. Not here: drawing the page.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from pathlib import Path

from bench.classroom import CLASS_ID, Classroom, fill_file, fill_server
from bench.harness import Report, interleaved, rows
from storage import Store, open_store
from taco_lsp.overview.reading import read_overview
from taco_lsp.wire.converter import to_wire
from tests.support.postgres import Server, available_programs, prepare, running

AIM = "at most 1 s"


def measure(quick: bool) -> Report:
    """Read the overview again and again."""
    room = Classroom(students=30, challenges=5) if quick else Classroom()
    rounds = 2 if quick else 7
    with tempfile.TemporaryDirectory(prefix="taco-bench-") as folder:
        path = Path(folder) / "class.db"
        url = f"sqlite:///{path.as_posix()}"
        asyncio.run(_empty(url))
        fill_file(path, room)
        in_a_file = interleaved({"sqlite": lambda: _read(url)}, rounds=rounds)
    on_a_server = {name: {"postgresql": tuple(values)} for name, values in _on_a_server(room, rounds).items()}
    aims = {("in all", engine): AIM for engine in ("sqlite", "postgresql")}
    found = (*rows(in_a_file, unit="s", aims=aims), *rows(on_a_server, unit="s", aims=aims))
    return Report(
        rows=found, notes=(f"{room.students} students, {room.challenges} challenges, {room.rows:,} rows",)
    )  # fmt: skip


async def _empty(url: str) -> None:
    await (await open_store(url)).close()


def _read(url: str) -> dict[str, float]:
    async def once() -> dict[str, float]:
        store = await open_store(url)
        try:
            return await _timed(store)
        finally:
            await store.close()

    return asyncio.run(once())


async def _timed(store: Store) -> dict[str, float]:
    began = time.perf_counter()
    overview = await read_overview(store, CLASS_ID)
    read = time.perf_counter()
    to_wire(overview)
    written = time.perf_counter()
    return {"overview": read - began, "on the wire": written - read, "in all": written - began}


def _on_a_server(room: Classroom, rounds: int) -> dict[str, list[float]]:
    """The same on a PostgreSQL server of its own."""
    with running(available_programs(), shared_buffers="512MB") as server, asyncio.Runner() as runner:
        runner.run(prepare(server))
        return runner.run(_server(server, room, rounds))


async def _server(server: Server, room: Classroom, rounds: int) -> dict[str, list[float]]:
    async with server.database() as url:
        await fill_server(url, room)
        store = await open_store(url)
        try:
            timed = [await _timed(store) for _ in range(rounds + 1)][1:]
        finally:
            await store.close()
    return {name: [one[name] for one in timed] for name in timed[0]}
