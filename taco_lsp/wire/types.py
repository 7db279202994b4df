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
    """Where the journey is kept; `url` never shows a password.

    Attributes:
        url: of the store; empty when it could not be opened.
        revision: of its tables.
        read_only: whether nothing new can be recorded.
        problem: what is wrong with it, for a person.
        recovered_from: where a damaged store was moved before a new one was started.
    """

    url: str
    revision: str | None = None
    read_only: bool = False
    problem: str | None = None
    recovered_from: str | None = None


@attrs.frozen(kw_only=True)
class HintState:
    """The hint ladder: `given` rungs so far, the `next` one, of `ceiling`; `open` when the next may be asked.

    Attributes:
        given: the highest rung given so far; 0 for none.
        next: the rung that asking gives now.
        ceiling: the highest rung the policy allows.
        open: false when asking gives the last rung again; an edit or a run opens the next.
    """

    given: int
    next: int
    ceiling: int
    open: bool


TOP_RUNG = 5
"""The ladder has five rungs: question, concept, where to look, analogous example, partial structure."""


@attrs.frozen(kw_only=True)
class Policy:
    """What the tutor may do for this student at this challenge.

    `require_attempt` asks for an edit or a run before the first hint; `hint_pacing` "change" opens the next rung
    after an edit or a run, "free" at once; `questions_per_hour` None means no limit; `language` is a BCP 47 tag.
    """

    enabled: bool = True
    hint_ceiling: int = TOP_RUNG
    hint_pacing: Literal["change", "free"] = "change"
    require_attempt: bool = False
    allow_code: Literal["none", "analogous", "snippets"] = "analogous"
    questions_per_hour: int | None = None
    language: str = "en"
    persona: str | None = None
    recording: bool = True


@attrs.frozen(kw_only=True)
class SeatStatus:
    """The challenge and session a document belongs to.

    Attributes:
        practice: whether the challenge belongs to no class.
        policy: the tutor policy in force.
    """

    challenge_id: UUID
    challenge_title: str
    session_id: UUID
    hints: HintState
    practice: bool
    policy: Policy


@attrs.frozen(kw_only=True)
class StatusResult:
    """Version, identity, store, tutor, and the seat of the document when one was named.

    Attributes:
        version: of the server.
        user_id: absent while the store cannot be opened.
        role: `student`, `teacher` or `admin`.
        tutor: who answers first: `model`, or `taco-builtin` without an endpoint.
        model: the name of the model.
        endpoint: the URL of the model.
        recording: whether answers, runs and saves are recorded.
        seat: absent when the document belongs to no challenge.
    """

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
    """A challenge as a student may see it in a list.

    Attributes:
        statement: Markdown.
        class_id: absent for practice.
        started: whether this student has opened it before.
        practice: whether it belongs to no class.
    """

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


# --- asking ----------------------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class AskParams:
    """A request for help. Deltas go to `partialResultToken` as `$/progress` with value `{delta}`.

    Attributes:
        range: the code asked about.
        question: at most 8,000 characters; needed for the kind `question` unless there is a range.
        kind: what is wanted.
        partial_result_token: brings the answer in pieces as well.
        work_done_token: brings progress.
    """

    text_document: TextDocument
    range: Range | None = None
    question: str | None = None
    kind: Kind = "question"
    partial_result_token: Token | None = None
    work_done_token: Token | None = None


@attrs.frozen(kw_only=True)
class TokenUsage:
    """What the answer cost, in tokens, when the endpoint tells.

    Attributes:
        prompt_tokens: tokens read.
        completion_tokens: tokens written.
    """

    prompt_tokens: int | None = None
    completion_tokens: int | None = None


@attrs.frozen(kw_only=True)
class GuardVerdict:
    """What the guard decided about the answer: `blocked` when something was held back, and by which `rule`.

    Attributes:
        blocked: whether something was held back.
        rule: why: `reference` or `implements`.
    """

    blocked: bool
    rule: str | None = None


@attrs.frozen(kw_only=True)
class AskResult:
    """The answer as Markdown. `notice` says what the student should know, for example that the model failed.

    Attributes:
        interaction_id: names the answer, for `taco/feedback`.
        response: Markdown.
        model: who answered; `taco-builtin` is the built-in tutor.
        finish_reason: complete, cut by the model, cancelled, failed, or given by the built-in tutor instead.
        hint_level: the rung given, for the kind `hint`.
        notice: what the student should know, for example that the model failed.
    """

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
    """Whether an answer helped, with an optional comment of at most 2,000 characters.

    Attributes:
        interaction_id: of the answer.
        comment: at most 2,000 characters.
    """

    interaction_id: UUID
    helpful: bool
    comment: str | None = None


# --- running ---------------------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class RunParams:
    """Run the document as the editor shows it.

    Attributes:
        stdin: what the program reads; at most 1,000,000 characters.
        args: the program's arguments.
        work_done_token: brings progress.
    """

    text_document: TextDocument
    stdin: str | None = None
    args: tuple[str, ...] = ()
    work_done_token: Token | None = None


@attrs.frozen(kw_only=True)
class RunResult:
    """What the program did; `explanation` is one plain sentence about a failure, `line` counts from 1.

    Attributes:
        command: how it was run, as a person would type it.
        stdout: the middle is cut when it is long.
        stderr: the middle is cut when it is long.
        exit_code: absent when the program was killed.
        duration_ms: in milliseconds.
        timed_out: whether it was stopped because it took too long.
        truncated: whether output was cut.
        interaction_id: the session's latest answer, which now carries this run's input and output.
        explanation: one plain sentence about a failure.
        line: where it failed, counted from 1.
    """

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
    """The editor ran the program itself and hands over what happened.

    Attributes:
        command: how it was run, as a person would type it.
        exit_code: leave out when the program was killed.
        duration_ms: in milliseconds.
    """

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
    """`revisionId` is absent when nothing had changed since the last save.

    Attributes:
        revision_id: absent when nothing had changed since the last save.
    """

    solution_id: UUID
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


# --- the journey -----------------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class JourneyParams:
    """The events of a session, of a document's challenge, or of everything one did.

    Attributes:
        session_id: only this session.
        challenge_id: only this challenge.
        text_document: only this document's challenge; not looked at when one of the others is given.
    """

    session_id: UUID | None = None
    challenge_id: UUID | None = None
    text_document: TextDocument | None = None


EventKind = Literal["open", "edit", "question", "answer", "hint", "run", "close"]


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


# --- configuration ---------------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class Setting:
    """One setting in force and the source it came from.

    Attributes:
        value: absent when nothing is set.
        source: `default`, `user`, `workspace`, `editor` or `environment`.
        doc: what it does.
        privileged: whether a workspace file may not set it.
    """

    key: str
    value: Any
    source: str
    doc: str
    privileged: bool


@attrs.frozen(kw_only=True)
class ConfigResult:
    """Every setting, and what was ignored.

    Attributes:
        problems: what was ignored and why, a sentence each.
    """

    settings: tuple[Setting, ...]
    problems: tuple[str, ...]


# --- the conversation file -------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class ConversationParams:
    """Open the conversation file of a document, ready for a question about `range`.

    Attributes:
        range: the code asked about.
    """

    text_document: TextDocument
    range: Range | None = None


@attrs.frozen(kw_only=True)
class ConversationResult:
    """The conversation file; `shown` is false when the editor could not open it.

    Attributes:
        uri: the conversation file.
        shown: false when the editor could not open it.
    """

    uri: str
    shown: bool
