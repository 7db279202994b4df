"""Reads a journey from the store: the rows, the names of the models, the timeline."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from taco_lsp.journey.timeline import timeline
from taco_lsp.wire.types import Event

if TYPE_CHECKING:
    from storage import Store


async def read_journey(
    store: Store, user_id: UUID, *, session_id: UUID | None = None, challenge_id: UUID | None = None
) -> tuple[Event, ...]:
    """The events of a session, of a challenge, or of everything a student did; oldest first.

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
    events = timeline(rows, models)
    return tuple(event for event in events if session_id in (None, event.session_id))
