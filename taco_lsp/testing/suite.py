"""Which tests a challenge has, and how they are run. Runs nothing.

A challenge whose tests nobody can run here, such as those that first need packages from the network, has none.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

import attrs

from taco_lsp.tutor.materials import read_materials

_USUAL: Mapping[str, tuple[str, ...]] = {
    ".py": ("{python}", "-m", "unittest", "discover", "-s", ".", "-p", "*test*.py"),
    ".js": ("{node}", "--test"),
    ".mjs": ("{node}", "--test"),
}
"""By the main file's extension, how files in tests/ are run when the teacher does not say."""

_PACKAGES = "package.json"


@attrs.frozen(kw_only=True)
class Case:
    """Input for the program and the output it should have."""

    stdin: str = ""
    stdout: str
    args: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Check:
    """How the tests are run: a command in the challenge's folder that ends with 0, and cases for the main file."""

    command: tuple[str, ...] = ()
    cases: tuple[Case, ...] = ()


@attrs.frozen(kw_only=True)
class Suite:
    """The tests of a challenge that can be run.

    Attributes:
        main: the file that the cases run.
        given: the files that a student begins with.
        files: those of the tests.
        check: at least a command or a case.
    """

    main: str
    given: Mapping[str, str]
    files: Mapping[str, str]
    check: Check


def make_suite(main: str, given: Mapping[str, str], files: Mapping[str, str], check: Check) -> Suite | None:
    """Give the tests with the command that runs their files; None when there is nothing to run."""
    command = check.command
    if files and not command:
        command = _USUAL.get(PurePosixPath(main).suffix.lower(), ())
    if not (command or check.cases):
        return None
    return Suite(main=main, given=given, files=files, check=attrs.evolve(check, command=command))


def suite_of(support_materials: Mapping[str, Any] | None) -> Suite | None:
    """Read the tests of a challenge that a student can run; None when there are none."""
    given = support_materials or {}
    found = read_materials(given)
    if found.main is None or _needs_packages(found.tests):
        return None
    check = given.get("check")
    return make_suite(found.main, found.files, found.tests, _check(check) if isinstance(check, Mapping) else Check())


def _check(given: Mapping[str, Any]) -> Check:
    command, cases = given.get("command"), given.get("cases")
    return Check(command=_words(command) or (), cases=tuple(_cases(cases)) if isinstance(cases, list | tuple) else ())


def _cases(given: list[Any] | tuple[Any, ...]) -> Iterator[Case]:
    for item in given:
        if not isinstance(item, Mapping):
            continue
        stdin, stdout, args = item.get("stdin", ""), item.get("stdout"), _words(item.get("args", ()))
        if isinstance(stdin, str) and isinstance(stdout, str) and args is not None:
            yield Case(stdin=stdin, stdout=stdout, args=args)


def _words(given: Any) -> tuple[str, ...] | None:
    fits = isinstance(given, list | tuple) and all(isinstance(word, str) for word in given)
    return tuple(given) if fits else None


def _needs_packages(files: Mapping[str, str]) -> bool:
    """Whether the tests need packages that would have to be installed first."""
    try:
        wanted = json.loads(files.get(_PACKAGES, "{}"))
    except ValueError:
        return True
    return isinstance(wanted, dict) and bool(wanted.get("dependencies") or wanted.get("devDependencies"))
