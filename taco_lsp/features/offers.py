"""What a student can do at a place in a document: the code actions and lenses, as plain data.

An offer names a verb and its params; the protocol edge makes LSP code actions and lenses of them. Titles are short
and say what happens.
"""

from __future__ import annotations

from typing import Any

import attrs

from taco_lsp.context import Context, Document, Mark
from taco_lsp.testing.suite import suite_of
from taco_lsp.tutor.ladder import Progress, rung
from taco_lsp.wire.ranges import lines_of
from taco_lsp.wire.types import Range


@attrs.frozen(kw_only=True)
class Offer:
    """One thing to do: its title, the sub-kind under `taco`, the verb and the verb's params (wire form)."""

    title: str
    kind: str
    verb: str
    params: dict[str, Any]


def actions(ctx: Context, document: Document, range_: Range) -> list[Offer]:
    """What can be done about a selection or the place of the cursor."""
    named: dict[str, Any] = {"textDocument": {"uri": document.uri}}
    here = {**named, "range": _range(range_)}
    policy = ctx.policy_at(document.uri)
    offers = []
    if policy.enabled:
        if any(mark.origin == "run" and _touches(mark, range_) for mark in ctx.marks.get(document.uri, ())):
            offers.append(_ask("Explain this error", "explain", named))
        if policy.hint_ceiling:
            offers.append(_hint(ctx, document, named))
        if lines_of(range_):
            offers.append(_ask("Explain this code", "explain", here))
        offers.append(_offer("Ask about this", "ask", "taco/conversation/open", here))
        offers.append(_ask("Review my code", "review", named))
    offers.append(_offer("Run", "run", "taco/run", named))
    offers.extend(_test(ctx, named))
    offers.append(_offer("Save as my solution", "save", "taco/solution/save", named))
    return offers


def lenses(ctx: Context, document: Document) -> list[Offer]:
    """What stands above the first line of a challenge file."""
    seat = ctx.seats.at(document.uri)
    if seat is None:
        return []
    named: dict[str, Any] = {"textDocument": {"uri": document.uri}}
    offers = [_offer("Run", "run", "taco/run", named), *_test(ctx, named)]
    if seat.policy.enabled and seat.policy.hint_ceiling:
        offers.append(_hint(ctx, document, named))
    offers.append(_offer("History", "history", "taco/solution/history", named))
    if seat.notes:
        words = f"{seat.notes} note{'s' if seat.notes > 1 else ''} from your teacher"
        offers.append(_offer(words, "notes", "taco/note/list", named))
    if not seat.policy.recording:
        offers.append(_offer("Recording is off (your school's choice)", "recording", "taco/data/show", named))
    elif ctx.paused:
        offers.append(_offer("Recording is paused: resume", "recording", "taco/recording/resume", {}))
    return offers


def explanation_at(ctx: Context, uri: str, line: int) -> str | None:
    """What there is to say about a marked line (from 0), as Markdown for a hover."""
    off = not ctx.policy_at(uri).enabled
    told = [m.body for m in ctx.marks.get(uri, ()) if m.line == line and not (off and m.origin == "run")]
    return "\n\n---\n\n".join(told) or None


def changed(ctx: Context, uri: str) -> None:
    """The student edited: drop the marks whose line is no longer what it was."""
    marks = ctx.marks.get(uri)
    if not marks:
        return
    # One line, not the text: this runs at every keystroke, and joining the text would cost its length.
    kept = tuple(mark for mark in marks if ctx.editor.line(uri, mark.line) == mark.line_text)
    if kept != marks:
        ctx.marks[uri] = kept
        ctx.editor.mark(uri, kept)


def _test(ctx: Context, named: dict[str, Any]) -> list[Offer]:
    """The tests, where the challenge has some that can be run."""
    seat = ctx.seats.at(named["textDocument"]["uri"])
    has_tests = seat is not None and suite_of(seat.challenge.support_materials) is not None
    return [_offer("Test", "test", "taco/test", named)] if has_tests else []


def _hint(ctx: Context, document: Document, params: dict[str, Any]) -> Offer:
    seat = ctx.seats.at(document.uri)
    state = seat.rung(document.text) if seat else rung(Progress(), document.text, ctx.policy)
    again = "" if state.open or not state.given else " again"
    return _ask(f"Give me a hint ({max(state.next, 1)} of {state.ceiling}){again}", "hint", params)


def _ask(title: str, kind: str, params: dict[str, Any]) -> Offer:
    return _offer(title, kind, "taco/ask", {**params, "kind": kind})


def _offer(title: str, kind: str, verb: str, params: dict[str, Any]) -> Offer:
    return Offer(title=title, kind=kind, verb=verb, params=params)


def _range(range_: Range) -> dict[str, Any]:
    return attrs.asdict(range_)


def _touches(mark: Mark, range_: Range) -> bool:
    return range_.start.line <= mark.line <= range_.end.line
