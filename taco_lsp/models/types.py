"""What goes to a model and what comes back, as plain data.

No wire format here: `request` writes it, `chunks` reads it.
"""

from __future__ import annotations

from typing import Literal

import attrs

Role = Literal["system", "user", "assistant"]


@attrs.frozen(kw_only=True)
class Message:
    """One turn of the conversation that a model continues."""

    role: Role
    content: str


@attrs.frozen(kw_only=True)
class Usage:
    """Tokens as the endpoint counted them; None where it did not say."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None


@attrs.frozen(kw_only=True)
class TextDelta:
    """The next piece of the answer, never empty; a model's reasoning is not part of it."""

    text: str


@attrs.frozen(kw_only=True)
class Finished:
    """The end of a complete answer: always the last item of a stream that did not fail.

    `reason` is the endpoint's own word ("stop", "length", "content_filter", …) and "length" when the answer
    was cut at `Endpoint.max_chars`. `model` is what the endpoint said answered, which may be more exact than
    what was asked for.
    """

    reason: str
    usage: Usage
    model: str
