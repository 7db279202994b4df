"""`taco usage`: what asking has cost, by class, challenge or model."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any, cast, get_args
from uuid import UUID

import attrs
import typer

from storage import Model
from storage.values import Dimension, Latency, Tally
from taco_lsp.cli.session import with_store
from taco_lsp.errors import InvalidParams
from taco_lsp.overview.costs import cost_of

if TYPE_CHECKING:
    from storage import Store

app = typer.Typer(help="See what asking has cost.")

_AGO = re.compile(r"(\d{1,4})([hdw])")
_UNITS = {"h": "hours", "d": "days", "w": "weeks"}
NO_GROUP = "practice"
"""Questions about challenges that belong to no class."""


@attrs.frozen(kw_only=True)
class Line:
    """The usage of one class, challenge or model; costs by currency.

    `unpriced` are answers whose tokens were counted and whose price is not known; `blocked` those held back.
    """

    id: UUID | None
    name: str
    questions: int
    answers: int
    blocked: int
    prompt_tokens: int
    completion_tokens: int
    cost: Mapping[str, float]
    unpriced: int
    latency: Latency | None

    @property
    def blocked_share(self) -> float:
        """Share of the answers that the guard held back."""
        return self.blocked / self.answers if self.answers else 0.0


@app.callback(invoke_without_command=True)
def usage(
    by: Annotated[str, typer.Option(help="class, challenge or model.")] = "model",
    since: Annotated[str | None, typer.Option(help="A day (2026-03-01), or so long ago: 12h, 7d, 4w.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")] = False,
) -> None:
    """Sum up questions, tokens, cost, latency and held-back answers."""
    if by not in get_args(Dimension):
        raise typer.BadParameter(f"{by} is not one of {', '.join(get_args(Dimension))}.", param_hint="--by")
    start = moment(since, datetime.now(UTC)) if since else None

    async def read(store: Store) -> list[Line]:
        dimension = cast("Dimension", by)
        async with store.read() as tx:
            tallies = await tx.usage.tallies(dimension, start)
            latencies = await tx.usage.latencies(dimension, start)
            names = await tx.usage.names(dimension)
            models = {model.id: model for model in await tx.models.list()}
        return summed(tallies, latencies, names, models)

    lines = with_store(read)
    if as_json:
        shown = {"by": by, "since": start.isoformat() if start else None, "rows": [_as_json(line) for line in lines]}
        typer.echo(json.dumps(shown, indent=2, ensure_ascii=False))
        return
    typer.echo(_as_text(lines) if lines else "Nobody has asked anything yet.")


def moment(text: str, now: datetime) -> datetime:
    """Read a day, a moment, or a time ago; without a zone it is local.

    Raises:
        InvalidParams: it is none of these.
    """
    if ago := _AGO.fullmatch(text.strip()):
        return now - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
    try:
        return datetime.fromisoformat(text.strip()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise InvalidParams(f"{text} is no day.", "Write it like 2026-03-01, or 7d for the last seven days.") from None


def summed(
    tallies: Iterable[Tally], latencies: Iterable[Latency], names: Mapping[UUID, str], models: Mapping[UUID, Model]
) -> list[Line]:
    """Put the sums of each group together, those with most questions first."""
    by_group: dict[UUID | None, list[Tally]] = defaultdict(list)
    for tally in tallies:
        by_group[tally.group_id].append(tally)
    took = {latency.group_id: latency for latency in latencies}
    lines = [_line(id_, group, names, models, took.get(id_)) for id_, group in by_group.items()]
    return sorted(lines, key=lambda line: (-line.questions, line.name))


def _line(
    id_: UUID | None, group: list[Tally], names: Mapping[UUID, str], models: Mapping[UUID, Model],
    latency: Latency | None,
) -> Line:  # fmt: skip
    cost: dict[str, float] = defaultdict(float)
    unpriced = 0
    for tally in group:
        paid = cost_of(tally, models[tally.model_id])
        if paid is None:
            unpriced += tally.answers
            continue
        for currency, amount in paid.items():
            cost[currency] += amount
    return Line(
        id=id_,
        name=names.get(id_, str(id_)) if id_ else NO_GROUP,
        questions=sum(tally.questions for tally in group),
        answers=sum(tally.answers for tally in group),
        blocked=sum(tally.blocked for tally in group),
        prompt_tokens=sum(tally.prompt_tokens for tally in group),
        completion_tokens=sum(tally.completion_tokens for tally in group),
        cost=dict(cost),
        unpriced=unpriced,
        latency=latency,
    )


def _as_json(line: Line) -> dict[str, Any]:
    return {
        "id": str(line.id) if line.id else None,
        "name": line.name,
        "questions": line.questions,
        "answers": line.answers,
        "promptTokens": line.prompt_tokens,
        "completionTokens": line.completion_tokens,
        "cost": {currency: round(paid, 6) for currency, paid in line.cost.items()},
        "unpricedAnswers": line.unpriced,
        "latencyMedianMs": line.latency.median_ms if line.latency else None,
        "latencyP95Ms": line.latency.p95_ms if line.latency else None,
        "blockedShare": round(line.blocked_share, 4),
    }


def _as_text(lines: Iterable[Line]) -> str:
    rows = [f"{'':<32} {'questions':>9} {'tokens':>10} {'cost':>12} {'median':>8} {'p95':>8} {'held back':>9}"]
    for line in lines:
        tokens = line.prompt_tokens + line.completion_tokens
        cost = ", ".join(f"{paid:.2f} {currency}" for currency, paid in line.cost.items()) or "-"
        median, p95 = (line.latency.median_ms, line.latency.p95_ms) if line.latency else (0, 0)
        rows.append(
            f"{line.name[:32]:<32} {line.questions:>9} {tokens:>10} {cost + ('+?' if line.unpriced else ''):>12} "
            f"{median / 1000:>7.1f}s {p95 / 1000:>7.1f}s {line.blocked_share:>9.1%}"
        )
    return "\n".join(rows)
