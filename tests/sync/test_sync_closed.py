"""What was closed at the school while a machine was offline: unsent work of it is not lost and holds up no other."""

from __future__ import annotations

import pytest

from storage import now
from storage.logins import scram_verifier
from storage.records import User
from storage.sync.errors import RemoteError
from storage.values import ProtectedPassword
from tests.support.sync_school import PASSWORD, Lab, Machine, School

VERIFIER = scram_verifier(PASSWORD)
WORK = ("sessions", "llm_interactions", "runs", "challenge_solutions", "challenge_solutions_history")


@pytest.fixture
async def student(school: School, lab: Lab) -> Machine:
    """A machine that has everything, offline since."""
    machine = await lab.machine("ada")
    await machine.sync()
    return machine


async def work(machine: Machine, *classes: str) -> None:
    """Do something of everything in each class."""
    for name in classes:
        session = await machine.sit_down(machine.school.challenges[name])
        await machine.ask(session, f"why, in {name}?")
        await machine.run(session)
        await machine.save(session, f"x = '{name}'")
        await machine.leave(session)


async def close(school: School, table: str) -> None:
    """Close the class 9a, or its challenge, as the school's commands do."""
    rows = school.classes if table == "classes" else school.challenges
    async with school.store() as store, store.write() as tx:
        if table == "classes":
            await tx.classes.remove(rows["9a"].id)
        else:
            await tx.challenges.delete(rows["9a"].id)


async def all_of_it_arrived(school: School, machine: Machine) -> None:
    """Nothing waits, and the school has every row of the machine."""
    assert await machine.waiting() == (0, {})
    for table in WORK:
        assert await school.ids(table) == machine.ids(table) != set(), table


@pytest.mark.parametrize("table", ["challenges", "classes"])
async def test_work_of_what_was_closed_meanwhile_arrives_with_the_rest(
    school: School, lab: Lab, student: Machine, table: str
) -> None:
    await work(student, "9a", "9b")
    await close(school, table)
    await student.sync()
    await all_of_it_arrived(school, student)
    teacher = await lab.machine("tess")
    await teacher.sync()
    assert teacher.ids("llm_interactions") == student.ids("llm_interactions")


@pytest.mark.parametrize("table", ["challenges", "classes"])
async def test_work_goes_on_at_what_one_has_open_when_it_is_closed(
    school: School, student: Machine, table: str
) -> None:
    session = await student.sit_down(school.challenges["9a"])
    await student.sync()
    await close(school, table)
    await student.sync()
    (closed,) = student.sql(f"SELECT deleted_at IS NOT NULL FROM {table} WHERE id = ?", _id(school, table))
    assert closed == (1,)
    await student.ask(session, "and now?")
    await student.run(session)
    await student.save(session, "done = True")
    await student.sync()
    await all_of_it_arrived(school, student)


async def test_work_of_a_closed_account_stays_on_the_machine(school: School, student: Machine) -> None:
    await work(student, "9a", "9b")
    (waiting, _) = await student.waiting()
    async with school.store() as store, store.write() as tx:
        await tx.users.remove(student.user.id)
    with pytest.raises(RemoteError) as caught:
        await student.sync()
    assert caught.value.trouble == "signIn"
    assert await student.waiting() == (waiting, {})
    await reopen(school, student.user)
    await student.sync()
    await all_of_it_arrived(school, student)


async def reopen(school: School, account: User) -> None:
    """Bring a closed account back, as whoever owns the database can."""
    await school.execute("UPDATE users SET deleted_at = NULL, updated_at = $2 WHERE id = $1", account.id, now())
    async with school.store() as store, store.write() as tx:
        await tx.users.set_password(account.id, ProtectedPassword(argon2id="$argon2id$again", scram=VERIFIER))


def _id(school: School, table: str) -> str:
    rows = school.classes if table == "classes" else school.challenges
    return rows["9a"].id.hex
