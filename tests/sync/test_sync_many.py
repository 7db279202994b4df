"""Many rows at once: they arrive as they are, one bad one holds up no other, and nothing waits that need not."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import attrs
import pytest

from storage import KnowledgeEntry, Run, Session, now
from storage.sync import postgres_pull, postgres_push, postgres_rows
from storage.sync.errors import RemoteError
from storage.sync.postgres_remote import PostgresRemote
from storage.sync.values import Batch, Cursor, Page, Pushed, Refusal, RowName, Sent
from taco_lsp.stores import LazyStore
from taco_lsp.sync import rounds
from taco_lsp.sync.loop import Syncer
from taco_lsp.sync.rounds import Progress, sync_once
from tests.support.postgres import Server, prepare, running, started
from tests.support.sync_school import Lab, Machine, School, multiply, until

AWKWARD = ("", "\\N", 'a\tb\\\n"c"\', {d}', "\u00e4\u20ac\U0001f40d", "x" * 3000)
MANY = 600


@pytest.mark.parametrize("way", ["staged", "arrays", "not allowed to stage"])
async def test_rows_arrive_as_they_are_whichever_way_they_are_sent(
    school: School, lab: Lab, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    monkeypatch.setattr(postgres_rows, "STAGED_FROM", 10**9 if way == "arrays" else 1)
    if way == "not allowed to stage":
        await school.execute(f"REVOKE TEMPORARY ON DATABASE {school.database} FROM PUBLIC")
    laptop, desktop, teacher = [await lab.machine(name) for name in ("ada", "ada", "tess")]
    await laptop.sync()
    session = await laptop.sit_down(school.challenges["9a"])
    for number, text in enumerate(AWKWARD):
        await add_run(laptop, session, number, text)
        asked = await laptop.ask(session, text)
        async with laptop.store.write() as tx:
            await tx.interactions.set_feedback(asked.id, laptop.user.id, {"comment": text, "helpful": None})
        await laptop.save(session, text)
    await laptop.leave(session)
    await teacher.sync()
    entry = KnowledgeEntry(
        organization_id=school.organization.id, class_id=school.classes["9a"].id, text="Signs.",
        metadata={"model": "\u00e4"}, embedding=(0.5, -1.25, 3e-9),
    )  # fmt: skip
    async with teacher.store.write() as tx:
        await tx.knowledge.add(attrs.evolve(entry, created_by_user_id=teacher.user.id))
    for machine in (laptop, teacher, desktop, laptop):
        await machine.sync()
    assert await laptop.waiting() == await teacher.waiting() == (0, {})
    for table in ("runs", "llm_interactions", "challenge_solutions", "challenge_solutions_history", "sessions"):
        there = [machine.sql(f"SELECT * FROM {table} ORDER BY id") for machine in (laptop, desktop, teacher)]
        assert there[0] == there[1] == there[2] != [], table
    passages = [m.sql("SELECT text, metadata, embedding FROM knowledge_base ORDER BY id") for m in (laptop, desktop)]
    kept = teacher.sql("SELECT text, metadata, embedding FROM knowledge_base WHERE id = ?", entry.id.hex)
    assert passages[0] == passages[1] and kept[0] in passages[0]


async def add_run(machine: Machine, session: Session, number: int, text: str) -> None:
    run = Run(
        session_id=session.id, user_id=machine.user.id, challenge_id=session.challenge_id, code=text, command=text,
        stdin=text, stdout=text, stderr=text, exit_code=(None, 0, -9, 2**32 - 1, 1)[number], duration_ms=number,
        timed_out=bool(number % 2), created_at=now() + timedelta(microseconds=number),
    )  # fmt: skip
    async with machine.store.write() as tx:
        await tx.runs.add(run)


@pytest.mark.parametrize("search_s", [30, 0])
async def test_a_few_bad_rows_among_many_hold_up_no_other(
    school: School, lab: Lab, monkeypatch: pytest.MonkeyPatch, search_s: float
) -> None:
    monkeypatch.setattr(postgres_push, "SEARCH_S", search_s)
    laptop, session = await at_work(school, lab)
    good, *bad = [await laptop.ask(session, f"question {number}") for number in range(4)]
    multiply(laptop, good, MANY)
    laptop.sql("UPDATE llm_interactions SET prompt_tokens = 1 << 40 WHERE id = ?", bad[0].id.hex)
    laptop.sql("UPDATE llm_interactions SET feedback = '{no json' WHERE id = ?", bad[1].id.hex)
    laptop.sql("UPDATE llm_interactions SET created_at = 'some day' WHERE id = ?", bad[2].id.hex)
    progress = await laptop.sync()
    assert await school.ids("llm_interactions") == laptop.ids("llm_interactions") - {row.id for row in bad}
    waiting, kept = await laptop.waiting()
    assert (waiting, sum(kept.values())) == (0, 3)
    assert progress.sent == MANY + 2  # with the session and the question they were made of


async def test_what_belongs_to_something_refused_is_not_tried_one_by_one(
    school: School, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "BATCH_ROWS", 150)
    laptop, session = await at_work(school, lab)
    multiply(laptop, await laptop.ask(session, "why?"), 400)
    other = await laptop.sit_down(school.challenges["9b"])
    good = await laptop.ask(other, "and why this?")
    await school.unenrol("ada", "9a")
    tried: list[int] = []
    put = postgres_push._put

    async def counted(putter: Any, synced: Any, given: Any) -> Any:
        tried.append(len(given))
        return await put(putter, synced, given)

    monkeypatch.setattr(postgres_push, "_put", counted)
    await laptop.sync()
    assert await school.ids("llm_interactions") == {good.id}
    waiting, kept = await laptop.waiting()
    assert (waiting, sum(kept.values())) == (0, 402)
    assert len(tried) < 30


async def test_what_belongs_to_a_session_that_was_not_tried_yet_arrives_with_it(
    school: School, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    laptop, refused = await at_work(school, lab)
    await laptop.ask(refused, "why?")
    for _ in range(3):
        good = await laptop.sit_down(school.challenges["9b"])
        await laptop.ask(good, "and why this?")
    await school.unenrol("ada", "9a")
    monkeypatch.setattr(rounds, "BATCH_ROWS", 4)
    monkeypatch.setattr(postgres_push, "SEARCH_S", 0)
    await laptop.sync()
    waiting, kept = await laptop.waiting()
    assert (waiting, sum(kept.values())) == (0, 2)
    assert await school.ids("sessions") == laptop.ids("sessions") - {refused.id}
    assert len(await school.ids("llm_interactions")) == 3


async def test_a_page_holds_no_more_text_than_arrives_in_time(
    school: School, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_pull, "PAGE_BYTES", 20_000)
    laptop, session = await at_work(school, lab)
    for _ in range(12):
        await laptop.run(session, "x" * 9_000)
    multiply(laptop, await laptop.ask(session, "why?"), 50)
    await laptop.sync()
    pages: list[int] = []

    class Weighed(PostgresRemote):
        async def pull(self, cursors: Mapping[UUID, Cursor], limit: int) -> Page:
            page = await super().pull(cursors, limit)
            pages.append(sum(len(str(row)) for _, rows in page.rows for row in rows.rows))
            return page

    teacher = await lab.machine("tess")
    await sync_once(teacher.store, Weighed(school.url("tess")), teacher.user.id)
    assert teacher.ids("runs") == laptop.ids("runs") and len(teacher.ids("runs")) == 12
    assert teacher.ids("llm_interactions") == laptop.ids("llm_interactions")
    assert len(pages) > 5 and max(pages) < 60_000


async def at_work(school: School, lab: Lab) -> tuple[Machine, Session]:
    machine = await lab.machine("ada")
    await machine.sync()
    return machine, await machine.sit_down(school.challenges["9a"])


Happens = Callable[[Batch], Awaitable[None]]


class Watched(PostgresRemote):
    """A remote at which something happens while it takes in a batch."""

    def __init__(self, url: str, happens: Happens) -> None:
        super().__init__(url)
        self._happens = happens

    async def push(self, batch: Batch, *, sent: Sent | None = None) -> Pushed:
        assert sent
        sent()
        await self._happens(batch)
        return await super().push(batch)


class Slow(Watched):
    """A remote at which something happens while a batch is on its way there."""

    async def push(self, batch: Batch, *, sent: Sent | None = None) -> Pushed:
        await self._happens(batch)
        return await PostgresRemote.push(self, batch, sent=sent)


async def test_the_next_batch_is_read_while_the_server_takes_one_in(
    school: School, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "BATCH_ROWS", 100)
    laptop, session = await at_work(school, lab)
    multiply(laptop, await laptop.ask(session, "why?"), MANY)
    numbers: list[int] = []

    async def happens(batch: Batch) -> None:
        numbers.append(batch.number)
        if "models" not in batch.rows.tables and len(batch) == 100:
            await until(lambda: laptop.sql("SELECT batch FROM sync_accounts") == [(batch.number + 1,)])

    await sync_once(laptop.store, Watched(school.url("ada"), happens), laptop.user.id)
    assert len(numbers) > MANY / 100 and numbers == sorted(set(numbers))
    assert await school.ids("llm_interactions") == laptop.ids("llm_interactions")
    assert await laptop.waiting() == (0, {})


async def test_the_next_batch_is_not_read_before_this_one_is_sent(
    school: School, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "BATCH_ROWS", 100)
    laptop, session = await at_work(school, lab)
    multiply(laptop, await laptop.ask(session, "why?"), MANY)

    async def happens(batch: Batch) -> None:
        await asyncio.sleep(0.05)
        assert laptop.sql("SELECT batch FROM sync_accounts") == [(batch.number,)]

    await sync_once(laptop.store, Slow(school.url("ada"), happens), laptop.user.id)
    assert await school.ids("llm_interactions") == laptop.ids("llm_interactions")


async def test_a_row_that_changes_while_its_batch_is_on_its_way_is_sent_again(
    school: School, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "BATCH_ROWS", 50)
    laptop, session = await at_work(school, lab)
    asked = await laptop.ask(session, "why?")
    multiply(laptop, asked, 200)
    judged: set[str] = set()

    async def happens(batch: Batch) -> None:
        if rows := batch.rows.tables.get("llm_interactions"):
            first = rows.column("id")[0]
            if first not in judged:
                judged.add(first)
                async with laptop.store.write() as tx:
                    await tx.interactions.set_feedback(UUID(first), laptop.user.id, {"helpful": True})

    await sync_once(laptop.store, Watched(school.url("ada"), happens), laptop.user.id)
    found = await school.execute("SELECT id FROM llm_interactions WHERE feedback IS NOT NULL")
    assert {row["id"].hex for row in found} == judged != set()
    assert await laptop.waiting() == (0, {})


async def test_a_round_that_is_given_up_leaves_nothing_running(school: School, lab: Lab) -> None:
    laptop, session = await at_work(school, lab)
    await laptop.ask(session, "why?")
    started, ended = asyncio.Event(), asyncio.Event()

    async def happens(batch: Batch) -> None:
        started.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    going = asyncio.ensure_future(sync_once(laptop.store, Watched(school.url("ada"), happens), laptop.user.id))
    await started.wait()
    await asyncio.sleep(0.2)  # nothing is left to be done here, so it waits for the server
    going.cancel()
    with pytest.raises(asyncio.CancelledError):
        await going
    assert ended.is_set()


class TakesNothing(PostgresRemote):
    """A remote that takes no row, and gives a reason that means nothing, or none."""

    def __init__(self, url: str, cause: str | None) -> None:
        super().__init__(url)
        self._cause: Any = cause
        self.asked = 0

    async def push(self, batch: Batch, *, sent: Sent | None = None) -> Pushed:
        self.asked += 1
        names = [RowName(table=name, row_id=id_) for name, rows in batch.rows for id_ in rows.column("id")]
        refused = tuple(Refusal(row=name, cause=self._cause, reason="?") for name in names)
        return Pushed(stale=True) if self._cause is None else Pushed(refused=refused)


@pytest.mark.parametrize(
    ("cause", "says"), [(None, "in circles"), ("later", "in circles"), ("clock", "clocks .* go differently")]
)
async def test_a_server_that_takes_nothing_ends_in_the_status(
    school: School, lab: Lab, cause: str | None, says: str
) -> None:
    laptop, session = await at_work(school, lab)
    await laptop.save(session, "x = 1")
    waiting = await laptop.waiting()
    remote = TakesNothing(school.url("ada"), cause)
    async with asyncio.timeout(60):
        with pytest.raises(RemoteError, match=says):
            await sync_once(laptop.store, remote, laptop.user.id)
    assert remote.asked <= rounds.FRUITLESS_TRIES
    assert await laptop.waiting() == waiting

    async def connect() -> tuple[UUID, PostgresRemote]:
        return laptop.user.id, TakesNothing(school.url("ada"), cause)

    store = LazyStore(laptop.store.info.url)
    try:
        status = await Syncer(store, connect).now()
    finally:
        await store.close()
    assert (status.state, status.trouble) == ("waiting", "failed") and status.unsent >= waiting[0]
    await laptop.sync()
    assert await laptop.waiting() == (0, {})


async def test_a_page_is_left_alone_when_another_program_has_taken_in_more_meanwhile(
    school: School, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "PAGE_ROWS", 20)
    laptop, session = await at_work(school, lab)
    multiply(laptop, await laptop.ask(session, "why?"), 100)
    await laptop.sync()
    desktop = await lab.machine("ada")
    others: list[Progress] = []

    class Overtaken(PostgresRemote):
        async def pull(self, cursors: Mapping[UUID, Cursor], limit: int) -> Page:
            page = await super().pull(cursors, limit)
            if not others:
                others.append(await desktop.sync())
            return page

    progress = await sync_once(desktop.store, Overtaken(school.url("ada")), desktop.user.id)
    assert progress.taken == 0 and others[0].taken > 100
    assert desktop.ids("llm_interactions") == laptop.ids("llm_interactions")
    assert await desktop.sync() == Progress()


async def test_a_round_that_breaks_off_while_the_next_page_is_fetched_leaves_what_was_taken_in(
    school: School, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "PAGE_ROWS", 20)
    laptop, session = await at_work(school, lab)
    multiply(laptop, await laptop.ask(session, "why?"), 100)
    await laptop.sync()
    desktop = await lab.machine("ada")

    def break_off(progress: Progress) -> None:
        if progress.taken > 40:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await sync_once(desktop.store, desktop.school.remote("ada"), desktop.user.id, tell=break_off)
    before = len(desktop.ids("llm_interactions"))
    assert 0 < before < 100
    await desktop.sync()
    assert desktop.ids("llm_interactions") == laptop.ids("llm_interactions")


@pytest.mark.subprocess
async def test_nothing_is_read_or_sent_again_after_a_restart_of_the_server(
    postgres: Server, tmp_path: Path, empty_file: Path
) -> None:
    with running(postgres.programs) as server:
        await prepare(server)
        school = School(server, server.url("taco"))
        await server.execute("CREATE DATABASE taco OWNER taco_owner TEMPLATE taco_template")
        await school.found(teachers=("tess",), students=("ada",), classes=("9a",))
        await school.enrol("ada", "9a")
        lab = Lab(school, tmp_path, empty_file)
        try:
            laptop, teacher = await lab.machine("ada"), await lab.machine("tess")
            await laptop.sync()
            await laptop.ask(await laptop.sit_down(school.challenges["9a"]), "why?")
            for machine in (laptop, teacher, teacher):
                await machine.sync()
            stop = [server.programs / "pg_ctl", "stop", "-D", server.folder / "data", "-m", "fast"]
            with server.process(*stop) as stopping:
                assert await asyncio.to_thread(stopping.wait, 20) == 0
            with started(server.programs, server.folder):
                assert [await machine.sync() for machine in (laptop, teacher)] == [Progress(), Progress()]
        finally:
            await lab.close()
