"""Answers one question: read, build, stream, guard, record. The life of a question, in one file.

No transaction is open while a model talks. Whatever happens to the answer (complete, failed, cancelled) is
recorded; a failed model answer is followed by the built-in tutor's, as a row of its own.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING

import attrs

from storage.records import FinishReason, Interaction, Model, now
from taco_lsp.errors import TutorOff
from taco_lsp.models.errors import ModelError
from taco_lsp.models.types import Finished, TextDelta, Usage
from taco_lsp.tutor import builtin, ladder
from taco_lsp.tutor.guard import Guard, Verdict
from taco_lsp.tutor.materials import references
from taco_lsp.tutor.prompt import PROMPT_VERSION, build
from taco_lsp.tutor.situation import Ask, Situation, load

if TYPE_CHECKING:
    from storage.store import Store
    from taco_lsp.models.client import ChatClient

BUILTIN_PROMPT = f"{builtin.NAME}-{builtin.VERSION}"
TRY_FIRST = "Try something of your own first: change the code, or run it. After that you can have a hint."
NO_HINTS = "Your teacher gives no hints for this challenge. You can still ask a question, or run your program."
OnDelta = Callable[[str], None]


@attrs.frozen(kw_only=True)
class Answered:
    """The recorded interaction, the model that gave it, the ladder after it, and what the student should know.

    `verdict` is about the model's answer, also when the built-in tutor's was given instead.
    """

    interaction: Interaction
    model: Model
    verdict: Verdict
    rung: ladder.Rung
    progress: ladder.Progress
    notice: str | None = None


@attrs.define(kw_only=True)
class _Reply:
    """A reply while it is being made; mutable because it grows with the stream."""

    model_name: str
    model_version: str
    prompt_version: str
    text: str = ""
    finish: FinishReason = "stop"
    usage: Usage = attrs.Factory(lambda: Usage(prompt_tokens=None, completion_tokens=None))
    verdict: Verdict = attrs.Factory(Verdict)
    started: float = attrs.Factory(time.monotonic)


async def ask(store: Store, client: ChatClient | None, question: Ask, on_delta: OnDelta) -> Answered:
    """Answer and record one question, streaming the text to `on_delta` as it becomes safe to show.

    Raises:
        TutorOff: the policy in force switches the tutor off.
        StoreError: the answer could not be recorded.
        asyncio.CancelledError: after what had arrived was recorded as cancelled.
    """
    situation = await load(store, question)
    if not situation.policy.enabled:
        raise TutorOff(
            "The tutor is switched off for this challenge.", "Ask your teacher; your history stays readable."
        )
    if client is not None and situation.hint_level != 0:
        reply, problem = await _ask_model(store, client, situation, on_delta)
        if problem is None and not reply.verdict.blocked:
            return await _record(store, situation, reply)
        await _record(store, situation, reply)
        notice = problem or "Part of the answer was held back because it gave too much away."
        on_delta("\n\n" if reply.text else "")
        instead = await _record(store, situation, _ask_builtin(situation, on_delta, finish="fallback"), notice)
        return attrs.evolve(instead, verdict=reply.verdict)
    return await _record(store, situation, _ask_builtin(situation, on_delta, finish="stop"))


async def _ask_model(
    store: Store, client: ChatClient, situation: Situation, on_delta: OnDelta
) -> tuple[_Reply, str | None]:
    """Stream a model's answer through the guard; return it with the problem in plain words, if there was one."""
    reply = _Reply(model_name=client.endpoint.model, model_version="", prompt_version=PROMPT_VERSION)
    try:
        async for shown in _guarded(client, situation, reply):
            on_delta(shown)
    except ModelError as error:
        reply.finish = "error"
        return reply, " ".join(filter(None, (str(error), error.hint)))
    except asyncio.CancelledError:
        reply.finish = "cancelled"
        await asyncio.shield(_record(store, situation, reply))
        raise
    return reply, None


async def _guarded(client: ChatClient, situation: Situation, reply: _Reply) -> AsyncIterator[str]:
    """Yield what the guard lets through, and keep `reply` up to date."""
    guard = Guard(
        references=references(situation.ask.challenge),
        student_code=situation.ask.code,
        starter=tuple(situation.materials.files.values()),
    )
    stream = client.stream(build(situation))
    try:
        async for piece in stream:
            shown = _take(piece, guard, reply)
            reply.text += shown
            if shown:
                yield shown
            if guard.verdict.blocked:
                return
    finally:
        reply.verdict = guard.verdict
        await stream.aclose()


def _take(piece: TextDelta | Finished, guard: Guard, reply: _Reply) -> str:
    if isinstance(piece, TextDelta):
        return guard.feed(piece.text)
    reply.usage = piece.usage
    reply.model_version = piece.model
    reply.finish = "length" if piece.reason == "length" else "stop"
    return guard.close()


def _ask_builtin(situation: Situation, on_delta: OnDelta, *, finish: FinishReason) -> _Reply:
    reply = _Reply(model_name=builtin.NAME, model_version=builtin.VERSION, prompt_version=BUILTIN_PROMPT, finish=finish)
    reply.text = _no_hint(situation) or builtin.answer(situation.as_question())
    on_delta(reply.text)
    return reply


def _no_hint(situation: Situation) -> str | None:
    """What a student reads whom the policy gives no hint now, whoever else would answer."""
    if situation.hint_level != 0:
        return None
    return TRY_FIRST if situation.rung.ceiling else NO_HINTS


async def _record(store: Store, situation: Situation, reply: _Reply, notice: str | None = None) -> Answered:
    """Write the interaction, and tell how the ladder stands after it."""
    ask = situation.ask
    async with store.write() as tx:
        model = await tx.models.ensure(reply.model_name, reply.model_version)
        interaction = Interaction(
            session_id=ask.session.id,
            user_id=ask.user.id,
            challenge_id=ask.challenge.id,
            user_prompt=ask.text,
            model_response=reply.text,
            code=ask.code,
            model_id=model.id,
            kind=ask.kind,
            hint_level=situation.hint_level,
            prompt_version=reply.prompt_version,
            prompt_tokens=reply.usage.prompt_tokens,
            completion_tokens=reply.usage.completion_tokens,
            latency_ms=round((time.monotonic() - reply.started) * 1000),
            finish_reason=reply.finish,
            guard=attrs.asdict(reply.verdict),
            created_at=now(),
        )
        await tx.interactions.add(interaction)
    last_run_at = situation.last_run.created_at if situation.last_run else None
    after = ladder.progress((*situation.earlier, interaction), last_run_at)
    rung = ladder.rung(after, ask.code, situation.policy, starter=situation.materials.starter)
    return Answered(
        interaction=interaction, model=model, verdict=reply.verdict, rung=rung, progress=after, notice=notice
    )
