"""Saved solutions and their history."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import attrs

from storage.records import SolutionRevision
from taco_lsp.wire.types.common import TextDocument


@attrs.frozen(kw_only=True)
class SaveParams:
    """Save what the editor shows as the current solution."""

    text_document: TextDocument


@attrs.frozen(kw_only=True)
class SaveResult:
    """`revisionId` is absent when nothing had changed since the last save.

    Attributes:
        solution_id: absent when nothing is being recorded.
        revision_id: absent when nothing had changed since the last save.
    """

    solution_id: UUID | None = None
    revision_id: UUID | None = None
    updated_at: datetime


@attrs.frozen(kw_only=True)
class HistoryParams:
    """By document or by challenge.

    Attributes:
        challenge_id: wins when both are given.
    """

    text_document: TextDocument | None = None
    challenge_id: UUID | None = None


@attrs.frozen(kw_only=True)
class HistoryResult:
    """Saved versions, oldest first."""

    challenge_id: UUID
    revisions: tuple[SolutionRevision, ...]


@attrs.frozen(kw_only=True)
class RestoreParams:
    """Put a saved version back into the document, as an edit the student can undo.

    Attributes:
        revision_id: from `taco/solution/history`.
    """

    text_document: TextDocument
    revision_id: UUID


@attrs.frozen(kw_only=True)
class RestoreResult:
    """`applied` is false when the editor refused the edit; `text` then is what to insert.

    Attributes:
        applied: false when the editor refused the edit.
        text: what the document should hold.
    """

    revision_id: UUID
    applied: bool
    text: str
