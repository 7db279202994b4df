"""From the wish to run a file to the outcome: choose the command, lay it out, compile, run, report.

The steps are other modules' work; this one only puts them in order and cleans up.
"""

from __future__ import annotations

import asyncio
import os
import shlex
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

import attrs

from taco_lsp.runner import process
from taco_lsp.runner.commands import CommandTemplate, expand, find_command, placeholders
from taco_lsp.runner.environment import child_environment
from taco_lsp.runner.errors import RunnerError
from taco_lsp.runner.process import Ending, Job, to_the_end
from taco_lsp.runner.records import Outcome, RunRequest, Step
from taco_lsp.runner.staging import Stage, stage
from taco_lsp.runner.tools import TOOLS, find_program, find_tool

_COMPILER_ADDRESS_SPACE_MB = 4096
_LINE_BUFFERED = Path(__file__).with_name("line_buffered.c")


@attrs.frozen(kw_only=True)
class _Plan:
    """Everything a run needs, looked up before anything is started."""

    stage: Stage
    compile: Job | None
    run: Job


async def run(request: RunRequest) -> Outcome:
    """Run what the editor shows and report how it went.

    A program that fails, is killed or does not compile is an outcome. Cancelling kills the program with
    everything it started, removes the temporary files, and then raises `CancelledError`.

    Raises:
        RunnerError: it could not be started at all.
    """
    extension = request.path.suffix if request.path else ""
    template = find_command(request.commands, request.language_id, extension)
    try:
        folder = tempfile.TemporaryDirectory(prefix="taco-run-", ignore_cleanup_errors=True)
        try:
            plan = await to_the_end(asyncio.to_thread(_plan, request, template, Path(folder.name)))
            return await _carry_out(plan)
        finally:
            await to_the_end(asyncio.to_thread(folder.cleanup))
    except OSError as error:
        raise _cannot_start(error.strerror or str(error)) from error


async def _carry_out(plan: _Plan) -> Outcome:
    warnings = ""
    if plan.compile:
        compiled = await _execute(plan.compile)
        if compiled.exit_code != 0:
            return _outcome("compile", plan.compile, compiled, plan.stage)
        warnings = _as_shown(compiled.stdout + compiled.stderr, plan.stage)
    ended = await _execute(plan.run)
    return attrs.evolve(_outcome("run", plan.run, ended, plan.stage), warnings=warnings)


async def _execute(job: Job) -> Ending:
    try:
        return await process.execute(job)
    except ValueError as error:  # an argument holds what no argument can: a NUL, half a character
        raise _cannot_start(str(error)) from error


def _plan(request: RunRequest, template: CommandTemplate, temporary: Path) -> _Plan:
    env = child_environment(os.environ)
    extension = next(iter(template.extensions), "")
    place = stage(request, extension, temporary)
    limits = request.limits
    values = {
        "file": str(place.file),
        "dir": str(place.folder),
        "build": str(place.build),
        "name": place.name,
        "classpath": place.classpath,
        "memory_mb": str(limits.memory_mb),
        "line_buffered": str(_LINE_BUFFERED),
    }

    def job(argv: tuple[str, ...], wall_s: float, memory_mb: int) -> Job:
        return Job(
            argv=_command(argv, values, request.args, template.title, env["PATH"]),
            folder=place.folder,
            env={**env, **place.environment},
            stdin=place.stdin,
            wall_s=wall_s,
            output_bytes=limits.output_bytes,
            address_space_mb=None if template.headroom_mb is None else memory_mb,
        )

    return _Plan(
        stage=place,
        compile=job(template.compile, limits.compile_s, _COMPILER_ADDRESS_SPACE_MB) if template.compile else None,
        run=job(template.run, limits.wall_s, limits.memory_mb + (template.headroom_mb or 0)),
    )


def _command(
    argv: tuple[str, ...], values: Mapping[str, str], args: tuple[str, ...], language: str, search: str
) -> list[str]:
    """Fill a template in and find the programs it names."""
    tools = {name: find_tool(name, search=search, language=language) for name in placeholders(argv) & TOOLS.keys()}
    words = expand(argv, {**values, **tools}, args)
    if not placeholders(argv[:1]):
        words[0] = find_program(words[0], search=search, language=language)
    return words


def _outcome(step: Step, job: Job, ending: Ending, place: Stage) -> Outcome:
    return Outcome(
        command=_readable(job.argv, place),
        stdout=_as_shown(ending.stdout, place),
        stderr=_as_shown(ending.stderr, place),
        exit_code=ending.exit_code,
        duration_ms=ending.duration_ms,
        timed_out=ending.timed_out,
        truncated=ending.truncated,
        stage=step,
    )


def _as_shown(text: str, place: Stage) -> str:
    for temporary, shown in place.shown_as:
        text = text.replace(temporary, shown)
    return text


def _readable(argv: list[str], place: Stage) -> str:
    """Write a command as it would be typed in the student's folder."""
    program, *rest = argv
    if not program.startswith(str(place.build)):
        program = Path(program).name
    words = (word.replace(f"{place.build}{os.sep}", "./").split(os.pathsep) for word in [program, *rest])
    folders = (place.build, place.file.parent, place.folder, _LINE_BUFFERED.parent)
    return shlex.join(os.pathsep.join(_nearby(part, folders) for part in parts) for parts in words)


def _nearby(path: str, folders: Iterable[Path]) -> str:
    for folder in folders:
        if path == str(folder):
            return "."
        path = path.removeprefix(f"{folder}{os.sep}")
    return path


def _cannot_start(reason: str) -> RunnerError:
    return RunnerError(
        "cannot_start",
        f"The program could not be started: {reason}.",
        "Check that the disk is not full and that the temporary folder can be written, then run it again.",
    )
