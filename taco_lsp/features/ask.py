"""`taco/ask`: a question, an explanation, a hint or a review about a document."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import attrs

from taco_lsp.context import Context, Document, Seat
from taco_lsp.errors import TutorOff
from taco_lsp.wire.ranges import lines_of
from taco_lsp.wire.types import AskParams, AskResult, GuardVerdict, HintState, TokenUsage

if TYPE_CHECKING:
    from taco_lsp.tutor.situation import Ask


async def ask(ctx: Context, params: AskParams) -> AskResult:
    """Answer with hints, never with the solution; streams, can be cancelled, and is always recorded.

    Raises:
        NoDocument: the document is not open or too long.
        TutorOff: the teacher's policy switches the tutor off here.
        QuotaReached: the teacher's policy allows no further question for now.
    """
    from taco_lsp.tutor.ask import ask as ask_tutor  # noqa: PLC0415 - not needed before the first question

    document = ctx.document(params.text_document)
    seat = await ctx.seats.take(document)
    tutor_ask = _as_ask(seat, document, params)
    token = params.partial_result_token
    on_delta = partial(ctx.editor.delta, token) if token is not None else _drop
    try:
        client = await ctx.client()
        answered = await ask_tutor(await ctx.store.get(), client, tutor_ask, on_delta, embed=ctx.embedder())
    except TutorOff:
        # Switched off since the student sat down: lenses and actions go too.
        seat.policy = attrs.evolve(seat.policy, enabled=False)
        ctx.editor.refresh()
        raise
    seat.progress, seat.policy = answered.progress, answered.policy
    ctx.editor.refresh()
    if answered.notice:
        ctx.say_once(answered.notice)
    it = answered.interaction
    return AskResult(
        interaction_id=it.id,
        response=it.model_response,
        kind=it.kind,
        model=answered.model.name,
        finish_reason=it.finish_reason,
        hint_level=it.hint_level,
        next_hint=HintState(**attrs.asdict(answered.rung)),
        guard=GuardVerdict(blocked=answered.verdict.blocked, rule=answered.verdict.rule),
        usage=TokenUsage(prompt_tokens=it.prompt_tokens, completion_tokens=it.completion_tokens),
        notice=answered.notice,
    )


def _as_ask(seat: Seat, document: Document, params: AskParams) -> Ask:
    from taco_lsp.tutor.situation import Ask  # noqa: PLC0415

    return Ask(
        user=seat.user,
        session=seat.session,
        challenge=seat.challenge,
        kind=params.kind,
        text=(params.question or "").strip(),
        code=document.text,
        language_id=document.language_id,
        filename=document.path.name if document.path else "untitled",
        selection=lines_of(params.range) if params.range else None,
        unrecorded_run=seat.unrecorded_run,
        code_at_hint=seat.progress.code_then,
    )


def _drop(_: str) -> None:
    """The editor did not ask for a stream."""
