"""Other processes for the tests: `python store_child.py COMMAND STORE_URL …`, which answer in JSON lines."""

import asyncio
import importlib
import json
import os
import random
import select
import signal
import sys
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from uuid import UUID

import attrs

from storage import Interaction, StoreError, migrate, new_id, open_store, upgrade_store
from storage.opening import open_store as _preload  # noqa: F401 - before the forks, so that they start fast


def say(**facts: object) -> None:
    """Print one answer in one piece: others print too, and `print` may write the end of the line apart."""
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


async def open_only(url: str) -> None:
    """Open the store and tell what was found, or what went wrong."""
    try:
        store = await open_store(url)
    except StoreError as error:
        say(error=type(error).__name__, message=str(error), hint=error.hint)
        return
    async with store.read() as tx:
        models = len(await tx.models.list())
    try:
        async with store.write() as tx:
            await tx.models.ensure("new", "1")
        wrote = "yes"
    except StoreError as error:
        wrote = type(error).__name__
    info = store.info
    say(
        revision=info.revision,
        read_only=info.read_only,
        models=models,
        wrote=wrote,
        backup=str(info.backup or ""),
        recovered=str(info.recovered or ""),
    )
    await store.close()


async def upgrade_and_open(url: str) -> None:
    """Upgrade the store before opening it."""
    await upgrade_store(url)
    await open_only(url)


async def upgrade_with(folder: str, url: str) -> None:
    """Upgrade the store with revisions of one's own."""
    migrate.migrations_folder = lambda: Path(folder)
    await upgrade_store(url)


def at_once(work: Callable[[str], Coroutine[None, None, None]], url: str, processes: str) -> None:
    """Do something with the store in several processes at the same moment; one line of answer each."""
    importlib.import_module("alembic.command")
    children = []
    for _ in range(int(processes)):
        pid = os.fork()
        if pid == 0:
            asyncio.run(work(url))
            os._exit(0)
        children.append(pid)
    for pid in children:
        assert os.waitpid(pid, 0)[1] == 0


def give_up_root() -> None:
    """Become nobody, whom permissions concern, once everything that will be imported has been."""
    for module in ("concurrent.futures.thread", "sqlalchemy.dialects.sqlite.pysqlite", "uuid_utils.compat"):
        importlib.import_module(module)
    if os.geteuid() == 0:
        os.setgid(65534)
        os.setuid(65534)


async def count(url: str, challenge_id: str, times: str) -> None:
    """Add one to the number in a challenge's title, each time in a transaction of its own."""
    store = await open_store(url)
    for _ in range(int(times)):
        async with store.write() as tx:
            challenge = await tx.challenges.get(UUID(challenge_id), to_change=True)
            await tx.challenges.update(attrs.evolve(challenge, title=str(int(challenge.title) + 1)))
    await store.close()


async def write_for_ever(url: str, example: Interaction, out: int) -> None:
    """Add interactions in several tasks, and acknowledge each id on a pipe once its transaction is done."""
    store = await open_store(url)

    async def write() -> None:
        while True:
            interaction = attrs.evolve(example, id=new_id())
            async with store.write() as tx:
                await tx.interactions.add(interaction)
            os.write(out, interaction.id.bytes)

    await asyncio.gather(*(write() for _ in range(8)))


async def _example(url: str, session_id: str) -> Interaction:
    store = await open_store(url)
    async with store.read() as tx:
        found = await tx.interactions.latest_in_session(UUID(session_id))
    await store.close()
    assert found is not None
    return found


def kill_writers(url: str, session_id: str, rounds: str) -> None:
    """Start a writer and kill it in the middle of its work, again and again; tell what it acknowledged."""
    example = asyncio.run(_example(url, session_id))
    chance = random.Random(3)
    acknowledged: list[str] = []
    for _ in range(int(rounds)):
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(reading)
            asyncio.run(write_for_ever(url, example, writing))
        os.close(writing)
        enough = chance.randrange(3, 30)
        received = b""
        while len(received) < 16 * enough:
            assert select.select([reading], [], [], 10)[0], "the writer does not write"
            received += os.read(reading, 16 * enough)
        deadline = time.perf_counter() + chance.random() * 0.002
        while time.perf_counter() < deadline:
            pass  # somewhere inside the next transaction
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        while more := os.read(reading, 65536):
            received += more
        os.close(reading)
        acknowledged += [received[n : n + 16].hex() for n in range(0, len(received), 16)]
    say(acknowledged=acknowledged, kills=int(rounds))


if __name__ == "__main__":
    command, *arguments = sys.argv[1:]
    if command == "open":
        asyncio.run(open_only(*arguments))
    elif command == "open-unprivileged":
        give_up_root()
        asyncio.run(open_only(*arguments))
    elif command == "open-at-once":
        at_once(open_only, *arguments)
    elif command == "upgrade-at-once":
        at_once(upgrade_and_open, *arguments)
    elif command == "upgrade-with":
        asyncio.run(upgrade_with(*arguments))
    elif command == "count":
        asyncio.run(count(*arguments))
    else:
        kill_writers(*arguments)
