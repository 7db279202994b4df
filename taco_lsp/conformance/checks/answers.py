"""Whether what the server asks is answered, in the shape that LSP gives it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from taco_lsp.conformance.checks.check import Problems
from taco_lsp.conformance.conversation import Conversation, Sent


def _has(field: str, kind: type) -> Callable[[Any], bool]:
    return lambda result: isinstance(result, Mapping) and isinstance(result.get(field), kind)


def _is_nothing(result: Any) -> bool:
    return result is None


SHAPES: Mapping[str, tuple[str, Callable[[Any], bool]]] = {
    "window/showDocument": ("{success: boolean}", _has("success", bool)),
    "workspace/applyEdit": ("{applied: boolean}", _has("applied", bool)),
    "window/showMessageRequest": (
        "an action or null", lambda result: result is None or isinstance(result.get("title"), str)
    ),
    "window/workDoneProgress/create": ("null", _is_nothing),
    "workspace/codeLens/refresh": ("null", _is_nothing),
    "client/registerCapability": ("null", _is_nothing),
    "client/unregisterCapability": ("null", _is_nothing),
    "workspace/configuration": ("a list", lambda result: isinstance(result, list)),
    "workspace/workspaceFolders": ("a list or null", lambda result: result is None or isinstance(result, list)),
}  # fmt: skip


def answers(it: Conversation) -> Problems:
    """Every request of the server gets one reply of the right shape; what was declared is not refused."""
    asked = [sent for sent in it.of("server") if sent.is_request]
    if not asked:
        return None
    last = len(it.entries) - 1
    ended = next((sent.place for sent in it.of("client", "shutdown")), last)
    return [problem for sent in asked if (problem := _problem(sent, ended))]


def _problem(sent: Sent, ended: int) -> str | None:
    if sent.reply is None:
        # A client that is leaving need not answer any more.
        return f"{sent.method} was never answered" if _was_before(sent, ended) else None
    if sent.replies > 1:
        return f"{sent.method} was answered {sent.replies} times"
    if sent.error is not None:
        return f"{sent.method} was declared and then refused: {sent.error.get('message')}"
    shape, fits = SHAPES.get(sent.method, ("", lambda _: True))
    return None if fits(sent.result) else f"{sent.method} was answered with {str(sent.result)[:60]}, not with {shape}"


def _was_before(sent: Sent, ended: int) -> bool:
    return sent.place < ended
