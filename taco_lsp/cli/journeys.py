"""What `taco journey` reads. Printing is done by `main`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from uuid import UUID

from taco_lsp.cli.session import with_store
from taco_lsp.errors import InvalidParams
from taco_lsp.journey.reading import read_journey
from taco_lsp.wire.converter import to_wire
from taco_lsp.wire.types import Event

if TYPE_CHECKING:
    from storage import Store


def read(*, challenge: str | None, session: str | None) -> tuple[Event, ...]:
    """Read the local profile's journey.

    Raises:
        InvalidParams: an id is not an id.
        NotFound: there is no such session.
        StoreError: the store cannot be read.
    """
    challenge_id, session_id = _id(challenge), _id(session)

    async def events(store: Store) -> tuple[Event, ...]:
        user = await store.local_profile()
        return await read_journey(store, user.id, session_id=session_id, challenge_id=challenge_id)

    return with_store(events)


def as_json(events: tuple[Event, ...]) -> str:
    """The events as one JSON object, in the form of the `taco/journey` verb."""
    return json.dumps({"events": to_wire(events)}, indent=2, ensure_ascii=False)


def _id(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise InvalidParams(f"{text} is not an id.", "Ids look like 01890a5d-ac96-774b-bcce-b302099a8057.") from None
