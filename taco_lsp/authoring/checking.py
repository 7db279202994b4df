"""Checks a challenge folder: its files, that the solutions pass the tests, and that nothing gives them away.

Only a solution that passes tests which the starter fails proves that the tests test something.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import attrs

from taco_lsp.authoring.challenge_folder import read_folder
from taco_lsp.authoring.draft import Draft
from taco_lsp.authoring.leaks import leaks
from taco_lsp.authoring.problems import Problem
from taco_lsp.authoring.proof import Trial, try_out
from taco_lsp.runner import RunnerError
from taco_lsp.testing.suite import Suite


@attrs.frozen(kw_only=True)
class Checked:
    """What came of a check."""

    folder: Path
    title: str
    problems: tuple[Problem, ...]

    @property
    def ok(self) -> bool:
        """Whether the challenge may be given to students."""
        return all(problem.level == "warning" for problem in self.problems)


async def check(folder: Path) -> Checked:
    """Check a folder; its tests and solutions are run, so be sure to trust who wrote them."""
    reading = read_folder(folder)
    problems = list(reading.problems)
    if reading.draft is not None:
        problems += leaks(reading.draft)
        problems += [problem async for problem in _proof(reading.draft)]
    return Checked(folder=folder, title=reading.draft.title if reading.draft else folder.name, problems=tuple(problems))


async def _proof(draft: Draft) -> AsyncIterator[Problem]:
    if not draft.solutions:
        hint = "Put one into solutions/1/: the guard needs it, too."
        yield _warning("There is no reference solution, so nothing shows that the task can be solved.", hint)
    suite = draft.suite
    if suite is None:
        hint = "Put test files into tests/, or [[tests.cases]] into challenge.toml."
        if draft.tests:
            hint = "Say in challenge.toml how to run tests/: [tests], command."
        yield _warning("There are no tests that can be run, so nothing is proved.", hint)
        return
    try:
        async for problem in _trials(draft, suite):
            yield problem
    except RunnerError as error:
        yield Problem(message=f"The tests could not be run: {error}", hint=error.hint, file="tests/")


async def _trials(draft: Draft, suite: Suite) -> AsyncIterator[Problem]:
    for number, solution in enumerate(draft.solutions, 1):
        trial = await try_out(suite, solution)
        if not trial.passed:
            yield _failed(number, len(draft.solutions), trial)
    if (await try_out(suite, {})).passed:
        hint = "Make sure that the tests are found, and that they test what the student has to write."
        yield Problem(message="The starter passes the tests as it is.", hint=hint, file="tests/")


def _failed(number: int, of: int, trial: Trial) -> Problem:
    which = "The reference solution" if of == 1 else f"Reference solution {number} of {of}"
    return Problem(message=f"{which} does not pass the tests. {trial.detail}", file="solutions/")


def _warning(message: str, hint: str) -> Problem:
    return Problem(message=message, hint=hint, level="warning")
