"""The list of moments: what was asked, answered, hinted, run and saved, each as one list item, in full.

It is plain HTML that reads and prints without the script; the code of each moment is shown beside it by the script,
and as a change to the moment before where there is none.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from taco_lsp.journey.report.clock import Clock, day
from taco_lsp.journey.report.facts import failed, held_back
from taco_lsp.journey.report.markup import Html, tag
from taco_lsp.journey.report.prose import clip, prose
from taco_lsp.journey.report.states import State, plain
from taco_lsp.journey.text import visible
from taco_lsp.wire.types import Event

LONGEST_OUTPUT = 4_000
SHORT_OUTPUT = 12
LONGEST_DIFF = 400

_QUESTIONS = {
    "question": "Asked about the code",
    "explain": "Asked for an explanation",
    "review": "Asked for a review",
}
_ENDINGS = {
    "error": "The answer failed.",
    "cancelled": "The student stopped the answer.",
    "length": "The model stopped in the middle.",
    "fallback": "The model could not be asked; the built-in tutor answered.",
}


def moments(
    events: Sequence[Event],
    states: Sequence[State],
    changed: Sequence[tuple[int, int]],
    titles: Mapping[UUID, str],
    clock: Clock,
) -> Html:
    """The whole list.

    Args:
        events: what happened.
        states: the code at each event.
        changed: lines added and removed at each event.
        titles: of the challenges, when there are several.
        clock: of the zone of the page.
    """
    numbers: dict[UUID, int] = {}
    items = []
    notes: dict[str, list[Event]] = {}
    for event in events:
        if event.kind == "note":
            notes.setdefault(_about(event), []).append(event)
    for event, state, lines in zip(events, states, changed, strict=True):
        number = numbers.setdefault(event.session_id, len(numbers) + 1)
        title = _title(event, number, titles.get(event.challenge_id))
        body = [_saved(state, *lines)] if event.kind == "edit" else list(_body(event, clock))
        body += [_pinned(note) for note in notes.get(name(event), ())]
        items.append(_item(event, title, [*body, *_change(state)], clock))
    return tag("ol", *items, id="moments")


def name(event: Event) -> str:
    """The name of a moment on the page, which other pages can link to."""
    return f"{event.kind}-{event.id}"


def _item(event: Event, title: str, body: Sequence[Html], clock: Clock) -> Html:
    at = clock(event.at)
    ending = " bad" if event.kind == "run" and failed(event) else " held" if held_back(event) else ""
    head = tag(
        "a", tag("span", title, class_="what"), " ",
        tag("time", f"{at:%H:%M:%S}", datetime=event.at.isoformat(timespec="seconds"), title=day(at)),
        href=f"#{name(event)}",
    )  # fmt: skip
    return tag("li", head, *body, id=name(event), class_=event.kind + ending, data_kind=_filter(event))


def _filter(event: Event) -> str:
    return {"answer": "question", "open": "session", "close": "session"}.get(event.kind, event.kind)


def _title(event: Event, session: int, challenge: str | None) -> str:
    detail = event.detail
    match event.kind:
        case "open":
            return f"Session {session}: {visible(challenge)}" if challenge else f"Session {session}"
        case "question":
            return "Question" if detail["text"] else _QUESTIONS[detail["kind"]]
        case "hint":
            return f"Hint {detail['hintLevel']}" if detail["hintLevel"] else "Hint"
        case "run" if detail["tests"]:
            return "Tests ran out of time" if detail["timedOut"] else f"Tests {'failed' if failed(event) else 'passed'}"
        case "run" if failed(event):
            return "Ran out of time" if detail["timedOut"] else "Run failed"
    titles = {"edit": "Saved", "answer": "Answer", "run": "Run", "note": "Note from the teacher"}
    return titles.get(event.kind, f"End of session {session}")


def _body(event: Event, clock: Clock) -> Iterator[Html]:
    detail = event.detail
    if event.kind == "open":
        yield tag("p", day(clock(event.at)), class_="note")
    elif event.kind == "question":
        if detail["text"]:
            yield tag("p", visible(clip(detail["text"], LONGEST_OUTPUT)), class_="words")
    elif event.kind in ("answer", "hint"):
        if _is_unrecorded(event):
            yield tag("p", "Recording was off: what was asked and answered is not on record.", class_="note")
        yield tag("div", prose(detail["text"]), class_="prose")
        yield tag("p", " ".join(_about_answer(event)), class_="note")
    elif event.kind == "run":
        yield from _run(event)
    elif event.kind == "note":
        where = f"line {detail['line']} of " if detail["line"] else ""
        yield tag("div", prose(detail["text"]), class_="prose")
        yield tag("p", f"About {where}", tag("a", "this moment", href=f"#{_about(event)}"), ".", class_="note")


def _about(note: Event) -> str:
    return f"{note.detail['eventKind']}-{note.detail['eventId']}"


def _pinned(note: Event) -> Html:
    """The sign of a note at the moment it is about."""
    return tag("p", tag("a", "Note from the teacher", href=f"#{name(note)}"), class_="pinned")


def _is_unrecorded(event: Event) -> bool:
    return (event.detail["guard"] or {}).get("recorded") is False


def _saved(state: State, added: int, removed: int) -> Html:
    if state.base is None:
        words = "The first code on record."
    elif added or removed:
        words = f"{added} added, {removed} removed."
    else:
        words = "No line changed."
    return tag("p", words, class_="note")


def _about_answer(event: Event) -> Iterator[str]:
    detail = event.detail
    yield f"By {visible(detail['model'])}."
    if ending := _ENDINGS.get(detail["finishReason"]):
        yield ending
    if held_back(event):
        yield "A part that gave the solution away was held back."
    if feedback := detail["feedback"]:
        yield "The student found it helpful." if feedback.get("helpful") else "The student did not find it helpful."
        if comment := feedback.get("comment"):
            yield f"“{visible(str(comment))}”"


def _run(event: Event) -> Iterator[Html]:
    detail = event.detail
    ending = "stopped" if detail["exitCode"] is None else f"exit code {detail['exitCode']}"
    command = tag("code", visible(clip(detail["command"], 300)))
    yield tag("p", command, f" · {ending} · {detail['durationMs']:,} ms", class_="note")
    if detail["tests"] and (names := event.summary.partition(": ")[2]):
        yield tag("p", visible(f"Failed: {names}"), class_="words")
    errors = "Report" if detail["tests"] else "Errors"  # where unittest writes whatever it says
    for label, text in (("Input", detail["stdin"]), ("Output", detail["stdout"]), (errors, detail["stderr"])):
        if text.strip():
            yield _output(label, text)


def _output(label: str, text: str) -> Html:
    count = len(text.splitlines())
    shown = tag("pre", visible(clip(text.rstrip(), LONGEST_OUTPUT)))
    if count <= SHORT_OUTPUT:
        return tag("figure", tag("figcaption", label), shown)
    return tag("details", tag("summary", f"{label}, {count} lines"), shown)


def _change(state: State) -> Iterator[Html]:
    """How the code differs from the moment before; for paper and for readers without the script."""
    if state.files == state.before:
        return
    diff = list(difflib.unified_diff(plain(state.before), plain(state.files), lineterm="", n=2))[2:]
    rest = [f"… {len(diff) - LONGEST_DIFF} more lines"] if len(diff) > LONGEST_DIFF else []
    if diff:
        yield tag("pre", "\n".join([*diff[:LONGEST_DIFF], *rest]), class_="change")
