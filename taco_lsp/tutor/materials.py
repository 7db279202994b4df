"""Typed views of a challenge's JSON columns: starter files, tests, teacher hints, reference solutions.

Shapes, as authoring tools write them:

    support_materials   {"files": {path: text}, "main": path, "tests": {path: text},
                         "hints": [{"rung": 1, "text": "…"}]}
    possible_solutions  {"solutions": [{"files": {path: text}}]}

Anything else in the columns is left alone. Paths are relative and use `/`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

import attrs

from storage.records import Challenge
from taco_lsp.tutor.builtin import Hint


@attrs.frozen(kw_only=True)
class Materials:
    """What a challenge gives a student to start with, and the teacher's hints by rung."""

    files: Mapping[str, str]
    tests: Mapping[str, str]
    hints: tuple[Hint, ...]
    main: str | None

    @property
    def paths(self) -> tuple[str, ...]:
        """Starter files, the main one first."""
        return tuple(sorted(self.files, key=lambda path: path != self.main))

    @property
    def starter(self) -> str | None:
        """What the main file held when the student began."""
        return self.files.get(self.main or "")


def materials(challenge: Challenge) -> Materials:
    """Read the support materials; unsafe paths (absolute, or climbing out of the folder) are left out."""
    given = challenge.support_materials or {}
    files = _texts(given.get("files"))
    main = given.get("main")
    return Materials(
        files=files,
        tests=_texts(given.get("tests")),
        hints=tuple(hint for item in _items(given.get("hints")) if (hint := _hint(item))),
        main=main if isinstance(main, str) and main in files else next(iter(files), None),
    )


def references(challenge: Challenge) -> tuple[str, ...]:
    """Every text of every reference solution, for the guard alone."""
    solutions = _items((challenge.possible_solutions or {}).get("solutions"))
    return tuple(text for item in solutions if isinstance(item, Mapping) for text in _texts(item.get("files")).values())


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


def _items(given: Any) -> Sequence[Any]:
    return given if isinstance(given, list | tuple) else ()


def _hint(item: Any) -> Hint | None:
    fits = isinstance(item, Mapping) and isinstance(item.get("rung"), int) and isinstance(item.get("text"), str)
    return Hint(rung=item["rung"], text=item["text"]) if fits else None
