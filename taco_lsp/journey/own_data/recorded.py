"""Reads what a store holds of one student, and who may see it. Writes nothing."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any
from uuid import UUID

import attrs

from storage.records import DeletionRequest, RecordingPause, Solution, User
from taco_lsp.journey.own_data.deletion import unsettled
from taco_lsp.journey.recording import read_state
from taco_lsp.wire.types import Deletion, RecordedAt, RecordingState

if TYPE_CHECKING:
    from storage import JourneyRows, Store

PRACTICE = "you alone; on a school's server also whoever runs it"


@attrs.frozen(kw_only=True)
class Recorded:
    """Everything of one student.

    Attributes:
        user: whose it is.
        at: what is recorded at each challenge, the latest work first.
        rows: the rows themselves.
        solutions: the current solutions.
        pauses: of the recording.
        deletions: what was asked to be deleted.
        unsettled: of these, what the school keeps or has still to be asked for.
        state: whether work is recorded now.
        store: where all this is, without a password.
    """

    user: User
    at: tuple[RecordedAt, ...]
    rows: JourneyRows
    solutions: tuple[Solution, ...]
    pauses: tuple[RecordingPause, ...]
    deletions: tuple[DeletionRequest, ...]
    unsettled: tuple[Deletion, ...] = ()
    state: RecordingState
    store: str


async def read_recorded(store: Store, user: User) -> Recorded:
    """Read everything that a store holds of a student."""
    async with store.read() as tx:
        rows = await tx.journey.rows(user_id=user.id)
        found = [await tx.solutions.current(user.id, challenge.id) for challenge in rows.challenges]
        pauses = await tx.own_data.pauses(user.id)
        deletions = await tx.own_data.deletions(user.id)
        open_ = await unsettled(tx, user.id)
        state = await read_state(tx, user)
        classes = await tx.usage.names("class")
    return Recorded(
        user=user,
        at=_summed(rows, classes),
        rows=rows,
        solutions=tuple(solution for solution in found if solution is not None),
        pauses=tuple(pauses),
        deletions=tuple(deletions),
        unsettled=open_,
        state=state,
        store=store.info.url,
    )


def as_rows(recorded: Recorded) -> dict[str, list[Any]]:
    """The rows by the name of their table; of a challenge only what the student was given."""
    about_user = ("id", "organization_id", "email", "role", "created_at")
    given = ("id", "class_id", "title", "statement")
    return {
        "users": [{name: getattr(recorded.user, name) for name in about_user}],
        "sessions": recorded.rows.sessions,
        "llm_interactions": recorded.rows.interactions,
        "runs": recorded.rows.runs,
        "challenge_solutions": list(recorded.solutions),
        "challenge_solutions_history": recorded.rows.revisions,
        "notes": recorded.rows.notes,
        "recording_pauses": list(recorded.pauses),
        "deletion_requests": list(recorded.deletions),
        "challenges": [{name: getattr(row, name) for name in given} for row in recorded.rows.challenges],
    }


def _summed(rows: JourneyRows, classes: dict[UUID, str]) -> tuple[RecordedAt, ...]:
    titles = {challenge.id: challenge for challenge in rows.challenges}
    answers, runs, saves, notes = (
        Counter(row.challenge_id for row in part) for part in (rows.interactions, rows.runs, rows.revisions, rows.notes)
    )
    found = []
    for id_ in dict.fromkeys(session.challenge_id for session in reversed(rows.sessions)):
        sessions = [session for session in rows.sessions if session.challenge_id == id_]
        class_id = titles[id_].class_id
        name = classes.get(class_id) if class_id else None
        found.append(
            RecordedAt(
                challenge_id=id_,
                title=titles[id_].title,
                class_name=name,
                sessions=len(sessions),
                answers=answers[id_],
                runs=runs[id_],
                saves=saves[id_],
                notes=notes[id_],
                first_at=sessions[0].created_at,
                last_at=sessions[-1].created_at,
                seen_by=f"you, the teachers of {name}, and whoever runs the school's server" if name else PRACTICE,
            )
        )
    return tuple(found)
