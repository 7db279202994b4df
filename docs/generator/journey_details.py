"""What the `detail` of a journey event holds, by kind of event; checked against real events when it is read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from taco_lsp.wire.types import Event

_ANSWER: Mapping[str, str] = {
    "kind": "What was asked for: `question`, `explain`, `hint` or `review`.",
    "text": "The answer, Markdown.",
    "model": "Who answered; `taco-builtin` is the built-in tutor.",
    "finishReason": "`stop`, `length`, `cancelled`, `error` or `fallback`, as in [AskResult](#tacoask).",
    "hintLevel": "The rung of the hint ladder; null when it was not a hint.",
    "guard": (
        "What was decided about the reply: `{blocked, rule}`, with `nonsense` when it made no sense and `recorded` "
        "false when its words were not to be stored, or null."
    ),
    "interactionId": "Names the answer for `taco/feedback`.",
    "feedback": "`{helpful, comment?}`, or null when the student gave none.",
}

DETAILS: Mapping[str, Mapping[str, str]] = {
    "open": {},
    "edit": {
        "added": "How many lines this saved version added to the one before.",
        "removed": "How many it removed.",
        "diff": "The change as a unified diff without file names.",
    },
    "question": {
        "kind": "`question`, `explain` or `review`.",
        "text": "The student's words; empty when a code action asked.",
    },
    "answer": _ANSWER,
    "hint": _ANSWER,
    "run": {
        "command": "How it was run, as a person would type it.",
        "tests": "Whether it was the challenge's tests that ran; they passed when the exit code is 0.",
        "stdin": "What the program read.",
        "stdout": "What it wrote.",
        "stderr": "What it wrote as errors.",
        "exitCode": "Null when it was stopped.",
        "timedOut": "Whether it was stopped because it took too long.",
        "durationMs": "In milliseconds.",
    },
    "note": {
        "text": "The teacher's words, Markdown.",
        "line": "The line of that moment's code it is about, counted from 1; null when it is about the whole.",
        "eventId": "The moment it is pinned to.",
        "eventKind": "The kind of that moment.",
        "authorId": "Who wrote it.",
    },
    "close": {},
}


def check(events: Iterable[Event]) -> None:
    """Hold the words above against events.

    Raises:
        ValueError: an event's detail has other fields than are described here.
    """
    for event in events:
        described, real = set(DETAILS[event.kind]), set(event.detail)
        if described != real:
            raise ValueError(f"DETAILS[{event.kind!r}] in {__file__} differs from real events: {described ^ real}")
