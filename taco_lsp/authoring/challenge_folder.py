"""Reads a challenge from a folder of plain files. Writes nothing and checks only the shape.

challenge.toml      title, main, [[hints]] rung and text, [policy]
statement.md        what the student reads
starter/            the files a student begins with
tests/              files the tests need; optional
solution/           reference solutions for the guard, never shown; optional
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from storage.records import Challenge
from taco_lsp.errors import InvalidParams

T = TypeVar("T")


def read_challenge(folder: Path, *, model_id: UUID, class_id: UUID | None = None) -> Challenge:
    """Read the folder as a new challenge.

    Raises:
        InvalidParams: a file is missing or cannot be read; the message names it.
    """
    about = _about(folder / "challenge.toml")
    starter = _files(folder / "starter")
    solution = _files(folder / "solution")
    main = _given(about, "main", str, "a text") or next(iter(starter), None)
    if main not in starter:
        raise InvalidParams(f"starter/{main or ''} is missing.", "Put the student's first file into starter/.")
    return Challenge(
        class_id=class_id,
        model_id=model_id,
        title=_given(about, "title", str, "a text") or folder.name,
        statement=_text(folder / "statement.md"),
        support_materials={
            "files": starter,
            "main": main,
            "tests": _files(folder / "tests"),
            "hints": _given(about, "hints", list, "a list of tables") or [],
        },
        possible_solutions={"solutions": [{"files": solution}]} if solution else None,
        tutor_policy=_given(about, "policy", dict, "a table"),
    )


def _about(file: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(_text(file))
    except tomllib.TOMLDecodeError as error:
        raise InvalidParams(f"{file.name} is not valid TOML: {error}.") from error


def _given(about: Mapping[str, Any], key: str, type_: type[T], wanted: str) -> T | None:
    value = about.get(key)
    if value is not None and not isinstance(value, type_):
        raise InvalidParams(f"challenge.toml: {key} must be {wanted}.", "See docs/challenges.md.")
    return value


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise InvalidParams(f"{file.name} is missing in {file.parent}.", "See docs/challenges.md.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidParams(f"{file.name} cannot be read: {error}.", "Save it as UTF-8 text.") from error


def _files(folder: Path) -> dict[str, str]:
    if not folder.is_dir():
        return {}
    found = sorted(path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(folder).as_posix(): _text(path) for path in found}
