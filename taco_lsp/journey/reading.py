"""Reads a journey from the store: the rows, the names of the models, the timeline."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from uuid import UUID

import attrs

from storage.records import Challenge
from taco_lsp.journey.timeline import timeline
from taco_lsp.wire.types import Event

if TYPE_CHECKING:
    from storage import JourneyRows, Store


@attrs.frozen(kw_only=True)
class Journey:
    """A journey with the code of every moment, which is too much for the wire and what a replay needs.

    Attributes:
        user_id: whose journey it is.
        events: what happened, oldest first.
        earlier: the events of the same challenges before the first of `events`.
        code: by the id of an event, what the document (for a save: the solution) held at that moment.
        challenges: what was worked on; deleted ones included.
    """

    user_id: UUID
    events: tuple[Event, ...]
    earlier: tuple[Event, ...] = ()
    code: Mapping[UUID, str]
    challenges: Mapping[UUID, Challenge]


async def read_journey(
    store: Store, user_id: UUID, *, session_id: UUID | None = None, challenge_id: UUID | None = None
) -> tuple[Event, ...]:
    """The events of a session, of a challenge, or of everything a student did; oldest first.

    Raises:
        NotFound: there is no such session, or no such challenge.
    """
    return (await read_with_code(store, user_id, session_id=session_id, challenge_id=challenge_id)).events


async def read_with_code(
    store: Store, user_id: UUID, *, session_id: UUID | None = None, challenge_id: UUID | None = None
) -> Journey:
    """The same with the code of every moment.

    Raises:
        NotFound: there is no such session, or no such challenge.
    """
    async with store.read() as tx:
        if session_id:
            # The whole challenge: what a save of this session changed shows against the save before it.
            challenge_id = (await tx.sessions.get(session_id)).challenge_id
        rows = await tx.journey.rows(user_id=user_id, challenge_id=challenge_id)
        if challenge_id and not rows.sessions:
            await tx.challenges.get(challenge_id)
        models = {model.id: model.name for model in await tx.models.list()}
    return with_code(rows, user_id, models, session_id=session_id)


def with_code(
    rows: JourneyRows, user_id: UUID, models: Mapping[UUID, str], *, session_id: UUID | None = None
) -> Journey:
    """Make a journey of rows; `models` gives the name of each model by id."""
    events = timeline(rows, models)
    wanted = tuple(event for event in events if session_id in (None, event.session_id))
    return Journey(
        user_id=user_id,
        events=wanted,
        earlier=events[: events.index(wanted[0])] if wanted else (),
        code=_code(rows),
        challenges={challenge.id: challenge for challenge in rows.challenges},
    )


def _code(rows: JourneyRows) -> Mapping[UUID, str]:
    asked = {it.id: it.code for it in rows.interactions if it.code is not None}
    ran = {run.id: run.code for run in rows.runs}
    return asked | ran | {revision.id: revision.solution for revision in rows.revisions}
