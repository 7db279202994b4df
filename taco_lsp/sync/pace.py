"""How long to wait between rounds. Pure."""

from __future__ import annotations

FIRST_RETRY_S = 1.0
LONGEST_RETRY_S = 300.0
SETTLE_S = 1.0
"""A save, a run and a question often come together; they travel together too."""
IDLE_S = 120.0
"""Without anything to send: how often to look for what others did."""


def retry_after(failures: int, chance: float) -> float:
    """Give the seconds until the next try: twice as long after each failure, and not the same on every machine.

    Args:
        failures: how many there were in a row; at least 1.
        chance: a random number from 0 to 1, so that a class does not come back all at once.
    """
    longest = min(FIRST_RETRY_S * 2.0 ** min(failures - 1, 30), LONGEST_RETRY_S)
    return longest * (0.5 + chance / 2)
