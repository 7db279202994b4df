"""The rules that say where a student stands at a challenge. Pure; the thresholds are here and nowhere else.

A rule speaks of what is on record, not of the person. "Finished" means that the challenge's tests passed on what is
saved; where it has none, that the program ran to its end and was saved. Nobody has graded it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import attrs

from storage.values import SeatTally
from taco_lsp.wire.types import EventRef, Signal
from taco_lsp.wire.types.journeys import EventKind
from taco_lsp.wire.types.overviews import Rule, State

MOST_EVENTS = 10
"""How many of the events behind a signal are named, the latest ones."""

SAVING = timedelta(minutes=1)
"""Saving what was just run takes no longer."""


@attrs.frozen(kw_only=True)
class Thresholds:
    """From when on a rule fires.

    Attributes:
        same_error: failed runs with one error since the last run that ended well.
        hints: hints since then.
        silence: how long nothing has followed a failed run.
        not_helped: answers since then that did not help, by the student's own word.
    """

    same_error: int = 3
    hints: int = 4
    silence: timedelta = timedelta(minutes=15)
    not_helped: int = 2


@attrs.frozen(kw_only=True)
class Repeated:
    """An error that came again and again, and the runs that ended with it since the last good one."""

    name: str
    run_ids: tuple[str, ...]


def judge(
    seat: SeatTally, repeated: Sequence[Repeated], now: datetime, limits: Thresholds, *, has_tests: bool = False
) -> tuple[State, tuple[Signal, ...]]:
    """Tell a student's state at a challenge, and the signals it rests on."""
    ended_well = seat.passed_id if has_tests else seat.ok_id
    if ended_well and seat.saved_id:
        return "finished", (_finished(seat, ended_well, seat.saved_id, has_tests=has_tests),)
    signals = tuple(_stuck(seat, repeated, now, limits))
    return ("stuck" if signals else "working"), signals


def _finished(seat: SeatTally, run: str, save: str, *, has_tests: bool) -> Signal:
    refs = (_ref(seat, "run", run), _ref(seat, "edit", save))
    if has_tests:
        return Signal(rule="testsPassed", text="The tests passed on the version that is saved.", events=refs)
    words = "The last run ended without an error, and a version is saved; there are no tests."
    return Signal(rule="ranAndSaved", text=words, events=refs)


def _stuck(seat: SeatTally, repeated: Sequence[Repeated], now: datetime, limits: Thresholds) -> Iterator[Signal]:
    for error in repeated:
        if len(error.run_ids) >= limits.same_error:
            yield _signal(seat, "sameError", f"{error.name}: {len(error.run_ids)} runs in a row", "run", error.run_ids)
    if len(seat.hint_ids) >= limits.hints:
        words = f"{len(seat.hint_ids)} hints without a run that ended well"
        yield _signal(seat, "manyHints", words, "hint", seat.hint_ids)
    if len(seat.unhelped_ids) >= limits.not_helped:
        words = f"{len(seat.unhelped_ids)} answers that did not help, the student says"
        yield _signal(seat, "notHelped", words, "answer", seat.unhelped_ids)
    if seat.failed_id and seat.ok_id is None and _was_last(seat) and now - (seat.failed_at or now) >= limits.silence:
        words = f"nothing for more than {limits.silence.seconds // 60} minutes after a failed run"
        yield _signal(seat, "leftAfterFailure", words, "run", (seat.failed_id,))


def _was_last(seat: SeatTally) -> bool:
    """Whether the last failed run is the last thing that was done, but for saving what was run."""
    return seat.failed_at is not None and (seat.active_at or seat.failed_at) - seat.failed_at <= SAVING


def _signal(seat: SeatTally, rule: Rule, text: str, kind: EventKind, ids: Sequence[str]) -> Signal:
    latest = sorted(ids)[-MOST_EVENTS:]
    # An answer to a request for a hint is an event of the kind "hint".
    kinds = ["hint" if kind == "answer" and id_ in seat.hint_ids else kind for id_ in latest]
    refs = tuple(_ref(seat, of, id_) for of, id_ in zip(kinds, latest, strict=True))
    return Signal(rule=rule, text=text, events=refs)


def _ref(seat: SeatTally, kind: EventKind, id_: str) -> EventRef:
    return EventRef(kind=kind, id=UUID(id_), user_id=seat.user_id, challenge_id=seat.challenge_id)
