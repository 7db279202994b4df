"""The overview for a terminal, as rich tables that fit into eighty columns: numbers and ids are never broken."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import UUID

from rich import box
from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from taco_lsp.journey.text import visible
from taco_lsp.wire.types import ChallengeOverview, ClassOverview, EventRef, SeatOverview, Signal, Topic

MOST_STUCK = 30
MOST_STUDENTS = 60
MOST_TOPICS = 8
SIGNS = {"finished": ("✓", "green"), "working": ("…", ""), "stuck": ("!", "red")}
LEGEND = "✓ finished  … working  ! stuck"
WIDTH = 80
"""Columns that a terminal needs to have."""

_ID_LENGTH = 36
_GAP, _EDGES = 2, 2
"""Blanks between two columns of a table, and around it."""


def tables(overview: ClassOverview, width: int = WIDTH) -> Iterator[Table]:
    """The challenges, everybody at each of them, who is stuck and why, errors, themes, and cost.

    Args:
        overview: what to tell.
        width: columns of the terminal, at least `WIDTH`.
    """
    yield _challenges(overview)
    if overview.seats:
        yield from _everybody(overview, width)
    yield _stuck(overview, width)
    yield _topics("What runs failed with", "runs", overview.errors)
    yield _topics("What questions are about", "questions", overview.themes)
    yield _costs(overview)


def _challenges(overview: ClassOverview) -> Table:
    table = _table(
        f"{visible(overview.class_name)}: {_number(overview.students, 'student')}",
        "", "challenge", "not\nstarted", "working", "stuck", "finished\nby", "runs\nfailed", "asked", "hints\n1 to 5",
        folding="challenge",
    )  # fmt: skip
    for number, one in enumerate(overview.challenges, 1):
        states = (one.not_started, one.working, one.stuck)
        finished = f"{one.finished} {'tests' if one.tests else 'run'}"
        failed = f"{one.failed}/{one.runs}"
        hints = " ".join(map(str, one.hints_by_rung))
        name = Text(visible(one.title))
        table.add_row(str(number), name, *map(str, states), finished, failed, str(one.questions), hints)
    return table


def _everybody(overview: ClassOverview, width: int) -> Iterator[Table]:
    """Who has started, by the numbers of the challenges: a table for as many of them as fit beside the names."""
    people = sorted({(seat.student, seat.user_id) for seat in overview.seats})
    more = _more(len(people), MOST_STUDENTS)
    seats = {(seat.user_id, seat.challenge_id): seat for seat in overview.seats}
    shown = people[:MOST_STUDENTS]
    names = _name_width(shown, width)
    for numbered in _blocks(overview.challenges, width - _EDGES - names):
        first, last = numbered[0][0], numbered[-1][0]
        which = f": challenges {first} to {last}" if len(numbered) < len(overview.challenges) else ""
        heads = (LEGEND, *(str(number) for number, _ in numbered))
        table = _table(f"Who has started{which}{more}", *heads, folding=LEGEND)
        table.columns[0].width = names
        for name, user in shown:
            table.add_row(Text(visible(name)), *(_sign(seats.get((user, one.challenge_id))) for _, one in numbered))
        yield table


def _name_width(people: Sequence[tuple[str, UUID]], width: int) -> int:
    """Columns for the names: what the longest takes, but no more than half of the terminal."""
    longest = max(cell_len(visible(name)) for name, _ in people)
    return max(min(longest, width // 2), len(LEGEND))


def _blocks(challenges: Sequence[ChallengeOverview], room: int) -> Iterator[Sequence[tuple[int, ChallengeOverview]]]:
    """The numbered challenges in blocks that fit into `room` columns."""
    most = room // (_GAP + len(str(len(challenges))))
    numbered = list(enumerate(challenges, 1))
    return (numbered[start : start + most] for start in range(0, len(numbered), most))


def _sign(seat: SeatOverview | None) -> Text:
    return Text(*SIGNS[seat.state]) if seat else Text("·", "dim")


def _stuck(overview: ClassOverview, width: int) -> Table:
    """Each row is somebody at a challenge, with the rules that fired and the latest event of each."""
    titles = {one.challenge_id: one.title for one in overview.challenges}
    stuck = [seat for seat in overview.seats if seat.state == "stuck"]
    table = _table(f"Stuck{_more(len(stuck), MOST_STUCK)}", "who and where", "why: the rule, and its latest event")
    table.columns[0].max_width = width - _ID_LENGTH - _GAP - _EDGES
    for seat in stuck[:MOST_STUCK]:
        why = Text("\n").join(_why(signal) for signal in seat.signals)
        table.add_row(Text(visible(f"{seat.student}\n{titles[seat.challenge_id]}")), why)
    return table


def _why(signal: Signal) -> Text:
    return Text.assemble((signal.rule, "bold"), f": {visible(signal.text)}\n", (_last(signal.events), "dim"))


def _topics(title: str, what: str, topics: Sequence[Topic]) -> Table:
    table = _table(title, "", what, "students", "for example", folding="")
    for topic in topics[:MOST_TOPICS]:
        table.add_row(Text(visible(topic.name)), str(topic.count), str(topic.students), _last(topic.examples))
    return table


def _costs(overview: ClassOverview) -> Table:
    table = _table("Cost", "model", "answers", "held back", "tokens", "cost", folding="model")
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


def _table(title: str, *columns: str, folding: str | None = None) -> Table:
    """Make a table; where it is too wide the column `folding` is broken into lines, or any if None is given."""
    table = Table(
        title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0),
        pad_edge=False,
    )  # fmt: skip
    for column in columns:
        table.add_column(column, overflow="fold", no_wrap=folding not in (None, column))
    return table
