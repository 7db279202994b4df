"""Makes the overview of a class from what storage has counted."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING
from uuid import UUID

import attrs

from storage.records import PLACEHOLDER_EMAIL_DOMAIN, Class, Model, now
from storage.values import ClassEvents, ClassRows, ClassSeats, FailureCount, OpenFailure, RungCount, Seat
from taco_lsp.collecting import not_collecting
from taco_lsp.overview.costs import cost_of
from taco_lsp.overview.error_names import error_name, error_type
from taco_lsp.overview.rules import Repeated, Thresholds, judge
from taco_lsp.overview.themes import themes
from taco_lsp.testing.suite import suite_of
from taco_lsp.wire.types import (
    TOP_RUNG,
    ChallengeOverview,
    ClassOverview,
    EventRef,
    ModelCost,
    SeatOverview,
    Topic,
)
from taco_lsp.wire.types.journeys import EventKind

if TYPE_CHECKING:
    from storage import Store

EXAMPLES = 5
_URGENCY = {"stuck": 0, "working": 1, "finished": 2}


async def read_overview(
    store: Store, class_id: UUID, challenge_id: UUID | None = None, *, limits: Thresholds | None = None
) -> ClassOverview:
    """Read a class as it is now.

    Raises:
        NotFound: there is no such class.
    """
    with not_collecting():
        async with store.read() as tx:
            class_ = await tx.classes.get(class_id)
            given = await tx.overview.materials(class_id, challenge_id)
            models = {model.id: model for model in await tx.models.list()}
        tested = frozenset(id_ for id_, materials in given.items() if suite_of(materials))
        rows, places = await _read(store, class_id, challenge_id, tested)
        made = partial(overview, rows, models, places, class_, at=now(), limits=limits or Thresholds(), tested=tested)
        return await asyncio.to_thread(made)  # a large class takes a while, which the editor need not wait


async def _read(
    store: Store, class_id: UUID, challenge_id: UUID | None, tested: Collection[UUID]
) -> tuple[ClassRows, Mapping[str, UUID]]:
    """Read what was counted and what happened at the same time; each is of one moment, which may differ a little."""

    async def count() -> ClassSeats:
        async with store.read() as tx:
            return await tx.overview.seats(class_id, challenge_id, tested=tested)

    async def look() -> tuple[ClassEvents, Mapping[str, UUID]]:
        async with store.read() as tx:
            events = await tx.overview.events(class_id, challenge_id, tested=tested)
            return events, await tx.overview.places(_latest_of_each(events.failures))

    seats, (events, places) = await asyncio.gather(count(), look())
    fields = {**attrs.asdict(seats, recurse=False), **attrs.asdict(events, recurse=False)}
    return ClassRows(**fields), places


def overview(
    rows: ClassRows,
    models: Mapping[UUID, Model],
    places: Mapping[str, UUID],
    class_: Class,
    *,
    at: datetime,
    limits: Thresholds,
    tested: Collection[UUID] = (),
) -> ClassOverview:
    """Make the overview of counted rows.

    Args:
        rows: what was counted.
        models: by id.
        places: the challenge of each run that is to be an example.
        class_: the class.
        at: the time it is.
        limits: from when on a rule fires.
        tested: the challenges that have tests.
    """
    seats = _seats(rows, at, limits, tested)
    place = {id_: number for number, id_ in enumerate(rows.challenges)}
    return ClassOverview(
        class_id=class_.id,
        class_name=class_.name,
        at=at,
        students=len(rows.students),
        challenges=_challenges(rows, seats, tested),
        seats=tuple(sorted(seats, key=lambda seat: _urgency(seat, place))),
        themes=_themes(rows),
        errors=_errors(rows.failures, places),
        costs=_costs(rows, models),
    )


def _urgency(seat: SeatOverview, place: Mapping[UUID, int]) -> tuple[object, ...]:
    return _URGENCY[seat.state], -len(seat.signals), seat.student, place[seat.challenge_id]


def shown_name(user_id: UUID, email: str) -> str:
    """What to call a student: the e-mail address, or an alias of a profile without one."""
    return f"Student {user_id.hex[-4:].upper()}" if email.endswith(f"@{PLACEHOLDER_EMAIL_DOMAIN}") else email


def _seats(rows: ClassRows, at: datetime, limits: Thresholds, tested: Collection[UUID]) -> list[SeatOverview]:
    repeated = _repeated(rows.open_failures)
    names = {id_: shown_name(id_, email) for id_, email in rows.students.items()}
    found = []
    for seat in rows.seats:
        errors = repeated.get((seat.user_id, seat.challenge_id), ())
        state, signals = judge(seat, errors, at, limits, has_tests=seat.challenge_id in tested)
        found.append(
            SeatOverview(
                user_id=seat.user_id,
                student=names[seat.user_id],
                challenge_id=seat.challenge_id,
                state=state,
                signals=signals,
                sessions=seat.sessions,
                runs=seat.runs,
                failed=seat.failed,
                saves=seat.saves,
                questions=seat.questions,
                hints=seat.hints,
                top_hint=seat.top_hint,
                last_at=seat.last_at,
            )
        )
    return found


def _repeated(failures: Iterable[OpenFailure]) -> Mapping[Seat, Sequence[Repeated]]:
    """The errors since the last good run of each student and challenge, those with one name put together."""
    found: dict[Seat, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in failures:
        name = error_name(row.words, timed_out=row.timed_out)
        found[row.seat][name].append(row.id)
    return {
        seat: [Repeated(name=name, run_ids=tuple(ids)) for name, ids in sorted(errors.items())]
        for seat, errors in found.items()
    }


def _challenges(
    rows: ClassRows, seats: Iterable[SeatOverview], tested: Collection[UUID]
) -> tuple[ChallengeOverview, ...]:
    at: dict[UUID, list[SeatOverview]] = defaultdict(list)
    for seat in seats:
        at[seat.challenge_id].append(seat)
    return tuple(_challenge(id_, title, at[id_], rows, tests=id_ in tested) for id_, title in rows.challenges.items())


def _challenge(
    id_: UUID, title: str, seats: Sequence[SeatOverview], rows: ClassRows, *, tests: bool
) -> ChallengeOverview:
    states = Counter(seat.state for seat in seats)
    return ChallengeOverview(
        challenge_id=id_,
        title=title,
        tests=tests,
        not_started=len(rows.students) - len(seats),
        working=states["working"],
        stuck=states["stuck"],
        finished=states["finished"],
        runs=sum(seat.runs for seat in seats),
        failed=sum(seat.failed for seat in seats),
        questions=sum(seat.questions for seat in seats),
        hints_by_rung=_by_rung(id_, rows.rungs),
    )


def _by_rung(challenge_id: UUID, rungs: Iterable[RungCount]) -> tuple[int, ...]:
    counts = {row.hint_level: row.times for row in rungs if row.challenge_id == challenge_id}
    return tuple(counts.get(rung, 0) for rung in range(1, TOP_RUNG + 1))


@attrs.define
class _Gathered:
    count: int = 0
    students: set[int] = attrs.Factory(set)  # as numbers, which are found faster than ids
    examples: list[EventRef] = attrs.Factory(list)

    def add(self, count: int, user_id: UUID, ref: EventRef | None) -> None:
        self.count += count
        self.students.add(user_id.int)
        if ref and len(self.examples) < EXAMPLES:
            self.examples.append(ref)


def _themes(rows: ClassRows) -> tuple[Topic, ...]:
    found: dict[str, _Gathered] = defaultdict(_Gathered)
    for asked in rows.asked:
        for theme in themes(asked.words):
            wanted = len(found[theme].examples) < EXAMPLES
            found[theme].add(1, asked.seat[0], _ref("question", asked.id, asked.seat) if wanted else None)
    return _topics(found)


def _errors(failures: Iterable[FailureCount], places: Mapping[str, UUID]) -> tuple[Topic, ...]:
    found: dict[str, _Gathered] = defaultdict(_Gathered)
    for row in sorted(failures, key=attrgetter("last_id"), reverse=True):
        of_type = found[_type_of(row)]
        ref = _ref("run", row.last_id, (row.user_id, places[row.last_id])) if row.last_id in places else None
        of_type.add(row.times, row.user_id, ref)
    return _topics(found)


def _type_of(row: FailureCount) -> str:
    return error_type(error_name(row.words, timed_out=row.timed_out))


def _latest_of_each(failures: Iterable[FailureCount]) -> list[str]:
    """The latest failures of each type of error."""
    of_type: dict[str, list[str]] = defaultdict(list)
    for row in failures:
        of_type[_type_of(row)].append(row.last_id)
    return [id_ for ids in of_type.values() for id_ in sorted(ids)[-EXAMPLES:]]


def _topics(found: Mapping[str, _Gathered]) -> tuple[Topic, ...]:
    named = [
        Topic(name=name, count=one.count, students=len(one.students), examples=tuple(one.examples))
        for name, one in found.items()
    ]
    return tuple(sorted(named, key=lambda topic: (-topic.count, topic.name)))


def _ref(kind: EventKind, id_: str, seat: Seat) -> EventRef:
    return EventRef(kind=kind, id=UUID(id_), user_id=seat[0], challenge_id=seat[1])


def _costs(rows: ClassRows, models: Mapping[UUID, Model]) -> tuple[ModelCost, ...]:
    found = [
        ModelCost(
            model=f"{models[tally.model_id].name} {models[tally.model_id].version}".strip(),
            answers=tally.answers,
            held_back=tally.blocked,
            prompt_tokens=tally.prompt_tokens,
            completion_tokens=tally.completion_tokens,
            cost=cost_of(tally, models[tally.model_id]) or {},
        )
        for tally in rows.usage
    ]
    return tuple(sorted(found, key=lambda one: (-one.answers, one.model)))
