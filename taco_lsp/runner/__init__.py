"""Running a student's file when the student asks, and reporting what happened.

Plain data in, plain data out: this package knows no editor protocol, no storage and no tutor. It bounds and
cleans up after programs; it is not a sandbox, since the program is the student's own and runs as the student.
"""

from taco_lsp.runner.commands import CommandTemplate
from taco_lsp.runner.defaults import DEFAULT_COMMANDS
from taco_lsp.runner.errors import RunnerError, RunnerErrorKind
from taco_lsp.runner.execute import run
from taco_lsp.runner.parsing import parse_commands
from taco_lsp.runner.records import Limits, Outcome, RunRequest, Step

__all__ = [
    "DEFAULT_COMMANDS",
    "CommandTemplate",
    "Limits",
    "Outcome",
    "RunRequest",
    "RunnerError",
    "RunnerErrorKind",
    "Step",
    "parse_commands",
    "run",
]
