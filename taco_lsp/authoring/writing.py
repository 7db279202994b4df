"""Writes a stored challenge as a folder that `challenge_folder` reads: for git, for a colleague, for editing."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from storage.records import Challenge
from taco_lsp.authoring.manifest import NAME
from taco_lsp.errors import CannotWrite, InvalidParams
from taco_lsp.tutor.builtin import Hint
from taco_lsp.tutor.materials import materials


def write_folder(challenge: Challenge, folder: Path) -> tuple[str, ...]:
    """Write the files and give their names.

    Raises:
        InvalidParams: the folder is there and not empty.
        CannotWrite: it cannot be written.
    """
    files = dict(_files(challenge))
    write_new(folder, files)
    return tuple(files)


def write_new(folder: Path, files: Mapping[str, str]) -> None:
    """Write files into a new folder, byte for byte.

    Raises:
        InvalidParams: the folder is there and not empty.
        CannotWrite: it cannot be written.
    """
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise InvalidParams(f"{folder} is there already and not empty.", "Choose another folder.")
        for name, text in files.items():
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text.encode("utf-8"))
    except OSError as error:
        reason = error.strerror or str(error)
        raise CannotWrite(f"{folder} cannot be written: {reason}.", "Choose another folder.") from error


def _files(challenge: Challenge) -> Iterator[tuple[str, str]]:
    given = materials(challenge)
    raw = challenge.support_materials or {}
    yield NAME, "\n".join(_manifest(challenge, raw, given.main))
    yield "statement.md", challenge.statement
    yield from _below("starter", given.files)
    yield from _below("tests", given.tests)
    yield from _below("materials", raw.get("documents"))
    yield from _hints(given.hints)
    for number, solution in enumerate((challenge.possible_solutions or {}).get("solutions") or (), 1):
        yield from _below(f"solutions/{number}", solution.get("files"))


def _hints(hints: Sequence[Hint]) -> Iterator[tuple[str, str]]:
    """Name hints by their rung, several of one rung so that they sort as they stand."""
    seen, of = Counter[int](), Counter(hint.rung for hint in hints)
    for hint in hints:
        seen[hint.rung] += 1
        name = f"{hint.rung}-{seen[hint.rung]:02}" if of[hint.rung] > 1 else f"{hint.rung}"
        yield f"hints/{name}.md", f"{hint.text.rstrip()}\n"


def _below(folder: str, files: Any) -> Iterator[tuple[str, str]]:
    for path, text in (files or {}).items():
        yield f"{folder}/{path}", text


def _manifest(challenge: Challenge, raw: Mapping[str, Any], main: str | None) -> Iterator[str]:
    check = raw.get("check") or {}
    yield from _values(
        title=challenge.title,
        slug=(raw.get("source") or {}).get("slug"),
        main=main,
        difficulty=raw.get("difficulty"),
        prerequisites=raw.get("prerequisites"),
        concepts=raw.get("concepts"),
    )
    if challenge.tutor_policy:
        yield "\n[policy]"
        yield from _values(**challenge.tutor_policy)
    if check.get("command"):
        yield "\n[tests]"
        yield from _values(command=check["command"])
    for case in check.get("cases") or ():
        yield "\n[[tests.cases]]"
        yield from _values(**case)
    yield ""


def _values(**values: Any) -> Iterator[str]:
    """Write keys and values as TOML, whose texts, numbers and lists are JSON's; nothing stands for None."""
    for key, value in values.items():
        if value is not None and value != []:
            yield f"{key} = {json.dumps(value, ensure_ascii=False)}".replace("\x7f", "\\u007f")
