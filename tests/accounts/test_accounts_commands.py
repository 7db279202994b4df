"""Classes, accounts and enrolling by command, on a local file and as the owner of a school's database."""

from __future__ import annotations

import asyncio
import os
import stat
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
import typer
from argon2 import PasswordHasher
from school_commands import Taco
from typer.testing import CliRunner

from storage import StoreError, StoreUnavailable, open_store
from storage.accounts import account_at, account_url
from taco_lsp.accounts.enrolment import BadRoster
from taco_lsp.cli.main import app
from taco_lsp.cli.school import new_password
from taco_lsp.errors import CannotWrite, Forbidden, InvalidParams, NotFound, SignInFailed

ROSTER = "name,email,role\nAda,Ada@School.example,student\nTess,tess@school.example,teacher\n"


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    file = tmp_path / "roster.csv"
    file.write_text(ROSTER)
    return file


def rows(url: str, query: str) -> list[tuple[Any, ...]]:
    """Ask the database itself."""

    async def ask() -> list[tuple[Any, ...]]:
        store = await open_store(url)
        try:
            async with store.read() as tx:
                result = await tx.users._rows.execute(sa.text(query))
                return [tuple(row) for row in result]
        finally:
            await store.close()

    return asyncio.run(ask())


def test_a_roster_makes_accounts_and_places_once(taco: Taco, school_url: str, roster: Path) -> None:
    taco(school_url, "class", "add", "10B", "--subject", "Informatics")
    done = taco(school_url, "enrol", str(roster), "--class", "10b")
    assert done["enrolled"] == ["ada@school.example", "tess@school.example"]
    assert [(it["email"], it["role"]) for it in done["accounts"]] == [
        ("ada@school.example", "student"),
        ("tess@school.example", "teacher"),
    ]
    before = rows(school_url, "SELECT id, email, password_hash, role FROM users ORDER BY email")
    hashes = {row[1]: row[2] for row in before}
    for account in done["accounts"]:
        assert PasswordHasher().verify(hashes[account["email"]], account["password"])
    again = taco(school_url, "enrol", str(roster), "--class", "10B")
    assert again == {"enrolled": [], "already": done["enrolled"], "accounts": []}
    assert rows(school_url, "SELECT id, email, password_hash, role FROM users ORDER BY email") == before
    members = taco(school_url, "class", "roster", "10B")["members"]
    assert [(it["role"], it["email"]) for it in members] == [
        ("teacher", "tess@school.example"),
        ("student", "ada@school.example"),
    ]
    assert [(it["name"], it["students"]) for it in taco(school_url, "class", "list")["classes"]] == [("10B", 1)]


def test_of_a_roster_with_bad_lines_nobody_is_imported(taco: Taco, school_url: str, roster: Path) -> None:
    taco(school_url, "class", "add", "10B")
    people = rows(school_url, "SELECT count(*) FROM users")
    roster.write_text(ROSTER + "Bob,bob,student\nAda,ada@school.example,\nDan,dan@school.example,boss\n")
    with pytest.raises(BadRoster) as caught:
        taco(school_url, "enrol", str(roster), "--class", "10B")
    assert [problem.line for problem in caught.value.problems] == [4, 5, 6]
    assert all(f"line {line}" in str(caught.value) for line in (4, 5, 6))
    assert rows(school_url, "SELECT count(*) FROM users") == people
    assert rows(school_url, "SELECT count(*) FROM user_classes") == [(0,)]


def test_addresses_are_enrolled_and_leave_again(taco: Taco, school_url: str) -> None:
    taco(school_url, "class", "add", "10B")
    done = taco(school_url, "enrol", "ada@school.example", "bob@school.example", "--class", "10B")
    assert len(done["accounts"]) == 2
    left = taco(school_url, "unenrol", "Bob@school.example", "zoe@school.example", "--class", "10B")
    assert left == {"left": ["bob@school.example"]}
    assert [it["email"] for it in taco(school_url, "class", "roster", "10B")["members"]] == ["ada@school.example"]


def test_passwords_go_to_a_file_that_only_its_owner_reads(taco: Taco, school_url: str, tmp_path: Path) -> None:
    taco(school_url, "class", "add", "10B")
    file = tmp_path / "passwords.csv"
    done = taco(school_url, "enrol", "ada@school.example", "--class", "10B", "--passwords", str(file))
    assert "password" not in done["accounts"][0]
    head, line = file.read_text().splitlines()
    assert head == "email,role,password" and line.startswith("ada@school.example,student,")
    if os.name == "posix":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with pytest.raises(CannotWrite):
        taco(school_url, "enrol", "bob@school.example", "--class", "10B", "--passwords", str(file))
    assert rows(school_url, "SELECT count(*) FROM users WHERE email LIKE 'bob%'") == [(0,)]


def test_accounts_are_kept_one_by_one(taco: Taco, school_url: str) -> None:
    made = taco(school_url, "user", "add", "Ada@school.example", "--role", "teacher")
    assert (made["email"], made["role"]) == ("ada@school.example", "teacher")
    with pytest.raises(InvalidParams, match="already"):
        taco(school_url, "user", "add", "ada@school.example")
    taco(school_url, "user", "password", "ada@school.example", "--password-stdin", stdin="another long one\n")
    [(hash_,)] = rows(school_url, "SELECT password_hash FROM users WHERE email = 'ada@school.example'")
    assert PasswordHasher().verify(hash_, "another long one")
    assert taco(school_url, "user", "role", "ada@school.example", "student")["role"] == "student"
    assert "ada@school.example" in {it["email"] for it in taco(school_url, "user", "list")["users"]}
    taco(school_url, "user", "remove", "ada@school.example")
    assert "ada@school.example" not in {it["email"] for it in taco(school_url, "user", "list")["users"]}
    with pytest.raises(NotFound):
        taco(school_url, "user", "remove", "ada@school.example")


def test_a_class_is_closed_and_its_name_is_free_again(taco: Taco, school_url: str) -> None:
    taco(school_url, "class", "add", "10B")
    with pytest.raises(InvalidParams, match="already"):
        taco(school_url, "class", "add", "10b")
    taco(school_url, "class", "remove", "10B")
    assert taco(school_url, "class", "list") == {"classes": []}
    taco(school_url, "class", "add", "10B")
    with pytest.raises(NotFound, match="11C") as caught:
        taco(school_url, "class", "roster", "11C")
    assert "10B" in caught.value.hint


def test_the_policy_of_a_school_is_set_key_by_key(taco: Taco, school_url: str) -> None:
    assert taco(school_url, "org", "policy", "hint_ceiling=3", "allow_code=none") == {
        "policy": {"hint_ceiling": 3, "allow_code": "none"}
    }
    assert taco(school_url, "org", "policy", "allow_code=") == {"policy": {"hint_ceiling": 3}}
    assert taco(school_url, "org", "policy") == {"policy": {"hint_ceiling": 3}}
    assert taco(school_url, "org", "show")["organizations"][0]["policy"] == {"hint_ceiling": 3}
    for wrong in ("hint_ceiling=9", "hint_ceiling", "nothing=1"):
        with pytest.raises(InvalidParams):
            taco(school_url, "org", "policy", wrong)


def test_who_makes_a_class_on_their_own_machine_is_its_teacher(taco: Taco, store_file: Path) -> None:
    url = f"sqlite:///{store_file.as_posix()}"
    assert taco(url, "account", "whoAmI")["role"] == "student"
    taco(url, "class", "add", "10B")
    assert taco(url, "account", "whoAmI") | {"userId": ""} == {"signedIn": False, "userId": "", "role": "teacher"}


# A school's database


@pytest.fixture
def server(taco: Taco, postgres_url: str) -> str:
    """A school's server with an admin, as its owner opens it."""
    taco(
        postgres_url, "admin", "init", postgres_url, "--org", "Lyceum", "--email", "Ann@school.example",
        "--password-stdin", stdin="long enough\n",
    )  # fmt: skip
    return postgres_url


def login(server: str, email: str, password: str) -> str:
    return account_url(server, email, password)


def test_setting_up_a_school_gives_its_admin_an_account_that_logs_in(taco: Taco, server: str) -> None:
    user, organization = asyncio.run(account_at(server, "ann@school.example", "long enough"))
    assert (user.email, user.role, organization.name) == ("ann@school.example", "admin", "Lyceum")
    [(hash_,)] = rows(server, "SELECT password_hash FROM users WHERE email = 'ann@school.example'")
    assert PasswordHasher().verify(hash_, "long enough")
    with pytest.raises(InvalidParams, match="already"):
        taco(
            server, "admin", "init", server, "--org", "lyceum", "--email", "x@school.example", "--password-stdin",
            stdin="long enough\n",
        )  # fmt: skip
    assert taco(server, "admin", "upgrade", server)["revision"]


def test_an_admin_enrols_with_a_login_and_a_teacher_only_who_has_an_account(
    taco: Taco, server: str, roster: Path
) -> None:
    admin = login(server, "ann@school.example", "long enough")
    taco(admin, "class", "add", "10B")
    accounts = taco(admin, "enrol", str(roster), "--class", "10B")["accounts"]
    tess = login(server, "tess@school.example", accounts[1]["password"])
    taco(admin, "user", "add", "bob@school.example")
    assert taco(tess, "enrol", "bob@school.example", "--class", "10B")["enrolled"] == ["bob@school.example"]
    with pytest.raises(BadRoster, match=r"line 2: new@school\.example has no account"):
        taco(tess, "enrol", "bob@school.example", "new@school.example", "--class", "10B")
    assert taco(tess, "class", "add", "10C")["name"] == "10C"
    assert {it["name"] for it in taco(tess, "class", "list")["classes"]} == {"10B", "10C"}
    for words in (["user", "add", "x@school.example"], ["user", "remove", "bob@school.example"]):
        with pytest.raises(Forbidden, match="admin"):
            taco(tess, *words)
    ada = login(server, "ada@school.example", accounts[0]["password"])
    for words in (["class", "add", "x"], ["enrol", "bob@school.example", "--class", "10B"], ["class", "roster", "10B"]):
        with pytest.raises(Forbidden, match="teachers"):
            taco(ada, *words)
    with pytest.raises(Forbidden, match="admin"):
        taco(tess, "org", "policy", "enabled=false")


def test_an_address_of_another_school_is_a_bad_line(taco: Taco, server: str) -> None:
    taco(
        server, "admin", "init", server, "--org", "Other", "--email", "oz@other.example", "--password-stdin",
        stdin="long enough\n",
    )  # fmt: skip
    admin = login(server, "ann@school.example", "long enough")
    taco(admin, "class", "add", "10B")
    with pytest.raises(BadRoster, match=r"line 2: oz@other\.example has an account at another organization"):
        taco(admin, "enrol", "ada@school.example", "oz@other.example", "--class", "10B")
    assert rows(server, "SELECT count(*) FROM users WHERE email = 'ada@school.example'") == [(0,)]
    with pytest.raises(InvalidParams, match="several"):
        taco(server, "class", "add", "10C")
    assert taco(server, "class", "add", "10C", "--org", "Other")["name"] == "10C"


def test_signing_in_by_command(
    taco: Taco, server: str, store_file: Path, monkeypatch: pytest.MonkeyPatch, own_keyring: Any
) -> None:
    made = taco(server, "user", "add", "ada@school.example")
    monkeypatch.setenv("TACO_SYNC_REMOTE", server)
    local = f"sqlite:///{store_file.as_posix()}"
    words = ("account", "signIn", "ada@school.example", "--password-stdin")
    done = taco(local, *words, stdin=f"{made['password']}\n")
    assert (done["email"], done["organization"], done["passwordKept"]) == ("ada@school.example", "Lyceum", "keyring")
    assert made["password"] in own_keyring.entries.values()
    assert taco(local, "account", "whoAmI")["userId"] == made["id"]
    with pytest.raises(SignInFailed, match="wrong"):
        taco(local, *words, stdin="something else\n")
    assert taco(local, "account", "signOut") == {"signedOut": "ada@school.example"}
    assert own_keyring.entries == {}
    assert taco(local, "account", "whoAmI")["signedIn"] is False
    assert taco(local, "account", "signOut") == {"signedOut": None}


@pytest.mark.parametrize("end", ["", "\r\n"])
def test_signing_in_takes_the_password_from_the_environment(
    taco: Taco, server: str, store_file: Path, monkeypatch: pytest.MonkeyPatch, own_keyring: Any, end: str
) -> None:
    made = taco(server, "user", "add", "ada@school.example")
    monkeypatch.setenv("TACO_SYNC_REMOTE", server)
    monkeypatch.setenv("TACO_SYNC_PASSWORD", made["password"] + end)
    done = taco(f"sqlite:///{store_file.as_posix()}", "account", "signIn", "ada@school.example")
    assert (done["userId"], done["passwordKept"]) == (made["id"], "environment")


def test_a_password_is_asked_for_twice_at_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter(["long enough", "long enouhg", "long enough", "long enough"])
    monkeypatch.setattr("sys.stdin", SimpleNamespace(isatty=lambda: True))
    monkeypatch.setattr(typer, "prompt", lambda *_, **options: next(answers) if options["hide_input"] else "")
    with pytest.raises(InvalidParams, match="differ"):
        new_password(from_stdin=False)
    assert new_password(from_stdin=False) == "long enough"


def test_without_a_terminal_a_password_has_to_be_piped_in(taco: Taco, school_url: str) -> None:
    with pytest.raises(InvalidParams, match="terminal") as caught:
        taco(school_url, "user", "password", "ada@school.example")
    assert "--password-stdin" in caught.value.hint
    with pytest.raises(InvalidParams, match="standard input"):
        taco(school_url, "user", "password", "ada@school.example", "--password-stdin", stdin="")


def test_a_student_changes_their_own_password(taco: Taco, server: str) -> None:
    made = taco(server, "user", "add", "ada@school.example")
    ada = login(server, "ada@school.example", made["password"])
    taco(ada, "user", "password", "ada@school.example", "--password-stdin", stdin="my very own\n")
    asyncio.run(account_at(server, "ada@school.example", "my very own"))
    with pytest.raises(StoreUnavailable):
        asyncio.run(account_at(server, "ada@school.example", made["password"]))


def test_a_removed_account_does_not_log_in_and_the_address_is_free_again(taco: Taco, server: str) -> None:
    made = taco(server, "user", "add", "ada@school.example")
    taco(server, "user", "remove", "ada@school.example")
    with pytest.raises(StoreUnavailable):
        asyncio.run(account_at(server, "ada@school.example", made["password"]))
    again = taco(server, "user", "add", "ada@school.example")
    user, _ = asyncio.run(account_at(server, "ada@school.example", again["password"]))
    assert str(user.id) == again["id"] != made["id"]


def test_no_password_reaches_the_servers_log_or_the_output(
    taco: Taco, server: str, postgres: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asyncio.run(postgres.execute("ALTER SYSTEM SET log_statement = 'all'", "SELECT pg_reload_conf()"))
    try:
        taco(server, "user", "add", "ada@school.example", "--password-stdin", stdin="tell-tale-1\n")
        taco(server, "user", "password", "ada@school.example", "--password-stdin", stdin="tell-tale-2\n")
        wrong = login(server, "ada@school.example", "tell-tale-3")
        monkeypatch.setenv("TACO_STORE", wrong)
        shown = CliRunner().invoke(app, ["class", "list"])
        assert isinstance(shown.exception, StoreError)
        assert "tell-tale" not in f"{shown.output} {shown.exception} {shown.exception.hint}"
    finally:
        asyncio.run(postgres.execute("ALTER SYSTEM RESET log_statement", "SELECT pg_reload_conf()"))
    log = (postgres.folder / "log").read_text(errors="replace")
    assert "taco_set_password" in log
    assert "tell-tale" not in log


def test_the_owner_of_a_database_needs_to_make_roles(taco: Taco, postgres: Any) -> None:
    async def prepare() -> None:
        await postgres.execute("CREATE ROLE plain_owner LOGIN PASSWORD 'x'", "CREATE DATABASE plain OWNER plain_owner")

    asyncio.run(prepare())
    url = postgres.url("plain", "plain_owner", "x")
    init = ("admin", "init", url, "--org", "L", "--email", "a@x.example", "--password-stdin")
    try:
        with pytest.raises(StoreUnavailable, match="may not make") as caught:
            taco(url, *init, stdin="long enough\n")
        assert "CREATEROLE" in caught.value.hint
    finally:
        asyncio.run(postgres.execute("DROP DATABASE plain", "DROP ROLE plain_owner"))


def test_wrong_usage_is_told_apart_from_failure(no_settings_of_this_machine: None, store_file: Path) -> None:
    runner = CliRunner()
    assert runner.invoke(app, ["enrol", "ada@school.example"]).exit_code == 2
    assert runner.invoke(app, ["user", "add", "ada@school.example", "--role", "boss"]).exit_code == 2
