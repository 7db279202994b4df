"""Reads what the tests said: which failed, the error of the first, or why they could not run at all. Pure.

Knows unittest, pytest and the test runner of Node; of others nothing is known but that they failed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from itertools import islice
from pathlib import PureWindowsPath

import attrs

from taco_lsp.testing.run import Verdict
from taco_lsp.testing.suite import Case, Suite

MOST_NAMED = 20
LONGEST_QUOTE = 80
"""Characters of an output that are quoted."""

_FAILED = re.compile(
    r"^(?:(?:FAIL|ERROR): (?P<unittest>\S+) \(.*\)"
    r"|(?:FAILED|ERROR) (?P<pytest>[^\s(]\S*)(?: - .*)?"
    r"|[ \t]*not ok \d+ - (?P<tap>.+?)"
    r"|[ \t]*✖ (?P<node>.+?) \([\d.]+m?s\).*)$",
    re.MULTILINE,
)
_BLOCK = re.compile(r"^(?:FAIL|ERROR): .*$\n(?s:.*?)(?=^={20}|^Ran \d+ tests?|\Z)", re.MULTILINE)
_ERROR = re.compile(r"^ *((?:\w+\.)*[A-Z]\w*(?:Error|Exception|Interrupt|Exit|Iteration)(?:: .*)?)$", re.MULTILINE)
_PYTEST_ERROR = re.compile(r"^E(?= )", re.MULTILINE)
_REPORTED = re.compile(r"^(?:FAILED|ERROR) \S+ - (.+)$", re.MULTILINE)
_FRAME = re.compile(r'^ *File "([^"\n]+)", line \d+.*\n(?:(?! +File ") +.+\n)*', re.MULTILINE)
_PYTEST_FRAME = re.compile(r"^(\S+\.py):(\d+): (?:in \S+|\w+)$", re.MULTILINE)
_NOT_INSTALLED = re.compile(r"\S+: No module named (\S+)\s*")
_NOT_IMPORTED = re.compile(r"^ModuleNotFoundError: No module named '([^'.]+)", re.MULTILINE)
_NO_SUCH_COMMAND = (126, 127)
"""What a shell answers."""

_NONE_RAN = re.compile(r"^Ran 0 tests in |^(?:NO TESTS RAN|no tests ran) ?|^# tests 0$", re.MULTILINE)


@attrs.frozen(kw_only=True)
class Report:
    """What is told of a run of the tests.

    Attributes:
        failed: the names of the tests that failed, as far as they are told.
        stdout: what was written.
        stderr: what was written as errors; below it which tests failed, and last the error of the first of them, so
            that whoever looks for the reason at the end finds it.
        exit_code: 0 when all passed; None when they were stopped.
        missing: why the tests could not be run at all, in a sentence; empty when they were.
        hint: what to do about that.
    """

    failed: tuple[str, ...] = ()
    stdout: str = ""
    stderr: str = ""
    exit_code: int | None = 0
    missing: str = ""
    hint: str = ""


def read_report(verdict: Verdict, suite: Suite, file: str) -> Report:
    """Read how the tests ended; `file` is the name of the student's file."""
    outcome = verdict.outcome
    if verdict.case is not None:
        return _of_case(verdict, verdict.case, suite)
    if suite.check.command:
        said = f"{outcome.stdout}\n{outcome.stderr}"
        if not outcome.timed_out and (missing := _missing(said, outcome.exit_code, suite)):
            return Report(missing=missing, hint="Tell your teacher.")
        if not verdict.passed:
            names = failed_tests(said)
            parts = (outcome.stderr.rstrip(), _sentence(names), first_error(said, file))
            stderr = outcome.stderr if outcome.timed_out else _lines(parts)
            return Report(failed=names, stdout=outcome.stdout, stderr=stderr, exit_code=outcome.exit_code)
        return Report(stdout=outcome.stdout, stderr=outcome.stderr)
    count = len(suite.check.cases)
    return Report(stdout=f"{count} of {count} cases passed.\n")


def _of_case(verdict: Verdict, case: Case, suite: Suite) -> Report:
    outcome, name = verdict.outcome, f"case {verdict.number}"
    place = f"{name} of {len(suite.check.cases)}"
    parts = [f"Test failed: {place}", outcome.stderr]
    if outcome.exit_code == 0:
        wrong = f"Test failed: {place} printed {_quoted(outcome.stdout)} instead of {_quoted(case.stdout)}"
        parts = [outcome.stderr.rstrip(), wrong]
    exit_code = outcome.exit_code if outcome.exit_code != 0 else 1
    return Report(failed=(name,), stdout=outcome.stdout, stderr=_lines(parts), exit_code=exit_code)


def _lines(parts: Iterable[str]) -> str:
    return "\n".join(part.rstrip() for part in parts if part.strip()) + "\n"


def _sentence(names: Sequence[str]) -> str:
    return f"Test{'s' * (len(names) > 1)} failed: {', '.join(names)}" if names else "The tests failed."


def _missing(said: str, exit_code: int | None, suite: Suite) -> str:
    if module := missing_module(said, suite.files, [*suite.files, *suite.given]):
        return f"The tests of this challenge need `{module}`, which is not installed here."
    if exit_code in _NO_SUCH_COMMAND:
        return "The tests of this challenge need a program that is not installed here."
    return "No test was found in the tests of this challenge." if none_ran(said) else ""


def failed_tests(said: str) -> tuple[str, ...]:
    """The names of the tests that failed, as far as they are told."""
    names = (_short(next(filter(None, found.groups()))) for found in _FAILED.finditer(said))
    return tuple(dict.fromkeys(names))[:MOST_NAMED]


def _short(name: str) -> str:
    """A name without the file it is in; the name of the file, when that is all there is."""
    last = name.rpartition("::")[2].strip()
    return _name(last) if PureWindowsPath(last).is_absolute() or last.startswith("/") else last


def first_error(said: str, file: str) -> str:
    """The error of the first test that failed as Python would write it, with its place if that is in a file.

    Args:
        said: what the tests wrote.
        file: the name of the student's file.
    """
    block = _BLOCK.search(said)
    text = _PYTEST_ERROR.sub(" ", block[0] if block else said)
    errors = _ERROR.findall(text)
    reported = _REPORTED.search(text)
    error = errors[-1] if block and errors else reported[1] if reported else errors[0] if errors else ""
    if not error:
        return ""
    return f"{_place(text, file)}{error if _ERROR.match(error) else f'AssertionError: {error}'}"


def _place(text: str, file: str) -> str:
    frames = [found[0] for found in _FRAME.finditer(text) if _name(found[1]) == file]
    if frames:
        return "".join(line for line in frames[-1].splitlines(keepends=True) if not _ERROR.match(line))
    places = [found for found in _PYTEST_FRAME.finditer(text) if _name(found[1]) == file]
    return f'  File "{file}", line {places[0][2]}\n' if places else ""


def missing_module(said: str, tests: Collection[str], files: Collection[str]) -> str:
    """The module that the tests themselves need and that is not installed; empty when nothing is missing.

    Args:
        said: what the tests wrote.
        tests: the paths of the tests' files.
        files: every path beside each other.
    """
    if found := _NOT_INSTALLED.fullmatch(said.strip()):
        return found[1]
    there = {PureWindowsPath(path).parts[0].removesuffix(".py") for path in files}
    for found in islice(_NOT_IMPORTED.finditer(said), MOST_NAMED):
        frames = list(_FRAME.finditer(said, 0, found.start()))
        if found[1] not in there and frames and _name(frames[-1][1]) in set(map(_name, tests)):
            return found[1]
    return ""


def none_ran(said: str) -> bool:
    """Whether the tests' runner found no test at all."""
    return _NONE_RAN.search(said) is not None


def _name(path: str) -> str:
    return PureWindowsPath(path).name


def _quoted(text: str) -> str:
    short = text.rstrip()
    return repr(short if len(short) <= LONGEST_QUOTE else f"{short[:LONGEST_QUOTE]}…")
