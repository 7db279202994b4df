"""The one exception of this package, made by `failures` (bad replies) and `transport` (bad connections)."""

from __future__ import annotations

from typing import Literal

Kind = Literal[
    "unauthorized",  # no key, a wrong key, or a key without permission
    "notFound",  # no such model, or nothing that speaks chat completions at this address
    "rejected",  # the endpoint will not accept this request, for example because it is too long
    "rateLimited",  # too many requests; `retry_after_s` when the endpoint said how long to wait
    "unreachable",  # no connection, or it was lost
    "timeout",  # nothing came in time
    "server",  # the endpoint reported a failure of its own
    "badReply",  # what came is not a chat completion
    "empty",  # a well-formed answer without text
]


class ModelError(Exception):
    """A model gave no answer, or only part of one.

    `str(error)` is one plain sentence that says what happened and `hint` says what to do about it; neither
    ever holds a key or a URL with credentials.
    """

    def __init__(self, kind: Kind, message: str, hint: str = "", *, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.hint = hint
        self.retry_after_s = retry_after_s
