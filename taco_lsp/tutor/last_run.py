"""A recorded run as the built-in tutor reads it, which knows nothing of the store."""

from __future__ import annotations

from storage.records import Run
from taco_lsp.tutor.builtin import LastRun


def ending_of(run: Run) -> LastRun:
    """Give how a run ended."""
    return LastRun(
        stdout=run.stdout, stderr=run.stderr, exit_code=run.exit_code, timed_out=run.timed_out, stdin=run.stdin
    )
