"""The overview of a class: who has started, is stuck, has finished, and on what grounds that is said."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import attrs

from taco_lsp.wire.types.journeys import EventKind

State = Literal["notStarted", "working", "stuck", "finished"]
Rule = Literal["sameError", "manyHints", "leftAfterFailure", "notHelped", "ranAndSaved", "testsPassed"]


@attrs.frozen(kw_only=True)
class ClassOverviewParams:
    """Which class, and whether only one challenge of it.

    Attributes:
        challenge_id: only this challenge.
    """

    class_id: UUID
    challenge_id: UUID | None = None


@attrs.frozen(kw_only=True)
class EventRef:
    """An event of a journey that something said here rests on.

    Attributes:
        kind: of the event, as in `taco/journey`.
        id: of the event.
        user_id: the student.
    """

    kind: EventKind
    id: UUID
    user_id: UUID
    challenge_id: UUID


@attrs.frozen(kw_only=True)
class Signal:
    """Why a student's state is what it is: the rule that fired, in words, and the events behind it.

    Attributes:
        rule: `sameError`, `manyHints`, `leftAfterFailure`, `notHelped` (stuck), `testsPassed` or, at a challenge
            without tests, `ranAndSaved` (finished).
        text: in plain words, with the threshold.
        events: the latest ones, at most ten.
    """

    rule: Rule
    text: str
    events: tuple[EventRef, ...]


@attrs.frozen(kw_only=True)
class SeatOverview:
    """One student at one challenge that was started.

    Attributes:
        student: the student's e-mail address, or an alias of a profile without one.
        state: `working`, `stuck` or `finished`; who has not started has no row.
        failed: how many of the runs.
        top_hint: the highest rung of the hint ladder; 0 for none.
        last_at: the last thing on record.
    """

    user_id: UUID
    student: str
    challenge_id: UUID
    state: State
    signals: tuple[Signal, ...]
    sessions: int
    runs: int
    failed: int
    saves: int
    questions: int
    hints: int
    top_hint: int
    last_at: datetime


@attrs.frozen(kw_only=True)
class ChallengeOverview:
    """One challenge: how many students are where, and which rungs were needed.

    Attributes:
        tests: whether the challenge has tests, and finished means that they passed.
        hints_by_rung: how many hints of each rung, the first rung first.
    """

    challenge_id: UUID
    title: str
    tests: bool
    not_started: int
    working: int
    stuck: int
    finished: int
    runs: int
    failed: int
    questions: int
    hints_by_rung: tuple[int, ...]


@attrs.frozen(kw_only=True)
class Topic:
    """Questions about one theme, or failed runs with one type of error.

    Attributes:
        name: of the theme, or of the error.
        count: of questions or runs; a question can be about several themes.
        students: how many students.
        examples: some of the latest.
    """

    name: str
    count: int
    students: int
    examples: tuple[EventRef, ...]


@attrs.frozen(kw_only=True)
class ModelCost:
    """What one model did and cost.

    Attributes:
        answers: rows, failed and held-back ones included.
        held_back: answers of which the guard held something back.
        cost: amounts by currency; empty when the model's prices are not known.
    """

    model: str
    answers: int
    held_back: int
    prompt_tokens: int
    completion_tokens: int
    cost: Mapping[str, Any]


@attrs.frozen(kw_only=True)
class ClassOverview:
    """A class at a moment.

    Attributes:
        at: when it was made.
        students: how many are enrolled.
        seats: students who have started, those who are stuck first.
        themes: what questions are about, by their words.
        errors: what runs failed with.
    """

    class_id: UUID
    class_name: str
    at: datetime
    students: int
    challenges: tuple[ChallengeOverview, ...]
    seats: tuple[SeatOverview, ...]
    themes: tuple[Topic, ...]
    errors: tuple[Topic, ...]
    costs: tuple[ModelCost, ...]
