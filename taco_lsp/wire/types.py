"""Params and results of the verbs, as they appear on the wire (in camelCase).

Optional fields are None by default and then left off the wire. Positions count lines from 0 and columns in
the negotiated position encoding, as LSP does; everything a person reads counts lines from 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import attrs

from storage.records import FinishReason, Kind, SolutionRevision

Token = str | int


@attrs.frozen(kw_only=True)
class Nothing:
    """No params, or a result that carries no news."""


@attrs.frozen(kw_only=True)
class TextDocument:
    """Names a document by its URI."""

    uri: str


@attrs.frozen(kw_only=True)
class Position:
    """A place in a document: zero-based line and column."""

    line: int
    character: int


@attrs.frozen(kw_only=True)
class Range:
    """From `start` to just before `end`."""

    start: Position
    end: Position


# --- taco/status -----------------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class StatusParams:
    """`textDocument` adds the challenge, session and policy of that document."""

    text_document: TextDocument | None = None


@attrs.frozen(kw_only=True)
class StoreStatus:
    """Where the journey is kept; `url` never shows a password."""

    url: str
    revision: str | None = None
    read_only: bool = False
    problem: str | None = None
    recovered_from: str | None = None


@attrs.frozen(kw_only=True)
class HintState:
    """The hint ladder: `given` rungs so far, the `next` one, of `ceiling`; `open` when the next may be asked."""

    given: int
    next: int
    ceiling: int
    open: bool


@attrs.frozen(kw_only=True)
class SeatStatus:
    """The challenge and session a document belongs to."""

    challenge_id: UUID
    challenge_title: str
    session_id: UUID
    hints: HintState
    practice: bool
    policy: Mapping[str, Any]


@attrs.frozen(kw_only=True)
class StatusResult:
    """Version, identity, store, tutor, and the seat of the document when one was named."""

    version: str
    user_id: UUID | None = None
    role: str | None = None
    store: StoreStatus
    tutor: str
    model: str | None = None
    endpoint: str | None = None
    recording: bool = True
    seat: SeatStatus | None = None


# --- challenges and sessions -----------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class ChallengeSummary:
    """A challenge as a student may see it in a list."""

    id: UUID
    title: str
    statement: str
    class_id: UUID | None = None
    started: bool = False
    practice: bool = False


@attrs.frozen(kw_only=True)
class ChallengeList:
    """Challenges, newest first."""

    challenges: tuple[ChallengeSummary, ...]


@attrs.frozen(kw_only=True)
class ChallengeOpenParams:
    """Which challenge, and the folder to put it in (a `file:` URI; default: the first workspace folder)."""

    challenge_id: UUID
    folder: str | None = None


@attrs.frozen(kw_only=True)
class ChallengeOpenResult:
    """The files written or kept, the main file first; `restored` when they hold the student's latest solution."""

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
    """Notification: a session was opened, or ended when `open` is false."""

    session_id: UUID
    challenge_id: UUID
    title: str
    open: bool


# --- asking ----------------------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class AskParams:
    """A request for help. Deltas go to `partialResultToken` as `$/progress` with value `{delta}`."""

    text_document: TextDocument
    range: Range | None = None
    question: str | None = None
    kind: Kind = "question"
    partial_result_token: Token | None = None
    work_done_token: Token | None = None


@attrs.frozen(kw_only=True)
class TokenUsage:
    """What the answer cost, in tokens, when the endpoint tells."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None


@attrs.frozen(kw_only=True)
class GuardVerdict:
    """What the guard decided about the answer: `blocked` when something was held back, and by which `rule`."""

    blocked: bool
    rule: str | None = None


@attrs.frozen(kw_only=True)
class AskResult:
    """The answer as Markdown. `notice` says what the student should know, for example that the model failed."""

    interaction_id: UUID
    response: str
    kind: Kind
    model: str
    finish_reason: FinishReason
    hint_level: int | None = None
    next_hint: HintState
    guard: GuardVerdict
    usage: TokenUsage
    notice: str | None = None


@attrs.frozen(kw_only=True)
class FeedbackParams:
    """Whether an answer helped, with an optional comment of at most 2,000 characters."""

    interaction_id: UUID
    helpful: bool
    comment: str | None = None


# --- running ---------------------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class RunParams:
    """Run the document as the editor shows it."""

    text_document: TextDocument
    stdin: str | None = None
    args: tuple[str, ...] = ()
    work_done_token: Token | None = None


@attrs.frozen(kw_only=True)
class RunResult:
    """What the program did; `explanation` is one plain sentence about a failure, `line` counts from 1."""

    run_id: UUID
    command: str
    stdout: str
    stderr: str
    exit_code: int | None = None
    duration_ms: int
    timed_out: bool
    truncated: bool
    interaction_id: UUID | None = None
    explanation: str | None = None
    line: int | None = None


@attrs.frozen(kw_only=True)
class RunReportParams:
    """The editor ran the program itself and hands over what happened."""

    text_document: TextDocument
    command: str
    stdout: str
    stderr: str = ""
    stdin: str = ""
    exit_code: int | None = None
    duration_ms: int = 0
    timed_out: bool = False


# --- solutions -------------------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class SaveParams:
    """Save what the editor shows as the current solution."""

    text_document: TextDocument


@attrs.frozen(kw_only=True)
class SaveResult:
    """`revisionId` is absent when nothing had changed since the last save."""

    solution_id: UUID
    revision_id: UUID | None = None
    updated_at: datetime


@attrs.frozen(kw_only=True)
class HistoryParams:
    """By document or by challenge."""

    text_document: TextDocument | None = None
    challenge_id: UUID | None = None


@attrs.frozen(kw_only=True)
class HistoryResult:
    """Saved versions, oldest first."""

    challenge_id: UUID
    revisions: tuple[SolutionRevision, ...]


@attrs.frozen(kw_only=True)
class RestoreParams:
    """Put a saved version back into the document, as an edit the student can undo."""

    text_document: TextDocument
    revision_id: UUID


@attrs.frozen(kw_only=True)
class RestoreResult:
    """`applied` is false when the editor refused the edit; `text` then is what to insert."""

    revision_id: UUID
    applied: bool
    text: str


# --- the journey -----------------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class JourneyParams:
    """The events of a session, of a document's challenge, or of everything one did."""

    session_id: UUID | None = None
    challenge_id: UUID | None = None
    text_document: TextDocument | None = None


EventKind = Literal["open", "edit", "question", "answer", "hint", "run", "close"]


@attrs.frozen(kw_only=True)
class Event:
    """One moment of the journey; `detail` depends on `kind` and is described in docs/protocol.md."""

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


# --- configuration ---------------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class Setting:
    """One setting in force and the source it came from."""

    key: str
    value: Any
    source: str
    doc: str
    privileged: bool


@attrs.frozen(kw_only=True)
class ConfigResult:
    """Every setting, and what was ignored."""

    settings: tuple[Setting, ...]
    problems: tuple[str, ...]


# --- the conversation file -------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class ConversationParams:
    """Open the conversation file of a document, ready for a question about `range`."""

    text_document: TextDocument
    range: Range | None = None


@attrs.frozen(kw_only=True)
class ConversationResult:
    """The conversation file; `shown` is false when the editor could not open it."""

    path: str
    shown: bool
