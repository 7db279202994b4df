"""Students with two machines each, a teacher and a school, and everything that can go wrong between them.

A seeded story of work, offline spells, lost and doubled messages, machines killed between two messages, wrong clocks,
changing enrolments and a server that is put back to an old backup, on a real PostgreSQL and real SQLite files. In the
end all replicas agree, nothing that a machine accepted is missing anywhere, and of the saves of a solution the one with
the greatest stamp is the current one: the last one, unless clocks are put wrong and right again, which only every other
story does.
`TACO_SYNC_SEEDS=200 TACO_SYNC_STEPS=200 pytest …` tells more and longer stories than the three of 70 steps each that
are told by default; the number in a test's name is the seed. Processes killed within a message are in
`test_sync_crashes`.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import attrs
import pytest

from storage import Session, Store, open_store
from storage.sync.errors import RemoteError, unreachable
from storage.sync.values import Batch, Cursor, Hello, Page, Pushed, Sent
from taco_lsp.sync.remote import Remote
from tests.support.postgres import Server
from tests.support.sync_school import Lab, Machine, School, copy_database

SEEDS = int(os.environ.get("TACO_SYNC_SEEDS", "3"))
STEPS = int(os.environ.get("TACO_SYNC_STEPS", "70"))
STUDENTS = ("ada", "bob")
CLASSES = ("9a", "9b")
CLOCKS = (timedelta(0), timedelta(hours=-1), timedelta(days=365))


class Witness:
    """Knows which save of each solution the server has to hold, by what it has taken so far."""

    def __init__(self) -> None:
        self.winners: dict[tuple[str, str], tuple[int, str]] = {}

    def saw(self, batch: Batch, pushed: Pushed) -> None:
        """Note what the server took: the greater stamp wins, of two equal ones the greater text."""
        refused = {refusal.row.row_id for refusal in pushed.refused}
        saved = batch.rows.tables.get("challenge_solutions")
        if pushed.stale or saved is None:
            return
        for row in saved.named():
            if row["id"] not in refused:
                key, save = (row["user_id"], row["challenge_id"]), (row["hlc"], row["solution"])
                self.winners[key] = max(self.winners.get(key, save), save)


class Witnessed:
    """A remote whose pushes are witnessed."""

    def __init__(self, remote: Remote, witness: Witness) -> None:
        self._remote = remote
        self._witness = witness
        self.hello, self.pull, self.close = remote.hello, remote.pull, remote.close

    async def push(self, batch: Batch, *, sent: Sent | None = None) -> Pushed:
        pushed = await self._remote.push(batch, sent=sent)
        self._witness.saw(batch, pushed)
        return pushed


class Unreliable:
    """A remote whose messages get lost on the way there or back, arrive twice, or long after others."""

    def __init__(self, remote: Remote, chance: random.Random, late: list[Batch]) -> None:
        self._remote = remote
        self._chance = chance
        self._late = late

    async def hello(self, node_id: UUID) -> Hello:
        self._fail(0.1)
        return await self._remote.hello(node_id)

    async def push(self, batch: Batch, *, sent: Sent | None = None) -> Pushed:
        self._fail(0.1)
        if self._late and self._chance.random() < 0.2:
            await self._remote.push(self._chance.choice(self._late))
        pushed = await self._remote.push(batch, sent=sent)
        self._late.append(batch)
        self._fail(0.2)
        if self._chance.random() < 0.2:
            assert (await self._remote.push(batch)).stale
        return pushed

    async def pull(self, cursors: Mapping[UUID, Cursor], limit: int) -> Page:
        self._fail(0.1)
        page = await self._remote.pull(cursors, self._chance.choice((1, 3, limit)))
        self._fail(0.1)
        return page

    async def close(self) -> None:
        await self._remote.close()

    def _fail(self, share: float) -> None:
        if self._chance.random() < share:
            raise unreachable("the test cut the wire")


class Story:
    """What happens, and what must not be lost."""

    def __init__(self, school: School, lab: Lab, seed: int) -> None:
        self.school = school
        self.lab = lab
        self.chance = random.Random(seed)
        self.clocks_go_wrong = seed % 2 == 0
        self.last_saved: dict[tuple[str, str], str] = {}
        self.machines: list[Machine] = []
        self.sittings: dict[int, list[Session]] = {}
        self.accepted: dict[str, set[UUID]] = {}
        self.happened: Counter[str] = Counter()
        self.witness = Witness()
        self.backup = f"{school.database}_b"
        self.backed_up: dict[tuple[str, str], tuple[int, str]] = {}
        self._number = 0

    async def begin(self) -> None:
        """Everybody is enrolled and has synced once."""
        for name in (*STUDENTS, *STUDENTS, "tess"):
            machine = await self.lab.machine(name)
            await machine.sync()
            late: list[Batch] = []
            machine.wrap = lambda remote, late=late: Unreliable(self.witnessed(remote), self.chance, late)  # type: ignore[misc]
            self.sittings[id(machine)] = []
            self.machines.append(machine)
        await copy_database(self.school, self.school.database, self.backup)

    async def step(self) -> None:
        """Something happens."""
        events = {
            self.work: 12, self.sync: 8, self.crash: 1, self.teach: 1, self.change_enrolment: 1, self.back_up: 0.4,
            self.restore: 0.4, self.reset_clock: self.clocks_go_wrong,
        }  # fmt: skip
        (event,) = self.chance.choices(list(events), list(events.values()))
        self.happened[event.__name__] += 1
        await event()

    async def work(self) -> None:
        """A student does something, on one of the machines."""
        machine = self.chance.choice([m for m in self.machines if m.name in STUDENTS])
        sittings = self.sittings[id(machine)]
        tasks = [self.school.challenges[name] for name in CLASSES]
        known = machine.ids("challenges")
        if not sittings or self.chance.random() < 0.2:
            task = self.chance.choice(tasks)
            if task.id in known:
                sittings.append(await machine.sit_down(task))
                self._accept("sessions", sittings[-1].id)
            return
        session = self.chance.choice(sittings)
        self._number += 1
        deed = self.chance.choice(("ask", "run", "save", "feedback", "leave"))
        if deed == "ask":
            self._accept("llm_interactions", (await machine.ask(session, f"question {self._number}")).id)
        elif deed == "run":
            self._accept("runs", (await machine.run(session, f"{self._number}\n")).id)
        elif deed == "save":
            before = machine.ids("challenge_solutions_history")
            await machine.save(session, f"version {self._number}")
            self.last_saved[machine.user.id.hex, session.challenge_id.hex] = f"version {self._number}"
            self._accept("challenge_solutions_history", *(machine.ids("challenge_solutions_history") - before))
        elif deed == "feedback":
            await self._judge(machine)
        else:
            await machine.leave(session)

    async def _judge(self, machine: Machine) -> None:
        async with machine.store.write() as tx:
            journey = await tx.journey.rows(user_id=machine.user.id)
            if journey.interactions:
                asked = self.chance.choice(journey.interactions)
                await tx.interactions.set_feedback(asked.id, machine.user.id, {"helpful": self.chance.random() < 0.5})

    async def sync(self) -> None:
        """A machine is online for a moment."""
        try:
            await self.chance.choice(self.machines).sync()
        except RemoteError as error:
            assert error.trouble == "unreachable"  # noqa: PT017 - syncing may as well succeed
            self.happened["failed sync"] += 1

    async def crash(self) -> None:
        """A machine is killed; its last round may have broken off anywhere."""
        await self.chance.choice(self.machines).crash()

    async def teach(self) -> None:
        """The teacher edits a task at home."""
        teacher = self.machines[-1]
        task = self.school.challenges[self.chance.choice(CLASSES)]
        self._number += 1
        async with teacher.store.write() as tx:
            await tx.challenges.update(attrs.evolve(await tx.challenges.get(task.id), title=f"Title {self._number}"))

    async def reset_clock(self) -> None:
        """A student's clock goes wrong, or right again."""
        self.chance.choice(self.machines[:-1]).clock_error = self.chance.choice(CLOCKS)

    async def change_enrolment(self) -> None:
        """A student leaves a class, or comes back to it."""
        name, class_ = self.chance.choice(STUDENTS), self.chance.choice(CLASSES)
        if self.chance.random() < 0.5:
            await self.school.unenrol(name, class_)
        else:
            await self.enrol(name, class_)

    async def enrol(self, name: str, class_: str) -> None:
        """Put a student into a class, who may be in it."""
        await self.school.execute(
            "INSERT INTO user_classes VALUES ($1, $2, now()) ON CONFLICT DO NOTHING",
            self.school.people[name].id, self.school.classes[class_].id,
        )  # fmt: skip

    async def back_up(self) -> None:
        """The server is backed up."""
        await copy_database(self.school, self.school.database, self.backup)
        self.backed_up = dict(self.witness.winners)

    async def restore(self) -> None:
        """The server is put back to its backup: all since then is lost there."""
        await copy_database(self.school, self.backup, self.school.database)
        self.witness.winners = dict(self.backed_up)

    def witnessed(self, remote: Remote) -> Remote:
        """The remote, watched."""
        return Witnessed(remote, self.witness)

    async def end(self) -> None:
        """Everybody is back, with the right time, and syncs in peace."""
        for name in STUDENTS:
            for class_ in CLASSES:
                await self.enrol(name, class_)
        for machine in self.machines:
            machine.clock_error = timedelta(0)
            machine.wrap = self.witnessed
        for _ in range(2):
            for machine in self.machines:
                await machine.sync()
        await self.school.server.execute(f"DROP DATABASE {self.backup}")

    def _accept(self, table: str, *ids: UUID) -> None:
        self.accepted.setdefault(table, set()).update(ids)


@pytest.mark.parametrize("seed", range(SEEDS))
async def test_all_replicas_agree_and_nothing_is_missing(
    seed: int, postgres: Server, tmp_path: Path, empty_file: Path
) -> None:
    async with postgres.database() as url:
        school = School(postgres, url)
        await school.found(teachers=("tess",), students=STUDENTS, classes=CLASSES)
        for name in STUDENTS:
            await school.enrol(name, *CLASSES)
        lab = Lab(school, tmp_path, empty_file)
        try:
            story = Story(school, lab, seed)
            await story.begin()
            for _ in range(STEPS):
                await story.step()
            await story.end()
            await check(story)
        finally:
            await lab.close()


async def check(story: Story) -> None:
    """Hold every replica against the server, and the server against what was accepted."""
    what = dict(story.happened)
    for table, ids in story.accepted.items():
        assert ids <= await story.school.ids(table), (table, what)
    rows = await story.school.execute("SELECT user_id, challenge_id, hlc, solution FROM challenge_solutions")
    held = {(row["user_id"].hex, row["challenge_id"].hex): (row["hlc"], row["solution"]) for row in rows}
    assert held == story.witness.winners, what
    if not story.clocks_go_wrong:
        assert {key: text for key, (_, text) in held.items()} == story.last_saved, what
    server = await open_store(story.school.owner_url)
    try:
        for machine in story.machines:
            assert await machine.waiting() == (0, {}), what
            for name in STUDENTS if machine.name == "tess" else (machine.name,):
                id_ = story.school.people[name].id
                assert await state(machine.store, story.school, id_) == await state(server, story.school, id_), what
    finally:
        await server.close()


async def state(store: Store, school: School, user_id: UUID) -> Any:
    """Everything a store holds of a student."""
    async with store.read() as tx:
        rows = await tx.journey.rows(user_id=user_id)
        solutions = [await tx.solutions.current(user_id, school.challenges[name].id) for name in CLASSES]
        titles = [(await tx.challenges.get(school.challenges[name].id)).title for name in CLASSES]
    return attrs.evolve(rows, challenges=[]), solutions, titles
