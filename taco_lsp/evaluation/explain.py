"""Measures how many errors the built-in tutor explains by their own cause (`taco eval explain`).

Reads labelled cases and counts; what makes an explanation specific is decided by `taco_lsp.tutor.builtin`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from taco_lsp.evaluation.cases import read_cases
from taco_lsp.tutor.builtin import explain_error

_OUTCOMES = ("specific", "generic", "none")


def evaluate(file: Path) -> dict[str, Any]:
    """Explain each case of a JSON Lines file of {id, code?, stderr, language}.

    `answerLanguage` in a case chooses the language of the text, English by default.

    Returns:
        Shares of `specific`, `generic` and `none`, counts by error type, and a row with the text of each case.

    Raises:
        InvalidParams: the file cannot be read, or a line lacks a field.
    """
    rows = [_row(case) for case in read_cases(file, ("id", "stderr", "language"))]
    outcomes = Counter(row["outcome"] for row in rows)
    types = Counter((row["errorType"] or "unknown", row["outcome"]) for row in rows)
    names = sorted({name for name, _ in types})
    return {
        "cases": len(rows),
        **{outcome: outcomes[outcome] / len(rows) if rows else 0.0 for outcome in _OUTCOMES},
        "byType": {name: {outcome: types[name, outcome] for outcome in _OUTCOMES} for name in names},
        "rows": rows,
    }


def _row(case: Mapping[str, Any]) -> dict[str, Any]:
    found = explain_error(
        code=str(case.get("code") or ""),
        stderr=str(case["stderr"]),
        language_id=str(case["language"]),
        filename=str(case.get("filename") or ""),
        language=str(case.get("answerLanguage") or "en"),
    )
    outcome = "none" if found is None else "specific" if found.specific else "generic"
    return {
        "id": case["id"],
        "outcome": outcome,
        "errorType": found.error_type if found else None,
        "line": found.line if found else None,
        "text": found.body if found else "",
    }
