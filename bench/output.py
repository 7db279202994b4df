"""Reports as Markdown tables for people and as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from bench.harness import Report, Row

_HEAD = ("measured", "subject", "median", "10 to 90 %", "rounds", "ratio", "aim")


def markdown(name: str, about: str, report: Report) -> str:
    """Render a report as a heading, a table and notes."""
    lines = [f"### {name}", "", about, "", _line(_HEAD), _line(["---"] * len(_HEAD))]
    lines += [_line(_cells(row)) for row in report.rows]
    if report.notes:
        lines += ["", *(f"- {note}" for note in report.notes)]
    return "\n".join(lines) + "\n"


def as_json(machine: str, reports: Mapping[str, Report]) -> str:
    """Render all reports as one JSON object, with every sample."""
    return json.dumps({"machine": machine, "reports": {name: _fields(report) for name, report in reports.items()}})


def _cells(row: Row) -> tuple[str, ...]:
    low, high = row.spread
    return (
        row.metric,
        row.subject,
        f"{_number(row.median)} {row.unit}",
        f"{_number(low)} to {_number(high)}",
        str(len(row.samples)),
        f"{row.ratio:.3g} of {row.peer}" if row.ratio is not None else "",
        row.aim,
    )


def _number(value: float) -> str:
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _line(cells: tuple[str, ...] | list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _fields(report: Report) -> dict[str, Any]:
    return {"rows": [_row_fields(row) for row in report.rows], "notes": report.notes}


def _row_fields(row: Row) -> dict[str, Any]:
    low, high = row.spread
    return {
        "metric": row.metric,
        "subject": row.subject,
        "unit": row.unit,
        "median": row.median,
        "p10": low,
        "p90": high,
        "peer": row.peer,
        "ratio": row.ratio,
        "aim": row.aim,
        "samples": row.samples,
    }
