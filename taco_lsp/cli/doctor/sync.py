"""Whether the school's server lets this machine's account in: the way there, its encryption, the login, the version.

Sends and fetches nothing, and shows no password. What a round of syncing does is in `taco_lsp.sync`.
"""

from __future__ import annotations

import asyncio
import os
import struct
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import attrs

from storage import StoreError
from taco_lsp.accounts.keeping import Password, find_password
from taco_lsp.cli.doctor.finding import Finding, ok, warning
from taco_lsp.config import Effective, default_store_url

if TYPE_CHECKING:
    from storage import User

WAY_S = 5.0
LOGIN_S = 20.0
PORT = 5432
_SSL_REQUEST = struct.pack("!ii", 8, 80877103)
"""PostgreSQL's protocol, "SSLRequest": the server answers with one byte, before any login."""
_LATER = "Nothing is lost: what was recorded is sent when it can be reached. Check the address and the connection."
_SIGN_IN = "Sign in in your editor, or with `taco account signIn EMAIL`."
_ASK_FOR_TLS = "Ask whoever runs the server to switch on TLS (docs/school.md)."


async def check(effective: Effective) -> Sequence[Finding]:
    """Look at the remote of sync, when one is configured."""
    url = effective.settings.sync_remote
    if not url:
        return [ok("sync", "No remote is configured: the journey stays on this machine.")]
    way = way_to(url)
    if way is None:
        mend = "Write `postgresql://host/database`; your school says what."
        return [warning("sync", "The setting sync.remote is no address of a school's server.", mend)]
    try:
        async with asyncio.timeout(WAY_S), _connected(way) as (reader, writer):
            writer.write(_SSL_REQUEST)
            await writer.drain()
            answer = await reader.read(1)
    except (OSError, TimeoutError):
        return [warning("sync", f"The remote {way.place} cannot be reached.", _LATER)]
    if answer not in {b"S", b"N"}:
        mend = "Check the setting sync.remote."
        return [warning("sync", f"What answers at {way.place} is no PostgreSQL server.", mend)]
    return [encryption(way, offered=answer == b"S"), await _login(effective, url)]


@attrs.frozen(kw_only=True)
class Way:
    """How a server is reached; `socket` is a folder of this machine, and `mode` what its URL says of TLS."""

    host: str
    port: int
    mode: str
    socket: bool

    @property
    def place(self) -> str:
        """Where it is, for people."""
        return "on this machine" if self.socket else self.host

    @property
    def is_local(self) -> bool:
        """Whether nothing of it travels over a network."""
        with suppress(ValueError):
            return ip_address(self.host).is_loopback
        return self.socket or self.host == "localhost"


def way_to(url: str) -> Way | None:
    """Read the address of a server; None when it is none."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    said = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    host = parts.hostname or said.get("host", "")
    if parts.scheme.partition("+")[0] != "postgresql" or not host:
        return None
    return Way(
        host=host, port=port or int(said.get("port", PORT)), mode=said.get("sslmode", ""), socket=host.startswith("/")
    )


@asynccontextmanager
async def _connected(way: Way) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    if way.socket:
        reader, writer = await asyncio.open_unix_connection(f"{way.host}/.s.PGSQL.{way.port}")
    else:
        reader, writer = await asyncio.open_connection(way.host, way.port)
    try:
        yield reader, writer
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


def encryption(way: Way, *, offered: bool) -> Finding:
    """What others on the way could read; `offered` is whether the server can encrypt."""
    if way.is_local:
        return ok("sync", f"The remote {way.place} can be reached; nothing leaves this machine.")
    reached = f"The remote {way.place} can be reached"
    wants = way.mode == "require" or way.mode.startswith("verify-")
    if not offered and wants:
        message = f"{reached}; sync.remote asks for encryption (sslmode={way.mode}), and the server offers none."
        return warning("sync", message, _ASK_FOR_TLS)
    if not offered:
        message = f"{reached}; the connection is not encrypted, so that others on the way can read your work."
        return warning("sync", message, _ASK_FOR_TLS)
    if way.mode == "disable":
        message = f"{reached}; the connection is not encrypted, because sync.remote says sslmode=disable."
        return warning("sync", message, "Take that out of sync.remote.")
    if way.mode.startswith("verify-"):
        return ok("sync", f"{reached}; the connection is encrypted, and the server's certificate is checked.")
    mend = "To have the server's certificate checked too, add `?sslmode=verify-full` to sync.remote."
    return ok("sync", f"{reached}; the connection is encrypted.", mend)


async def _login(effective: Effective, url: str) -> Finding:
    """Whether the account that is signed in gets in, and finds a server of its own version."""
    from storage.inspection import inspect  # noqa: PLC0415 - imports the database libraries

    store_url = effective.settings.store or default_store_url()
    try:
        seen = await inspect(store_url)
        if seen.path is None:
            return ok("sync", "The store is on a server itself, so nothing is synced.")
        if seen.damage or seen.journal != "wal" or seen.revision != seen.newest:
            return ok("sync", "Who is signed in shows after the next start of the server.")  # opening would change it
        account = await _account(store_url)
    except StoreError as error:
        return warning("sync", f"Who is signed in could not be read: {error}", error.hint)
    if account is None:
        return ok("sync", "Nobody is signed in on this machine, so nothing is synced.", _SIGN_IN)
    password = await asyncio.to_thread(find_password, url, account.email, os.environ)
    if password is None:
        message = f"The password of {account.email} is not known here, so nothing is synced until you sign in again."
        return warning("sync", message, _SIGN_IN)
    return await _hello(url, account, password)


async def _account(store_url: str) -> User | None:
    from storage import open_store  # noqa: PLC0415 - imports the database libraries
    from storage.accounts import signed_in_account  # noqa: PLC0415

    store = await open_store(store_url)
    try:
        return await signed_in_account(store)
    finally:
        await store.close()


async def _hello(url: str, account: User, password: Password) -> Finding:
    from storage import new_id  # noqa: PLC0415
    from storage.accounts import account_url  # noqa: PLC0415
    from storage.migrate import HEAD  # noqa: PLC0415
    from storage.sync.errors import RemoteError  # noqa: PLC0415
    from storage.sync.postgres_remote import PostgresRemote  # noqa: PLC0415

    remote = PostgresRemote(account_url(url, account.email, password.reveal()))
    try:
        async with asyncio.timeout(LOGIN_S):
            hello = await remote.hello(new_id())
    except RemoteError as error:
        return warning("sync", str(error), error.hint)
    except TimeoutError:
        return warning("sync", f"The school's server did not answer within {LOGIN_S:g} seconds.", _LATER)
    finally:
        await remote.close()
    message = f"The school lets {account.email} in as a {hello.role}, and is of this version (revision {HEAD})."
    return ok("sync", message)
