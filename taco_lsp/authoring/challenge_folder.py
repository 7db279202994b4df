"""Reads a challenge from a folder of plain files. Writes nothing, runs nothing, and asks no store.

challenge.toml      title, main file, tests, policy; see `manifest`
statement.md        what the student reads
starter/            the files a student begins with
tests/              files the tests need, beside the starter's in the student's folder; optional
hints/1.md … 5.md   the teacher's hint for each rung; `2-loops.md` is a second one for rung 2; optional
solutions/NAME/     reference solutions, each with the starter's paths, never shown; optional
solution/           the same for a single one
materials/          Markdown that the tutor may draw on; optional

docs/authoring.md describes it for teachers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from uuid import UUID

import attrs

from storage.records import Challenge
from taco_lsp.authoring.draft import Draft, Source, possible_solutions, support_materials
from taco_lsp.authoring.folder_reader import FolderReader
from taco_lsp.authoring.manifest import NAME, SEE, Manifest
from taco_lsp.authoring.problems import Problem
from taco_lsp.errors import InvalidParams

COLLECTION = "folder"


@attrs.frozen(kw_only=True)
class Reading:
    """What a folder holds: the draft unless an error keeps it from being one, and every problem."""

    draft: Draft | None
    problems: tuple[Problem, ...] = ()

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that must be put right first."""
        return tuple(problem for problem in self.problems if problem.level == "error")


def read_draft(folder: Path) -> Draft:
    """Read a folder that must be right.

    Raises:
        InvalidParams: the first problem, with its file and line.
    """
    reading = read_folder(folder)
    if reading.draft is None:
        first, *rest = reading.errors
        more = f" `taco challenge check` names {len(rest)} more." if rest else ""
        raise InvalidParams(str(first), f"{first.hint or SEE}{more}")
    return reading.draft


def read_challenge(folder: Path, *, model_id: UUID, class_id: UUID | None = None) -> Challenge:
    """Read the folder as a new challenge.

    Raises:
        InvalidParams: a file is missing or cannot be read; the message names it.
    """
    draft = read_draft(folder)
    return Challenge(
        class_id=class_id,
        model_id=model_id,
        title=draft.title,
        statement=draft.statement,
        support_materials=support_materials(draft),
        possible_solutions=possible_solutions(draft),
        tutor_policy=draft.policy,
    )


def read_folder(folder: Path) -> Reading:
    """Read a folder and find every problem that reading it can find."""
    if not folder.is_dir():
        message = f"There is no folder {folder}."
        return Reading(draft=None, problems=(Problem(message=message, hint="`taco challenge new` makes one."),))
    reader = FolderReader(folder)
    manifest = reader.manifest()
    starter, tests = reader.files("starter"), reader.files("tests")
    main = _main(manifest, starter)
    solutions = reader.solutions()
    draft = Draft(
        source=Source(collection=COLLECTION, slug=manifest.slug or slug_of(folder)),
        title=manifest.title or folder.resolve().name,
        statement=reader.prose("statement.md"),
        files=starter,
        main=main,
        tests=tests,
        check=manifest.check,
        hints=(*reader.hints(), *manifest.hints),
        solutions=tuple(solutions.values()),
        documents=reader.documents(),
        policy=manifest.policy,
        difficulty=manifest.difficulty,
        prerequisites=manifest.prerequisites,
        concepts=manifest.concepts,
    )
    problems = (
        *reader.problems,
        *_starter_problems(manifest, starter),
        *_overlaps(starter, tests),
        *_solution_problems(draft, solutions),
    )
    broken = any(problem.level == "error" for problem in problems)
    return Reading(draft=None if broken else draft, problems=problems)


def slug_of(folder: Path) -> str:
    """Name a folder the way challenges are named."""
    return re.sub(r"[^a-z0-9._-]+", "-", folder.resolve().name.lower()).strip("-.") or "challenge"


def _main(manifest: Manifest, starter: Mapping[str, str]) -> str:
    return manifest.main or next(iter(starter), "")


def _starter_problems(manifest: Manifest, starter: Mapping[str, str]) -> Iterator[Problem]:
    main = _main(manifest, starter)
    if main not in starter:
        message = f"main: starter/{main} is missing." if main else "There is no file in this folder."
        hint = "Put the student's first file into starter/."
        yield Problem(message=message, hint=hint, file=NAME if main else "starter/")


def _overlaps(starter: Mapping[str, str], tests: Mapping[str, str]) -> Iterator[Problem]:
    for path in sorted(starter.keys() & tests.keys()):
        yield Problem(message=f"It is in starter/{path} too.", hint="Remove one of the two.", file=f"tests/{path}")
    names: dict[str, str] = {}
    for path in (*starter, *tests):
        other = names.setdefault(path.lower(), path)
        if other != path:
            message = f"{path} and {other} are one file on many computers."
            yield Problem(message=message, hint="Give one of them another name.", file=path)


def _solution_problems(draft: Draft, solutions: Mapping[str, Mapping[str, str]]) -> Iterable[Problem]:
    for name, files in solutions.items():
        if not files.keys() & draft.files.keys():
            message = "None of its files has the name of a file in starter/, so it replaces nothing."
            yield Problem(message=message, hint=f"Call it {name}/{draft.main}, for instance.", file=name)
