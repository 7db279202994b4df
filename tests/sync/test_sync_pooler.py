"""Sync through a pooler that gives every transaction whatever connection is free."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from storage.logins import login_name
from storage.sync.postgres_remote import PostgresRemote
from taco_lsp.sync.rounds import Progress, sync_once
from tests.support.pooler import pooler
from tests.support.postgres import SUPERUSER, connected
from tests.support.sync_school import SECRET, Lab, Machine, School


@pytest.fixture
async def pooled(school: School) -> AsyncIterator[str]:
    """A pooler with one connection for each account; it knows their SCRAM secrets, as docs/school.md says."""
    logins = [login_name(user.email, school.database) for user in school.people.values()]
    async with connected(school.server.url("postgres", SUPERUSER)) as db:
        known = await db.fetch("SELECT rolname, rolpassword FROM pg_authid WHERE rolname = ANY ($1)", logins)
    secrets = school.server.folder / f"{school.database}.users"
    secrets.write_text("".join(f'"{login}" "{secret}"\n' for login, secret in known))
    secrets.chmod(0o644)
    access = f"auth_type = scram-sha-256\nauth_file = {secrets}"
    async with pooler(school.server, school.database, access=access, size=1) as there:
        yield there


async def sync(machine: Machine, there: str) -> Progress:
    """Run one round through the pooler."""
    remote = PostgresRemote(f"{machine.school.url(machine.name)}{there}")
    return await sync_once(machine.store, remote, machine.user.id)


async def test_machines_of_one_account_sync_at_once_over_one_connection(school: School, lab: Lab, pooled: str) -> None:
    machines = [await lab.machine("ada") for _ in range(3)]
    await asyncio.gather(*(sync(machine, pooled) for machine in machines))
    for number, machine in enumerate(machines):
        session = await machine.sit_down(school.challenges["9a"])
        await machine.ask(session, f"why {number}?")
        await machine.save(session, f"return {number}")
    await asyncio.gather(*(sync(machine, pooled) for machine in machines))
    await asyncio.gather(*(sync(machine, pooled) for machine in machines))
    for table in ("sessions", "llm_interactions", "challenge_solutions_history"):
        held = [machine.ids(table) for machine in machines]
        assert held == [await school.ids(table)] * 3 and len(held[0]) == 3, table
    assert len({await machine.solution(school.challenges["9a"]) for machine in machines}) == 1


async def test_what_a_role_may_see_does_not_depend_on_who_had_the_connection_before(
    school: School, lab: Lab, pooled: str
) -> None:
    student, teacher = await lab.machine("ada"), await lab.machine("tess")
    for _ in range(2):
        await sync(student, pooled)
        await sync(teacher, pooled)
    assert teacher.holds(SECRET) and not student.holds(SECRET)
    # The protocol's own, and one that the driver has put back to what it was.
    settings = "SELECT name FROM pg_settings WHERE source = 'session' AND name NOT IN ('client_encoding', 'jit')"
    for name in ("ada", "tess"):
        async with connected(f"{school.url(name)}{pooled}") as after:
            assert [row["name"] for row in await after.fetch(settings)] == []
