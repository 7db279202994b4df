"""Reads a track's own `config.json`: its name, which exercises and concepts it lists, and where files usually are.

The format is Exercism's (exercism/docs, building/configlet and building/tracks/config-json.md). What does not fit it is
left out and named; an exercise is read by `exercise`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

import attrs

from taco_lsp.authoring.importing import Skipped
from taco_lsp.authoring.text_files import Unreadable, read_prose
from taco_lsp.errors import InvalidParams

Kind = Literal["concept", "practice"]
_KINDS: tuple[Kind, ...] = ("concept", "practice")
_SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_NOT_FOR_STUDENTS: Mapping[str, str] = {
    "deprecated": "the track has deprecated it",
    "wip": "the track says it is not finished (wip)",
}


@attrs.frozen(kw_only=True)
class Listing:
    """An exercise as the track lists it."""

    slug: str
    name: str
    kind: Kind
    difficulty: int | None = None
    prerequisites: tuple[str, ...] = ()
    concepts: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Track:
    """A track: what it lists, what it lists and nobody can use, its concepts by slug, and its patterns of paths."""

    folder: Path
    slug: str
    language: str
    listings: tuple[Listing, ...]
    skipped: tuple[Skipped, ...]
    concepts: Mapping[str, str]
    patterns: Mapping[str, tuple[str, ...]]


class BadJson(Exception):
    """A file that is no JSON object; `str(error)` goes on after the file's name."""


def read_track(folder: Path) -> Track:
    """Read a track.

    Raises:
        InvalidParams: its config.json is missing or broken.
    """
    try:
        config = read_json(folder / "config.json")
    except BadJson as error:
        hint = "Give the folder of a track, as in the repository exercism/python."
        raise InvalidParams(f"The track's config.json {error}.", hint) from error
    found = list(_entries(folder, config))
    slug = text_of(config.get("slug")) or folder.resolve().name
    return Track(
        folder=folder,
        slug=slug,
        language=text_of(config.get("language")) or slug,
        listings=tuple(item for item in found if isinstance(item, Listing)),
        skipped=tuple(item for item in found if isinstance(item, Skipped)),
        concepts=dict(_concepts(config)),
        patterns={key: texts_of(value) for key, value in table_of(config.get("files")).items()},
    )


def read_json(file: Path) -> Mapping[str, Any]:
    """Read a file that must hold a JSON object.

    Raises:
        BadJson: it does not.
    """
    try:
        value = json.loads(read_prose(file))
    except Unreadable as error:
        raise BadJson(str(error)) from error
    except json.JSONDecodeError as error:
        raise BadJson(f"is not valid JSON: {error.msg} in line {error.lineno}") from error
    except RecursionError as error:
        raise BadJson("is not valid JSON: it is nested too deep") from error
    if not isinstance(value, Mapping):
        raise BadJson("does not hold an object")
    return value


def text_of(value: Any) -> str:
    """Give a text that says something, stripped; empty for anything else."""
    return value.strip() if isinstance(value, str) else ""


def texts_of(value: Any) -> tuple[str, ...]:
    """Give the texts of a list, without repetition; empty for anything else."""
    found = (text_of(item) for item in value) if isinstance(value, list) else ()
    return tuple(dict.fromkeys(text for text in found if text))


def table_of(value: Any) -> Mapping[str, Any]:
    """Give an object; empty for anything else."""
    return value if isinstance(value, Mapping) else {}


def _entries(folder: Path, config: Mapping[str, Any]) -> Iterator[Listing | Skipped]:
    """Go through the exercises in the order of the track, and then through folders it does not list."""
    seen = set[str]()
    exercises = table_of(config.get("exercises"))
    for kind in _KINDS:
        listed = exercises.get(kind)
        for number, entry in enumerate(listed if isinstance(listed, list) else (), 1):
            found = _listing(kind, number, table_of(entry))
            if found.slug in seen:
                found = Skipped(slug=found.slug, reason="the track lists it twice; the first one counts")
            seen.add(found.slug)
            yield found
    for kind in _KINDS:
        for place in sorted(path for path in (folder / "exercises" / kind).glob("*") if path.is_dir()):
            if place.name not in seen:
                yield Skipped(slug=place.name, reason="the track's config.json does not list it")


def _listing(kind: Kind, number: int, entry: Mapping[str, Any]) -> Listing | Skipped:
    slug = text_of(entry.get("slug"))
    if not _SLUG.fullmatch(slug):
        reason = f"entry {number} of the {kind} exercises in config.json has no usable slug"
        return Skipped(slug=slug or f"{kind}-{number}", reason=reason)
    if reason := _NOT_FOR_STUDENTS.get(text_of(entry.get("status")), ""):
        return Skipped(slug=slug, reason=reason)
    difficulty = entry.get("difficulty")
    is_level = isinstance(difficulty, int) and not isinstance(difficulty, bool) and 1 <= difficulty <= 10
    return Listing(
        slug=slug,
        name=text_of(entry.get("name")) or slug.replace("-", " ").title(),
        kind=kind,
        difficulty=difficulty if is_level else None,
        prerequisites=texts_of(entry.get("prerequisites")),
        concepts=texts_of(entry.get("concepts" if kind == "concept" else "practices")),
    )


def _concepts(config: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    listed = config.get("concepts")
    for entry in map(table_of, listed if isinstance(listed, list) else ()):
        slug = text_of(entry.get("slug"))
        if _SLUG.fullmatch(slug):
            yield slug, text_of(entry.get("name")) or slug
