"""What follows a run, however it came about: it is recorded, and its failure marked in the document."""

from __future__ import annotations

import re
from typing import Any

import attrs

from storage.records import Run
from taco_lsp.context.context import Context
from taco_lsp.context.editor import Document, Mark
from taco_lsp.context.seats import Seat
from taco_lsp.runner import DEFAULT_COMMANDS, CommandTemplate, Limits, Outcome, parse_commands
from taco_lsp.tutor.builtin import Explanation


def limits_of(ctx: Context) -> Limits:
    """How much a student's program may use here."""
    settings = ctx.config.settings
    return Limits(
        wall_s=settings.run_timeout_s, output_bytes=settings.run_output_kb * 1024, memory_mb=settings.run_memory_mb
    )


def commands_of(ctx: Context) -> dict[str, CommandTemplate]:
    """How programs are run here; what is wrong in the settings is said once."""
    commands, problems = parse_commands(ctx.config.settings.run_commands, DEFAULT_COMMANDS)
    for problem in problems:
        ctx.say_once(f"Your settings: run.{problem}")
    return dict(commands)


def row_of(seat: Seat, code: str, outcome: Outcome, **what: Any) -> Run:
    """A run as it is recorded; `what` goes before what the outcome says."""
    ended = {name: getattr(outcome, name) for name in _ENDING}
    return Run(
        session_id=seat.session.id,
        user_id=seat.user.id,
        challenge_id=seat.challenge.id,
        code=code,
        **{**ended, **what},
    )


_ENDING = ("command", "stdout", "stderr", "exit_code", "duration_ms", "timed_out")


async def record(ctx: Context, seat: Seat, run: Run) -> Run:
    """Record a run, unless recording is off; it then is remembered until the next one."""
    if await ctx.is_recording(seat):
        store = await ctx.store.get()
        async with store.write() as tx:
            run = await tx.runs.add(run)
        seat.unrecorded_run = None
    else:
        seat.unrecorded_run = run
    seat.progress = attrs.evolve(seat.progress, ran_since=True)
    return run


def mark(ctx: Context, document: Document, explanation: Explanation | None, *, line: int | None = None) -> None:
    """Mark a failure in the document it was run from, instead of the one before.

    Args:
        ctx: the connection.
        document: as it was run.
        explanation: of the failure; None when there is nothing to say.
        line: from 1, where it is shown when the explanation names no line.
    """
    lines = re.split("\r\n|\n|\r", document.text)
    number = explanation and (explanation.line or line)
    marks: tuple[Mark, ...] = ()
    if explanation and number and number <= len(lines):
        marks = (
            Mark(
                line=number - 1,
                line_text=lines[number - 1],
                summary=explanation.summary,
                body=explanation.body,
                code=explanation.error_type,
            ),
        )
    ctx.remark(document.uri, "run", marks)
    ctx.editor.refresh()


def told(run: Run, explanation: Explanation | None, *, truncated: bool) -> dict[str, Any]:
    """The fields of a result that every run has."""
    return {
        "run_id": run.id,
        **{name: getattr(run, name) for name in _ENDING},
        "truncated": truncated,
        "interaction_id": run.interaction_id,
        "explanation": explanation.summary if explanation else None,
        "line": explanation.line if explanation else None,
    }
