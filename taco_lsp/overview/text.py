"""The overview for a terminal, as rich tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import UUID

from rich.table import Table
from rich.text import Text

from taco_lsp.wire.types import ClassOverview, EventRef, Topic

MOST_STUCK = 30
MOST_TOPICS = 8


def tables(overview: ClassOverview) -> Iterator[Table]:
    """The challenges, who is stuck and why, errors, themes, and cost."""
    titles = {one.challenge_id: one.title for one in overview.challenges}
    yield _challenges(overview)
    yield _stuck(overview, titles)
    yield _topics("What runs failed with", "runs", overview.errors)
    yield _topics("What questions are about", "questions", overview.themes)
    yield _costs(overview)


def _challenges(overview: ClassOverview) -> Table:
    table = _table(
        f"{overview.class_name}: {overview.students} students",
        "challenge", "not started", "working", "stuck", "finished", "failed runs", "questions", "hints 1 to 5",
    )  # fmt: skip
    for one in overview.challenges:
        states = (one.not_started, one.working, one.stuck, one.finished)
        hints = " ".join(map(str, one.hints_by_rung))
        table.add_row(Text(one.title), *map(str, states), f"{one.failed} of {one.runs}", str(one.questions), hints)
    return table


def _stuck(overview: ClassOverview, titles: dict[UUID, str]) -> Table:
    stuck = [seat for seat in overview.seats if seat.state == "stuck"]
    more = f" (the first {MOST_STUCK} of {len(stuck)})" if len(stuck) > MOST_STUCK else ""
    table = _table(f"Stuck{more}", "student", "challenge", "why", "events")
    for seat in stuck[:MOST_STUCK]:
        for number, signal in enumerate(seat.signals):
            names = (seat.student, titles[seat.challenge_id]) if number == 0 else ("", "")
            table.add_row(*map(Text, names), Text(signal.text), _last(signal.events))
    return table


def _topics(title: str, what: str, topics: Sequence[Topic]) -> Table:
    table = _table(title, "", what, "students", "for example")
    for topic in topics[:MOST_TOPICS]:
        table.add_row(Text(topic.name), str(topic.count), str(topic.students), _last(topic.examples))
    return table


def _costs(overview: ClassOverview) -> Table:
    table = _table("Cost", "model", "answers", "held back", "tokens", "cost")
    for one in overview.costs:
        paid = ", ".join(f"{amount:.2f} {name}" for name, amount in one.cost.items()) or "-"
        tokens = one.prompt_tokens + one.completion_tokens
        table.add_row(Text(one.model), str(one.answers), str(one.held_back), f"{tokens:,}", paid)
    return table


def _last(events: Sequence[EventRef]) -> Text:
    return Text(str(events[-1].id) if events else "")


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    return table
