"""Times and spans of time as a person says them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo

Clock = Callable[[datetime], datetime]
"""Brings a stored time into the zone of the page."""


def clock(zone: tzinfo | None) -> Clock:
    """A clock of a zone; None is the zone of this machine."""
    return lambda at: at.astimezone(zone)


def day(at: datetime) -> str:
    """Such as `Monday 2 March 2026`."""
    return f"{at:%A} {at.day} {at:%B %Y}"


def short_day(at: datetime) -> str:
    """Such as `2 Mar`."""
    return f"{at.day} {at:%b}"


def offset(at: datetime) -> str:
    """Such as `UTC` or `UTC+01:00`."""
    return f"UTC{at.isoformat()[-6:]}" if at.utcoffset() else "UTC"


def span(length: timedelta) -> str:
    """Such as `40 s`, `12 min`, `2 h 5 min`, `3 days`."""
    seconds = round(length.total_seconds())
    if seconds < 60:
        return f"{seconds} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    days = round(hours / 24)
    return "1 day" if days == 1 else f"{days} days"
