"""Questions, answers and feedback."""

from __future__ import annotations

from uuid import UUID

import attrs

from storage.records import FinishReason, Kind
from taco_lsp.wire.types.common import Range, TextDocument, Token
from taco_lsp.wire.types.status import HintState


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
        rule: why: `reference`, `implements`, `corrected`, `program`, `dictated` or `code`.
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
        finish_reason: complete, cut by the model, cancelled, failed (also when the question was empty or too long,
            which the response says), or given by the built-in tutor instead.
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
