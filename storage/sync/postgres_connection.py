"""A connection to a school's PostgreSQL, bounded in time, and what goes wrong with it as `RemoteError`."""

from __future__ import annotations

import asyncio
import importlib.util
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime, timedelta
from typing import Any

from storage.location import parse
from storage.records import Role
from storage.sync.errors import RemoteError, RowsRefused, unreachable

logger = logging.getLogger(__name__)

Connection = Any
"""An `asyncpg.Connection`; the driver ships no types."""

CONNECT_S = 10.0
STATEMENT_S = 60.0
"""Longest time for one statement; a page or a batch takes a fraction of a second."""

_SETTINGS = (
    "SET LOCAL search_path = {}; SET LOCAL timezone = 'UTC';"
    f"SET LOCAL lock_timeout = '{STATEMENT_S:.0f}s'; SET LOCAL statement_timeout = '{STATEMENT_S:.0f}s';"
    # Until autovacuum has counted a large first push, the planner would sort all of it for each page.
    "SET LOCAL enable_bitmapscan = off"
)


async def connect(url: str) -> Connection:
    """Connect as the login role of an account.

    Args:
        url: `postgresql://login:password@host/database`.

    Raises:
        RemoteError: No driver, no server, no such account, or something else answers there.
    """
    if importlib.util.find_spec("asyncpg") is None:
        raise RemoteError(
            "failed",
            "Syncing needs the package asyncpg, which is not installed.",
            "Install taco-lsp with its `postgres` extra.",
        )
    import asyncpg  # type: ignore[import-untyped]  # noqa: PLC0415 - see above

    address = parse(url).server_url.set(drivername="postgresql").render_as_string(hide_password=False)
    with remote_errors():
        async with asyncio.timeout(CONNECT_S):  # the driver's own limit does not cover what follows the handshake
            connection = await asyncpg.connect(
                address, timeout=CONNECT_S, command_timeout=STATEMENT_S, statement_cache_size=0
            )
            await _take_plain_values(connection)
            return connection


async def _take_plain_values(connection: Connection) -> None:
    """Have the driver take and give ids, times and truths as a local store holds them; it asks the server nothing."""
    for name, form, encoder, decoder in (
        ("uuid", "binary", bytes.fromhex, bytes.hex),
        ("timestamptz", "tuple", _microseconds, _moment),
        ("bool", "binary", _truth, int.from_bytes),
    ):
        await connection.set_type_codec(name, schema="pg_catalog", encoder=encoder, decoder=decoder, format=form)


_EPOCH = datetime(2000, 1, 1)  # noqa: DTZ001 - PostgreSQL counts from here; everything is UTC
_MICROSECOND = timedelta(microseconds=1)


def _microseconds(text: str) -> tuple[int]:
    return ((datetime.fromisoformat(text) - _EPOCH) // _MICROSECOND,)


def _moment(since: tuple[int]) -> str:
    return (_EPOCH + timedelta(microseconds=since[0])).isoformat(" ", "microseconds")


def _truth(value: int) -> bytes:
    return b"\1" if value else b"\0"


@asynccontextmanager
async def transaction(connection: Connection, role: Role | None, *, reading: bool) -> AsyncIterator[None]:
    """Run a transaction that sees what an account with this role sees, all of one moment when reading.

    Settings are local to it: behind a pooler the next transaction may be somebody else's.

    Raises:
        RemoteError: It failed, and nothing of it counts; or whether it counts is not known.
    """
    with remote_errors():
        async with connection.transaction(isolation="repeatable_read" if reading else None, readonly=reading):
            await connection.execute(_SETTINGS.format("student_view, public" if role == "student" else "public"))
            yield


async def close(connection: Connection) -> None:
    """Close a connection; one that does not answer is dropped."""
    try:
        await connection.close(timeout=2)
    except (Exception, asyncio.CancelledError):
        connection.terminate()
        if (task := asyncio.current_task()) and task.cancelling():
            raise


@contextmanager
def remote_errors() -> Iterator[None]:
    """Let nothing but remote errors out.

    Raises:
        RemoteError: Of the kind that fits; never with a password in it.
    """
    try:
        yield
    except (RemoteError, RowsRefused):
        raise
    except TimeoutError:
        raise unreachable("it did not answer in time") from None
    except OSError as error:
        raise unreachable(error.strerror or type(error).__name__) from None
    except Exception as error:
        raise _of(error) from error


def _of(error: Exception) -> RemoteError:
    import asyncpg  # noqa: PLC0415 - only when there is an error of its to explain

    lost = (asyncpg.PostgresConnectionError, asyncpg.OperatorInterventionError)
    busy = (asyncpg.TransactionRollbackError, asyncpg.LockNotAvailableError, asyncpg.TooManyConnectionsError)
    full = (asyncpg.ReadOnlySQLTransactionError, asyncpg.InsufficientResourcesError)
    foreign = (asyncpg.InvalidCatalogNameError, asyncpg.UndefinedTableError, asyncpg.UndefinedFunctionError)
    found: RemoteError
    if isinstance(error, asyncpg.InvalidAuthorizationSpecificationError):
        found = RemoteError(
            "signIn",
            "The school's server does not accept this e-mail address and password.",
            "Sign in again. If it goes on, ask whoever runs the server.",
        )
    elif isinstance(error, foreign):
        found = not_a_school()
    elif isinstance(error, busy):
        found = unreachable("it is busy")
    elif isinstance(error, full):
        found = RemoteError(
            "full",
            "The school's server cannot take in anything at the moment.",
            "Your work is safe on this machine and is sent later. Tell whoever runs the server.",
        )
    elif isinstance(error, lost) or (isinstance(error, asyncpg.InterfaceError) and "closed" in str(error)):
        found = unreachable("the connection was lost")
    else:
        logger.warning("syncing failed: %s", type(error).__name__, exc_info=error)
        found = RemoteError(
            "failed",
            f"Syncing failed ({type(error).__name__}).",
            "Your work is safe on this machine. The log says more.",
        )
    return found


def not_a_school() -> RemoteError:
    """Make the error of a database that is not TACO's."""
    return RemoteError(
        "notASchool", "What answers at `sync.remote` is not a TACO server.", "Check the setting `sync.remote`."
    )
