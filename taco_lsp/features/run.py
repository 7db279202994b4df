"""`taco/run` and `taco/run/report`: run the student's program, record what happened, mark the failing line."""

from __future__ import annotations

import re
from typing import Any

import attrs

from storage.records import Run
from taco_lsp.context import Context, Document, Mark, Seat
from taco_lsp.errors import CannotRun, InvalidParams
from taco_lsp.runner import DEFAULT_COMMANDS, Limits, Outcome, RunnerError, RunRequest, parse_commands
from taco_lsp.runner import run as run_program
from taco_lsp.tutor.builtin import Explanation, LastRun, explain_run
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
    record = _record(
        seat,
        document,
        command=outcome.command,
        stdin=params.stdin or "",
        stdout=outcome.stdout,
        stderr=outcome.stderr,
        exit_code=outcome.exit_code,
        duration_ms=outcome.duration_ms,
        timed_out=outcome.timed_out,
    )
    return await _finish(ctx, document, seat, record, truncated=outcome.truncated)


async def report(ctx: Context, params: RunReportParams) -> RunResult:
    """Record a run that the editor did itself."""
    document = ctx.document(params.text_document)
    seat = await ctx.seats.take(document)
    record = _record(
        seat,
        document,
        command=params.command,
        stdin=params.stdin,
        stdout=params.stdout,
        stderr=params.stderr,
        exit_code=params.exit_code,
        duration_ms=params.duration_ms,
        timed_out=params.timed_out,
    )
    return await _finish(ctx, document, seat, record, truncated=False)


def _record(seat: Seat, document: Document, **what: Any) -> Run:
    return Run(
        session_id=seat.session.id,
        user_id=seat.user.id,
        challenge_id=seat.challenge.id,
        code=document.text,
        **what,
    )


async def _execute(ctx: Context, document: Document, params: RunParams) -> Outcome:
    settings = ctx.config.settings
    commands, problems = parse_commands(settings.run_commands, DEFAULT_COMMANDS)
    for problem in problems:
        ctx.say_once(f"Your settings: run.{problem}")
    try:
        request = RunRequest(
            path=document.path,
            text=document.text,
            language_id=document.language_id,
            stdin=params.stdin or "",
            args=params.args,
            limits=Limits(
                wall_s=settings.run_timeout_s,
                output_bytes=settings.run_output_kb * 1024,
                memory_mb=settings.run_memory_mb,
            ),
            commands=commands,
        )
        return await run_program(request)
    except RunnerError as error:
        raise CannotRun(str(error), error.hint) from error


async def _finish(ctx: Context, document: Document, seat: Seat, record: Run, *, truncated: bool) -> RunResult:
    """Record the run, mark its failure, and answer."""
    if await ctx.is_recording(seat):
        store = await ctx.store.get()
        async with store.write() as tx:
            record = await tx.runs.add(record)
        seat.unrecorded_run = None
    else:
        seat.unrecorded_run = record
    seat.progress = attrs.evolve(seat.progress, ran_since=True)
    explanation = _explain(document, record, seat.policy.language) if seat.policy.enabled else None
    _mark(ctx, document, record, explanation)
    ctx.editor.refresh()
    return RunResult(
        run_id=record.id,
        command=record.command,
        stdout=record.stdout,
        stderr=record.stderr,
        exit_code=record.exit_code,
        duration_ms=record.duration_ms,
        timed_out=record.timed_out,
        truncated=truncated,
        interaction_id=record.interaction_id,
        explanation=explanation.summary if explanation else None,
        line=explanation.line if explanation else None,
    )


def _explain(document: Document, run: Run, language: str) -> Explanation | None:
    ending = LastRun(
        stdout=run.stdout, stderr=run.stderr, exit_code=run.exit_code, timed_out=run.timed_out, stdin=run.stdin
    )
    name = document.path.name if document.path else ""
    return explain_run(ending, code=run.code, language_id=document.language_id, filename=name, language=language)


def _mark(ctx: Context, document: Document, run: Run, explanation: Explanation | None) -> None:
    marks: tuple[Mark, ...] = ()
    lines = re.split("\r\n|\n|\r", run.code)
    if explanation and explanation.line and explanation.line <= len(lines):
        index = explanation.line - 1
        marks = (
            Mark(
                line=index,
                line_text=lines[index],
                summary=explanation.summary,
                body=explanation.body,
                code=explanation.error_type,
            ),
        )
    ctx.remark(document.uri, "run", marks)
