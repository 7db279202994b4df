"""Sync with a school: 100,000 answers pushed and pulled beside the bare drivers, and small rounds as the school grows.

TACO reads a real SQLite store, pushes under a student's login with row-level security, numbers every change, and
confirms each batch durably; a second machine pulls. The bare drivers move the same rows: asyncpg into the same table
with its keys but without triggers and security, from memory; and out of it into a bare SQLite table. For the small
round a teacher, who has everything so far, fetches ten new answers.
"""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from time import perf_counter
from typing import Any

from bench.harness import Report, interleaved, rows
from storage import Interaction, Session, open_store
from storage.sync.values import Cursor
from tests.support.postgres import SUPERUSER, Server, available_programs, connected, prepare, running
from tests.support.sync_school import Lab, Machine, School, multiply

TACO, COPY, EXECUTEMANY, DRIVERS = "taco", "bare COPY", "bare executemany", "bare drivers"
PUSH, PULL = "push {:,} answers", "pull {:,} answers"
AIM = "rate ≥ 0.5 of theirs, so ratio ≤ 2"
NEW_ROWS = 10


def measure(quick: bool) -> Report:
    """Measure on a server and in a folder that vanish afterwards."""
    count, sizes = (2_000, (1_000, 10_000)) if quick else (100_000, (10_000, 100_000, 1_000_000))
    with _bench() as bench:
        bulk = interleaved(bench.bulk(count), rounds=1 if quick else 3, warm_up=0)
        small = interleaved({f"{size:,} answers stored": bench.small(size) for size in sizes}, rounds=20, warm_up=3)
    push, pull = PUSH.format(count), PULL.format(count)
    aims = {(push, TACO): AIM, (pull, TACO): AIM}
    return Report(
        rows=(
            *rows({push: bulk[push]}, unit="s", peer=EXECUTEMANY, aims=aims),
            *(row for row in rows({push: bulk[push]}, unit="s", peer=COPY, aims=aims) if row.subject == TACO),
            *rows({pull: bulk[pull]}, unit="s", peer=DRIVERS, aims=aims),
            *rows(small, unit="ms", peer=f"{sizes[0]:,} answers stored"),
        ),
        notes=("The server does not flush to disk (fsync = off), for everybody alike; the SQLite stores do.",),
    )


_ROUND = f"a round that brings {NEW_ROWS} answers"


@contextmanager
def _bench() -> Iterator[_Bench]:
    with running(available_programs()) as server, tempfile.TemporaryDirectory() as folder, asyncio.Runner() as runner:
        runner.run(prepare(server))
        bench = _Bench(server, Path(folder), runner)
        yield bench
        runner.run(bench.close())


class _Bench:
    """The probes; each school is a database of its own on one server."""

    def __init__(self, server: Server, folder: Path, runner: asyncio.Runner) -> None:
        self._server = server
        self._folder = folder
        self._runner = runner
        self._labs: list[Lab] = []
        self._databases: list[Any] = []
        self._template = folder / "empty.db"
        runner.run(self._make_template())

    async def close(self) -> None:
        """Let go of the stores and databases."""
        for lab in self._labs:
            await lab.close()
        for database in self._databases:
            await database.__aexit__(None, None, None)

    def bulk(self, count: int) -> Mapping[str, Any]:
        """Move many rows, each time into a new school."""
        return {
            EXECUTEMANY: lambda: {PUSH.format(count): self._runner.run(self._bare(count, copy=False))},
            COPY: lambda: {PUSH.format(count): self._runner.run(self._bare(count, copy=True))},
            TACO: lambda: self._runner.run(self._push_and_pull(count)),
            DRIVERS: lambda: {PULL.format(count): self._runner.run(self._bare_pull(count))},
        }

    def small(self, stored: int) -> Any:
        """Fetch a few rows from a school that has many."""
        school, lab = self._runner.run(self._school())
        teacher, session = self._runner.run(self._filled(school, lab, stored))

        def probe() -> Mapping[str, float]:
            return {_ROUND: self._runner.run(self._small(school, teacher, session, stored))}

        return probe

    async def _make_template(self) -> None:
        await (await open_store(f"sqlite:///{self._template}")).close()

    async def _school(self) -> tuple[School, Lab]:
        database = self._server.database()
        school = School(self._server, await database.__aenter__())
        self._databases.append(database)
        await school.found(teachers=("tess",), students=("ada",), classes=("9a",))
        await school.enrol("ada", "9a")
        folder = self._folder / school.database
        folder.mkdir()
        self._labs.append(Lab(school, folder, self._template))
        return school, self._labs[-1]

    async def _at_work(self, school: School, lab: Lab) -> tuple[Machine, Session, Interaction]:
        machine = await lab.machine("ada")
        await machine.sync()
        session = await machine.sit_down(school.challenges["9a"])
        asked = await machine.ask(session, "Why does it stop too early? " * 4)
        await machine.sync()
        return machine, session, asked

    async def _push_and_pull(self, count: int) -> Mapping[str, float]:
        school, lab = await self._school()
        machine, _, asked = await self._at_work(school, lab)
        multiply(machine, asked, count)
        begun = perf_counter()
        progress = await machine.sync()
        pushed = perf_counter() - begun
        other = await lab.machine("ada")
        begun = perf_counter()
        await other.sync()
        pulled = perf_counter() - begun
        if progress.sent != count or len(other.ids("llm_interactions")) != count + 1:
            raise RuntimeError("not every row came through")
        return {PUSH.format(count): pushed, PULL.format(count): pulled}

    async def _bare(self, count: int, *, copy: bool) -> float:
        school, lab = await self._school()
        await self._at_work(school, lab)
        async with connected(school.owner_url) as db:
            await db.execute("ALTER TABLE llm_interactions DISABLE TRIGGER USER")
            await db.execute(f"CREATE TABLE source AS {_copies(count)}")
            found = [tuple(row) for row in await db.fetch("SELECT * FROM source")]
            names = list((await db.fetchrow("SELECT * FROM source")).keys())
            begun = perf_counter()
            if copy:
                await db.copy_records_to_table("llm_interactions", records=found, columns=names)
            else:
                values = ", ".join(f"${place}" for place in range(1, len(names) + 1))
                await db.executemany(f"INSERT INTO llm_interactions ({', '.join(names)}) VALUES ({values})", found)
            return perf_counter() - begun

    async def _bare_pull(self, count: int) -> float:
        school, lab = await self._school()
        await self._at_work(school, lab)
        async with connected(school.owner_url) as db:
            await db.execute(f"CREATE TABLE source AS {_copies(count)}")
            begun = perf_counter()
            found = [tuple(map(_plain, row)) for row in await db.fetch("SELECT * FROM source")]
            with closing(sqlite3.connect(self._folder / school.database / "bare.db")) as file:
                file.execute("PRAGMA journal_mode = WAL")
                names = ", ".join(f"c{place}" for place in range(1, len(found[0])))
                file.execute(f"CREATE TABLE bare (id PRIMARY KEY, {names})")
                with file:
                    file.executemany(f"INSERT INTO bare VALUES ({', '.join('?' * len(found[0]))})", found)
            return perf_counter() - begun

    async def _filled(self, school: School, lab: Lab, stored: int) -> tuple[Machine, Session]:
        """Give a school many answers, and a teacher who has seen them all."""
        _, session, _ = await self._at_work(school, lab)
        teacher = await lab.machine("tess")
        await teacher.sync()
        scope = school.classes["9a"].id
        async with connected(self._server.url(school.database, SUPERUSER)) as db:
            await db.execute("SET session_replication_role = replica")
            await db.execute(f"INSERT INTO llm_interactions (id, {_COLUMNS}) {_copies(stored)}", timeout=600)
            await db.execute(
                "INSERT INTO sync_changes SELECT $1, 'llm_interactions', id, user_id, NULL, 1000 + row_number() OVER ()"
                " FROM llm_interactions ON CONFLICT DO NOTHING",
                scope, timeout=600,
            )  # fmt: skip
            await db.execute("UPDATE sync_counters SET seq = $1 WHERE scope_id = $2", stored + 2_000, scope)
            await db.execute("VACUUM ANALYZE", timeout=600)
        async with teacher.store.write() as tx:
            await tx.sync.state.advance(teacher.user.id, {scope: Cursor(seq=stored + 2_000, complete=True)})
        return teacher, session

    async def _small(self, school: School, teacher: Machine, session: Session, stored: int) -> float:
        async with connected(school.owner_url) as db:
            await db.execute(f"INSERT INTO llm_interactions (id, {_COLUMNS}) {_copies(NEW_ROWS)}")
        begun = perf_counter()
        progress = await teacher.sync()
        took = perf_counter() - begun
        if progress.taken < NEW_ROWS:
            raise RuntimeError(f"{progress} of {session.id} with {stored} stored")
        return took * 1000


_COLUMNS = (
    "session_id, user_id, challenge_id, user_prompt, model_response, code, stdin, stdout, model_id, kind, hint_level, "
    "prompt_version, prompt_tokens, completion_tokens, latency_ms, finish_reason, guard, feedback, created_at"
)


def _copies(count: int) -> str:
    one = "(SELECT * FROM llm_interactions LIMIT 1) one"
    return f"SELECT gen_random_uuid() AS id, {_COLUMNS} FROM {one}, generate_series(1, {count})"


def _plain(value: Any) -> Any:
    return (
        value.hex if hasattr(value, "hex") and hasattr(value, "fields") else str(value) if value is not None else None
    )
