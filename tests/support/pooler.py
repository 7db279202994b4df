"""PgBouncer in transaction mode before a test's server; a test that needs it is skipped where it is not installed."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.support.postgres import Server

START_WAIT_S = 10
PORT = 6432


@asynccontextmanager
async def pooler(server: Server, database: str, *, access: str, user: str = "", size: int = 2) -> AsyncIterator[str]:
    """Run a pooler for one database, with fewer connections than clients.

    Args:
        server: what it stands before.
        database: the only one it knows.
        access: its settings of who gets in, a line each.
        user: as whom it works on the server; otherwise as who asks.
        size: how many connections there are for each user.

    Yields:
        What to add to a URL that names the server's folder as its host.
    """
    program = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin:/opt/homebrew/bin")
    if program is None:
        pytest.skip("no pgbouncer to test with")
    settings = server.folder / f"{database}.ini"
    as_user = f" user={user}" if user else ""
    settings.write_text(
        f"[databases]\n{database} = host={server.folder}{as_user}\n"
        f"[pgbouncer]\nlisten_addr =\nunix_socket_dir = {server.folder}\nlisten_port = {PORT}\n{access}\n"
        f"pool_mode = transaction\ndefault_pool_size = {size}\nmax_client_conn = 50\n"
        f"server_reset_query =\nlogfile = {settings}.log\n"
    )
    settings.chmod(0o644)
    with server.process(program, str(settings)) as process:
        socket = server.folder / f".s.PGSQL.{PORT}"
        deadline = time.monotonic() + START_WAIT_S
        while not socket.exists():
            assert process.poll() is None and time.monotonic() < deadline, "pgbouncer did not start"
            await asyncio.sleep(0.01)
        yield f"&port={PORT}"
