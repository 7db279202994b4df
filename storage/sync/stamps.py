"""Stamps of a hybrid logical clock: which of two saves is the later one, even when the clocks disagree.

A stamp is one integer: milliseconds since 1970 in the upper 48 bits, a counter in the lower 16 (Kulkarni et al.,
"Logical Physical Clocks", 2014). It is never smaller than the clock says, and greater than the stamp it replaces.
The databases make the stamps (see revision 0007); this module says the same in Python, and corrects them.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

COUNTER_BITS = 16
TOLERANCE_MS = 5 * 60 * 1000
"""How far ahead of its own clock a server accepts a stamp; beyond that it refuses, because to change it would lie."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def stamp(at: datetime, replaced: int = -1) -> int:
    """Make the stamp of a save: of its moment, or just above the stamp that it replaces."""
    return max(milliseconds(at) << COUNTER_BITS, replaced + 1)


def shifted(of: int, by_ms: int) -> int:
    """Move a stamp in time: what it would have been, had the clock been right; the counter stays."""
    return max(of + (by_ms << COUNTER_BITS), 0)


def moment(of: int) -> datetime:
    """Tell when a stamp was made, to the millisecond."""
    return _EPOCH + timedelta(milliseconds=of >> COUNTER_BITS)


def milliseconds(at: datetime) -> int:
    """Count the milliseconds since 1970."""
    return (at - _EPOCH) // timedelta(milliseconds=1)
