"""The page "what was recorded and who may see it", as Markdown and as HTML. Pure text."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence

from taco_lsp.journey.own_data.deletion import lines
from taco_lsp.journey.own_data.recorded import Recorded
from taco_lsp.journey.report.markup import Html, join, tag
from taco_lsp.journey.report.prose import prose
from taco_lsp.journey.text import visible
from taco_lsp.wire.types import Deletion, RecordedAt

_STYLE = """
:root { color-scheme: light dark; }
body { max-width: 60rem; margin: 0 auto; padding: 1.5rem; font: 1rem/1.6 system-ui, sans-serif; }
p, li { overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; } td, th { padding: .3rem .7rem; border: 1px solid GrayText; text-align: left; }
td:last-child { min-width: 12rem; } td.number, th.number { text-align: right; }
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
    "school says so; this page then lists it, and why. The work of no class is removed there too. "
    "Your own files stay, such as `.taco/conversation.md` with your questions and answers.\n"
    "- `taco recording pause` stops the recording, `taco recording resume` goes on with it.\n"
)


_COLUMNS = ("challenge", "sessions", "answers", "runs", "saves", "notes", "last", "who may see it")
_NUMBERS = range(1, 6)
"""Which columns hold numbers, aligned at the right."""


def markdown(recorded: Recorded) -> str:
    """The page as Markdown."""
    table = _markdown_table(recorded.at) if recorded.at else _nothing(recorded)
    return f"# What was recorded, and who may see it\n\n{_before(recorded)}\n\n{table}\n\n{_after(recorded)}\n"


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
    table = _html_table(recorded.at) if recorded.at else tag("p", _nothing(recorded))
    title = tag("h1", "What was recorded, and who may see it")
    main = tag("main", title, prose(_before(recorded)), table, prose(_after(recorded)))
    return f"<!DOCTYPE html>\n{tag('html', head, tag('body', main), lang='en')}\n"


def _before(recorded: Recorded) -> str:
    return "\n\n".join([
        _plain(recorded.state.meaning),
        f"It is kept in `{visible(recorded.store)}`.",
        "## What is recorded",
        _KINDS + "\n" + _NOT,
        "## Where, and who may see it",
    ])  # fmt: skip


def _nothing(recorded: Recorded) -> str:
    return "Nothing in this store." if recorded.deletions else "Nothing so far."


def _after(recorded: Recorded) -> str:
    parts = ["## What you can do", _RIGHTS.rstrip()]
    kept = [one for one in recorded.unsettled if one.decision == "kept"]
    if kept:
        parts += ["## What you asked to delete, and the school keeps", _list(kept), "You can ask again."]
    asked = [one for one in recorded.unsettled if one.asks_school]
    if asked:
        parts += ["## What your school is asked to delete at the next sync", _list(asked)]
    return "\n\n".join(parts)


def _list(deletions: Sequence[Deletion]) -> str:
    return "\n".join(f"- {_plain(line)}" for line in lines(deletions))


def _cells(row: RecordedAt) -> tuple[str, ...]:
    counts = (row.sessions, row.answers, row.runs, row.saves, row.notes)
    return row.title, *map(str, counts), f"{row.last_at.astimezone():%Y-%m-%d}", row.seen_by


def _html_table(rows: Sequence[RecordedAt]) -> Html:
    lines_ = [_html_row("td", tuple(" ".join(visible(cell).split()) for cell in _cells(row))) for row in rows]
    table = tag("table", tag("thead", _html_row("th", _COLUMNS)), tag("tbody", join(lines_)))
    return tag("div", table, class_="scroll", tabindex="0", role="region", aria_label="What is recorded")


def _html_row(cell: str, texts: Sequence[str]) -> Html:
    return tag("tr", *(tag(cell, text, class_="number" if at in _NUMBERS else None) for at, text in enumerate(texts)))


def _markdown_table(rows: Sequence[RecordedAt]) -> str:
    dashes = "|".join("--:" if at in _NUMBERS else "---" for at in range(len(_COLUMNS)))
    body = [f"| {' | '.join(map(_plain, _cells(row)))} |" for row in rows]
    return "\n".join([f"| {' | '.join(_COLUMNS)} |", f"|{dashes}|", *body])


def _plain(text: str) -> str:
    """Text on one line that is no Markdown."""
    shown = " ".join(visible(text).split())
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]<>#|!~&" else sign for sign in shown)
