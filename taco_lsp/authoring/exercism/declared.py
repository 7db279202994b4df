"""Which file of an exercise is what: stub, tests, reference, and whatever else lies beside them.

An exercise declares its files in `.meta/config.json`; where it does not, the track's patterns say where they usually
are. Tests often need files that nobody declares (data, makefiles, a test framework), so everything visible in the
folder goes along, unless it is no text and no file mentions it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

import attrs

from taco_lsp.authoring.exercism.track import BadJson, Listing, Track, read_json, table_of, texts_of
from taco_lsp.authoring.text_files import Unreadable, is_inside, read_exact, visible_files
from taco_lsp.tutor.materials import STATEMENT_FILE, is_safe

META = ".meta/config.json"
_WRITTEN_BY_THE_SITE = frozenset({STATEMENT_FILE, "HELP.md", "HINTS.md"})
"""What a downloaded exercise has instead of .docs/, and nobody needs beside the statement."""


class Unusable(Exception):
    """An exercise that cannot be imported; `str(error)` says why, in words that go on after its name."""


@attrs.frozen(kw_only=True)
class Files:
    """The files of an exercise by what they are for; `solution` is the student's stub, the main file first."""

    solution: Mapping[str, str]
    tests: Mapping[str, str]
    reference: Mapping[str, str]


def read_files(folder: Path, listing: Listing, track: Track) -> Files:
    """Read the files of an exercise.

    Raises:
        Unusable: one is missing or no text, or nothing says which they are.
    """
    declared = _declared(folder, listing, track)
    solution = _texts(folder, declared["solution"], "files.solution")
    tests = _texts(folder, [path for path in declared["test"] if path not in solution], "files.test")
    given = [path for key, paths in declared.items() if key not in _OWN for path in paths if path not in solution]
    tests |= _texts(folder, given, "files")
    tests |= _helpers(folder, {**solution, **tests})
    examples = declared["exemplar"] or declared["example"]
    reference = _texts(folder, examples, "files.exemplar" if declared["exemplar"] else "files.example")
    return Files(solution=solution, tests=tests, reference=_as_solution(folder, reference, tuple(solution)))


_OWN = frozenset({"solution", "test", "example", "exemplar"})


def _declared(folder: Path, listing: Listing, track: Track) -> dict[str, tuple[str, ...]]:
    try:
        said = table_of(read_json(folder / META).get("files"))
    except BadJson as error:
        raise Unusable(f"{META} {error}") from error
    usual = {key: tuple(_filled(pattern, listing.slug) for pattern in paths) for key, paths in track.patterns.items()}
    found = {key: texts_of(value) for key, value in said.items()}
    for key in ("solution", "test"):
        found[key] = found.get(key) or usual.get(key, ())
        if not found[key]:
            raise Unusable(f"{META} does not say which files are its {key} (files.{key})")
    mine = "exemplar" if listing.kind == "concept" else "example"
    for key in ("exemplar", "example"):
        found.setdefault(key, ())
    if not found["exemplar"] and not found["example"]:
        found[mine] = usual.get(mine, ())
    return found


def _filled(pattern: str, slug: str) -> str:
    """Fill a pattern such as `%{snake_slug}_test.py` in."""
    words = re.split(r"[-_]", slug)
    pascal = "".join(word[:1].upper() + word[1:] for word in words)
    forms = {
        "kebab_slug": slug,
        "snake_slug": "_".join(words),
        "camel_slug": pascal[:1].lower() + pascal[1:],
        "pascal_slug": pascal,
    }
    return re.sub(r"%\{(\w+)\}", lambda found: forms.get(found[1], found[0]), pattern)


def _texts(folder: Path, paths: tuple[str, ...] | list[str], where: str) -> dict[str, str]:
    return {path: _text(folder, path, where) for path in paths}


def _text(folder: Path, path: str, where: str) -> str:
    place = PurePosixPath(path)
    hidden = place.parts[:1] == (".meta",)
    safe = is_safe(str(place.relative_to(".meta")) if hidden and len(place.parts) > 1 else path)
    if not safe or not is_inside(folder / path, folder):
        raise Unusable(f"{where} names {path}, which is not in its folder")
    try:
        return read_exact(folder / path)
    except Unreadable as error:
        raise Unusable(f"{path} ({where}) {error}") from error


def _helpers(folder: Path, known: Mapping[str, str]) -> dict[str, str]:
    """Read everything else a student's folder should hold.

    Raises:
        Unusable: a file is no text, and another one needs it.
    """
    found: dict[str, str] = {}
    for path, file in visible_files(folder):
        if path in known or path in _WRITTEN_BY_THE_SITE or not is_safe(path):
            continue
        try:
            found[path] = read_exact(file)
        except Unreadable as error:
            if any(file.name in text for text in known.values()):
                raise Unusable(f"its files need {path}, which {error}") from error
    return found


def _as_solution(folder: Path, reference: Mapping[str, str], stubs: tuple[str, ...]) -> dict[str, str]:
    """Give the reference's files the paths of the stubs they stand for.

    A file stands for the stub of the same name, or else for the first of the same kind that is left. The others go
    beside the first stub, as do files that nobody declares but that lie in the reference's own folder.
    """
    left = list(stubs)
    placed: dict[str, str] = {}
    for path, text in {**reference, **_siblings(folder, reference)}.items():
        same_name = [stub for stub in left if PurePosixPath(stub).name == PurePosixPath(path).name]
        same_kind = [stub for stub in left if PurePosixPath(stub).suffix == PurePosixPath(path).suffix]
        if target := next(iter([*same_name, *(same_kind if path in reference else [])]), None):
            left.remove(target)
        else:
            target = str(PurePosixPath(stubs[0]).with_name(PurePosixPath(path).name))
        placed[target] = text
    return placed


def _siblings(folder: Path, reference: Mapping[str, str]) -> dict[str, str]:
    """Read what lies beside a reference that has a folder of its own below .meta, and is of the same kind."""
    found: dict[str, str] = {}
    for place, kind in {(PurePosixPath(path).parent, PurePosixPath(path).suffix) for path in reference}:
        if len(place.parts) < 2:  # .meta itself holds other things too
            continue
        for name, file in visible_files(folder / place):
            path = str(place / name)
            if "/" not in name and file.suffix == kind and path not in reference:
                found[path] = _text(folder, path, "beside the reference")
    return found
