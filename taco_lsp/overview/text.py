"""The overview for a terminal, as rich tables that fit into eighty columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich import box
from rich.table import Table
from rich.text import Text

from taco_lsp.journey.text import visible
from taco_lsp.wire.types import ClassOverview, EventRef, SeatOverview, Signal, Topic

MOST_STUCK = 30
MOST_STUDENTS = 60
MOST_TOPICS = 8
SIGNS = {"finished": ("✓", "green"), "working": ("…", ""), "stuck": ("!", "red")}


def tables(overview: ClassOverview) -> Iterator[Table]:
    """The challenges, everybody at each of them, who is stuck and why, errors, themes, and cost."""
    yield _challenges(overview)
    if overview.seats:
        yield _everybody(overview)
    yield _stuck(overview)
    yield _topics("What runs failed with", "runs", overview.errors)
    yield _topics("What questions are about", "questions", overview.themes)
    yield _costs(overview)


def _challenges(overview: ClassOverview) -> Table:
    table = _table(
        f"{visible(overview.class_name)}: {_number(overview.students, 'student')}",
        "", "challenge", "not\nstarted", "working", "stuck", "finished\nby", "runs\nfailed", "asked", "hints\n1 to 5",
    )  # fmt: skip
    for column in table.columns[2:]:
        column.no_wrap = True
    for number, one in enumerate(overview.challenges, 1):
        states = (one.not_started, one.working, one.stuck)
        finished = f"{one.finished} {'tests' if one.tests else 'run'}"
        failed = f"{one.failed}/{one.runs}"
        hints = " ".join(map(str, one.hints_by_rung))
        name = Text(visible(one.title))
        table.add_row(str(number), name, *map(str, states), finished, failed, str(one.questions), hints)
    return table


def _everybody(overview: ClassOverview) -> Table:
    """Who has started, by the numbers of the challenges."""
    seats = {(seat.user_id, seat.challenge_id): seat for seat in overview.seats}
    people = sorted({(seat.student, seat.user_id) for seat in overview.seats})
    more = _more(len(people), MOST_STUDENTS)
    numbers = map(str, range(1, len(overview.challenges) + 1))
    table = _table(f"Who has started{more}", "✓ finished  … working  ! stuck", *numbers)
    for name, user in people[:MOST_STUDENTS]:
        table.add_row(Text(visible(name)), *(_sign(seats.get((user, one.challenge_id))) for one in overview.challenges))
    return table


def _sign(seat: SeatOverview | None) -> Text:
    return Text(*SIGNS[seat.state]) if seat else Text("·", "dim")


def _stuck(overview: ClassOverview) -> Table:
    """Each row is somebody at a challenge, with the rules that fired and the latest event of each."""
    titles = {one.challenge_id: one.title for one in overview.challenges}
    stuck = [seat for seat in overview.seats if seat.state == "stuck"]
    table = _table(f"Stuck{_more(len(stuck), MOST_STUCK)}", "who and where", "why: the rule, and its latest event")
    for seat in stuck[:MOST_STUCK]:
        why = Text("\n").join(_why(signal) for signal in seat.signals)
        table.add_row(Text(visible(f"{seat.student}\n{titles[seat.challenge_id]}")), why)
    return table


def _why(signal: Signal) -> Text:
    return Text.assemble((signal.rule, "bold"), f": {visible(signal.text)}\n", (_last(signal.events), "dim"))


def _topics(title: str, what: str, topics: Sequence[Topic]) -> Table:
    table = _table(title, "", what, "students", "for example")
    for topic in topics[:MOST_TOPICS]:
        table.add_row(Text(visible(topic.name)), str(topic.count), str(topic.students), _last(topic.examples))
    return table


def _costs(overview: ClassOverview) -> Table:
    table = _table("Cost", "model", "answers", "held back", "tokens", "cost")
    for one in overview.costs:
        paid = ", ".join(f"{amount:.2f} {name}" for name, amount in one.cost.items()) or "-"
        tokens = one.prompt_tokens + one.completion_tokens
        table.add_row(Text(visible(one.model)), str(one.answers), str(one.held_back), f"{tokens:,}", paid)
    return table


def _last(events: Sequence[EventRef]) -> str:
    return str(events[-1].id) if events else ""


def _more(count: int, most: int) -> str:
    return f" (the first {most} of {count})" if count > most else ""


def _number(count: int, thing: str) -> str:
    return f"{count} {thing}{'' if count == 1 else 's'}"


def _table(title: str, *columns: str) -> Table:
    table = Table(
        title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0),
        pad_edge=False,
    )  # fmt: skip
    for column in columns:
        table.add_column(column, overflow="fold")
    return table
