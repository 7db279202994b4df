"""Syncing with a school's server."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import attrs

SyncState = Literal["off", "signedOut", "idle", "syncing", "waiting"]
SyncTrouble = Literal["unreachable", "signIn", "olderServer", "newerServer", "notASchool", "full", "failed"]


@attrs.frozen(kw_only=True)
class KeptHere:
    """Rows that the server does not take; they stay on this machine.

    Attributes:
        reason: why, for a person.
        rows: how many.
    """

    reason: str
    rows: int


@attrs.frozen(kw_only=True)
class SyncStatus:
    """How this machine and the school's server stand.

    Attributes:
        state: `off` without a server, `signedOut` without an account, `idle` until there is something to do,
            `syncing`, or `waiting` after a failure.
        unsent: how many rows are still to be sent.
        kept: what the server does not take.
        synced_at: when everything was sent and taken in the last time.
        sent: rows sent in this round, or in the last one.
        taken: rows taken in, likewise.
        trouble: what kind of failure, for programs; `unreachable` passes by itself.
        problem: what is wrong, for a person.
        hint: what to do about it.
    """

    state: SyncState
    unsent: int = 0
    kept: tuple[KeptHere, ...] = ()
    synced_at: datetime | None = None
    sent: int = 0
    taken: int = 0
    trouble: SyncTrouble | None = None
    problem: str | None = None
    hint: str | None = None
