"""Durable single-row commits to a local store, an answer and the time of its session each, beside raw sqlite3.

Raw is one connection that does BEGIN IMMEDIATE, the same two statements, COMMIT, with the write-ahead log and
synchronous=FULL as the store has them, on a file with the same tables, indexes and triggers. Its values are ready
made; the store makes its records while it is timed. Every row counts only once its commit is done: writers of the
store that wait for their turn share commits, and a lone one has its own.
"""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

import attrs

from bench.harness import Report, interleaved, rows
from storage import (
    Challenge,
    Interaction,
    Organization,
    Session,
    SessionOwner,
    Store,
    User,
    new_id,
    open_store,
)

WHAT = "commits a second"
RAW = "raw sqlite3, one writer"
WRITERS = (1, 32, 64)


def measure(quick: bool) -> Report:
    """Compare the store under some numbers of writers with raw sqlite3."""
    count = 192 if quick else 1_280
    subjects = {f"store, {writers} writer{'s' * (writers > 1)}": writers for writers in WRITERS}
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder) / "template.db"
        example = asyncio.run(_prepare(template))
        probes = {RAW: partial(_in_copy, template, partial(_raw, example, count))}
        for subject, writers in subjects.items():
            probes[subject] = partial(_in_copy, template, partial(_store, example, count, writers))
        found = interleaved(probes, rounds=2 if quick else 9)
    return Report(
        rows=rows(found, unit="/s", peer=RAW, aims={(WHAT, subject): "ratio ≥ 0.5" for subject in subjects}),
        notes=("More is better. How much a shared commit spares depends on how long the disk takes for one.",),
    )


def _in_copy(template: Path, work: Callable[[Path], float]) -> Mapping[str, float]:
    """Work on a new copy of a store."""
    with tempfile.TemporaryDirectory(dir=template.parent) as folder:
        return {WHAT: work(Path(shutil.copy(template, folder)))}


def _raw(example: Interaction, count: int, path: Path) -> float:
    values = list(_values(example, count))
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA synchronous = FULL")
        db.execute("PRAGMA foreign_keys = ON")
        names = [field.name for field in attrs.fields(Interaction)]
        insert = f"INSERT INTO llm_interactions ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
        note = "UPDATE sessions SET last_message_at = ?1 WHERE id = ?2 AND coalesce(last_message_at < ?1, true)"
        at = names.index("created_at"), names.index("session_id")
        begun = perf_counter()
        for row in values:
            db.execute("BEGIN IMMEDIATE")
            db.execute(insert, row)
            db.execute(note, (row[at[0]], row[at[1]]))
            db.execute("COMMIT")
        return count / (perf_counter() - begun)


def _values(example: Interaction, count: int) -> Iterator[tuple[Any, ...]]:
    """The rows as the file holds them."""
    for _ in range(count):
        record = attrs.evolve(example, id=new_id())
        yield tuple(_plain(getattr(record, field.name)) for field in attrs.fields(Interaction))


def _plain(value: Any) -> Any:
    if hasattr(value, "hex") and not isinstance(value, float):
        return value.hex
    return f"{value:%Y-%m-%d %H:%M:%S.%f}" if hasattr(value, "year") else value


def _store(example: Interaction, count: int, writers: int, path: Path) -> float:
    return asyncio.run(_write(example, count, writers, path))


async def _write(example: Interaction, count: int, writers: int, path: Path) -> float:
    store = await open_store(f"sqlite:///{path}")

    async def write() -> None:
        for _ in range(count // writers):
            async with store.write() as tx:
                await tx.interactions.add(attrs.evolve(example, id=new_id()))

    begun = perf_counter()
    await asyncio.gather(*(write() for _ in range(writers)))
    took = perf_counter() - begun
    await store.close()
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT count(*) FROM llm_interactions").fetchone() == (count,)
    return count / took


async def _prepare(path: Path) -> Interaction:
    """Make a store with a session, and an answer to record in it."""
    store: Store = await open_store(f"sqlite:///{path}")
    organization = Organization(name="School")
    user = User(organization_id=organization.id, email="ada@school.example")
    async with store.write() as tx:
        await tx.organizations.add(organization)
        await tx.users.add(user)
        model = await tx.models.ensure("taco-builtin", "1")
        challenge = Challenge(model_id=model.id, title="Sum", statement="Add two numbers.")
        await tx.challenges.add(challenge)
        session = Session(user_id=user.id, challenge_id=challenge.id)
        await tx.sessions.start(session, owner=SessionOwner(host="bench", pid=1))
    await store.close()
    return Interaction(
        session_id=session.id,
        user_id=user.id,
        challenge_id=challenge.id,
        user_prompt="Why does it stop one too early?",
        model_response="Which values does i take? " * 10,
        code="for i in range(3):\n    print(i)\n" * 10,
        model_id=model.id,
        kind="question",
        prompt_version="1",
        latency_ms=900,
        finish_reason="stop",
    )
