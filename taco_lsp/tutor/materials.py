"""Typed views of a challenge's JSON columns: starter files, tests, teacher hints, reference solutions.

Shapes, as authoring tools write them:

    support_materials   {"files": {path: text}, "main": path, "tests": {path: text},
                         "hints": [{"rung": 1, "text": "…"}],
                         "earlier": {path: [digest]}, "documents": {path: text},
                         "check": {"command": [word], "cases": [{"stdin": "…", "stdout": "…", "args": []}]},
                         "difficulty": 1, "prerequisites": [concept], "concepts": [concept],
                         "source": {"collection": "…", "slug": "…"}}
    possible_solutions  {"solutions": [{"files": {path: text}}]}

Everything but files, main and tests may be missing. `earlier` are digests of what a student's files held before the
teacher changed them, so that an untouched copy is known for what it is. Anything else in the columns is left alone.
Paths are relative and use `/`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

import attrs

from storage.records import Challenge, Json
from taco_lsp.tutor.builtin import Hint

STATEMENT_FILE = "README.md"
"""Where the statement stands in a student's folder."""


@attrs.frozen(kw_only=True)
class Materials:
    """What a challenge gives a student to start with, and the teacher's hints by rung."""

    files: Mapping[str, str]
    tests: Mapping[str, str]
    hints: tuple[Hint, ...]
    earlier: Mapping[str, frozenset[str]] = attrs.field(factory=dict)
    main: str | None

    @property
    def paths(self) -> tuple[str, ...]:
        """Starter files, the main one first."""
        return tuple(sorted(self.files, key=lambda path: path != self.main))

    def was_given(self, path: str, text: str) -> bool:
        """Tell whether a file holds what the teacher once put there: nobody's work."""
        return digest(text) in self.earlier.get(path, frozenset())

    @property
    def starter(self) -> str | None:
        """What the main file held when the student began."""
        return self.files.get(self.main or "")


def materials(challenge: Challenge) -> Materials:
    """Read the support materials; unsafe paths (absolute, or climbing out of the folder) are left out."""
    return read_materials(challenge.support_materials or {})


def read_materials(given: Json) -> Materials:
    """Read the column `support_materials`, with the same care."""
    files = _texts(given.get("files"))
    main = given.get("main")
    return Materials(
        files=files,
        tests=_texts(given.get("tests")),
        earlier=_digests(given.get("earlier")),
        hints=tuple(hint for item in _items(given.get("hints")) if (hint := _hint(item))),
        main=main if isinstance(main, str) and main in files else next(iter(files), None),
    )


@attrs.frozen(kw_only=True)
class About:
    """How hard a challenge is (1 to 10), which concepts it takes, and which it practises."""

    difficulty: int | None
    prerequisites: tuple[str, ...]
    concepts: tuple[str, ...]


def about(challenge: Challenge) -> About:
    """Read what the teacher says about a challenge; what does not fit is left out."""
    given = challenge.support_materials or {}
    difficulty = given.get("difficulty")
    return About(
        difficulty=difficulty if isinstance(difficulty, int) else None,
        prerequisites=tuple(item for item in _items(given.get("prerequisites")) if isinstance(item, str)),
        concepts=tuple(item for item in _items(given.get("concepts")) if isinstance(item, str)),
    )


def statement_text(challenge: Challenge) -> str:
    """Give what the statement's file holds."""
    return f"# {challenge.title}\n\n{challenge.statement}\n"


def references(challenge: Challenge) -> tuple[str, ...]:
    """Every text of every reference solution, for the guard alone."""
    solutions = _items((challenge.possible_solutions or {}).get("solutions"))
    return tuple(text for item in solutions if isinstance(item, Mapping) for text in _texts(item.get("files")).values())


def digest(text: str) -> str:
    """Give what recognises a text that is no longer there."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def is_safe(path: str) -> bool:
    """Tell whether a relative path stays inside its folder and out of hidden ones (`.git`), on every platform."""
    place = PurePosixPath(path.replace("\\", "/"))
    inside = bool(place.parts) and not place.is_absolute() and ".." not in place.parts
    visible = not any(part.startswith(".") for part in place.parent.parts)
    return inside and visible and ":" not in path and path.isprintable()


def _texts(given: Any) -> Mapping[str, str]:
    if not isinstance(given, Mapping):
        return {}
    return {path: text for path, text in given.items() if isinstance(text, str) and is_safe(path)}


def _digests(given: Any) -> Mapping[str, frozenset[str]]:
    if not isinstance(given, Mapping):
        return {}
    return {path: frozenset(item for item in _items(found) if isinstance(item, str)) for path, found in given.items()}


def _items(given: Any) -> Sequence[Any]:
    return given if isinstance(given, list | tuple) else ()


def _hint(item: Any) -> Hint | None:
    fits = isinstance(item, Mapping) and isinstance(item.get("rung"), int) and isinstance(item.get("text"), str)
    return Hint(rung=item["rung"], text=item["text"]) if fits else None
