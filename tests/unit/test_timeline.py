"""The journey as events: every row becomes a moment, in order, said in few words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from storage import Interaction, JourneyRows, Run, Session, SolutionRevision, new_id
from storage.records import TESTS
from taco_lsp.journey import text
from taco_lsp.journey.timeline import timeline
from taco_lsp.wire.converter import to_wire
from taco_lsp.wire.types import Event

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
TESTED = f"{TESTS}python3 -m unittest"
SESSION = Session(user_id=new_id(), challenge_id=new_id(), created_at=NOON, ended_at=NOON + timedelta(minutes=9))
IDS: dict[str, Any] = {"session_id": SESSION.id, "user_id": SESSION.user_id, "challenge_id": SESSION.challenge_id}
MODEL = new_id()


def at(minute: float) -> datetime:
    return NOON + timedelta(minutes=minute)


def asked(minute: float = 1, **changes: Any) -> Interaction:
    fields = {
        "model_id": MODEL, "user_prompt": "why?", "model_response": "look at line 2", "kind": "question",
        "prompt_version": "1", "latency_ms": 1, "finish_reason": "stop", "created_at": at(minute),
    }  # fmt: skip
    return Interaction(**IDS, **fields | changes)


def ran(minute: float = 2, **changes: Any) -> Run:
    fields = {"code": "", "command": "python a.py", "stdout": "", "stderr": "", "exit_code": 0, "duration_ms": 5}
    return Run(**IDS, **fields | {"created_at": at(minute)} | changes)


def saved(minute: float, solution: str) -> SolutionRevision:
    return SolutionRevision(**IDS, solution=solution, saved_at=at(minute))


def events(**rows: Any) -> tuple[Event, ...]:
    none: dict[str, list[Any]] = {"sessions": [], "interactions": [], "runs": [], "revisions": [], "challenges": []}
    return timeline(JourneyRows(**none | rows), {MODEL: "taco-builtin"})


def test_nothing_recorded_is_no_journey() -> None:
    assert events() == ()


def test_everything_is_told_in_the_order_it_happened() -> None:
    found = events(
        sessions=[SESSION],
        interactions=[asked(1, kind="hint", hint_level=1), asked(5)],
        runs=[ran(2), ran(7)],
        revisions=[saved(3, "x")],
    )
    assert [event.kind for event in found] == [
        "open", "hint", "run", "edit", "question", "answer", "run", "close",
    ]  # fmt: skip
    assert [event.at for event in found] == sorted(event.at for event in found)


def test_at_the_same_moment_the_question_is_before_its_answer_and_the_end_is_last() -> None:
    now = Session(user_id=SESSION.user_id, challenge_id=SESSION.challenge_id, created_at=NOON, ended_at=NOON)
    found = events(sessions=[now], interactions=[asked(0)], runs=[ran(0)], revisions=[saved(0, "x")])
    assert [event.kind for event in found] == ["open", "edit", "question", "answer", "run", "close"]


def test_a_session_that_goes_on_has_no_end() -> None:
    going_on = Session(user_id=SESSION.user_id, challenge_id=SESSION.challenge_id)
    assert [event.kind for event in events(sessions=[going_on])] == ["open"]


@pytest.mark.parametrize(
    ("changes", "kinds", "summary"),
    [
        ({}, ["question", "answer"], "look at line 2"),
        ({"kind": "hint", "hint_level": 2}, ["hint"], "hint 2: look at line 2"),
        ({"finish_reason": "error"}, ["question", "answer"], "the answer failed"),
        ({"finish_reason": "cancelled"}, ["question", "answer"], "the answer was cancelled"),
        ({"finish_reason": "fallback"}, ["question", "answer"], "look at line 2"),
        ({"model_response": "a\n\n  b " + "x" * 200}, ["question", "answer"], "a b " + "x" * 85 + "…"),
    ],
)
def test_an_answer_is_told_in_one_line(changes: dict[str, Any], kinds: list[str], summary: str) -> None:
    found = events(interactions=[asked(**changes)])
    assert [event.kind for event in found] == kinds
    assert found[-1].summary == summary
    assert len(found[-1].summary) <= 90


@pytest.mark.parametrize("odd", [[1], "x", 7, True, []])
def test_what_is_no_object_where_one_belongs_is_left_out(odd: Any) -> None:
    _, answer = events(interactions=[asked(guard=odd, feedback=odd)])
    assert (answer.detail["guard"], answer.detail["feedback"]) == (None, None)
    assert answer.summary == events(interactions=[asked()])[1].summary


def test_a_question_without_words_is_told_by_what_was_asked_for() -> None:
    assert events(interactions=[asked(kind="explain", user_prompt="")])[0].summary == "asked for: explain"


def test_an_answer_names_its_model_and_can_be_rated() -> None:
    it = asked(feedback={"helpful": True}, guard={"blocked": False, "rule": None})
    detail = to_wire(events(interactions=[it]))[-1]["detail"]
    assert detail == {
        "kind": "question", "text": "look at line 2", "model": "taco-builtin", "finishReason": "stop",
        "hintLevel": None, "guard": {"blocked": False, "rule": None}, "interactionId": str(it.id),
        "feedback": {"helpful": True},
    }  # fmt: skip
    assert events(interactions=[asked(model_id=new_id())])[-1].detail["model"] == "unknown"


@pytest.mark.parametrize(
    ("changes", "summary"),
    [
        ({}, "ran without an error"),
        ({"timed_out": True, "exit_code": None}, "ran out of time"),
        ({"exit_code": 1, "stderr": "Traceback\n  …\nIndexError: no\n\n"}, "failed: IndexError: no"),
        ({"exit_code": 3}, "failed with exit code 3"),
        ({"exit_code": -11, "stderr": "\n"}, "failed with exit code -11"),
        ({"command": TESTED}, "the tests passed"),
        ({"command": TESTED, "timed_out": True, "exit_code": None}, "the tests ran out of time"),
        ({"command": TESTED, "exit_code": 1, "stderr": "…\nTests failed: a, b\nValueError"}, "the tests failed: a, b"),
        ({"command": TESTED, "exit_code": 2}, "the tests failed"),
    ],
)
def test_a_run_is_told_by_how_it_ended(changes: dict[str, Any], summary: str) -> None:
    [event] = events(runs=[ran(**changes)])
    assert event.summary == summary
    said = {"command", "tests", "stdin", "stdout", "stderr", "exitCode", "timedOut", "durationMs"}
    assert set(event.detail) == said
    assert event.detail["tests"] is str(changes.get("command", "")).startswith(TESTS)


@pytest.mark.parametrize(
    ("versions", "changes"),
    [
        ([""], [(0, 0)]),
        (["a\nb\n"], [(2, 0)]),
        (["a\nb\n", "a\nc\nd\n"], [(2, 0), (2, 1)]),
        (["-a\n+b\n", "+b\n"], [(2, 0), (0, 1)]),
        (["++x\n", ""], [(1, 0), (0, 1)]),
    ],
)
def test_a_save_is_told_by_what_changed(versions: list[str], changes: list[tuple[int, int]]) -> None:
    found = events(revisions=[saved(number, version) for number, version in enumerate(versions)])
    assert [(event.detail["added"], event.detail["removed"]) for event in found] == changes
    assert found[-1].summary == f"saved: {changes[-1][0]} lines added, {changes[-1][1]} removed"


def test_two_challenges_are_not_compared_with_each_other() -> None:
    other = SolutionRevision(**IDS | {"challenge_id": new_id()}, solution="x\n", saved_at=at(2))
    found = events(revisions=[saved(1, "a\nb\n"), other])
    assert [(event.detail["added"], event.detail["removed"]) for event in found] == [(2, 0), (1, 0)]


# --- as text ---------------------------------------------------------------------------------------------------

SOME = {
    "sessions": [SESSION],
    "interactions": [asked(1, kind="hint", hint_level=1, model_response="look\n\nhere")],
    "runs": [ran(2, stdout="1\n```\n", stderr="Oops\n", exit_code=1)],
    "revisions": [saved(3, "x\n")],
}


def test_the_journey_is_one_line_a_moment_under_the_day() -> None:
    shown = text.lines(events(**SOME))
    assert "2026" in shown[0]
    assert [line.split()[1:3] for line in shown[1:]] == [
        ["▶", "open"], ["»", "hint"], ["⚙", "run"], ["✎", "edit"], ["■", "close"],
    ]  # fmt: skip


def test_each_day_has_its_heading() -> None:
    shown = text.lines(events(runs=[ran(0), ran(3 * 24 * 60)]))
    assert len(shown) == 4
    assert not shown[0].startswith(" ")
    assert not shown[2].startswith(" ")


@pytest.mark.parametrize("output", ["```", "````", "`````\n## Fake"])
def test_output_cannot_leave_its_fence(output: str) -> None:
    first, *middle, last = text.fenced("text", output).split("\n")
    fence = first.removesuffix("text")
    assert "\n".join(middle) == output
    assert fence not in output
    assert last == fence


def test_what_a_program_wrote_cannot_steer_the_terminal() -> None:
    [_, line] = text.lines(events(runs=[ran(exit_code=1, stderr="\x1b]52;c;eA==\x07\x1b[31mboo\x9b0m")]))
    assert "boo" in line
    assert not set(line) & {"\x1b", "\x07", "\x9b"}
