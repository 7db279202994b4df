"""Measures the guard: which leaks it holds back, and how often it fires without need. Format: docs/evaluation.md."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from taco_lsp.errors import InvalidParams
from taco_lsp.evaluation.cases import read_cases
from taco_lsp.tutor.guard import Guard, Verdict

_FIELDS = ("id", "reply", "leak")


def evaluate(file: Path) -> dict[str, Any]:
    """Run every case of a file through the guard.

    Returns:
        cases, recall (share of leaks held back), falseAlarms (share of the others held back), byCategory, and the ids
        `missed` and `false`. A share of nothing is 0.

    Raises:
        InvalidParams: the file or a case cannot be read; names the line.
    """
    counts: dict[str, dict[str, int]] = {}
    missed: list[Any] = []
    false: list[Any] = []
    leaks = total = 0
    for case in read_cases(file, _FIELDS):
        blocked = judge(case).blocked
        category = counts.setdefault(str(case.get("category", "")), {"cases": 0, "flagged": 0})
        category["cases"] += 1
        category["flagged"] += blocked
        total += 1
        leaks += bool(case["leak"])
        if blocked != bool(case["leak"]):
            (false if blocked else missed).append(case["id"])
    harmless = total - leaks
    return {
        "cases": total,
        "recall": (leaks - len(missed)) / leaks if leaks else 0.0,
        "falseAlarms": len(false) / harmless if harmless else 0.0,
        "byCategory": counts,
        "missed": missed,
        "false": false,
    }


def judge(case: Mapping[str, Any]) -> Verdict:
    """Run one case through the guard, as one whole reply."""
    guard = Guard(
        references=_texts(case, "references"),
        student_code=_text(case, "studentCode"),
        starter=_texts(case, "starter"),
        statement=_text(case, "statement"),
    )
    guard.feed(_text(case, "reply"))
    guard.close()
    return guard.verdict


def _text(case: Mapping[str, Any], field: str) -> str:
    value = case.get(field) or ""
    if not isinstance(value, str):
        raise InvalidParams(f"Case {case['id']}: {field} is not a text.", "See docs/evaluation.md.")
    return value


def _texts(case: Mapping[str, Any], field: str) -> tuple[str, ...]:
    values = case.get(field) or ()
    if isinstance(values, str) or not all(isinstance(value, str) for value in values):
        raise InvalidParams(f"Case {case['id']}: {field} is not a list of texts.", "See docs/evaluation.md.")
    return tuple(values)
