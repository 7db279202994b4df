"""Notes on a journey: making one that fits its moment, and finding the line of today's code that it is about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from storage.records import Moment, Note, User
from taco_lsp.errors import InvalidParams

if TYPE_CHECKING:
    from storage import Transaction
    from storage.repositories.notes import EventPlace

LONGEST_NOTE = 4_000

_LINE_ENDS = re.compile("\r\n|\n|\r")


async def add_note(
    tx: Transaction,
    author: User,
    place: EventPlace,
    event_id: UUID,
    *,
    kind: Moment | None,
    line: int | None,
    text: str,
) -> Note:
    """Pin a note to a moment.

    Raises:
        InvalidParams: the text is empty or too long, the line is not in the code, or the event is of another kind.
    """
    words = text.strip()
    if not words or len(words) > LONGEST_NOTE:
        raise InvalidParams(f"`text`: between 1 and {LONGEST_NOTE:,} characters.", field="text")
    if kind is not None and kind not in place.kinds:
        raise InvalidParams(f"`eventKind`: this event is {' or '.join(place.kinds)}.", field="eventKind")
    lines = _LINE_ENDS.split(place.code) if place.code is not None else []
    if line is not None and not 1 <= line <= len(lines):
        raise InvalidParams(f"`line`: the code of that moment has {len(lines)} lines.", field="line")
    session = place.session
    note = Note(
        session_id=session.id, user_id=session.user_id, challenge_id=session.challenge_id, author_user_id=author.id,
        event_id=event_id, event_kind=kind or place.kinds[0], line=line, text=words,
    )  # fmt: skip
    await tx.notes.add(note)
    return note


def line_of(note: Note, code_then: str | None, code_now: str, saved_at: datetime | None) -> int | None:
    """Find the line (from 0) of today's code at which a note is shown; None when it is out of date.

    A note on a line is shown as long as the code has that line, at its place or elsewhere. A note on the moment as a
    whole is shown at the first line until the student has saved again.

    Args:
        note: the note.
        code_then: the code of its moment.
        code_now: the document.
        saved_at: when the student last saved.
    """
    if note.line is None or code_then is None:
        return 0 if saved_at is None or saved_at < note.created_at else None
    then, now = _LINE_ENDS.split(code_then), _LINE_ENDS.split(code_now)
    wanted = then[note.line - 1] if note.line <= len(then) else ""
    if not wanted.strip():
        return None
    return _nearest(now, wanted, note.line - 1)


def _nearest(lines: Sequence[str], wanted: str, place: int) -> int | None:
    found = (index for index, line in enumerate(lines) if line == wanted)
    return min(found, key=lambda index: abs(index - place), default=None)
