"""Teachers' notes on moments of a journey."""

from __future__ import annotations

from uuid import UUID

import attrs

from storage.records import Moment, Note
from taco_lsp.wire.types.common import TextDocument


@attrs.frozen(kw_only=True)
class NoteAddParams:
    """A note on one moment of a student's journey, of at most 4,000 characters.

    Attributes:
        event_id: the moment, as `taco/journey` names it.
        event_kind: needed where one id stands for two moments: a question and its answer, opening and closing.
        line: a line of the code of that moment, counted from 1.
        text: Markdown.
    """

    event_id: UUID
    event_kind: Moment | None = None
    line: int | None = None
    text: str


@attrs.frozen(kw_only=True)
class NoteAddResult:
    """The note as it was recorded."""

    note: Note


@attrs.frozen(kw_only=True)
class NoteListParams:
    """Whose notes: one's own, all of them or those of one challenge; a teacher may name a student.

    Attributes:
        challenge_id: only this challenge.
        text_document: only this document's challenge.
        user_id: the student, for teachers.
    """

    challenge_id: UUID | None = None
    text_document: TextDocument | None = None
    user_id: UUID | None = None


@attrs.frozen(kw_only=True)
class NoteList:
    """Notes, oldest first."""

    notes: tuple[Note, ...]
