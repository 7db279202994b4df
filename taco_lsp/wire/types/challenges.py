"""Challenges and sessions."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import attrs

from taco_lsp.wire.types.common import TextDocument


@attrs.frozen(kw_only=True)
class ChallengeSummary:
    """A challenge as a student may see it in a list.

    Attributes:
        statement: Markdown.
        class_id: absent for practice.
        started: whether this student has opened it before.
        practice: whether it belongs to no class.
        difficulty: 1 to 10, when the teacher says.
        prerequisites: concepts to know before.
        concepts: concepts practised.
    """

    id: UUID
    title: str
    statement: str
    class_id: UUID | None = None
    started: bool = False
    practice: bool = False
    difficulty: int | None = None
    prerequisites: tuple[str, ...] = ()
    concepts: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class ChallengeList:
    """Challenges, newest first."""

    challenges: tuple[ChallengeSummary, ...]


@attrs.frozen(kw_only=True)
class ChallengeOpenParams:
    """Which challenge, and the folder to put it in (a `file:` URI; default: the first workspace folder).

    Attributes:
        folder: the `file:` URI of a folder on this machine; a folder for the challenge is made in it.
    """

    challenge_id: UUID
    folder: str | None = None


@attrs.frozen(kw_only=True)
class ChallengeOpenResult:
    """The files written or kept, the main file first; `restored` when they hold the student's latest solution.

    Attributes:
        folder: URI of the challenge's folder.
        files: URIs, the main file first.
        kept: URIs of files that were not overwritten, because they hold newer work.
        restored: whether the files hold the student's latest solution, not the starter.
    """

    challenge_id: UUID
    session_id: UUID
    title: str
    folder: str
    files: tuple[str, ...]
    kept: tuple[str, ...] = ()
    restored: bool = False


@attrs.frozen(kw_only=True)
class SessionEndParams:
    """By session, or by a document that belongs to it."""

    session_id: UUID | None = None
    text_document: TextDocument | None = None


@attrs.frozen(kw_only=True)
class SessionEndResult:
    """When the session ended."""

    session_id: UUID
    ended_at: datetime


@attrs.frozen(kw_only=True)
class SessionDidChange:
    """Notification: a session was opened, or ended when `open` is false.

    Attributes:
        title: of the challenge.
        open: false when the session ended.
    """

    session_id: UUID
    challenge_id: UUID
    title: str
    open: bool
