"""A class and a student's record to draw pages of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from storage import Challenge, Class, Model, Organization, User
from storage.values import Asked, ClassRows, FailureCount, JourneyRows, OpenFailure, RungCount, SeatTally, Tally
from taco_lsp.journey.own_data.recorded import Recorded
from taco_lsp.journey.recording import state_of
from taco_lsp.overview.reading import overview
from taco_lsp.overview.rules import Thresholds
from taco_lsp.wire.types import ClassOverview, RecordedAt

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MODEL = UUID(int=1 << 64)


def _id(number: int) -> str:
    return str(UUID(int=number))


def busy_class(students: int = 24, challenges: int = 6, title: str = "Average of a list") -> ClassOverview:
    """A class in which some are stuck, by every rule, and some have finished."""
    people = {UUID(int=1000 + number): f"student{number}@school.example" for number in range(students)}
    tasks = {UUID(int=9000 + number): f"{title} {number}" for number in range(challenges)}
    seats, open_failures = [], []
    for number, user in enumerate(people):
        for place, task in enumerate(list(tasks)[: number % (challenges + 1)]):
            key = (number * 100 + place) * 100
            kind = (number + place) % 4
            common = {"user_id": user, "challenge_id": task, "sessions": 1, "last_at": NOON, "active_at": NOON}
            if kind == 0:
                seats.append(SeatTally(**common, runs=4, ok_id=_id(key), saved_id=_id(key + 1)))
            elif kind == 1:
                seats.append(SeatTally(**common, runs=3, failed=3, failed_id=_id(key), failed_at=NOON))
                open_failures += [
                    OpenFailure(id=_id(key + run), seat=(user, task), timed_out=False, words="IndexError: out of range")
                    for run in range(3)
                ]
            elif kind == 2:
                ids = tuple(_id(key + hint) for hint in range(5))
                seats.append(SeatTally(**common, hints=5, top_hint=4, hint_ids=ids, unhelped_ids=ids[:2]))
            else:
                seats.append(SeatTally(**common, runs=1))
    first = next(iter(tasks))
    rows = ClassRows(
        students=people,
        challenges=tasks,
        seats=seats,
        open_failures=open_failures,
        failures=[
            FailureCount(user_id=user, timed_out=False, words=words, times=number + 1, last_id=_id(number))
            for number, (user, words) in enumerate(zip(people, ["IndexError: x", "NameError: y", ""] * 8, strict=False))
        ],
        asked=[
            Asked(id=_id(500 + number), seat=(user, first), words="why does my loop stop?")
            for number, user in enumerate(people)
        ],
        rungs=[
            RungCount(challenge_id=task, hint_level=rung, times=rung * 3) for task in tasks for rung in range(1, 6)
        ],
        usage=[
            Tally(
                group_id=None, model_id=MODEL, questions=9, answers=9, blocked=1, prompt_tokens=90, completion_tokens=9
            )
        ],
    )  # fmt: skip
    models = {MODEL: Model(id=MODEL, name="m", version="1", prices={"input": 0.15, "output": 0.6})}
    class_ = Class(organization_id=MODEL, name="9b")
    places = {_id(number): first for number in range(students)}
    return overview(rows, models, places, class_, at=NOON + timedelta(hours=1), limits=Thresholds())


def recorded() -> Recorded:
    """What is recorded of a student at one challenge."""
    organization = Organization(name="School")
    user = User(organization_id=organization.id, email="ada@school.example")
    task = Challenge(model_id=MODEL, title="Average | of a <list>", statement="s")
    at = RecordedAt(
        challenge_id=task.id, title=task.title, class_name="9b", sessions=1, answers=2, runs=3, saves=4, notes=0,
        first_at=NOON, last_at=NOON, seen_by="you, and the teachers of 9b",
    )  # fmt: skip
    rows = JourneyRows(sessions=[], interactions=[], runs=[], revisions=[], challenges=[task])
    return Recorded(
        user=user, at=(at,), rows=rows, solutions=(), pauses=(), deletions=(), state=state_of(None),
        store="sqlite:////home/ada/taco.db",
    )  # fmt: skip
