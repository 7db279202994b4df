"""Reads the exercises of a track into drafts: statement, stub, tests, reference, hints, and what the track says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from taco_lsp.authoring.draft import Draft, Source
from taco_lsp.authoring.exercism.declared import Files, Unusable, read_files
from taco_lsp.authoring.exercism.hints import hints_of
from taco_lsp.authoring.exercism.track import Listing, Track
from taco_lsp.authoring.importing import Found, Skipped
from taco_lsp.authoring.text_files import Unreadable, read_prose
from taco_lsp.testing.suite import Check

_STATEMENT = (
    ".docs/introduction.md",
    ".docs/introduction.append.md",
    ".docs/instructions.md",
    ".docs/instructions.append.md",
)
"""In the order a student reads them; only the instructions must be there."""

_REQUIRED = ".docs/instructions.md"


def exercises(track: Track) -> Iterator[Found]:
    """Read every exercise of a track, the ones that cannot be used as `Skipped`; one at a time is in memory.

    The last one comes first: students see the newest challenge first, so their list has the order of the track.
    """
    for listing in reversed(track.listings):
        try:
            yield read_exercise(track, listing)
        except Unusable as error:
            yield Skipped(slug=listing.slug, reason=str(error))
    yield from track.skipped


def read_exercise(track: Track, listing: Listing) -> Draft:
    """Read one exercise.

    Raises:
        Unusable: it cannot be imported; the error says why.
    """
    folder = track.folder / "exercises" / listing.kind / listing.slug
    if not folder.is_dir():
        raise Unusable(f"its folder exercises/{listing.kind}/{listing.slug} is missing")
    files = read_files(folder, listing, track)
    return Draft(
        source=Source(collection=f"exercism/{track.slug}", slug=listing.slug),
        title=listing.name,
        statement="\n\n".join(_statement(folder)),
        files=files.solution,
        main=next(iter(files.solution)),
        tests=files.tests,
        check=Check(command=_command(files)),
        hints=hints_of(_prose(folder, ".docs/hints.md")),
        solutions=(files.reference,) if files.reference else (),
        difficulty=listing.difficulty,
        prerequisites=listing.prerequisites,
        concepts=listing.concepts,
    )


def _statement(folder: Path) -> Iterator[str]:
    for name in _STATEMENT:
        text = _prose(folder, name, required=name == _REQUIRED)
        if text.strip():
            yield text.strip("\n")


def _prose(folder: Path, name: str, *, required: bool = False) -> str:
    try:
        return read_prose(folder / name)
    except Unreadable as error:
        if required or str(error) != "is missing":
            raise Unusable(f"{name} {error}") from error
        return ""


def _command(files: Files) -> tuple[str, ...]:
    """Say how the tests are run where that is certain: by the make file's rule, or by what the tests import."""
    if "makefile" in files.tests:
        return ("make", "test")
    if all(path.endswith(".py") for path in files.solution):
        uses_pytest = any("import pytest" in text for path, text in files.tests.items() if path.endswith("_test.py"))
        return ("{python}", "-m", "pytest", "-q") if uses_pytest else ()
    return ("npm", "test") if "package.json" in files.tests else ()
