"""When another attempt is made, and after how long."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from taco_lsp.models.errors import Kind, ModelError
from taco_lsp.models.retry import MAX_PAUSE_S, parse_retry_after, pause_before_retry

NOW = datetime(2026, 11, 23, 2, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize("kind", ["unauthorized", "notFound", "rejected", "timeout", "badReply", "empty"])
def test_a_failure_that_will_not_pass_is_not_tried_again(kind: Kind) -> None:
    assert pause_before_retry(ModelError(kind, "x"), 0) is None


@pytest.mark.parametrize("kind", ["unreachable", "rateLimited", "server"])
def test_pauses_double_vary_and_stay_bounded(kind: Kind) -> None:
    for attempt, longest in [(0, 0.5), (1, 1.0), (2, 2.0), (30, MAX_PAUSE_S)]:
        pauses = {pause_before_retry(ModelError(kind, "x"), attempt) for _ in range(50)}
        assert len(pauses) > 1
        assert all(pause is not None and longest / 2 <= pause <= longest for pause in pauses)


def test_the_endpoint_may_ask_for_a_longer_pause_up_to_a_limit() -> None:
    assert pause_before_retry(ModelError("rateLimited", "x", retry_after_s=7), 0) == 7
    assert pause_before_retry(ModelError("rateLimited", "x", retry_after_s=MAX_PAUSE_S + 1), 0) is None


def test_an_endpoint_that_asks_for_no_pause_still_gets_one() -> None:
    pause = pause_before_retry(ModelError("server", "x", retry_after_s=0), 0)
    assert pause is not None
    assert pause >= 0.25


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("3", 3.0),
        ("1.5", 1.5),
        ("0", 0.0),
        ("-4", 0.0),
        ("Mon, 23 Nov 2026 02:00:30 GMT", 30.0),
        ("Mon, 23 Nov 2026 02:00:30 -0000", 30.0),
        ("Mon, 23 Nov 2026 01:00:00 GMT", 0.0),
        ("soon", None),
        ("nan", None),
        ("9" * 400, None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(value: str | None, seconds: float | None) -> None:
    assert parse_retry_after(value, now=NOW) == seconds
