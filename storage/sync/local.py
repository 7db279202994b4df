"""The sync side of a local store's transaction: what to send, what came in, and how far it is."""

from __future__ import annotations

from storage.rows import Rows
from storage.sync.outbox import Outbox
from storage.sync.removal import Removal
from storage.sync.replica import Replica
from storage.sync.state import SyncState


class LocalSync:
    """The repositories of sync, on one connection; of a local file only."""

    def __init__(self, rows: Rows) -> None:
        self.outbox = Outbox(rows)
        self.replica = Replica(rows)
        self.removal = Removal(rows)
        self.state = SyncState(rows)
