"""The overview as one HTML page with pictures. It loads nothing and runs no script at all.

Each thing it says links to the events behind it: to the journeys of the students, where these were written too, and
otherwise by the id of the event.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import tzinfo
from functools import cache
from importlib.resources import files
from uuid import UUID

from taco_lsp.journey.report.clock import Clock, clock, day, offset, short_day
from taco_lsp.journey.report.markup import Html, join, tag
from taco_lsp.journey.text import visible
from taco_lsp.overview.plots import bar, columns, parts
from taco_lsp.wire.types import ChallengeOverview, ClassOverview, EventRef, ModelCost, SeatOverview, Topic

Link = Callable[[EventRef], str | None]
"""Where an event can be looked at, as a relative address; None where nowhere."""

STATES = (("finished", "finished"), ("working", "working"), ("stuck", "stuck"), ("not", "not started"))
_SIGNS = {"finished": "✓", "working": "…", "stuck": "!"}
_KINDS = {"run": "run", "edit": "save", "hint": "hint", "answer": "answer", "question": "question"}
MOST_ROWS = 500
"""Students that are named one by one, those who are stuck first; the numbers are of all."""


def render(overview: ClassOverview, link: Link, *, zone: tzinfo | None = None) -> str:
    """Make the page.

    Args:
        overview: the class.
        link: where an event can be looked at.
        zone: of the times on the page; None is the zone of this machine.
    """
    local = clock(zone)
    titles = {challenge.challenge_id: visible(challenge.title) for challenge in overview.challenges}
    stuck = [seat for seat in overview.seats if seat.state == "stuck"]
    main = tag(
        "main",
        _section("Challenges", _legend(), _challenges(overview)),
        _section("Stuck", _stuck(stuck, titles, link, local)),
        _section("What runs failed with", _topics(overview.errors, "error", "failed runs", link)),
        _section(
            "What questions are about",
            tag("p", "By the words of the questions; a question can be about several things.", class_="note"),
            _topics(overview.themes, "theme", "questions", link),
        ),
        _section("Hints", _hints(overview.challenges)),
        _section("Everybody", _everybody(overview, titles, link)),
        _section("Cost", _costs(overview)),
        tag("p", _HOW, class_="note"),
    )
    page = tag("html", _head(overview), tag("body", _header(overview, local), main), lang="en")
    return f"<!DOCTYPE html>\n{page}\n"


_HOW = (
    "Finished by tests means: the tests of the challenge passed on the version that is saved. Finished by a run, at a "
    "challenge without tests: the last run ended without an error, and a version is saved. Nobody has graded it. "
    "Stuck means: one of the rules named in the table fired. Where somebody's work comes from is not judged here."
)


def _head(overview: ClassOverview) -> Html:
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("title", f"Overview: {visible(overview.class_name)}"),
        tag("style", _style()),
    )


@cache
def _style() -> Html:
    palette = files("taco_lsp.journey.report").joinpath("palette.css").read_text(encoding="utf-8")
    return Html(palette + files(__package__).joinpath("overview.css").read_text(encoding="utf-8"))


def _header(overview: ClassOverview, local: Clock) -> Html:
    at = local(overview.at)
    about = f"{overview.students} students · {day(at)}, {at:%H:%M} ({offset(at)})"
    return tag("header", tag("h1", f"Class {visible(overview.class_name)}"), tag("p", about, class_="note"))


def _section(title: str, *body: Html) -> Html:
    return tag("section", tag("h2", title), *body)


def _legend() -> Html:
    return tag("p", *(tag("span", tag("i", class_=kind), name) for kind, name in STATES), class_="legend")


def _challenges(overview: ClassOverview) -> Html:
    rows = []
    for one in overview.challenges:
        counts = (one.finished, one.working, one.stuck, one.not_started)
        shares = [(kind, name, count) for (kind, name), count in zip(STATES, counts, strict=True)]
        said = ", ".join(f"{count} {name}" for _, name, count in shares)
        picture = parts(shares, label=f"{visible(one.title)}: {said}")
        numbers = (*counts[1:], one.runs, one.failed, one.questions)
        by = "tests" if one.tests else "run"
        rows.append((visible(one.title), picture, str(one.finished), by, *map(str, numbers)))
    states = ("finished", "by", "working", "stuck", "not started")
    heads = ("Challenge", "Students", *states, "runs", "failed", "questions")
    return _table("How far the class is with each challenge", heads, rows, wide=1)


def _stuck(seats: Sequence[SeatOverview], titles: dict[UUID, str], link: Link, local: Clock) -> Html:
    if not seats:
        return tag("p", "Nobody, by the rules.", class_="note")
    rows = []
    for seat in seats[:MOST_ROWS]:
        why = join(
            tag("p", tag("code", signal.rule), f" {signal.text} ",
                tag("span", *_evidence(signal.events, link), class_="refs"))
            for signal in seat.signals
        )  # fmt: skip
        at = local(seat.last_at)
        last = tag("time", f"{short_day(at)} {at:%H:%M}", datetime=seat.last_at.isoformat(timespec="seconds"))
        ran = f"{seat.failed} of {seat.runs} runs failed" if seat.runs else "no run"
        counts = f"{ran}, {seat.hints} hints, up to hint {seat.top_hint}" if seat.hints else f"{ran}, no hint"
        rows.append((visible(seat.student), titles[seat.challenge_id], why, counts, last))
    table = _table("Who is stuck, and why that is said", ("Student", "Challenge", "Why", "So far", "Last"), rows)
    left = len(seats) - MOST_ROWS
    return join([table, tag("p", f"… and {left} more.", class_="note")]) if left > 0 else table


def _topics(topics: Sequence[Topic], name: str, what: str, link: Link) -> Html:
    if not topics:
        return tag("p", "None so far.", class_="note")
    largest = max(topic.count for topic in topics)
    rows = [
        (visible(topic.name), bar(topic.count, largest), str(topic.count), str(topic.students),
         tag("span", *_evidence(topic.examples, link), class_="refs"))
        for topic in topics[:20]
    ]  # fmt: skip
    return _table(f"{what.capitalize()} by {name}", (name.capitalize(), "", what, "students", "Examples"), rows, wide=1)


def _hints(challenges: Sequence[ChallengeOverview]) -> Html:
    largest = max((max(one.hints_by_rung) for one in challenges), default=0)
    rows = []
    for one in challenges:
        said = ", ".join(f"hint {rung}: {count}" for rung, count in enumerate(one.hints_by_rung, 1))
        picture = columns(one.hints_by_rung, largest=largest, label=said)
        rows.append((visible(one.title), picture, *map(str, one.hints_by_rung)))
    rungs = [f"hint {rung}" for rung in range(1, len(rows[0]) - 1)] if rows else []
    return _table("How many hints of each rung", ("Challenge", "", *rungs), rows)


def _everybody(overview: ClassOverview, titles: dict[UUID, str], link: Link) -> Html:
    """One row for each student who has started anything, one column for each challenge."""
    seats = {(seat.user_id, seat.challenge_id): seat for seat in overview.seats}
    people = sorted({(seat.student, seat.user_id) for seat in overview.seats})
    rows = [
        (visible(name), *(_cell(seats.get((user, id_)), titles[id_], link) for id_ in titles))
        for name, user in people[:MOST_ROWS]
    ]
    heads = ("Student", *(tag("abbr", str(number), title=title) for number, title in enumerate(titles.values(), 1)))
    table = _table("Every student at every challenge", heads, rows, class_="grid")
    numbered = tag("ol", *(tag("li", title) for title in titles.values()), class_="note")
    return tag("details", tag("summary", f"{len(people)} students have started"), numbered, table)


def _cell(seat: SeatOverview | None, title: str, link: Link) -> Html:
    if seat is None:
        return tag("span", "·", class_="not", title=f"{title}: not started")
    events = [event for signal in seat.signals for event in signal.events]
    address = link(events[-1]) if events else None
    why = "; ".join(f"{signal.rule}, {signal.text}" for signal in seat.signals)
    said = f"{title}: {seat.state}. {why}".removesuffix(". ")
    sign = tag("span", _SIGNS[seat.state], class_=seat.state, title=said)
    return tag("a", sign, href=address, aria_label=said) if address else sign


def _costs(overview: ClassOverview) -> Html:
    rows = [
        (visible(one.model), f"{one.answers:,}", f"{one.held_back:,}", f"{one.prompt_tokens:,}",
         f"{one.completion_tokens:,}", _paid(one))
        for one in overview.costs
    ]  # fmt: skip
    heads = ("Model", "answers", "held back", "tokens read", "tokens written", "cost")
    return _table("What answers cost", heads, rows) if rows else tag("p", "Nobody has asked anything.", class_="note")


def _paid(one: ModelCost) -> str:
    amounts = ", ".join(f"{paid:.2f} {name}" for name, paid in one.cost.items())
    return amounts or ("unknown" if one.prompt_tokens + one.completion_tokens else "none")


def _evidence(refs: Iterable[EventRef], link: Link) -> Iterator[Html]:
    for number, ref in enumerate(refs, 1):
        name = f"{_KINDS.get(ref.kind, ref.kind)} {number}"
        address = link(ref)
        if address:
            yield tag("a", name, href=address)
        else:
            yield tag("code", str(ref.id), title=name)


def _table(
    caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]], *, wide: int | None = None, class_: str = ""
) -> Html:
    """A table whose first column names its rows; `wide` is the column that takes the room."""
    head = tag("tr", *(tag("th", name, scope="col") if name else tag("td") for name in heads))
    body = (
        tag("tr", tag("th", row[0], scope="row"),
            *(tag("td", value, class_="wide" if place == wide else None) for place, value in enumerate(row[1:], 1)))
        for row in rows
    )  # fmt: skip
    table = tag("table", tag("caption", caption), tag("thead", head), tag("tbody", *body), class_=class_ or None)
    return tag("div", table, class_="scroll", tabindex="0", role="region", aria_label=caption)
