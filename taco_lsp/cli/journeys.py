"""What `taco journey` reads, and the page it writes. Printing is done by `main`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from taco_lsp.cli.session import with_store
from taco_lsp.errors import CannotWrite, InvalidParams, NotFound
from taco_lsp.journey.reading import Journey, read_with_code
from taco_lsp.journey.report import render
from taco_lsp.wire.converter import to_wire

if TYPE_CHECKING:
    from storage import Store


def read(*, challenge: str | None, session: str | None) -> Journey:
    """Read the local profile's journey.

    Raises:
        InvalidParams: an id is not an id.
        NotFound: there is no such session.
        StoreError: the store cannot be read.
    """
    challenge_id, session_id = _id(challenge), _id(session)

    async def journey(store: Store) -> Journey:
        user = await store.local_profile()
        return await read_with_code(store, user.id, session_id=session_id, challenge_id=challenge_id)

    return with_store(journey)


def as_json(journey: Journey) -> str:
    """The events as one JSON object, in the form of the `taco/journey` verb."""
    return json.dumps({"events": to_wire(journey.events)}, indent=2, ensure_ascii=False)


def write_page(journey: Journey, file: Path) -> Path:
    """Write the journey as one HTML file; return its absolute path.

    Raises:
        NotFound: there is nothing to show.
        CannotWrite: the file cannot be written.
    """
    if not journey.events:
        raise NotFound("Nothing is recorded yet.", "Open a file in your editor and ask TACO something.")
    try:
        file.write_text(render(journey), encoding="utf-8", errors="replace", newline="\n")
    except OSError as error:
        raise CannotWrite(f"{file} cannot be written ({error.strerror}).", "Name another file.") from error
    return file.absolute()


def _id(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise InvalidParams(f"{text} is not an id.", "Ids look like 01890a5d-ac96-774b-bcce-b302099a8057.") from None
