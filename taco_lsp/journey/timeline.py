"""Turns stored rows into the events of a journey, oldest first.

Details by kind: open, close {}; edit {added, removed, diff}; question {kind, text}; answer and hint {kind, text,
model, finishReason, hintLevel, guard, interactionId, feedback}; run {command, tests, stdout, stderr, stdin, exitCode,
timedOut, durationMs}; note {text, line, eventId, eventKind, authorId}. Rendering is done elsewhere.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from storage.records import TESTS, Interaction, Note, Run, Session, SolutionRevision
from taco_lsp.wire.types import Event, EventKind

if TYPE_CHECKING:
    from storage import JourneyRows

_HEADING = re.compile(r"#+ .*|\*\*[^*]+\*\*")
_ORDER: Mapping[EventKind, int] = {
    "open": 0, "edit": 1, "question": 2, "answer": 3, "hint": 3, "run": 4, "note": 5, "close": 6,
}  # fmt: skip
_FAILED_TESTS = re.compile(r"Tests? failed: ")
_UNRECORDED = "not recorded: recording was off"


def timeline(rows: JourneyRows, models: Mapping[UUID, str]) -> tuple[Event, ...]:
    """Make the events; `models` gives the name of each model by id."""
    events = [
        *(event for session in rows.sessions for event in _session(session)),
        *(event for interaction in rows.interactions for event in _interaction(interaction, models)),
        *(_run(run) for run in rows.runs),
        *_edits(rows.revisions),
        *(_note(note) for note in rows.notes),
    ]
    return tuple(sorted(events, key=lambda event: (event.at, _ORDER[event.kind], event.id)))


def _session(session: Session) -> Iterator[Event]:
    common: dict[str, Any] = {
        "id": session.id,
        "session_id": session.id,
        "challenge_id": session.challenge_id,
        "detail": {},
    }
    yield Event(kind="open", at=session.created_at, summary="opened the challenge", **common)
    if session.ended_at:
        yield Event(kind="close", at=session.ended_at, summary="closed the challenge", **common)


def _interaction(it: Interaction, models: Mapping[UUID, str]) -> Iterator[Event]:
    place: dict[str, Any] = {
        "id": it.id,
        "session_id": it.session_id,
        "challenge_id": it.challenge_id,
        "at": it.created_at,
    }
    if it.kind != "hint":
        words = it.user_prompt or (_UNRECORDED if _is_unrecorded(it) else f"asked for: {it.kind}")
        yield Event(kind="question", summary=_short(words), detail={"kind": it.kind, "text": it.user_prompt}, **place)
    detail: dict[str, Any] = {
        "kind": it.kind,
        "text": it.model_response,
        "model": models.get(it.model_id, "unknown"),
        "finishReason": it.finish_reason,
        "hintLevel": it.hint_level,
        "guard": _object(it.guard),
        "interactionId": it.id,
        "feedback": _object(it.feedback),
    }
    kind: EventKind = "hint" if it.kind == "hint" else "answer"
    yield Event(kind=kind, summary=_answer_summary(it), detail=detail, **place)


def _answer_summary(it: Interaction) -> str:
    if it.finish_reason in ("error", "cancelled"):
        return "the answer failed" if it.finish_reason == "error" else "the answer was cancelled"
    label = f"hint {it.hint_level}: " if it.hint_level else ""
    if _is_unrecorded(it):
        return label + _UNRECORDED
    return label + _short(it.model_response)


def _run(run: Run) -> Event:
    detail = {
        "command": run.command.removeprefix(TESTS),
        "tests": run.command.startswith(TESTS),
        "stdin": run.stdin,
        "stdout": run.stdout,
        "stderr": run.stderr,
        "exitCode": run.exit_code,
        "timedOut": run.timed_out,
        "durationMs": run.duration_ms,
    }
    return Event(
        id=run.id, kind="run", at=run.created_at, session_id=run.session_id, challenge_id=run.challenge_id,
        summary=_run_summary(run), detail=detail,
    )  # fmt: skip


def _run_summary(run: Run) -> str:
    if run.command.startswith(TESTS):
        return _tests_summary(run)
    if run.timed_out:
        return "ran out of time"
    if run.exit_code == 0:
        return "ran without an error"
    last = next((line for line in reversed(run.stderr.splitlines()) if line.strip()), "")
    return f"failed: {_short(last)}" if last else f"failed with exit code {run.exit_code}"


def _tests_summary(run: Run) -> str:
    if run.timed_out:
        return "the tests ran out of time"
    if run.exit_code == 0:
        return "the tests passed"
    told = [line.partition(": ")[2] for line in run.stderr.splitlines() if _FAILED_TESTS.match(line)]
    return f"the tests failed: {_short(told[-1])}" if told else "the tests failed"


def _edits(revisions: Sequence[SolutionRevision]) -> Iterator[Event]:
    previous: dict[UUID, str] = {}
    for revision in revisions:
        before = previous.get(revision.challenge_id, "")
        diff = list(difflib.unified_diff(before.splitlines(), revision.solution.splitlines(), lineterm="", n=2))[2:]
        added = sum(line.startswith("+") for line in diff)
        removed = sum(line.startswith("-") for line in diff)
        yield Event(
            id=revision.id, kind="edit", at=revision.saved_at, session_id=revision.session_id,
            challenge_id=revision.challenge_id, summary=f"saved: {added} lines added, {removed} removed",
            detail={"added": added, "removed": removed, "diff": "\n".join(diff)},
        )  # fmt: skip
        previous[revision.challenge_id] = revision.solution


def _note(note: Note) -> Event:
    detail = {
        "text": note.text,
        "line": note.line,
        "eventId": note.event_id,
        "eventKind": note.event_kind,
        "authorId": note.author_user_id,
    }
    return Event(
        id=note.id, kind="note", at=note.created_at, session_id=note.session_id, challenge_id=note.challenge_id,
        summary=f"the teacher: {_short(note.text)}", detail=detail,
    )  # fmt: skip


def _is_unrecorded(it: Interaction) -> bool:
    return (_object(it.guard) or {}).get("recorded") is False


def _object(value: Any) -> Mapping[str, Any] | None:
    """A JSON object, and None for anything else that somebody may have written into a database by hand."""
    return value if isinstance(value, Mapping) else None


def _short(text: str, limit: int = 90) -> str:
    """The first words of a Markdown text, without its headings and marks."""
    body = [line for line in text.splitlines() if not _HEADING.fullmatch(line.strip())]
    words = " ".join(" ".join(body).replace("**", "").replace("`", "").split())
    return words if len(words) <= limit else words[: limit - 1].rstrip() + "…"
