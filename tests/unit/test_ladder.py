"""The hint ladder, derived from recorded rows: which rung is next and when it opens."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from storage import Interaction, new_id
from taco_lsp.tutor.ladder import Progress, Rung, progress, rung
from taco_lsp.tutor.policy import Policy

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
FREE, STRICT = Policy(hint_pacing="free"), Policy(require_attempt=True)


def asked(
    minute: int, *, level: int | None = None, code: str = "a", finish: Any = "stop", blocked: bool = False
) -> Interaction:
    return Interaction(
        session_id=new_id(), user_id=new_id(), challenge_id=new_id(), model_id=new_id(), user_prompt="",
        model_response="…", code=code, kind="hint" if level is not None else "question", hint_level=level,
        prompt_version="1", latency_ms=1, finish_reason=finish, guard={"blocked": blocked, "rule": None},
        created_at=NOON + timedelta(minutes=minute),
    )  # fmt: skip


def at(minute: int) -> datetime:
    return NOON + timedelta(minutes=minute)


def test_at_the_start_the_first_rung_is_open() -> None:
    assert rung(Progress(), "a", Policy()) == Rung(given=0, next=1, ceiling=5, open=True)


@pytest.mark.parametrize(
    ("state", "code", "policy", "expected"),
    [
        # given, then, ran → the code now, the policy → next, open
        (Progress(given=1, code_then="a"), "a", Policy(), (1, False)),
        (Progress(given=1, code_then="a"), "b", Policy(), (2, True)),
        (Progress(given=1, code_then="a", ran_since=True), "a", Policy(), (2, True)),
        (Progress(given=1, code_then="a"), "a", FREE, (2, True)),
        (Progress(given=5, code_then="a"), "b", Policy(), (5, False)),
        (Progress(given=5, code_then="a"), "b", FREE, (5, False)),
        (Progress(given=2, code_then="a"), "b", Policy(hint_ceiling=2), (2, False)),
        (Progress(given=4, code_then="a"), "b", Policy(hint_ceiling=2), (2, False)),
        (Progress(), "a", Policy(hint_ceiling=0), (0, False)),
        (Progress(), "a", STRICT, (0, False)),
        (Progress(ran_since=True), "a", STRICT, (1, True)),
        (Progress(), "a", Policy(require_attempt=True, hint_pacing="free"), (1, True)),
    ],
)
def test_the_next_rung_opens_by_an_edit_or_a_run(
    state: Progress, code: str, policy: Policy, expected: tuple[int, bool]
) -> None:
    now = rung(state, code, policy)
    assert (now.next, now.open) == expected
    assert (now.given, now.ceiling) == (state.given, policy.hint_ceiling)


@pytest.mark.parametrize(("code", "is_open"), [("starter", False), ("starter + work", True)])
def test_an_attempt_is_a_difference_from_the_starter(code: str, is_open: bool) -> None:
    assert rung(Progress(), code, STRICT, starter="starter").open is is_open


@pytest.mark.parametrize(
    ("then", "now", "is_edit"),
    [
        ("a = 1\n", "a = 1", False),
        ("a = 1\nb = 2\n", "a = 1  \n\n\nb = 2\n", False),
        ("a = 1\nb = 2\n", "a = 1\r\nb = 2\r\n", False),
        ("if a:\n  b\n", "if a:\nb\n", True),
        ("a = 1\n", "a = 1 # see\n", True),
        ("a = 1\n", "a = 1\na = 1\n", True),
    ],
)
def test_an_edit_is_a_change_of_what_is_written(then: str, now: str, is_edit: bool) -> None:
    assert rung(Progress(given=1, code_then=then), now, Policy()).open is is_edit


def test_after_the_first_hint_the_starter_no_longer_counts() -> None:
    assert not rung(Progress(given=1, code_then="a"), "a", Policy(), starter="b").open


# --- derived from rows -----------------------------------------------------------------------------------------


def test_nothing_recorded_is_the_start() -> None:
    assert progress([], None) == Progress()


def test_a_run_before_the_first_hint_is_an_attempt() -> None:
    assert progress([asked(0)], at(1)) == Progress(ran_since=True)


def test_the_progress_is_the_highest_rung_and_the_code_of_the_last_hint() -> None:
    rows = [asked(0, level=1, code="a"), asked(1, level=2, code="b"), asked(2, level=2, code="c"), asked(3, code="d")]
    assert progress(rows, None) == Progress(given=2, code_then="c")
    assert progress([*rows, asked(4, level=1, code="e")], None) == Progress(given=2, code_then="e")


@pytest.mark.parametrize(("ran_at", "ran_since"), [(0, False), (1, False), (2, True)])
def test_only_a_run_after_the_last_hint_counts(ran_at: int, ran_since: bool) -> None:
    assert progress([asked(1, level=1)], at(ran_at)).ran_since is ran_since


def test_a_hint_that_was_held_back_takes_no_rung() -> None:
    assert progress([asked(0, level=1), asked(1, level=2, blocked=True)], None).given == 1


@pytest.mark.parametrize("finish", ["error", "cancelled"])
def test_a_hint_the_student_never_got_takes_no_rung(finish: str) -> None:
    assert progress([asked(0, level=1), asked(1, level=2, finish=finish)], None).given == 1


@pytest.mark.parametrize("finish", ["stop", "length", "fallback"])
def test_a_hint_the_student_got_takes_a_rung(finish: str) -> None:
    assert progress([asked(0, level=1, finish=finish)], None).given == 1


def test_a_refusal_to_hint_before_an_attempt_takes_no_rung() -> None:
    state = progress([asked(0, level=0, code="a")], None)
    assert state.given == 0
    assert not rung(state, "starter", STRICT, starter="starter").open
