"""What a check is: a rule with a name, a title and advice."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import attrs

from taco_lsp.conformance.conversation import Conversation

Problems = Sequence[str] | None
"""What is wrong; empty when all is well, None when the client did nothing that the rule is about."""


@attrs.frozen(kw_only=True)
class Check:
    """One rule of the protocol page.

    Attributes:
        name: stable, for scripts.
        title: what a client that passes does.
        rule: judges one connection.
        advice: what to do when it fails or was not exercised.
        essential: whether every client must show it.
    """

    name: str
    title: str
    rule: Callable[[Conversation], Problems]
    advice: str
    essential: bool = False
