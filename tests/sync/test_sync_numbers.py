"""How a school's server numbers changes: no cursor steps over one, however transactions overlap."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from storage.records import new_id
from tests.support.postgres import connected
from tests.support.sync_school import Lab, School


async def write(db: Any, school: School, title: str) -> UUID:
    """Add a challenge to class 9a."""
    id_ = new_id()
    await db.execute(
        "INSERT INTO challenges (id, class_id, model_id, title, statement, created_at, updated_at) "
        "SELECT $1, class_id, model_id, $2, '', now(), now() FROM challenges WHERE id = $3",
        id_, title, school.challenges["9a"].id,
    )  # fmt: skip
    return id_


@asynccontextmanager
async def two(school: School) -> AsyncIterator[tuple[Any, Any]]:
    """Two connections of writers."""
    async with connected(school.owner_url) as first, connected(school.owner_url) as second:
        yield first, second


async def numbers(school: School, class_: str) -> list[int]:
    """The numbers given in a class so far."""
    rows = await school.execute(
        "SELECT seq FROM sync_changes WHERE scope_id = $1 ORDER BY seq", school.classes[class_].id
    )
    return [row["seq"] for row in rows]


async def test_a_row_that_is_committed_late_still_arrives(school: School, lab: Lab) -> None:
    reader = await lab.machine("ada")
    async with two(school) as (slow, quick):
        slowly = slow.transaction()
        await slowly.start()
        late = await write(slow, school, "written first, committed last")
        early = await write(quick, school, "written last, committed first")
        await reader.sync()
        assert early in reader.ids("challenges") and late not in reader.ids("challenges")
        await slowly.commit()
        await reader.sync()
        assert late in reader.ids("challenges")


async def test_who_has_a_number_holds_the_others_up_until_the_commit(school: School, lab: Lab) -> None:
    reader = await lab.machine("ada")
    async with two(school) as (first, second):
        numbered = first.transaction()
        await numbered.start()
        one = await write(first, school, "numbered")
        await first.execute("SET CONSTRAINTS ALL IMMEDIATE")
        waiting = asyncio.create_task(write(second, school, "waits for its number"))
        await asyncio.wait([waiting], timeout=0.3)
        assert not waiting.done()
        await reader.sync()
        assert one not in reader.ids("challenges")
        await numbered.commit()
        other = await waiting
        await reader.sync()
        assert {one, other} <= reader.ids("challenges")


async def test_transactions_over_many_classes_do_not_block_each_other_for_ever(school: School) -> None:
    async def rewrite(db: Any, ids: list[UUID]) -> None:
        for _ in range(20):
            async with db.transaction():
                for id_ in ids:
                    await db.execute("UPDATE challenges SET title = title || '.' WHERE id = $1", id_)

    async with two(school) as (first, second), asyncio.timeout(60):
        # Four rows of two classes, so that only the numbers can be fought over.
        a, b, c, d = [await write(first, school, title) for title in "abcd"]
        move = "UPDATE challenges SET class_id = $1 WHERE id = ANY ($2)"
        await first.execute(move, school.classes["9b"].id, [b, d])
        await asyncio.gather(rewrite(first, [a, b]), rewrite(second, [d, c]))
    titles = await school.execute("SELECT title FROM challenges WHERE id = ANY ($1)", [a, b, c, d])
    assert {len(row["title"]) for row in titles} == {21}


async def test_a_row_keeps_one_number_and_what_was_undone_has_none(school: School) -> None:
    before = await numbers(school, "9a")
    async with connected(school.owner_url) as db:
        async with db.transaction():
            id_ = await write(db, school, "once")
            await db.execute("UPDATE challenges SET title = 'twice' WHERE id = $1", id_)
            savepoint = db.transaction()
            await savepoint.start()
            await write(db, school, "undone")
            await savepoint.rollback()
        await db.execute("UPDATE challenges SET title = 'later' WHERE id = $1", id_)
    after = await numbers(school, "9a")
    assert after == [*before, after[-1]] and after[-1] == max(before) + 2
    assert (
        await school.execute("SELECT 1 FROM sync_pending") == await school.execute("SELECT 1 FROM sync_commits") == []
    )


async def test_what_changes_together_is_numbered_in_the_order_of_the_ids_in_each_class(school: School) -> None:
    before = {name: max(await numbers(school, name)) for name in school.classes}
    async with connected(school.owner_url) as db, db.transaction():
        written = [await write(db, school, "one of many") for _ in range(4)]
        await db.execute("UPDATE challenges SET title = 'changed' WHERE id = ANY ($1)", written)
        moved = [written[3], written[1]]
        await db.execute(
            "UPDATE challenges SET class_id = $1 WHERE id = ANY ($2)", school.classes["9b"].id, moved
        )  # fmt: skip
    for name, ids in {"9a": sorted(written), "9b": sorted(moved)}.items():
        found = await school.execute(
            "SELECT row_id, seq FROM sync_changes WHERE scope_id = $1 AND row_id = ANY ($2) ORDER BY seq",
            school.classes[name].id, written,
        )  # fmt: skip
        assert [row["row_id"] for row in found] == ids
        assert [row["seq"] - before[name] for row in found] == [*range(1, len(ids) + 1)]


async def test_many_writers_and_a_reader_agree(school: School, lab: Lab) -> None:
    reader = await lab.machine("ada")
    written: list[UUID] = []

    async def writer() -> None:
        async with connected(school.owner_url) as db:
            for _ in range(15):
                async with db.transaction():
                    written.append(await write(db, school, "one of many"))
                    await db.execute("SELECT pg_sleep(random() * 0.004)")

    writers = asyncio.gather(*(writer() for _ in range(6)))
    while not writers.done():
        await reader.sync()
    await writers
    await reader.sync()
    assert set(written) <= reader.ids("challenges")


async def test_first_saves_of_two_machines_at_once_become_one(school: School, lab: Lab) -> None:
    laptop, desktop = await lab.machine("ada"), await lab.machine("ada")
    for machine in (laptop, desktop):
        await machine.sync()
        await machine.save(await machine.sit_down(school.challenges["9a"]), machine.path.name)
    ((node, batch),) = laptop.sql("SELECT node_id, batch FROM sync_accounts")
    ((id_, text, hlc),) = laptop.sql("SELECT id, solution, hlc FROM challenge_solutions")
    async with connected(school.url("ada")) as db:
        async with db.transaction():
            await db.execute("SELECT sync_begin_batch($1, $2)", UUID(node), batch + 1)
            await db.execute(
                "INSERT INTO challenge_solutions (id, user_id, challenge_id, solution, created_at, updated_at, hlc)"
                " VALUES ($1, $2, $3, $4, now(), now(), $5)",
                UUID(id_), laptop.user.id, school.challenges["9a"].id, text, hlc,
            )  # fmt: skip
            pushing = asyncio.ensure_future(desktop.sync())
            await until_one_waits(school)
        await pushing
    for machine in (laptop, desktop):
        await machine.sync()
    ids = [await school.ids("challenge_solutions"), *(m.ids("challenge_solutions") for m in (laptop, desktop))]
    assert ids == [{UUID(id_)}] * 3


async def until_one_waits(school: School) -> None:
    async with asyncio.timeout(30):
        while not await school.execute("SELECT 1 FROM pg_locks WHERE NOT granted"):
            await asyncio.sleep(0.01)
