"""A school's own certificate authority, and TLS as a server speaks it before a test's unencrypted one."""

from __future__ import annotations

import asyncio
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import attrs
import pytest

_SSL_REQUEST = bytes.fromhex("0000000804d2162f")
"""What a client of PostgreSQL begins with: https://www.postgresql.org/docs/current/protocol-message-formats.html"""


@attrs.frozen(kw_only=True)
class Authority:
    """Certificates of an authority of one's own, for one server named `localhost`."""

    root: Path
    """Its own certificate, which clients are given."""
    chain: Path
    key: Path


def make_authority(folder: Path) -> Authority:
    """Make an authority and the certificate of its server; the test is skipped where OpenSSL's program is missing."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl to make certificates with")
    folder.mkdir()
    (folder / "names").write_text("subjectAltName = DNS:localhost\n")
    new_key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
    for command in (
        f"req -x509 {new_key} -keyout root.key -out root.pem -days 2 -subj /CN={folder.name}",
        f"req -new {new_key} -keyout server.key -out server.csr -subj /CN=localhost",
        "x509 -req -in server.csr -CA root.pem -CAkey root.key -CAcreateserial -out server.pem -days 2 -extfile names",
    ):
        subprocess.run(["openssl", *command.split()], cwd=folder, check=True, capture_output=True)
    return Authority(root=folder / "root.pem", chain=folder / "server.pem", key=folder / "server.key")


@attrs.define
class Front:
    """A server with TLS: where it listens, and how many clients it got as far as a question."""

    port: int
    trusted: int = 0


@asynccontextmanager
async def encrypted(socket: Path, authority: Authority) -> AsyncIterator[Front]:
    """Let clients reach a server's unix socket through TLS, and in no other way."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority.chain, authority.key)
    clients: set[asyncio.Task[None]] = set()
    front = Front(port=0)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        clients.add(task := asyncio.current_task())  # type: ignore[arg-type]
        task.add_done_callback(clients.discard)  # type: ignore[union-attr]
        with suppress(OSError, asyncio.IncompleteReadError):
            if await reader.readexactly(len(_SSL_REQUEST)) != _SSL_REQUEST:
                return
            writer.write(b"S")
            await writer.start_tls(context)
            first = await reader.readexactly(1)
            front.trusted += 1
            inner_reader, inner_writer = await asyncio.open_unix_connection(str(socket))
            inner_writer.write(first)
            await asyncio.gather(_pump(reader, inner_writer), _pump(inner_reader, writer))
        writer.close()

    server = await asyncio.start_server(serve, "localhost", 0)
    front.port = server.sockets[0].getsockname()[1]
    try:
        yield front
    finally:
        server.close()
        for client in clients:
            client.cancel()
        await asyncio.gather(*clients, return_exceptions=True)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while chunk := await reader.read(65536):
            writer.write(chunk)
            await writer.drain()
    writer.close()
