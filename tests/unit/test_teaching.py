"""Who may do what teachers do: the check itself, and the commands that have nothing but it."""

from __future__ import annotations

import asyncio

import pytest
from typer.testing import CliRunner

from storage import Class, Enrollment, User
from storage.accounts import set_current_user
from storage.records import Role
from taco_lsp.cli.main import app
from taco_lsp.errors import Forbidden
from taco_lsp.journey.teaching import check_teaches
from tests.support.desk import BUGGY, Desk

ADA = "ada@school.example"


async def somebody(desk: Desk, role: Role, *classes: Class, email: str = ADA) -> User:
    """Somebody with an account and a place in some classes."""
    me = await desk.ctx.user()
    user = User(organization_id=me.organization_id, email=email, role=role)
    store = await desk.ctx.store.get()
    async with store.write() as tx:
        await tx.users.add(user)
        for class_ in classes:
            await tx.classes.enrol(Enrollment(user_id=user.id, class_id=class_.id))
    return user


async def made(desk: Desk, name: str = "9b") -> Class:
    me = await desk.ctx.user()
    class_ = Class(organization_id=me.organization_id, name=name)
    store = await desk.ctx.store.get()
    async with store.write() as tx:
        await tx.classes.add(class_)
    return class_


def refusal(*words: str) -> str:
    """Run a command; gives why it was refused, or nothing."""
    result = CliRunner().invoke(app, [*words, "--json"])
    if isinstance(result.exception, Forbidden):
        return str(result.exception)
    assert result.exit_code == 0, (result.output, result.exception)
    return ""


async def teaches(desk: Desk, user: User, class_: Class | None) -> bool:
    store = await desk.ctx.store.get()
    async with store.read() as tx:
        try:
            await check_teaches(tx, user, class_.id if class_ else None)
        except Forbidden:
            return False
    return True


@pytest.mark.parametrize(
    ("role", "own", "other", "practice"),
    [("student", False, False, False), ("teacher", True, False, True), ("admin", True, True, True)],
)
async def test_a_place_in_a_class_makes_nobody_its_teacher(
    desk: Desk, role: Role, own: bool, other: bool, practice: bool
) -> None:
    mine, another = await made(desk, "9a"), await made(desk, "9b")
    user = await somebody(desk, role, mine)
    assert [await teaches(desk, user, class_) for class_ in (mine, another, None)] == [own, other, practice]


async def test_a_student_of_the_class_gets_nothing_from_the_commands_of_teachers(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    class_ = await made(desk)
    uri = await desk.sit_down(BUGGY, class_id=class_.id)
    run = (await desk.about("run/report", uri, command="x", stdout="", exitCode=1))["runId"]
    me = await desk.ctx.user()
    store = await desk.ctx.store.get()
    async with store.read() as tx:
        organization = await tx.organizations.get(me.organization_id)
    roles: tuple[Role, ...] = ("student", "teacher")
    people = {role: await somebody(desk, role, class_, email=f"{role}@school.example") for role in roles}
    commands = (["overview", "--class", "9b"], ["note", "add", run, "Well done."])
    ends = {}
    monkeypatch.setenv("TACO_STORE", f"sqlite:///{desk.store.as_posix()}")
    for role, user in people.items():
        await set_current_user(store, user, organization)
        ends[role] = [await asyncio.to_thread(refusal, *command) for command in commands]
    assert ends == {"student": ["Only teachers may do this."] * 2, "teacher": ["", ""]}
    assert len(desk.rows("notes")) == 1
