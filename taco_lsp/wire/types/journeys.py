"""The journey: its events, and the report."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import attrs

from taco_lsp.wire.types.common import TextDocument


@attrs.frozen(kw_only=True)
class JourneyParams:
    """The events of a session, of a document's challenge, or of everything one did.

    Attributes:
        session_id: only this session.
        challenge_id: only this challenge.
        text_document: only this document's challenge; not looked at when one of the others is given.
        student: somebody else's, by e-mail address; for those who teach.
    """

    session_id: UUID | None = None
    challenge_id: UUID | None = None
    text_document: TextDocument | None = None
    student: str | None = None


EventKind = Literal["open", "edit", "question", "answer", "hint", "run", "note", "close"]


@attrs.frozen(kw_only=True)
class Event:
    """One moment of the journey; `detail` depends on `kind` and is described in docs/protocol.md.

    Attributes:
        id: shared by a question and its answer, and by open and close.
        at: when it happened.
        summary: one plain line.
        detail: depends on `kind`, see "Journey events".
    """

    id: UUID
    kind: EventKind
    at: datetime
    session_id: UUID
    challenge_id: UUID
    summary: str
    detail: Mapping[str, Any]


@attrs.frozen(kw_only=True)
class JourneyResult:
    """Events, oldest first."""

    events: tuple[Event, ...]


@attrs.frozen(kw_only=True)
class JourneyReportParams:
    """Whose moments to put on the page, as for `taco/journey`, and where to write it.

    Attributes:
        session_id: only this session.
        challenge_id: only this challenge.
        text_document: only this document's challenge; not looked at when one of the others is given.
        path: the absolute path of an HTML file; by default `.taco/journey.html` beside the work.
    """

    session_id: UUID | None = None
    challenge_id: UUID | None = None
    text_document: TextDocument | None = None
    path: str | None = None


@attrs.frozen(kw_only=True)
class JourneyReportResult:
    """The page; `shown` is false when the editor could not open it.

    Attributes:
        uri: of the page, one HTML file that needs nothing else.
        shown: false when the editor could not open it in a browser.
    """

    uri: str
    shown: bool
