"""What the commands let somebody do on a local store that is signed in at a school, by role."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from school_commands import Taco

from storage import Challenge, Class, Organization, User, open_store
from storage.accounts import claim_local_profile
from storage.records import Role
from taco_lsp.authoring.skeleton import write_skeleton
from taco_lsp.errors import Forbidden, NotFound
from taco_lsp.tutor import builtin

SCHOOL = Organization(name="Lyceum")


@pytest.fixture
def signed_in(store_file: Path) -> Callable[[Role], str]:
    """Sign an account of a role in on a local store that holds the school's class 9b and its challenge `Sum`."""
    url = f"sqlite:///{store_file.as_posix()}"

    async def prepare(role: Role) -> None:
        user = User(organization_id=SCHOOL.id, email=f"{role}@school.example", role=role)
        store = await open_store(url)
        try:
            await claim_local_profile(store, user, SCHOOL)
            class_ = Class(organization_id=SCHOOL.id, name="9b")
            async with store.write() as tx:
                await tx.classes.add(class_)
                model = await tx.models.ensure(builtin.NAME, builtin.VERSION)
                for title in ("Sum", "Gone"):
                    source = {"source": {"collection": "folder", "slug": title.lower()}}
                    made = Challenge(
                        class_id=class_.id, model_id=model.id, title=title, statement="", support_materials=source
                    )
                    await tx.challenges.add(made)
                    if title == "Gone":
                        await tx.challenges.delete(made.id)
        finally:
            await store.close()

    def sign_in(role: Role) -> str:
        asyncio.run(prepare(role))
        return url

    return sign_in


def kept(file: Path) -> list[list[tuple[Any, ...]]]:
    """What a store holds of the school."""
    with closing(sqlite3.connect(file)) as db:
        tables = ("organizations", "users", "classes", "user_classes", "challenges")
        return [db.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall() for table in tables]


@pytest.mark.parametrize(
    "words",
    [
        ["enrol", "new@school.example", "--class", "9b"],
        ["unenrol", "admin@school.example", "--class", "9b"],
        ["user", "add", "new@school.example"],
        ["user", "remove", "admin@school.example"],
        ["user", "role", "admin@school.example", "student"],
        ["user", "password", "admin@school.example", "--password-stdin"],
        ["org", "policy", "hint_ceiling=2"],
    ],
    ids=lambda words: " ".join(words[:2]),
)
def test_what_sync_does_not_send_is_changed_in_the_school_s_database_alone(
    taco: Taco, signed_in: Callable[[Role], str], store_file: Path, words: list[str]
) -> None:
    url = signed_in("admin")
    before = kept(store_file)
    with pytest.raises(Forbidden, match="sync does not send it") as caught:
        taco(url, *words, stdin="long enough\n")
    assert "`--store postgresql://admin%40school.example@HOST/DATABASE`" in caught.value.hint
    assert kept(store_file) == before


def test_a_teacher_makes_classes_and_what_a_challenge_needs_where_sync_takes_them_along(
    taco: Taco, signed_in: Callable[[Role], str], tmp_path: Path
) -> None:
    url = signed_in("teacher")
    write_skeleton(tmp_path / "double")
    taco(url, "class", "add", "10B")
    taco(url, "challenge", "add", str(tmp_path / "double"), "--class", "10C")
    assert [it["name"] for it in taco(url, "class", "list")["classes"]] == ["10B", "10C", "9b"]


def test_a_teacher_keeps_classes_and_challenges_and_no_accounts(
    taco: Taco, signed_in: Callable[[Role], str], tmp_path: Path
) -> None:
    url = signed_in("teacher")
    write_skeleton(tmp_path / "sum")
    taco(url, "challenge", "edit", str(tmp_path / "sum"), "--class", "9b")
    taco(url, "challenge", "restore", "gone")
    taco(url, "challenge", "remove", "gone")
    for words in (["user", "add", "new@school.example"], ["org", "policy", "hint_ceiling=2"]):
        with pytest.raises(Forbidden, match="Only an admin"):
            taco(url, *words)
    assert taco(url, "class", "roster", "9b")["members"] == []
    taco(url, "class", "remove", "9b")
    assert taco(url, "class", "list") == {"classes": []}


@pytest.mark.parametrize(
    "words",
    [
        ["challenge", "edit", "FOLDER"],
        ["challenge", "remove", "Sum"],
        ["challenge", "restore", "Gone"],
        ["challenge", "add", "FOLDER", "--class", "9b"],
        ["challenge", "add", "FOLDER", "--class", "10C"],
        ["challenge", "import", "folder", "PARENT", "--class", "9b"],
        ["class", "remove", "9b"],
        ["class", "roster", "9b"],
        ["enrol", "new@school.example", "--class", "9b"],
        ["unenrol", "student@school.example", "--class", "9b"],
        ["user", "add", "new@school.example"],
        ["user", "role", "student@school.example", "teacher"],
        ["org", "policy", "hint_ceiling=2"],
    ],
    ids=lambda words: " ".join(word for word in words if not word.startswith("--")),
)
def test_a_student_of_a_school_keeps_nothing_of_it(
    taco: Taco, signed_in: Callable[[Role], str], store_file: Path, tmp_path: Path, words: list[str]
) -> None:
    url = signed_in("student")
    write_skeleton(tmp_path / "sum")
    before = kept(store_file)
    places = {"FOLDER": str(tmp_path / "sum"), "PARENT": str(tmp_path)}
    with pytest.raises(Forbidden, match=r"This is for teachers\.|Only an admin"):
        taco(url, *(places.get(word, word) for word in words))
    assert kept(store_file) == before


def test_of_several_challenges_a_student_may_remove_one_that_is_not_theirs_keeps_all(
    taco: Taco, signed_in: Callable[[Role], str], tmp_path: Path
) -> None:
    url = signed_in("student")
    write_skeleton(tmp_path / "mine")
    taco(url, "challenge", "add", str(tmp_path / "mine"))
    with pytest.raises(Forbidden):
        taco(url, "challenge", "remove", "mine", "Sum")
    assert [it["title"] for it in taco(url, "challenge", "list")["challenges"]] == ["Sum", "Mine"]


def test_a_student_of_a_school_keeps_practice_of_their_own(
    taco: Taco, signed_in: Callable[[Role], str], tmp_path: Path
) -> None:
    url = signed_in("student")
    write_skeleton(tmp_path / "mine")
    made = taco(url, "challenge", "add", str(tmp_path / "mine"))
    (tmp_path / "mine/statement.md").write_text("Other words.")
    assert taco(url, "challenge", "edit", str(tmp_path / "mine"))["challenge"]["statement"] == "Other words."
    assert [it["id"] for it in taco(url, "challenge", "remove", "mine")["removed"]] == [made["id"]]
    assert taco(url, "challenge", "restore", "mine")["id"] == made["id"]


def test_who_signs_out_keeps_no_more_of_the_school_than_before(
    taco: Taco, signed_in: Callable[[Role], str], store_file: Path, tmp_path: Path
) -> None:
    url = signed_in("student")
    known = {it["title"]: it["id"] for it in taco(url, "challenge", "list")["challenges"]}
    taco(url, "account", "signOut")
    write_skeleton(tmp_path / "sum")
    before = kept(store_file)
    for words in (["edit", known["Sum"], str(tmp_path / "sum")], ["remove", known["Sum"]], ["restore", "Gone"]):
        with pytest.raises(NotFound):
            taco(url, "challenge", *words)
    assert kept(store_file)[2:] == before[2:]  # organizations and users have a new profile more


def test_who_has_no_account_keeps_everything_on_their_own_machine(taco: Taco, store_file: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{store_file.as_posix()}"
    write_skeleton(tmp_path / "sum")
    taco(url, "challenge", "add", str(tmp_path / "sum"), "--class", "9b")
    taco(url, "challenge", "remove", "sum")
    taco(url, "challenge", "restore", "sum")
    taco(url, "org", "policy", "hint_ceiling=2")
    assert taco(url, "enrol", "new@school.example", "--class", "9b")["enrolled"] == ["new@school.example"]
