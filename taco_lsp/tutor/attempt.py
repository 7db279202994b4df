"""One attempt of a language model at an answer: streamed, guarded, and given up when it makes no sense.

What is shown is safe. Whether there is another attempt, and what is recorded, is decided in `ask`.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from typing import TYPE_CHECKING

import attrs

from storage.records import FinishReason, Json
from taco_lsp.models.errors import ModelError
from taco_lsp.models.types import Finished, TextDelta, Usage
from taco_lsp.tutor.guard import Guard, Verdict
from taco_lsp.tutor.materials import references
from taco_lsp.tutor.prompt import Prompt
from taco_lsp.tutor.prompt_texts import Slip
from taco_lsp.tutor.sense import LONGEST_ANSWER, LOOK_EVERY, nonsense
from taco_lsp.tutor.situation import Situation
from taco_lsp.tutor.without_code import shows_code

if TYPE_CHECKING:
    from taco_lsp.models.client import ChatClient

OnDelta = Callable[[str], None]


@attrs.define(kw_only=True)
class Reply:
    """A reply while it is being made; mutable because it grows with the stream.

    Attributes:
        text: what the student may see.
        slip: what is wrong with it, if the student should get another.
        failure: why the model gave none, in plain words.
        started: reading of the monotonic clock.
    """

    model_name: str
    model_version: str
    prompt_version: str
    parameters: Json | None = None
    text: str = ""
    finish: FinishReason = "stop"
    usage: Usage = attrs.Factory(Usage)
    verdict: Verdict = attrs.Factory(Verdict)
    slip: Slip | None = None
    failure: str | None = None
    started: float = attrs.Factory(time.monotonic)

    @property
    def latency_ms(self) -> int:
        """Milliseconds since it was asked for."""
        return round((time.monotonic() - self.started) * 1000)


def begin(client: ChatClient, prompt: Prompt) -> Reply:
    """The reply before its first word."""
    endpoint = client.endpoint
    return Reply(
        model_name=endpoint.model,
        model_version="",
        prompt_version=prompt.version,
        parameters=dict(endpoint.parameters) or None,
    )


async def attempt(client: ChatClient, situation: Situation, prompt: Prompt, reply: Reply, on_delta: OnDelta) -> None:
    """Let a model answer into `reply`, which is up to date at every moment, also when this is cancelled.

    What goes wrong with the model is in `reply.failure` or `reply.slip`, and then `reply.finish` is "error".
    """
    guard = Guard(
        references=references(situation.ask.challenge),
        student_code=situation.ask.code,
        starter=tuple(situation.materials.files.values()),
        statement=situation.ask.challenge.statement,
    )

    def show(text: str) -> None:
        if text := _allowed(text, situation, guard, reply):
            reply.text += text
            on_delta(text)

    try:
        async with aclosing(client.stream(prompt.messages)) as stream:
            await _read(stream, situation, reply, guard, show)
    except ModelError as error:
        reply.failure = " ".join(filter(None, (str(error), error.hint)))
        show(guard.close())
    except asyncio.CancelledError:
        # What had arrived is kept, also what the guard would have let through a moment later.
        show(guard.close())
        raise
    if reply.verdict.blocked:
        reply.slip = "blocked"
    if reply.slip or reply.failure:
        reply.finish = "error"


async def _read(
    stream: AsyncIterator[TextDelta | Finished], situation: Situation, reply: Reply, guard: Guard, show: OnDelta
) -> None:
    """Show what may be shown, until the reply is over, held back, too long, or makes no sense."""
    look_at = LOOK_EVERY
    async for piece in stream:
        show(guard.feed(piece.text) if isinstance(piece, TextDelta) else guard.close())
        if isinstance(piece, Finished):
            _finish(piece, reply)
        if reply.verdict.blocked:
            return
        is_long = len(reply.text) >= LONGEST_ANSWER
        if is_long or isinstance(piece, Finished) or len(reply.text) >= look_at:
            look_at = len(reply.text) + LOOK_EVERY
            reply.slip = nonsense(reply.text, languages=situation.languages)
        if is_long:
            reply.finish = "length"
        if is_long or reply.slip:
            return


def _allowed(text: str, situation: Situation, guard: Guard, reply: Reply) -> str:
    """What may be shown of a text that the guard let through, with the verdict of both in `reply`."""
    text = text[: LONGEST_ANSWER - len(reply.text)]
    if situation.policy.allow_code == "none" and shows_code(reply.text + text, known=situation.known_code):
        reply.verdict = Verdict(blocked=True, rule="code")
        return ""
    if not reply.verdict.blocked:
        reply.verdict = guard.verdict
    return text


def _finish(piece: Finished, reply: Reply) -> None:
    reply.usage = piece.usage
    reply.model_version = piece.model
    reply.finish = "length" if piece.reason == "length" else "stop"
