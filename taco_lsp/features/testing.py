"""`taco/test`: run the tests of the challenge on the student's work, and record that as a run."""

from __future__ import annotations

from pathlib import PurePosixPath

import attrs

from storage.records import TESTS
from taco_lsp.context import Context, Document, Seat
from taco_lsp.context.runs import commands_of, limits_of, mark, record, row_of, told
from taco_lsp.context.work import solution_of, work_of
from taco_lsp.errors import CannotRun
from taco_lsp.runner import RunnerError
from taco_lsp.testing.output import read_report
from taco_lsp.testing.run import Verdict, run_tests
from taco_lsp.testing.suite import Suite, suite_of
from taco_lsp.tutor.builtin import explain_tests
from taco_lsp.tutor.last_run import ending_of
from taco_lsp.wire.types import RunTestsParams, RunTestsResult

SUITE_TIMES = 3
"""A suite of many tests may take so many times as long as one run."""


async def test(ctx: Context, params: RunTestsParams) -> RunTestsResult:
    """Run the challenge's tests on the work as the editor shows it; only ever at the student's request.

    They run in a temporary folder, as the teacher wrote them: nothing is written beside the work.

    Raises:
        CannotRun: the challenge has no tests, or something that they need is missing.
    """
    document = ctx.document(params.text_document)
    seat = await ctx.seats.join(document)
    suite = suite_of(seat.challenge.support_materials) if seat else None
    if seat is None or suite is None:
        raise CannotRun("There are no tests for this file.", "Run the program itself and look at what it does.")
    verdict = await _try(ctx, seat, document, suite)
    name = _name(document, suite)
    report = read_report(verdict, suite, name)
    if report.missing:
        raise CannotRun(report.missing, report.hint)
    outcome = attrs.evolve(verdict.outcome, stdout=report.stdout, stderr=report.stderr)
    row = row_of(
        seat,
        solution_of(ctx, seat, document),
        outcome,
        command=f"{TESTS}{outcome.command}",
        stdin=verdict.case.stdin if verdict.case else "",
        exit_code=report.exit_code,
        duration_ms=verdict.duration_ms,
    )
    row = await record(ctx, seat, row)
    explanation = None
    if not verdict.passed and seat.policy.enabled:
        explanation = explain_tests(
            report.failed, ending_of(row), code=document.text, language_id=document.language_id, filename=name,
            language=seat.policy.language,
        )  # fmt: skip
    mark(ctx, document, explanation, line=1)
    return RunTestsResult(
        **told(row, explanation, truncated=outcome.truncated), passed=verdict.passed, failed=report.failed
    )


async def _try(ctx: Context, seat: Seat, document: Document, suite: Suite) -> Verdict:
    limits = limits_of(ctx)
    try:
        return await run_tests(
            suite,
            work_of(ctx, seat, document),
            limits=attrs.evolve(limits, wall_s=limits.wall_s * SUITE_TIMES),
            case_limits=limits,
            commands=commands_of(ctx),
            home=seat.folder,
        )
    except RunnerError as error:
        raise CannotRun(str(error), error.hint) from error
    except OSError as error:
        raise CannotRun(
            f"The tests could not be laid out ({error.strerror}).", "Check that the disk is not full, and try again."
        ) from error


def _name(document: Document, suite: Suite) -> str:
    """What the document's file is called where the tests run."""
    if len(suite.given) > 1 and document.path:
        return document.path.name
    return PurePosixPath(suite.main).name
