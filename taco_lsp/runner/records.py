"""What goes into a run and what comes out of it: plain frozen data, no behaviour."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import attrs

from taco_lsp.runner.commands import CommandTemplate
from taco_lsp.runner.defaults import DEFAULT_COMMANDS

Step = Literal["compile", "run"]


@attrs.frozen(kw_only=True)
class Limits:
    """How much a student's program may use.

    There is no limit on processor time: the wall clock already ends a busy program.
    """

    wall_s: float = 10.0
    """Seconds the program may take, waiting included."""
    compile_s: float = 30.0
    """Seconds the compiler may take; a cold compiler is slow and it is not the student's fault."""
    output_bytes: int = 64 * 1024
    """Bytes kept of each output stream: the first half and the last half."""
    memory_mb: int = 512
    """Memory of the program. How it is enforced, and how exactly, is the command template's business."""


@attrs.frozen(kw_only=True)
class RunRequest:
    """A wish to run what the editor shows.

    `path` is the student's file, None for a buffer that was never saved; `text` is what the editor shows,
    which may be newer than the file.
    """

    path: Path | None
    text: str = attrs.field(repr=False)
    language_id: str
    stdin: str = attrs.field(default="", repr=False)
    args: tuple[str, ...] = ()
    limits: Limits = Limits()
    commands: Mapping[str, CommandTemplate] = attrs.field(default=DEFAULT_COMMANDS, repr=False)
    also_in: Path | None = None
    """A folder besides the file's own in which Python and Node look for what a program imports."""


@attrs.frozen(kw_only=True)
class Outcome:
    """How a run ended.

    `stage` tells whose output this is: the compiler's, when it failed, or the program's. `exit_code` is None
    when the run was killed for taking too long, and minus the signal number when a signal ended it (POSIX).
    `warnings` is what a compiler said that succeeded. Whether memory ran out is not a field: the operating
    system refuses the allocation and only the program's own words in `stderr` tell.
    """

    command: str
    """The command of this stage as a person would type it, without temporary folders."""
    stdout: str
    stderr: str
    exit_code: int | None
    duration_ms: int
    """Wall-clock time of this stage."""
    timed_out: bool
    truncated: bool
    """Whether the middle of `stdout` or `stderr` was cut out."""
    stage: Step
    warnings: str = ""
