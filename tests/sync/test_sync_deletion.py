"""A student's own data and a school: what it is asked to delete, what it keeps, and what it does not record."""

from __future__ import annotations

from storage import Session, open_store
from taco_lsp.journey.own_data.deletion import delete_at, lines
from taco_lsp.journey.own_data.page import html, markdown
from taco_lsp.journey.own_data.recorded import Recorded, read_recorded
from taco_lsp.wire.types import Deletion
from tests.support.sync_school import Lab, Machine, School

KEEPS = "The school keeps the work of its classes."
ALLOWED = """UPDATE classes SET tutor_policy = '{"allow_deletion": true}'"""


async def delete(machine: Machine) -> tuple[Deletion, ...]:
    """Delete everything, as `taco data delete -y` does."""
    async with machine.store.write() as tx:
        return await delete_at(tx, machine.user.id, await tx.own_data.deletable(machine.user.id))


async def recorded(machine: Machine) -> Recorded:
    """What `taco data show` reads."""
    return await read_recorded(machine.store, machine.user)


async def worked(school: School, laptop: Machine, *others: Machine) -> Session:
    """Work in 9a that is on the school's server, and on the machines of others."""
    await laptop.sync()
    session = await laptop.sit_down(school.challenges["9a"])
    await laptop.ask(session, "zyxprivate")
    for machine in (laptop, *others):
        await machine.sync()
    return session


async def test_who_deletes_is_told_that_the_school_is_asked_too(school: School, lab: Lab) -> None:
    laptop = await lab.machine("ada")
    await worked(school, laptop)
    deletions = await delete(laptop)
    assert lines(deletions) == ["Task of 9a (9a): taken off this computer; your school is asked to delete it too."]
    assert (await recorded(laptop)).unsettled == deletions
    page = markdown(await recorded(laptop))
    assert "Nothing in this store." in page
    assert "## What your school is asked to delete at the next sync\n\n- Task of 9a (9a)" in page


async def test_what_the_school_keeps_is_listed_with_its_reason(school: School, lab: Lab) -> None:
    laptop = await lab.machine("ada")
    await worked(school, laptop)
    await delete(laptop)
    await laptop.sync()
    told = await recorded(laptop)
    [kept] = told.unsettled
    assert (kept.title, kept.class_name, kept.decision, kept.reason) == ("Task of 9a", "9a", "kept", KEEPS)
    for page in (markdown(told), html(told)):
        assert f"Task of 9a (9a): kept. {KEEPS}" in page
        assert "is asked to delete" not in page


async def test_only_the_latest_request_counts(school: School, lab: Lab) -> None:
    laptop = await lab.machine("ada")
    await worked(school, laptop)
    for _ in range(2):
        await delete(laptop)
        await laptop.sync()
    assert len((await recorded(laptop)).unsettled) == 1


async def test_the_school_can_be_asked_again_for_what_it_kept(school: School, lab: Lab) -> None:
    laptop, teacher = await lab.machine("ada"), await lab.machine("tess")
    session = await worked(school, laptop, teacher)
    await delete(laptop)
    for machine in (laptop, teacher):
        await machine.sync()
    assert session.id in teacher.ids("sessions")
    await school.execute(ALLOWED)
    [again] = await delete(laptop)
    assert again.asks_school
    for machine in (laptop, teacher, laptop):
        await machine.sync()
    assert await school.ids("sessions") == teacher.ids("sessions") == set()
    told = await recorded(laptop)
    assert (len(told.deletions), told.unsettled) == (2, ())
    assert "Task of 9a" not in markdown(told)
    assert await delete(laptop) == ()


async def test_on_the_school_s_own_server_what_it_keeps_is_told_at_once(school: School, lab: Lab) -> None:
    laptop = await lab.machine("ada")
    session = await worked(school, laptop)
    there = await open_store(school.url("ada"))
    try:
        for _ in range(2):  # what was kept can be asked for again
            async with there.write() as tx:
                told = await delete_at(tx, laptop.user.id, await tx.own_data.deletable(laptop.user.id))
            assert lines(told) == [f"Task of 9a (9a): kept. {KEEPS}"]
        found = await read_recorded(there, laptop.user)
    finally:
        await there.close()
    assert len(found.unsettled) == 1
    assert session.id in await school.ids("sessions")
    assert f"Task of 9a (9a): kept. {KEEPS}" in markdown(found)


async def test_a_class_that_switches_the_recording_off_is_named_on_every_store(school: School, lab: Lab) -> None:
    laptop = await lab.machine("ada")
    await school.execute("UPDATE classes SET tutor_policy = $1 WHERE name = '9b'", '{"recording": false}')
    await laptop.sync()
    there = await open_store(school.url("ada"))
    try:
        states = [(await read_recorded(store, laptop.user)).state for store in (laptop.store, there)]
    finally:
        await there.close()
    for state in states:
        assert state.recording
        assert state.meaning.endswith("Your school has switched that off for 9b.")
