"""`taco/run` and `taco/run/report`: run the student's program, record what happened, mark the failing line."""

from __future__ import annotations

from storage.records import TESTS, Run
from taco_lsp.context import Context, Document, Seat
from taco_lsp.context.runs import commands_of, limits_of, mark, record, row_of, told
from taco_lsp.errors import CannotRun, InvalidParams
from taco_lsp.runner import Outcome, RunnerError, RunRequest
from taco_lsp.runner import run as run_program
from taco_lsp.tutor.builtin import Explanation, explain_run
from taco_lsp.tutor.last_run import ending_of
from taco_lsp.wire.types import RunParams, RunReportParams, RunResult

LONGEST_STDIN = 1_000_000


async def run(ctx: Context, params: RunParams) -> RunResult:
    """Run the document as the editor shows it, in its folder; only ever at the student's request.

    Raises:
        CannotRun: no command for the language, a missing compiler, or the folder is gone.
        InvalidParams: the input is too long.
    """
    if len(params.stdin or "") > LONGEST_STDIN:
        raise InvalidParams(f"`stdin`: at most {LONGEST_STDIN:,} characters.", field="stdin")
    document = ctx.document(params.text_document)
    outcome = await _execute(ctx, document, params)
    seat = await ctx.seats.take(document)
    row = row_of(seat, document.text, outcome, stdin=params.stdin or "")
    return await _finish(ctx, document, seat, row, truncated=outcome.truncated)


async def report(ctx: Context, params: RunReportParams) -> RunResult:
    """Record a run that the editor did itself.

    Raises:
        InvalidParams: the command is the mark of the tests, which `taco/test` runs.
    """
    if params.command.startswith(TESTS.strip()):
        raise InvalidParams("`command`: only `taco/test` runs the tests.", field="command")
    document = ctx.document(params.text_document)
    seat = await ctx.seats.take(document)
    row = Run(
        session_id=seat.session.id,
        user_id=seat.user.id,
        challenge_id=seat.challenge.id,
        code=document.text,
        command=params.command,
        stdin=params.stdin,
        stdout=params.stdout,
        stderr=params.stderr,
        exit_code=params.exit_code,
        duration_ms=params.duration_ms,
        timed_out=params.timed_out,
    )
    return await _finish(ctx, document, seat, row, truncated=False)


async def _execute(ctx: Context, document: Document, params: RunParams) -> Outcome:
    try:
        request = RunRequest(
            path=document.path,
            text=document.text,
            language_id=document.language_id,
            stdin=params.stdin or "",
            args=params.args,
            limits=limits_of(ctx),
            commands=commands_of(ctx),
        )
        return await run_program(request)
    except RunnerError as error:
        raise CannotRun(str(error), error.hint) from error


async def _finish(ctx: Context, document: Document, seat: Seat, row: Run, *, truncated: bool) -> RunResult:
    """Record the run, mark its failure, and answer."""
    row = await record(ctx, seat, row)
    explanation = _explain(document, row, seat.policy.language) if seat.policy.enabled else None
    mark(ctx, document, explanation)
    return RunResult(**told(row, explanation, truncated=truncated))


def _explain(document: Document, run: Run, language: str) -> Explanation | None:
    name = document.path.name if document.path else ""
    return explain_run(
        ending_of(run), code=run.code, language_id=document.language_id, filename=name, language=language
    )
