"""Explaining an error: every labelled case of the tests, and the first explanation of a new process.

In process, without a model or a store. There is no peer: the bound is absolute. `first use` starts an interpreter,
imports the package as the server does at its start, and times the first explanation with all it loads.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

from bench.harness import Report, interleaved, percentile, rows
from taco_lsp.evaluation.cases import read_cases
from taco_lsp.evaluation.explain import evaluate
from taco_lsp.tutor.builtin import explain_error

CASES = Path(__file__).parents[2] / "tests" / "cases" / "explain"
TUTOR = "taco-builtin"
MEDIAN, SLOW, FIRST, SPECIFIC = "an explanation", "95th percentile", "first use, with what it loads", "specific"
LANGUAGES = ("en", "pt", "es")

_FIRST_USE = """
import time
from taco_lsp.tutor.builtin import explain_error
begun = time.perf_counter()
stderr = "Traceback (most recent call last):\\n  File \\"main.py\\", line 1, in <module>\\n    print(totl)\\n"
stderr += "NameError: name 'totl' is not defined\\n"
explain_error(code="print(totl)", stderr=stderr, language_id="python", filename="main.py")
print(time.perf_counter() - begun)
"""


def measure(quick: bool) -> Report:
    """Explain every case in each language."""
    files = sorted(CASES.glob("*.jsonl"))
    cases = [case for file in files for case in read_cases(file, ("id", "stderr", "language"))]
    cases = cases[::10] if quick else cases
    rounds = 2 if quick else 5
    explained = interleaved({TUTOR: lambda: _explain(cases)}, rounds=rounds)
    first = interleaved({TUTOR: _first_use}, rounds=rounds)
    shares = interleaved({file.stem: lambda file=file: _specific(file) for file in files}, rounds=1, warm_up=0)
    return Report(
        rows=(
            *rows(explained, unit="ms", aims={(SLOW, TUTOR): "≤ 50 ms"}),
            *rows(first, unit="ms"),
            *rows(shares, unit="", aims={(SPECIFIC, file.stem): "≥ 0.95" for file in files}),
        ),
        notes=(f"{len(cases)} cases in {len(LANGUAGES)} languages.",),
    )


def _explain(cases: Sequence[Mapping[str, Any]]) -> Mapping[str, float]:
    times = list[float]()
    for case in cases:
        for language in LANGUAGES:
            begun = perf_counter()
            explain_error(
                code=str(case.get("code") or ""),
                stderr=str(case["stderr"]),
                language_id=str(case["language"]),
                filename=str(case.get("filename") or ""),
                language=language,
            )
            times.append((perf_counter() - begun) * 1e3)
    return {MEDIAN: percentile(times, 50), SLOW: percentile(times, 95)}


def _first_use() -> Mapping[str, float]:
    done = subprocess.run([sys.executable, "-c", _FIRST_USE], capture_output=True, text=True, check=True, timeout=60)
    return {FIRST: float(done.stdout) * 1e3}


def _specific(file: Path) -> Mapping[str, float]:
    return {SPECIFIC: evaluate(file)["specific"]}
