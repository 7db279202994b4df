"""Runs a challenge's tests on somebody's work, in a folder that is thrown away.

The tests run as the person's own program would: by the project's runner, with the same files beside each other. That
is no sandbox: only run what a teacher you trust wrote.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import attrs

from taco_lsp.runner import DEFAULT_COMMANDS, CommandTemplate, Limits, Outcome, RunRequest, parse_commands, run
from taco_lsp.runner.commands import find_command
from taco_lsp.runner.errors import RunnerError
from taco_lsp.testing.suite import Case, Suite

_README = "README.md"


@attrs.frozen(kw_only=True)
class Verdict:
    """How the tests ended.

    Attributes:
        passed: whether all of them did.
        outcome: of what failed; of the command, or else the first case, when all passed.
        duration_ms: of all that was run, in milliseconds.
        number: of the case that failed, from 1; None when the command failed.
        case: the case that failed.
    """

    passed: bool
    outcome: Outcome
    duration_ms: int
    number: int | None = None
    case: Case | None = None


async def run_tests(
    suite: Suite,
    work: Mapping[str, str],
    *,
    limits: Limits,
    case_limits: Limits | None = None,
    commands: Mapping[str, CommandTemplate] = DEFAULT_COMMANDS,
    home: Path | None = None,
) -> Verdict:
    """Run the command and every case on the files a student begins with, somebody's work laid over them.

    Cancelling ends what runs, and removes the folder.

    Args:
        suite: the tests.
        work: texts by path.
        limits: of the command.
        case_limits: of each case; by default the same.
        commands: how the cases are run.
        home: the folder of the work: paths are told as if the tests ran there, and what is imported is looked for
            there as well, unless that would hide a module of Python from the tests. Nothing is written there.

    Raises:
        RunnerError: something could not be started at all.
        OSError: the temporary folder cannot be written.
    """
    files = {_README: "", **suite.files, **suite.given, **work}
    with tempfile.TemporaryDirectory(prefix="taco-test-", ignore_cleanup_errors=True) as name:
        folder = await asyncio.to_thread(_lay_out, Path(name), files)
        beside = home if home and not await asyncio.to_thread(_hides_library, home) else None
        command = _command(suite, folder, limits, commands, beside)
        cases = [
            _Step(request=_case(folder / suite.main, files[suite.main], case, case_limits or limits, commands, beside),
                  number=number, case=case)
            for number, case in enumerate(suite.check.cases, 1)
        ]  # fmt: skip
        first, spent = None, 0
        for step in [*command, *cases]:
            outcome = _as_at_home(await run(step.request), folder, home)
            first, spent = first or outcome, spent + outcome.duration_ms
            if not step.is_passed(outcome):
                return Verdict(
                    passed=False, outcome=outcome, duration_ms=spent, number=step.number, case=step.case
                )  # fmt: skip
    assert first is not None  # a suite has a command or a case
    return Verdict(passed=True, outcome=first, duration_ms=spent)


def _hides_library(folder: Path) -> bool:
    """Whether a file of the folder has the name of a module of Python, which a test runner may need."""
    try:
        found = {file.stem for file in folder.glob("*.py")} | {
            file.parent.name for file in folder.glob("*/__init__.py")
        }
    except OSError:
        return True
    return not found.isdisjoint(sys.stdlib_module_names)


@attrs.frozen(kw_only=True)
class _Step:
    request: RunRequest
    number: int | None = None
    case: Case | None = None

    def is_passed(self, outcome: Outcome) -> bool:
        return outcome.exit_code == 0 and (self.case is None or same_output(outcome.stdout, self.case.stdout))


def _command(
    suite: Suite, folder: Path, limits: Limits, commands: Mapping[str, CommandTemplate], beside: Path | None
) -> Iterator[_Step]:
    """Run a command beside the README, which stands in for the program so that the folder is the challenge's."""
    if not suite.check.command:
        return
    entry = {"title": "the tests", "run": suite.check.command, "headroom_mb": _headroom(suite, commands)}
    known, _ = parse_commands({"tests": entry}, {})
    yield _Step(
        request=RunRequest(
            path=folder / _README, text="", language_id="tests", limits=limits, commands=known, also_in=beside
        )
    )


def _case(  # noqa: PLR0917 - what a run is made of
    main: Path, text: str, case: Case, limits: Limits, commands: Mapping[str, CommandTemplate], beside: Path | None
) -> RunRequest:
    return RunRequest(
        path=main, text=text, language_id="", stdin=case.stdin, args=case.args, limits=limits, commands=commands,
        also_in=beside,
    )  # fmt: skip


def _headroom(suite: Suite, commands: Mapping[str, CommandTemplate]) -> int | bool:
    """The memory that programs of this language reserve beside what they use; False where nothing limits it."""
    try:
        found = find_command(commands, "", Path(suite.main).suffix).headroom_mb
    except RunnerError:
        return False
    return False if found is None else found


def _as_at_home(outcome: Outcome, folder: Path, home: Path | None) -> Outcome:
    def told(text: str) -> str:
        return text.replace(folder.as_uri(), home.as_uri()).replace(str(folder), str(home)) if home else text

    return attrs.evolve(outcome, stdout=told(outcome.stdout), stderr=told(outcome.stderr))


def same_output(one: str, other: str) -> bool:
    """Compare what programs print: spaces at the ends of lines and empty lines at the end make no difference."""
    return _lines(one) == _lines(other)


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.rstrip().split("\n")]


def _lay_out(folder: Path, files: Mapping[str, str]) -> Path:
    folder = folder.resolve()
    for path, text in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode("utf-8", "replace"))  # an editor may send half a character
    return folder
