"""Runs a challenge's tests on a solution, in a folder that is thrown away. Decides nothing about what passes.

The tests run as the student's own would: by the project's runner, with the same files beside each other. That is no
sandbox: only run what a teacher you trust wrote.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

import attrs

from taco_lsp.authoring.draft import Case, Draft
from taco_lsp.runner import Limits, Outcome, RunRequest, parse_commands, run

LIMITS = Limits(wall_s=60.0, compile_s=60.0)
"""A whole suite may take longer than a student's run."""

_USUAL: Mapping[str, tuple[str, ...]] = {
    ".py": ("{python}", "-m", "unittest", "discover", "-s", ".", "-p", "*test*.py"),
    ".js": ("{node}", "--test"),
    ".mjs": ("{node}", "--test"),
}
"""By the main file's extension, how files in tests/ are run when the teacher does not say."""

_README = "README.md"
_SHOWN_LINES = 15


@attrs.frozen(kw_only=True)
class Trial:
    """How a solution fared; `detail` says what went wrong, in the words of the tests."""

    passed: bool
    detail: str = ""


def can_be_tried(draft: Draft) -> bool:
    """Tell whether there is anything to run."""
    return bool(draft.check.cases or command_of(draft))


def command_of(draft: Draft) -> tuple[str, ...]:
    """Give the command that runs the files in tests/; empty when there is none."""
    if draft.check.command or not draft.tests:
        return draft.check.command
    return _USUAL.get(PurePosixPath(draft.main).suffix.lower(), ())


async def try_out(draft: Draft, solution: Mapping[str, str]) -> Trial:
    """Run the command and every case on the starter with a solution's files laid over it.

    Raises:
        RunnerError: something could not be started at all.
        OSError: the temporary folder cannot be written.
    """
    files = {_README: "", **draft.tests, **draft.files, **solution}
    with tempfile.TemporaryDirectory(prefix="taco-check-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        await asyncio.to_thread(_lay_out, folder, files)
        if command := command_of(draft):
            trial = await _by_command(folder / _README, files[_README], command)
            if not trial.passed:
                return trial
        for number, case in enumerate(draft.check.cases, 1):
            trial = await _by_case(folder / draft.main, files[draft.main], case)
            if not trial.passed:
                return attrs.evolve(trial, detail=f"Case {number}: {trial.detail}")
    return Trial(passed=True)


def same_output(one: str, other: str) -> bool:
    """Compare what programs print: spaces at the ends of lines and empty lines at the end make no difference."""
    return _lines(one) == _lines(other)


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.rstrip().split("\n")]


def _lay_out(folder: Path, files: Mapping[str, str]) -> None:
    for path, text in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode("utf-8"))


async def _by_command(readme: Path, text: str, command: tuple[str, ...]) -> Trial:
    """Run a command beside the README, which stands in for the program so that the folder is the challenge's."""
    commands, _ = parse_commands({"tests": {"run": command, "headroom_mb": False}}, {})
    outcome = await run(RunRequest(path=readme, text=text, language_id="tests", limits=LIMITS, commands=commands))
    return Trial(passed=True) if outcome.exit_code == 0 else Trial(passed=False, detail=_failure(outcome))


async def _by_case(main: Path, text: str, case: Case) -> Trial:
    outcome = await run(
        RunRequest(path=main, text=text, language_id="", stdin=case.stdin, args=case.args, limits=LIMITS)
    )
    if outcome.exit_code != 0:
        return Trial(passed=False, detail=_failure(outcome))
    if same_output(outcome.stdout, case.stdout):
        return Trial(passed=True)
    return Trial(passed=False, detail=f"it printed {_quoted(outcome.stdout)} instead of {_quoted(case.stdout)}")


def _failure(outcome: Outcome) -> str:
    if outcome.timed_out:
        return f"it did not end within {LIMITS.wall_s:.0f} seconds"
    said = f"{outcome.stdout}\n{outcome.stderr}".strip().splitlines()
    return "\n".join([f"{outcome.command} ended with {outcome.exit_code}", *said[-_SHOWN_LINES:]])


def _quoted(text: str) -> str:
    short = text if len(text) <= 200 else text[:200] + "…"
    return repr(short)
