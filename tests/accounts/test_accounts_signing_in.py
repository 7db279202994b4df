"""Signing in from an editor: the verbs, with a school's real server."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest
from school_commands import Taco

from storage import Conflict, Organization, StoreUnavailable, User, open_store
from storage.logins import scram_verifier
from storage.values import ProtectedPassword
from taco_lsp.errors import Forbidden, SignInFailed
from taco_lsp.wire.types import SignInParams
from tests.support.desk import BUGGY, Desk, MakeDesk

PASSWORD = "tell-tale secret"


@pytest.fixture
async def server(postgres_url: str) -> str:
    """A school's server with two students and a teacher."""
    school = Organization(name="Lyceum")
    kept = ProtectedPassword(argon2id="$argon2id$of-a-test", scram=scram_verifier(PASSWORD))
    store = await open_store(postgres_url)
    async with store.write() as tx:
        await tx.organizations.add(school)
        for name, role in (("ada", "student"), ("bob", "student"), ("tess", "teacher")):
            user = User(organization_id=school.id, email=f"{name}@school.example", role=role)  # type: ignore[arg-type]
            await tx.users.add(user)
            await tx.users.set_password(user.id, kept)
    await store.close()
    return postgres_url


@pytest.fixture
def desk(make_desk: MakeDesk, server: str) -> Desk:
    """A student's desk whose settings name the school's server."""
    return make_desk(SYNC_REMOTE=server)


async def sign_in(desk: Desk, name: str = "ada", **changes: Any) -> Any:
    return await desk.call("account/signIn", **{"email": f"{name}@school.example", "password": PASSWORD, **changes})


async def practise(desk: Desk, name: str = "loop.py") -> str:
    uri = await desk.open(name, BUGGY)
    await desk.about("ask", uri, question="why?")
    await desk.save(uri, BUGGY + "# again\n")
    return uri


async def test_work_before_the_first_sign_in_becomes_the_accounts(desk: Desk) -> None:
    await practise(desk)
    before = desk.counts()
    assert (await desk.call("account/whoAmI"))["signedIn"] is False
    done = await sign_in(desk, email=" Ada@School.example ")
    assert (done["email"], done["role"], done["organization"]) == ("ada@school.example", "student", "Lyceum")
    assert done["claimed"]["sessions"] == 1 and done["claimed"]["interactions"] == 1
    assert done["passwordKept"] == "keyring"
    assert desk.counts() == before
    assert {row["user_id"] for row in desk.rows("llm_interactions")} == {done["userId"].replace("-", "")}
    who = await desk.call("account/whoAmI")
    assert (who["signedIn"], who["email"], who["passwordKept"]) == (True, "ada@school.example", "keyring")
    assert (await desk.call("status"))["userId"] == done["userId"]


async def test_the_next_question_is_the_accounts_without_opening_anything_again(desk: Desk) -> None:
    uri = await practise(desk)
    done = await sign_in(desk)
    await desk.about("ask", uri, question="and now?")
    assert [row["user_id"] for row in desk.rows("llm_interactions")] == [done["userId"].replace("-", "")] * 2
    assert len(desk.rows("sessions")) == 2


async def test_another_account_starts_with_nothing_and_the_first_finds_its_work_again(desk: Desk) -> None:
    await practise(desk)
    ada = await sign_in(desk)
    await sign_in(desk, "bob")
    assert (await desk.call("journey"))["events"] == []
    await desk.call("account/signOut")
    assert (await desk.call("account/whoAmI"))["signedIn"] is False
    assert (await sign_in(desk))["userId"] == ada["userId"]
    assert (await desk.call("journey"))["events"]


async def test_local_work_can_be_left_where_it_is(desk: Desk) -> None:
    await practise(desk)
    assert (await sign_in(desk, claim=False))["claimed"]["sessions"] == 0
    assert (await desk.call("journey"))["events"] == []
    await desk.call("account/signOut")
    assert (await desk.call("journey"))["events"]


@pytest.mark.parametrize(
    "given",
    [{"password": "wrong"}, {"email": "nobody@school.example"}, {"email": "taco_owner@school.example"}],
)
async def test_a_wrong_address_and_a_wrong_password_are_told_alike(desk: Desk, given: dict[str, str]) -> None:
    await practise(desk)
    with pytest.raises(SignInFailed, match="The e-mail address or the password is wrong") as caught:
        await sign_in(desk, **given)
    assert caught.value.hint
    assert (await desk.call("account/whoAmI"))["signedIn"] is False
    assert len(desk.rows("sessions")) == 1  # and the session goes on


async def test_what_is_no_address_or_has_no_password_is_not_sent_to_the_server(desk: Desk) -> None:
    with pytest.raises(SignInFailed, match="no e-mail address"):
        await sign_in(desk, email="ada")
    with pytest.raises(SignInFailed, match="password is missing"):
        await desk.call("account/signIn", email="ada@school.example")


async def test_the_kept_password_signs_in_again(desk: Desk) -> None:
    await sign_in(desk)
    assert (await desk.call("account/signIn", email="ada@school.example"))["signedIn"]


async def test_without_a_server_in_the_settings_nobody_signs_in(make_desk: MakeDesk) -> None:
    with pytest.raises(SignInFailed) as caught:
        await sign_in(make_desk())
    assert "sync.remote" in caught.value.hint


async def test_a_server_that_is_down_costs_nothing_but_the_sign_in(make_desk: MakeDesk, tmp_path: Path) -> None:
    desk = make_desk(SYNC_REMOTE=f"postgresql:///taco?host={tmp_path}")
    uri = await practise(desk)
    with pytest.raises(StoreUnavailable):
        await sign_in(desk)
    await desk.about("ask", uri, question="and now?")
    assert len(desk.rows("llm_interactions")) == 2 and len(desk.rows("sessions")) == 1


async def test_work_open_at_another_editor_is_not_taken_from_under_it(make_desk: MakeDesk, server: str) -> None:
    here, there = make_desk("here", SYNC_REMOTE=server), make_desk("there", SYNC_REMOTE=server)
    await practise(here, "here.py")
    await practise(there, "there.py")
    with pytest.raises(Conflict, match="another editor"):
        await sign_in(here)
    await there.ctx.seats.leave_all()
    assert (await sign_in(here))["claimed"]["sessions"] >= 2
    assert (await there.call("account/whoAmI"))["email"] == "ada@school.example"


async def test_the_password_is_in_no_file_and_no_log(
    desk: Desk, store_file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        await practise(desk)
        await sign_in(desk)
        with pytest.raises(SignInFailed) as caught:
            await sign_in(desk, password=f"{PASSWORD} but wrong")
    files = [file for folder in (store_file.parent, desk.folder) for file in folder.rglob("*") if file.is_file()]
    assert files and not any(PASSWORD.encode() in file.read_bytes() for file in files)
    assert PASSWORD not in caplog.text and PASSWORD not in f"{caught.value} {caught.value.hint}"
    assert PASSWORD not in repr(SignInParams(email="ada@school.example", password=PASSWORD))


# Classes


async def test_a_student_is_told_that_classes_are_for_teachers(make_desk: MakeDesk) -> None:
    desk = make_desk()
    for verb, params in (("class/list", {}), ("class/roster", {"classId": "0" * 32})):
        for door in (desk.call, desk.command):
            with pytest.raises(Forbidden, match="for teachers") as caught:
                await door(verb, **params)
            assert "teacher" in caught.value.hint


async def test_a_teacher_sees_classes_and_who_is_in_them(
    make_desk: MakeDesk, store_file: Path, class_with_people: str
) -> None:
    desk = make_desk()
    [listed] = (await desk.call("class/list"))["classes"]
    assert (listed["name"], listed["subject"], listed["students"]) == ("10B", "Informatics", 2)
    roster = await desk.call("class/roster", classId=listed["id"])
    assert [(it["role"], it["email"]) for it in roster["members"]] == [
        ("student", "ada@school.example"),
        ("student", "bob@school.example"),
    ]


@pytest.fixture
def class_with_people(taco: Taco, store_file: Path) -> str:
    """A class on a teacher's own machine."""
    url = f"sqlite:///{store_file.as_posix()}"
    taco(url, "class", "add", "10B", "--subject", "Informatics")
    taco(url, "enrol", "ada@school.example", "bob@school.example", "--class", "10B")
    return url
