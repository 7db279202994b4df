"""Answers one question: read, refuse or answer, record. The life of a question, in one file.

No transaction is open while a model talks. Whatever happens to an answer (complete, held back, failed, cancelled) is
recorded as a row of its own. A reply that gave too much away or made no sense is followed by one more attempt under
a stricter prompt, and when that is no better, or the model fails, by the built-in tutor's answer.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from uuid import UUID

import attrs

from storage.records import FinishReason, Interaction, Model, now
from taco_lsp.errors import QuotaReached, TutorOff
from taco_lsp.tutor import builtin, ladder
from taco_lsp.tutor.attempt import OnDelta, Reply, attempt, begin
from taco_lsp.tutor.guard import Verdict
from taco_lsp.tutor.notices import Notice, say
from taco_lsp.tutor.policy import Policy
from taco_lsp.tutor.prompt import build
from taco_lsp.tutor.prompt_texts import Slip
from taco_lsp.tutor.quota import clock, next_question_at
from taco_lsp.tutor.situation import LONGEST_QUESTION, Ask, Situation, load
from taco_lsp.tutor.unrecorded import without_content
from taco_lsp.tutor.without_code import without_code

if TYPE_CHECKING:
    from storage.store import Store
    from taco_lsp.knowledge.embedding import Embedder
    from taco_lsp.models.client import ChatClient

BUILTIN_PROMPT = f"{builtin.NAME}-{builtin.VERSION}"

_WHY_REPLACED: dict[Slip, Notice] = {
    "blocked": "held_back",
    "garbled": "no_sense",
    "repeating": "no_sense",
    "language": "wrong_language",
}
_being_answered: Counter[UUID] = Counter()
"""Questions of each student that are not recorded yet, so that asking twice at once does not get round a quota.

Of this process: with two editors at once a student gets at most one question more for each further one. To know of
theirs would take a row before the answer, in a transaction of its own.
"""


@attrs.frozen(kw_only=True)
class Answered:
    """The recorded interaction, the model that gave it, the ladder after it, and what the student should know.

    `verdict` is the one that held something back, if any did, also when another answer was given instead.
    """

    interaction: Interaction
    model: Model
    verdict: Verdict
    rung: ladder.Rung
    progress: ladder.Progress
    policy: Policy
    notice: str | None = None


async def ask(
    store: Store, client: ChatClient | None, question: Ask, on_delta: OnDelta, *, embed: Embedder | None = None
) -> Answered:
    """Answer and record one question, streaming the text to `on_delta` as it becomes safe to show.

    An empty question, or one longer than `LONGEST_QUESTION`, is told so; its row is an error, with the beginning of it.

    Raises:
        TutorOff: the policy in force switches the tutor off.
        QuotaReached: the policy in force allows no further question in this hour.
        StoreError: the answer could not be recorded.
        asyncio.CancelledError: after what had arrived was recorded as cancelled.
    """
    why_not = question.unanswerable
    if why_not is not None:
        question, embed = attrs.evolve(question, text=question.text[:LONGEST_QUESTION]), None
    situation = await load(store, question, embed=embed)
    refuse(situation, waiting=_being_answered[question.user.id])
    with _counted(question.user.id):
        if why_not is not None:
            text = say(why_not, situation.policy.language, limit=LONGEST_QUESTION)
            return await _record(store, situation, _say_ourselves(text, on_delta, finish="error"))
        if client is None or situation.hint_level == 0 or situation.teacher_goes_first:
            return await _record(store, situation, _ask_builtin(situation, on_delta, finish="stop"))
        return await _ask_model(store, client, situation, on_delta)


def refuse(situation: Situation, *, waiting: int = 0) -> None:
    """Raise if the policy in force allows no answer now.

    Args:
        situation: all that is known.
        waiting: questions of this student that are being answered at this moment.

    Raises:
        TutorOff: the tutor is switched off.
        QuotaReached: the questions of this hour are used up.
    """
    policy, at = situation.policy, now()
    if not policy.enabled:
        raise TutorOff(say("off", policy.language), say("off_hint", policy.language))
    limit = policy.questions_per_hour
    again = next_question_at((*situation.asked, *(at for _ in range(waiting))), limit, at)
    if again is None:
        return
    if limit == 0:
        raise QuotaReached(say("quota_none", policy.language), say("quota_none_hint", policy.language))
    raise QuotaReached(
        say("quota", policy.language, limit=limit), say("quota_again", policy.language, time=clock(again))
    )


@contextmanager
def _counted(user_id: UUID) -> Iterator[None]:
    _being_answered[user_id] += 1
    try:
        yield
    finally:
        _being_answered[user_id] -= 1
        if not _being_answered[user_id]:
            del _being_answered[user_id]


async def _ask_model(store: Store, client: ChatClient, situation: Situation, on_delta: OnDelta) -> Answered:
    """Give the model two attempts, the built-in tutor the last word; record each."""
    notice: str | None = None
    held_back = Verdict()
    after: Slip | None = None
    for _ in range(2):
        reply = await _attempt(store, client, situation, on_delta, after)
        answered = await _record(store, situation, reply, notice)
        if reply.verdict.blocked:
            held_back = reply.verdict
        if reply.finish != "error":
            return attrs.evolve(answered, verdict=held_back)
        if reply.text:
            on_delta("\n\n")
        after = reply.slip
        notice = reply.failure or say(_WHY_REPLACED[after or "garbled"], situation.policy.language)
        if after is None:
            break
    answered = await _record(store, situation, _ask_builtin(situation, on_delta, finish="fallback"), notice)
    return attrs.evolve(answered, verdict=held_back)


async def _attempt(
    store: Store, client: ChatClient, situation: Situation, on_delta: OnDelta, after: Slip | None
) -> Reply:
    prompt = build(situation, after=after)
    reply = begin(client, prompt)
    try:
        await attempt(client, situation, prompt, reply, on_delta)
    except asyncio.CancelledError:
        reply.finish = "cancelled"
        await asyncio.shield(_record(store, situation, reply))
        raise
    return reply


def _ask_builtin(situation: Situation, on_delta: OnDelta, *, finish: FinishReason) -> Reply:
    return _say_ourselves(_no_hint(situation) or _builtin_answer(situation), on_delta, finish=finish)


def _say_ourselves(text: str, on_delta: OnDelta, *, finish: FinishReason) -> Reply:
    reply = Reply(model_name=builtin.NAME, model_version=builtin.VERSION, prompt_version=BUILTIN_PROMPT, finish=finish)
    reply.text = text
    on_delta(text)
    return reply


def _no_hint(situation: Situation) -> str | None:
    """What a student reads whom the policy gives no hint now, whoever else would answer."""
    if situation.hint_level != 0:
        return None
    return say("try_first" if situation.rung.ceiling else "no_hints", situation.policy.language)


def _builtin_answer(situation: Situation) -> str:
    text, policy = builtin.answer(situation.as_question()), situation.policy
    if policy.allow_code != "none":
        return text
    return without_code(text, known=situation.known_code, instead=say("no_code", policy.language))


async def _record(store: Store, situation: Situation, reply: Reply, notice: str | None = None) -> Answered:
    """Write the interaction, and tell how the ladder stands after it."""
    ask = situation.ask
    async with store.write() as tx:
        model = await tx.models.answered(reply.model_name, reply.model_version, reply.parameters)
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
            latency_ms=reply.latency_ms,
            finish_reason=reply.finish,
            guard=_verdict(reply),
            created_at=now(),
        )
        await tx.interactions.add(interaction if situation.recorded else without_content(interaction))
    last_run_at = situation.last_run.created_at if situation.last_run else None
    after = ladder.progress((*situation.earlier, interaction), last_run_at)
    return Answered(
        interaction=interaction,
        model=model,
        verdict=reply.verdict,
        rung=ladder.rung(after, ask.code, situation.policy, starter=situation.materials.starter),
        progress=after,
        policy=situation.policy,
        notice=notice,
    )


def _verdict(reply: Reply) -> dict[str, Any]:
    """The guard's verdict as it is kept; a reply that made no sense says so there too."""
    verdict = attrs.asdict(reply.verdict)
    return verdict if reply.slip in (None, "blocked") else {**verdict, "nonsense": reply.slip}
