"""`taco doctor` and a school on a real PostgreSQL: the way there, its encryption, the login, the version."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from taco_lsp import config
from taco_lsp.cli.doctor import sync
from taco_lsp.cli.doctor.finding import Finding
from tests.support.postgres import Server
from tests.support.sync_school import PASSWORD, Lab, Machine, School, one_class

Examine = Callable[..., Awaitable[list[Finding]]]


@pytest.fixture
def examine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Examine:
    """Look at a remote with `TACO_*` values, and nothing of this machine."""
    for name in [name for name in os.environ if name.startswith("TACO_")]:
        monkeypatch.delenv(name)
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))

    async def look(remote: str, **values: str) -> list[Finding]:
        for name, value in {"SYNC_REMOTE": remote, **values}.items():
            monkeypatch.setenv(f"TACO_{name}", value)
        found = list(await sync.check(config.load(environ=os.environ)))
        assert {finding.check for finding in found} == {"sync"}
        assert PASSWORD not in repr(found)
        return found

    return look


@pytest.fixture
async def lab(postgres: Server, tmp_path: Path, empty_store: Path) -> AsyncIterator[Lab]:
    """Machines of a school where Tess teaches Ada."""
    async with one_class(postgres, tmp_path, empty_store) as lab:
        yield lab


def remote_of(school: School) -> str:
    return f"postgresql:///{school.database}?host={school.server.folder}"


async def examined(examine: Examine, machine: Machine, **values: str) -> Finding:
    """What is said of the login, after the way there was found in order."""
    way, login = await examine(remote_of(machine.school), STORE=machine.store.info.url, **values)
    assert (way.level, way.message) == (
        "ok",
        "The remote on this machine can be reached; nothing leaves this machine.",
    )
    return login


# --- the login ---------------------------------------------------------------------------------------------------


async def test_an_account_that_gets_in_is_said_with_its_role_and_the_server_s_version(
    examine: Examine, lab: Lab
) -> None:
    login = await examined(examine, await lab.machine("ada"), SYNC_PASSWORD=PASSWORD)
    assert login.level == "ok"
    assert "ada@school.example in as a student" in login.message
    assert await lab.school.execute("SELECT 1 FROM sync_nodes") == [], "looking leaves nothing at the school"


@pytest.mark.parametrize(
    ("values", "level", "said"),
    [
        ({"SYNC_PASSWORD": "of another year"}, "warning", "does not accept this e-mail address and password"),
        ({}, "warning", "The password of ada@school.example is not known here"),
    ],
)
async def test_what_keeps_an_account_out_is_said_with_how_to_mend_it(
    examine: Examine, lab: Lab, values: dict[str, str], level: str, said: str
) -> None:
    login = await examined(examine, await lab.machine("ada"), **values)
    assert login.level == level
    assert said in login.message
    assert "Sign in" in login.mend


async def test_nobody_signed_in_is_no_fault(examine: Examine, lab: Lab) -> None:
    login = await examined(examine, await lab.machine("ada", signed_in=False))
    assert (login.level, login.message) == ("ok", "Nobody is signed in on this machine, so nothing is synced.")
    assert "taco account signIn" in login.mend


@pytest.mark.parametrize(
    ("revision", "said"), [("0002", "older than this program"), ("9999", "newer than this program")]
)
async def test_a_server_of_another_version_is_said(examine: Examine, lab: Lab, revision: str, said: str) -> None:
    await lab.school.execute("UPDATE alembic_version SET version_num = $1", revision)
    login = await examined(examine, await lab.machine("ada"), SYNC_PASSWORD=PASSWORD)
    assert login.level == "warning"
    assert said in login.message
    assert login.mend


async def test_a_store_of_an_older_version_is_left_as_it_is(examine: Examine, lab: Lab) -> None:
    machine = await lab.machine("ada")
    machine.sql("UPDATE alembic_version SET version_num = '0002'")
    login = await examined(examine, machine, SYNC_PASSWORD=PASSWORD)
    assert "after the next start" in login.message
    assert machine.sql("SELECT version_num FROM alembic_version") == [("0002",)]


# --- the way there -----------------------------------------------------------------------------------------------


@pytest.fixture
async def answering() -> AsyncIterator[Callable[[bytes], Awaitable[str]]]:
    """Listen as a server that answers every connection with the same bytes, or with nothing."""
    servers: list[asyncio.Server] = []

    async def listen(answer: bytes) -> str:
        async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readexactly(8)
            writer.write(answer)
            await reader.read()
            writer.close()

        servers.append(await asyncio.start_server(accept, "127.0.0.1", 0))
        return f"postgresql://ada:hunter2@127.0.0.1:{servers[-1].sockets[0].getsockname()[1]}/school"

    yield listen
    for server in servers:
        server.close()


@pytest.mark.parametrize(("answer", "said"), [(b"", "cannot be reached"), (b"HTTP/1.1 400", "is no PostgreSQL server")])
async def test_what_is_no_server_is_told_in_time_and_without_its_password(
    examine: Examine,
    answering: Callable[[bytes], Awaitable[str]],
    monkeypatch: pytest.MonkeyPatch,
    answer: bytes,
    said: str,
) -> None:
    monkeypatch.setattr(sync, "WAY_S", 0.2)
    (found,) = await examine(await answering(answer))
    assert found.level == "warning"
    assert said in found.message
    assert "hunter2" not in repr(found)


async def test_a_server_that_is_not_there_costs_nothing_yet(examine: Examine) -> None:
    (found,) = await examine("postgresql://ada:hunter2@127.0.0.1:1/school")
    assert (found.level, found.message) == ("warning", "The remote 127.0.0.1 cannot be reached.")
    assert "Nothing is lost" in found.mend


@pytest.mark.parametrize("remote", ["wss://school.example", "postgresql://school.example:port/db", "school"])
async def test_what_is_no_address_is_said(examine: Examine, remote: str) -> None:
    (found,) = await examine(remote)
    assert "no address of a school's server" in found.message


async def test_without_a_remote_there_is_nothing_to_look_at(examine: Examine) -> None:
    (found,) = await examine("")
    assert found.level == "ok"


@pytest.mark.parametrize(
    ("url", "offered", "level", "said"),
    [
        ("postgresql://school.example/db", True, "ok", "the connection is encrypted."),
        ("postgresql://school.example/db?sslmode=verify-full", True, "ok", "certificate is checked"),
        ("postgresql://school.example/db", False, "warning", "others on the way can read"),
        ("postgresql://school.example/db?sslmode=require", False, "warning", "asks for encryption"),
        ("postgresql://school.example/db?sslmode=disable", True, "warning", "says sslmode=disable"),
        ("postgresql://[::1]/db", False, "ok", "nothing leaves this machine"),
        ("postgresql://localhost/db", False, "ok", "nothing leaves this machine"),
    ],
)
def test_who_could_read_what_is_sent_is_said(url: str, offered: bool, level: str, said: str) -> None:
    way = sync.way_to(url)
    assert way is not None
    found = sync.encryption(way, offered=offered)
    assert (found.level, said in found.message) == (level, True)
    assert found.mend or level == "ok"
