"""A school's PostgreSQL as a remote: a login there, asked in short transactions, each bounded in time.

It is a `taco_lsp.sync.remote.Remote`, for one round of syncing: nothing is held open in between.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from time import monotonic
from uuid import UUID

from storage import migrate
from storage.records import Role
from storage.sync.errors import RemoteError
from storage.sync.postgres_connection import Connection, close, connect, not_a_school, transaction
from storage.sync.postgres_pull import Delivered, pull
from storage.sync.postgres_push import push
from storage.sync.values import Batch, Cursor, Hello, Page, Pushed, Sent

_HELLO = """
    SELECT said.*, has_database_privilege(current_database(), 'TEMPORARY') AS may_stage,
        (SELECT json_object_agg(scope.id, coalesce(counter.seq, 0))
         FROM unnest(sync_scope_ids()) AS scope (id) LEFT JOIN sync_counters counter ON counter.scope_id = scope.id
        ) AS scopes
    FROM sync_hello($1) said
"""


class PostgresRemote:
    """One connection to a school's server, under one account."""

    def __init__(self, url: str) -> None:
        """Remember where to connect.

        Args:
            url: `postgresql://login:password@host/database`; it is shown to nobody.
        """
        self._url = url
        self._connection: Connection | None = None
        self._node_id: UUID | None = None
        self._role: Role = "student"
        self._may_stage = False
        self._delivered: Delivered = {}

    async def hello(self, node_id: UUID) -> Hello:
        """Connect; learn who one is there, what one may pull, and whether it is the server of the last time.

        Raises:
            RemoteError: It cannot be synced with now.
        """
        connection = self._connection = await connect(self._url)
        self._node_id = node_id
        async with transaction(connection, None, reading=True):
            _check_revision(await connection.fetchval("SELECT version_num FROM alembic_version"))
            asked = monotonic()
            said = await connection.fetchrow(_HELLO, node_id.hex)
            on_the_way = timedelta(seconds=(monotonic() - asked) / 2)
        if said is None:
            raise RemoteError("signIn", "This login has no account at the school.", "Sign in with your e-mail address.")
        self._role, self._may_stage = said["role"], bool(said["may_stage"])
        return Hello(
            epoch=said["epoch"],
            time=datetime.fromisoformat(said["server_time"]).replace(tzinfo=UTC) + on_the_way,
            user_id=UUID(said["user_id"]),
            role=said["role"],
            scopes={UUID(id_): seq for id_, seq in json.loads(said["scopes"]).items()},
            batch=said["batch"],
        )

    async def push(self, batch: Batch, *, sent: Sent | None = None) -> Pushed:
        """Send local changes; the same batch may be sent any number of times.

        Args:
            batch: The changes.
            sent: Called when all rows are with the server; not if there are none.

        Raises:
            RemoteError: They were not taken, or nobody knows.
        """
        return await push(self._connected(), batch, self._role, may_stage=self._may_stage, sent=sent)

    async def pull(self, cursors: Mapping[UUID, Cursor], limit: int) -> Page:
        """Read changes behind the cursors.

        Raises:
            RemoteError: They cannot be read now.
        """
        assert self._node_id is not None
        return await pull(
            self._connected(),
            cursors,
            node_id=self._node_id,
            role=self._role,
            limit=limit,
            delivered=self._delivered,
        )

    async def close(self) -> None:
        """Hang up."""
        if self._connection is not None:
            await close(self._connection)
            self._connection = None

    def _connected(self) -> Connection:
        assert self._connection is not None, "say hello first"
        return self._connection


def _check_revision(found: str) -> None:
    if found == migrate.HEAD:
        return
    if found in migrate.REVISIONS:
        raise RemoteError(
            "olderServer",
            "The school's server is older than this program.",
            "Your work is safe here and is sent when the server is upgraded (`taco admin upgrade`).",
        )
    if not found.isdigit():
        raise not_a_school()
    raise RemoteError(
        "newerServer",
        "The school's server is newer than this program.",
        "Update taco-lsp; your work is safe until then.",
    )
