"""`taco/status`: the state of the server, the policy in force, the hint ladder."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

import attrs

from taco_lsp.wire.types.common import TextDocument
from taco_lsp.wire.types.sync import SyncStatus


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
    allow_deletion: bool = False


@attrs.frozen(kw_only=True)
class SeatStatus:
    """The challenge and session a document belongs to.

    Attributes:
        practice: whether the challenge belongs to no class.
        policy: the tutor policy in force.
        tests: whether the challenge has tests that `taco/test` can run.
    """

    challenge_id: UUID
    challenge_title: str
    session_id: UUID
    hints: HintState
    practice: bool
    policy: Policy
    tests: bool = False


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
        recording: whether the content of questions, answers, runs and saves is recorded.
        paused_since: when the student paused the recording.
        seat: absent when the document belongs to no challenge.
        sync: how this machine and the school's server stand; absent while the store cannot be opened.
    """

    version: str
    user_id: UUID | None = None
    role: str | None = None
    store: StoreStatus
    tutor: str
    model: str | None = None
    endpoint: str | None = None
    recording: bool = True
    paused_since: datetime | None = None
    seat: SeatStatus | None = None
    sync: SyncStatus | None = None
