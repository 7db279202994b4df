"""Tries a challenge's tests on a solution. Decides nothing about what should pass."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from taco_lsp.runner import Limits, Outcome
from taco_lsp.testing.run import Verdict, run_tests
from taco_lsp.testing.suite import Suite

LIMITS = Limits(wall_s=60.0, compile_s=60.0)
"""A whole suite may take longer than a student's run."""

_SHOWN_LINES = 15


@attrs.frozen(kw_only=True)
class Trial:
    """How a solution fared; `detail` says what went wrong, in the words of the tests."""

    passed: bool
    detail: str = ""


async def try_out(suite: Suite, solution: Mapping[str, str]) -> Trial:
    """Run the tests on the starter with a solution's files laid over it.

    Raises:
        RunnerError: something could not be started at all.
        OSError: the temporary folder cannot be written.
    """
    verdict = await run_tests(suite, solution, limits=LIMITS)
    return Trial(passed=True) if verdict.passed else Trial(passed=False, detail=_detail(verdict))


def _detail(verdict: Verdict) -> str:
    outcome, case = verdict.outcome, verdict.case
    if case is None:
        return _failure(outcome)
    if outcome.exit_code != 0:
        return f"Case {verdict.number}: {_failure(outcome)}"
    return f"Case {verdict.number}: it printed {_quoted(outcome.stdout)} instead of {_quoted(case.stdout)}"


def _failure(outcome: Outcome) -> str:
    if outcome.timed_out:
        return f"it did not end within {LIMITS.wall_s:.0f} seconds"
    said = f"{outcome.stdout}\n{outcome.stderr}".strip().splitlines()
    return "\n".join([f"{outcome.command} ended with {outcome.exit_code}", *said[-_SHOWN_LINES:]])


def _quoted(text: str) -> str:
    short = text if len(text) <= 200 else text[:200] + "…"
    return repr(short)
