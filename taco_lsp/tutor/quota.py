"""How many questions a student may ask in an hour, and when the next one may be asked. Pure.

A limit holds where it was set: one of a challenge counts the questions about that challenge, one of a class those
about its challenges, one of an organization all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

HOUR = timedelta(hours=1)


def next_question_at(asked: Sequence[datetime], limit: int | None, now: datetime) -> datetime | None:
    """Tell when the next question may be asked; None for now.

    Args:
        asked: when earlier questions were asked, at least those of the last hour.
        limit: questions in any hour; None for no limit. A limit of 0 puts it off for ever.
        now: the time at which it is asked.
    """
    if limit is None:
        return None
    recent = sorted(moment for moment in asked if moment > now - HOUR)
    if len(recent) < limit:
        return None
    # The hour moves along: a place becomes free when the oldest of the last `limit` questions leaves it.
    return recent[-limit] + HOUR if limit else datetime.max.replace(tzinfo=now.tzinfo)


def clock(moment: datetime) -> str:
    """The time of day here, as the first full minute that is not before the moment: `14:05`."""
    return f"{(moment + timedelta(seconds=59, microseconds=999_999)).astimezone():%H:%M}"
