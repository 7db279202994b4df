"""When to try again: exponential backoff with jitter, and `Retry-After` (RFC 9110, section 10.2.3)."""

from __future__ import annotations

import math
import random
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from taco_lsp.models.errors import ModelError

FIRST_PAUSE_S = 0.5
MAX_PAUSE_S = 10.0
"""Longest wait; an endpoint that asks for more gets no further attempt, so that another tutor can answer."""

_MAY_PASS = frozenset({"unreachable", "rateLimited", "server"})


def pause_before_retry(error: ModelError, attempt: int) -> float | None:
    """Tell how many seconds to wait after failed `attempt` number 0, 1, …; None when another is no use."""
    if error.kind not in _MAY_PASS:
        return None
    longest: float = min(FIRST_PAUSE_S * 2.0**attempt, MAX_PAUSE_S)
    # Half of the pause is random, so that a class whose requests failed together does not return together.
    backoff = longest * random.uniform(0.5, 1.0)  # noqa: S311 - jitter, not a secret
    if error.retry_after_s is None:
        return backoff
    if error.retry_after_s > MAX_PAUSE_S:
        return None
    return max(error.retry_after_s, backoff)


def parse_retry_after(value: str | None, *, now: datetime) -> float | None:
    """Read seconds or an HTTP date as seconds from `now`; None when missing or unreadable, 0 when past."""
    if not value:
        return None
    try:
        seconds = float(value)
    except ValueError:
        seconds = _seconds_until(value, now)
    return max(0.0, seconds) if math.isfinite(seconds) else None


def _seconds_until(value: str, now: datetime) -> float:
    try:
        date = parsedate_to_datetime(value)
    except ValueError:
        return math.nan
    return ((date if date.tzinfo else date.replace(tzinfo=UTC)) - now).total_seconds()
