"""The page "what was recorded and who may see it", as Markdown and as HTML. Pure text."""

from __future__ import annotations

import base64
import hashlib

from taco_lsp.journey.own_data.recorded import Recorded
from taco_lsp.journey.recording import state_of
from taco_lsp.journey.report.markup import Html, tag
from taco_lsp.journey.report.prose import prose
from taco_lsp.journey.text import visible
from taco_lsp.wire.types import RecordedAt

_STYLE = """
:root { color-scheme: light dark; }
body { max-width: 60rem; margin: 0 auto; padding: 1.5rem; font: 1rem/1.6 system-ui, sans-serif; }
table { border-collapse: collapse; } td, th { padding: .3rem .7rem; border: 1px solid GrayText; text-align: left; }
.heading { font-size: 1.2rem; font-weight: 650; margin: 1.6rem 0 .4rem; }
"""

_KINDS = (
    "- when you had a challenge open\n"
    "- your questions, and the program as it was when you asked\n"
    "- the tutor's answers and hints, which model gave them, and whether they helped you, if you said so\n"
    "- your runs, those of the tests too: the program, its input, its output, its errors\n"
    "- every version that you saved\n"
    "- your teachers' notes on these moments\n"
)
_NOT = "Not recorded: single keys, other files, the screen, other programs, or anything outside a challenge."
_RIGHTS = (
    "- `taco data export FILE` writes all of it into one file.\n"
    "- `taco data delete` removes it from this computer. The work of a class stays on the school's server if the "
    "school says so; you are told which and why. The work of no class is removed there too.\n"
    "- `taco recording pause` stops the recording, `taco recording resume` goes on with it.\n"
)


def markdown(recorded: Recorded) -> str:
    """The page as Markdown."""
    return f"# What was recorded, and who may see it\n\n{_body(recorded)}"


def html(recorded: Recorded) -> str:
    """The page as one HTML file that loads nothing and runs nothing."""
    digest = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("title", "What was recorded"),
        tag("style", Html(_STYLE)),
    )
    main = tag("main", tag("h1", "What was recorded, and who may see it"), prose(_body(recorded)))
    return f"<!DOCTYPE html>\n{tag('html', head, tag('body', main), lang='en')}\n"


def _body(recorded: Recorded) -> str:
    parts = [
        state_of(recorded.pause).meaning,
        f"It is kept in `{visible(recorded.store)}`.",
        "## What is recorded",
        _KINDS + "\n" + _NOT,
        "## Where, and who may see it",
        _table(recorded.at) if recorded.at else "Nothing so far.",
        "## What you can do",
        _RIGHTS,
    ]
    kept = [request for request in recorded.deletions if request.decision == "kept"]
    if kept:
        parts += ["## What you asked to delete, and the school keeps", f"{len(kept)} challenges. {kept[-1].reason}"]
    return "\n\n".join(parts).rstrip() + "\n"


def _table(rows: tuple[RecordedAt, ...]) -> str:
    head = "| challenge | sessions | answers | runs | saves | notes | last | who may see it |"
    lines = [
        f"| {_cell(row.title)} | {row.sessions} | {row.answers} | {row.runs} | {row.saves} | {row.notes} "
        f"| {row.last_at.astimezone():%Y-%m-%d} | {_cell(row.seen_by)} |"
        for row in rows
    ]
    return "\n".join([head, "|---|--:|--:|--:|--:|--:|---|---|", *lines])


def _cell(text: str) -> str:
    """Text that stays in its cell and is no Markdown."""
    shown = " ".join(visible(text).split())
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]<>#|!~&" else sign for sign in shown)
