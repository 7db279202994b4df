"""Questions in an hour: how many, and from when on again."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taco_lsp.tutor.quota import clock, next_question_at

NOW = datetime(2026, 3, 2, 12, 30, tzinfo=UTC)


def ago(*minutes: float) -> list[datetime]:
    return [NOW - timedelta(minutes=minute) for minute in minutes]


@pytest.mark.parametrize(
    ("asked", "limit", "wait"),
    [
        ((), None, None), ((1, 2, 3), None, None),
        ((), 1, None), ((1,), 1, 59), ((59,), 1, 1), ((60,), 1, None), ((61, 90), 1, None),
        ((1, 20), 3, None), ((1, 20, 50), 3, 10), ((50, 20, 1), 3, 10), ((1, 20, 50, 70), 3, 10),
        ((1, 2, 3, 50), 3, 57),  # the limit was lowered: more places must become free than one
    ],
)  # fmt: skip
def test_the_next_question_waits_for_the_oldest_to_leave_the_hour(
    asked: tuple[int, ...], limit: int | None, wait: int | None
) -> None:
    assert next_question_at(ago(*asked), limit, NOW) == (None if wait is None else NOW + timedelta(minutes=wait))


def test_a_limit_of_nothing_never_opens() -> None:
    again = next_question_at([], 0, NOW)
    assert again is not None
    assert again > NOW + timedelta(days=10_000)


@given(st.lists(st.floats(0, 90), max_size=12), st.integers(1, 6))
def test_at_the_time_named_a_question_is_allowed_and_before_it_is_not(minutes: list[float], limit: int) -> None:
    asked = ago(*minutes)
    again = next_question_at(asked, limit, NOW)
    if again is not None:
        assert again > NOW
        assert next_question_at(asked, limit, again) is None
        assert next_question_at(asked, limit, again - timedelta(microseconds=1)) is not None


def test_the_clock_names_a_minute_that_is_not_too_early() -> None:
    local = datetime(2026, 3, 2, 9, 5).astimezone()
    assert clock(local) == "09:05"
    assert clock(local + timedelta(microseconds=1)) == clock(local + timedelta(seconds=60)) == "09:06"
    assert re.fullmatch(r"\d\d:\d\d", clock(NOW))
