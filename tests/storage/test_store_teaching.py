"""What teachers and students do with recorded work, on both engines: notes, pauses, deletions, overview, export."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import UUID

import attrs
import pytest
from store_samples import NOON, Seat, beside, minute

from storage import Challenge, Conflict, Enrollment, Note, NotFound, Store, new_id
from storage.exporting import ExportFilter

ALL = ExportFilter()


def note(seat: Seat, event: UUID, **changes: Any) -> Note:
    place = {"session_id": seat.session.id, "user_id": seat.user.id, "challenge_id": seat.challenge.id}
    about = {"author_user_id": seat.user.id, "event_id": event, "event_kind": "run", "text": "Look."}
    return Note(**{**place, **about, **changes})


async def work(store: Store, seat: Seat) -> dict[str, UUID]:
    """Leave one of everything; gives the ids."""
    async with store.write() as tx:
        asked, run = (
            seat.interaction(kind="hint", hint_level=2, created_at=minute(1)),
            seat.run(exit_code=1, stderr="E: x"),
        )
        await tx.interactions.add(asked)
        await tx.runs.add(run)
        saved = await tx.solutions.save(**seat.saving("x", minute(3)))
        assert saved.revision is not None
        about = note(seat, run.id, line=1)
        await tx.notes.add(about)
    return {"asked": asked.id, "run": run.id, "saved": saved.revision.id, "note": about.id}


# --- notes --------------------------------------------------------------------------------------------------------


async def test_notes_are_read_back_by_challenge_student_and_journey(store: Store, at_work: Seat) -> None:
    ids = await work(store, at_work)
    async with store.read() as tx:
        for found in (
            await tx.notes.for_challenge(at_work.user.id, at_work.challenge.id),
            await tx.notes.for_user(at_work.user.id),
            (await tx.journey.rows(user_id=at_work.user.id)).notes,
        ):
            assert [one.id for one in found] == [ids["note"]]
        assert await tx.notes.for_challenge(at_work.user.id, new_id()) == []


async def test_the_place_of_every_event_is_found(store: Store, at_work: Seat) -> None:
    ids = await work(store, at_work)
    async with store.read() as tx:
        kinds = {name: (await tx.notes.place(ids[name])).kinds for name in ("asked", "run", "saved")}
        assert kinds == {"asked": ("hint",), "run": ("run",), "saved": ("edit",)}
        assert (await tx.notes.place(at_work.session.id)).kinds == ("open", "close")
        assert (await tx.notes.place(ids["saved"])).code == "x"
        with pytest.raises(NotFound):
            await tx.notes.place(new_id())


async def test_a_note_cannot_be_put_into_another_student_s_session(store: Store, at_work: Seat) -> None:
    ids = await work(store, at_work)
    async with store.write() as tx:
        other = await beside(tx, at_work)
    strange = note(at_work, ids["run"], user_id=other.user.id)
    async with store.write() as tx:
        with pytest.raises(Conflict):
            await tx.notes.add(strange)


# --- the student's own data ------------------------------------------------------------------------------------------


async def test_a_pause_goes_on_until_it_is_ended(store: Store, at_work: Seat) -> None:
    me = at_work.user.id
    async with store.write() as tx:
        first = await tx.own_data.pause(me, minute(1))
        assert await tx.own_data.pause(me, minute(2)) == first
        await tx.own_data.resume(me, minute(3))
        assert await tx.own_data.paused(me) is None
        await tx.own_data.pause(me, minute(4))
    async with store.read() as tx:
        assert [one.resumed_at for one in await tx.own_data.pauses(me)] == [minute(3), None]
        assert await tx.own_data.pauses(new_id()) == []


async def allow(store: Store, seat: Seat, **policies: Any) -> None:
    async with store.write() as tx:
        await tx.challenges.update(attrs.evolve(seat.challenge, tutor_policy=policies.get("challenge")))


async def left(store: Store, seat: Seat) -> Counter[str]:
    async with store.read() as tx:
        rows = await tx.journey.rows(user_id=seat.user.id, challenge_id=seat.challenge.id)
        current = await tx.solutions.current(seat.user.id, seat.challenge.id)
    parts = attrs.asdict(rows, recurse=False)
    counts = {name: len(part) for name, part in parts.items() if name != "challenges"}
    return Counter({**counts, "current": int(current is not None)})


@pytest.mark.parametrize("policy", [None, {"allow_deletion": True}, {"allow_deletion": "yes"}])
async def test_class_work_is_erased_on_one_s_own_machine_and_on_a_server_as_policy_says(
    store: Store, at_work: Seat, policy: Any
) -> None:
    await work(store, at_work)
    await allow(store, at_work, challenge=policy)
    async with store.write() as tx:
        decided = await tx.own_data.delete(at_work.user.id, at_work.challenge.id, minute(10))
    erased = store.info.dialect == "sqlite" or policy == {"allow_deletion": True}
    assert (decided.decision, bool(decided.reason)) == (("erased", False) if erased else ("kept", True))
    assert (sum((await left(store, at_work)).values()) == 0) is erased


async def test_practice_is_erased_everywhere_with_the_name_of_its_file(store: Store, at_work: Seat) -> None:
    practice = Challenge(
        model_id=at_work.model.id, title="diary.py", statement="Practice: diary.py", created_by_user_id=at_work.user.id
    )
    seat = attrs.evolve(
        at_work, challenge=practice,
        session=attrs.evolve(at_work.session, id=new_id(), challenge_id=practice.id, class_id=None),
    )  # fmt: skip
    async with store.write() as tx:
        await tx.challenges.add(practice)
        from store_samples import OWNER

        await tx.sessions.start(seat.session, owner=OWNER)
    await work(store, seat)
    async with store.write() as tx:
        assert (await tx.own_data.delete(seat.user.id, practice.id, minute(10))).decision == "erased"
    assert sum((await left(store, seat)).values()) == 0
    async with store.read() as tx:
        assert (await tx.usage.names("challenge"))[practice.id] == "Deleted practice"


async def test_nobody_else_s_work_is_erased_nor_what_came_later(store: Store, at_work: Seat) -> None:
    await allow(store, at_work, challenge={"allow_deletion": True})
    async with store.write() as tx:
        other = await beside(tx, at_work)
    for seat in (at_work, other):
        await work(store, seat)
    async with store.write() as tx:
        await tx.own_data.delete(at_work.user.id, at_work.challenge.id, NOON - timedelta(minutes=1))
    assert sum((await left(store, at_work)).values()) == sum((await left(store, other)).values()) > 0
    async with store.write() as tx:
        await tx.own_data.delete(at_work.user.id, at_work.challenge.id, minute(10))
    assert sum((await left(store, at_work)).values()) == 0 < sum((await left(store, other)).values())


# --- overview ---------------------------------------------------------------------------------------------------------


async def test_a_class_is_counted(store: Store, at_work: Seat) -> None:
    async with store.write() as tx:
        other = await beside(tx, at_work)
        for seat in (at_work, other):
            await tx.classes.enrol(Enrollment(user_id=seat.user.id, class_id=seat.class_.id))
        for number in range(3):
            failed = {"exit_code": 1, "stderr": f"Traceback …{'x' * 300}\nIndexError: no\n"}
            await tx.runs.add(at_work.run(**failed, created_at=minute(10 + number)))
        await tx.interactions.add(at_work.interaction(user_prompt="why?", created_at=minute(14)))
        unhelped = at_work.interaction(
            kind="hint", hint_level=3, created_at=minute(15), feedback={"helpful": False}, prompt_tokens=7
        )
        await tx.interactions.add(unhelped)
        await tx.runs.add(other.run(exit_code=1, stderr="IndexError: no", created_at=minute(10)))
        await tx.interactions.add(other.interaction(kind="hint", hint_level=1, created_at=minute(11)))
        await tx.runs.add(other.run(exit_code=0, created_at=minute(12)))
        await tx.solutions.save(**other.saving("x", minute(13)))
    async with store.read() as tx:
        counted = await tx.overview.seats(at_work.class_.id)
        found = await tx.overview.events(at_work.class_.id)
        one = await tx.overview.seats(at_work.class_.id, new_id())
        nothing = await tx.overview.events(at_work.class_.id, new_id())
    assert (len(counted.students), list(counted.challenges.values())) == (2, ["Sum"])
    assert (one.challenges, one.seats, nothing.failures, nothing.asked) == ({}, [], [], [])
    seats = {tally.user_id: tally for tally in counted.seats}
    mine, theirs = seats[at_work.user.id], seats[other.user.id]
    assert (mine.runs, mine.failed, mine.ok_id, mine.questions, mine.hints, mine.top_hint) == (3, 3, None, 1, 1, 3)
    assert [UUID(id_) for id_ in mine.hint_ids] == [UUID(id_) for id_ in mine.unhelped_ids] == [unhelped.id]
    assert (mine.failed_at, mine.active_at, mine.last_at) == (minute(12), minute(15), minute(15))
    assert (theirs.runs, theirs.failed, theirs.hint_ids, theirs.saves) == (2, 1, (), 1)
    assert theirs.ok_id
    assert Counter(failure.seat[0] for failure in found.open_failures) == {at_work.user.id: 3}
    assert {failure.words.splitlines()[-1] for failure in found.failures} == {"IndexError: no"}
    assert sum(failure.times for failure in found.failures) == 4
    assert [(asked.seat[0], asked.words) for asked in found.asked] == [(at_work.user.id, "why?")]
    assert {rung.hint_level: rung.times for rung in found.rungs} == {1: 1, 3: 1}
    assert [(tally.answers, tally.prompt_tokens) for tally in found.usage] == [(3, 7)]
    async with store.read() as tx:
        places = await tx.overview.places([failure.last_id for failure in found.failures])
    assert set(places.values()) == {at_work.challenge.id}


@pytest.mark.parametrize(
    ("stderr", "words"),
    [
        ("Traceback …\nIndexError: no\n", "Traceback\nTraceback …\nIndexError: no\n"),
        (f"Traceback …{'x' * 300}\nIndexError: no\n", f"Traceback\n{'x' * 104}\nIndexError: no\n"),
        (f"Traceback …\nValueError: {'12 ' * 60}\n", f"Traceback\nTraceback …\nValueError: {'12 ' * 60}\n"),
        (f"Traceback …\nValueError: {'1' * 900}\n", f"Traceback\n{'1' * 599}\n"),
        (f"a.c: error\n{'y' * 300}", f"a.c: error\n{'y' * 109}\n{'y' * 120}"),
    ],
)
async def test_the_words_of_an_error_reach_to_the_type_of_a_traceback(
    store: Store, at_work: Seat, stderr: str, words: str
) -> None:
    async with store.write() as tx:
        await tx.classes.enrol(Enrollment(user_id=at_work.user.id, class_id=at_work.class_.id))
        await tx.runs.add(at_work.run(exit_code=1, stderr=stderr))
    async with store.read() as tx:
        found = await tx.overview.events(at_work.class_.id)
    assert [failure.words for failure in found.failures] == [words]
    assert [failure.words for failure in found.open_failures] == [words]


# --- export -----------------------------------------------------------------------------------------------------------


async def test_rows_are_exported_as_they_are_in_portions_of_any_size(store: Store, at_work: Seat) -> None:
    ids = await work(store, at_work)
    async with store.write() as tx:
        for number in range(5):
            await tx.runs.add(at_work.run(stdout=f"{number}", created_at=minute(20 + number)))
    whole = await exported(store, 100)
    assert {name: len(part) for name, part in whole.items()} == {
        "sessions": 1, "answers": 1, "runs": 6, "saves": 1, "notes": 1,
    }  # fmt: skip
    assert UUID(whole["runs"][0].id) == ids["run"]
    assert (whole["runs"][0].at, whole["runs"][0].exit_code) == ("2026-03-02T12:02:00.000000", 1)
    assert whole["answers"][0].hint_level == 2
    for size in (1, 2, 3):
        parts = await exported(store, size)
        assert {name: sorted(part) for name, part in parts.items()} == {
            name: sorted(part) for name, part in whole.items()
        }


async def test_teachers_are_not_exported(store: Store, at_work: Seat) -> None:
    await work(store, at_work)
    async with store.write() as tx:
        await tx.users.set_role(at_work.user.id, "teacher")
    assert await exported(store, 10) == {}


async def exported(store: Store, size: int) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    async with store.read() as tx:
        async for portion in tx.export.portions(ALL, size):
            for name in ("sessions", "answers", "runs", "saves", "notes"):
                part = getattr(portion, name)
                assert len(part) <= size
                found.setdefault(name, []).extend(part)
    return found
