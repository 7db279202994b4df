"""The files of a data set while it is being written: in a folder beside, put into place when all of it is there."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO
from uuid import uuid4

from taco_lsp.errors import CannotWrite, InvalidParams
from taco_lsp.export.progsnap2.csv_text import line
from taco_lsp.export.progsnap2.schema import CODE_STATES, LINKS, MAIN

METADATA_FILE = "DatasetMetadata.csv"
"""Written last and removed first: a folder without it is no data set."""

MAIN_FILE = "MainTable.csv"
UNFINISHED_FILE = ".taco-export-unfinished"
"""Stands in a folder while an earlier data set there is being replaced, and if that is interrupted."""

PARTS = (METADATA_FILE, MAIN_FILE, "README.md", "CodeStates", "LinkTables")


class Tables:
    """The tables, open for writing."""

    def __init__(self, folder: Path) -> None:
        self._stack = ExitStack()
        (folder / "CodeStates").mkdir()
        (folder / "LinkTables").mkdir()
        self.main = self._open(folder / MAIN_FILE, MAIN)
        self.code_states = self._open(folder / "CodeStates" / "CodeStates.csv", CODE_STATES)
        self.links: Mapping[str, TextIO] = {
            name: self._open(folder / "LinkTables" / f"{name}.csv", columns) for name, columns in LINKS.items()
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._stack.close()

    def _open(self, file: Path, columns: Sequence[str]) -> TextIO:
        stream = self._stack.enter_context(file.open("x", encoding="utf-8", errors="replace", newline=""))
        stream.write(line(columns))
        return stream


def write_table(file: Path, rows: Iterable[Sequence[str]]) -> None:
    """Write a small table."""
    with file.open("x", encoding="utf-8", newline="") as stream:
        stream.writelines(map(line, rows))


def check_target(folder: Path, *, force: bool) -> None:
    """Refuse a folder with something in it, but for an earlier export that is to be replaced.

    Raises:
        InvalidParams: it is no folder, or holds files; with `force`, files without an earlier export.
    """
    if not folder.exists():
        return
    if not folder.is_dir():
        raise InvalidParams(f"{folder} is a file.", "Name a folder.")
    if not any(folder.iterdir()):
        return
    if not force:
        raise InvalidParams(f"{folder} is not empty.", "Name a new folder, or replace an earlier export with --force.")
    if not _holds_export(folder):
        raise InvalidParams(f"{folder} holds no earlier export to replace.", "Name a new or empty folder.")


def _holds_export(folder: Path) -> bool:
    """Tell whether a data set stands there, or what an interrupted replacement left of one."""
    whole = (folder / METADATA_FILE).is_file() and (folder / MAIN_FILE).is_file()
    return whole or (folder / UNFINISHED_FILE).is_file()


@contextmanager
def put_into_place(folder: Path) -> Iterator[Path]:
    """Give a folder to write to; what is in it becomes `folder` if all goes well, and is removed otherwise.

    What else is in `folder` stays; an earlier data set there is replaced.

    Raises:
        CannotWrite: the disk does not take it.
    """
    folder = folder.absolute()
    new = folder.with_name(f".{folder.name}.unfinished-{uuid4().hex[:8]}")
    try:
        new.mkdir(parents=True)
        yield new
        _move(new, folder)
    except OSError as error:
        raise CannotWrite(f"{folder} cannot be written ({error.strerror}).", "Name another folder.") from error
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _move(new: Path, folder: Path) -> None:
    if not folder.exists():
        new.replace(folder)
        return
    unfinished = folder / UNFINISHED_FILE
    unfinished.touch()
    for name in PARTS:
        old = folder / name
        shutil.rmtree(old) if old.is_dir() else old.unlink(missing_ok=True)
    for name in reversed(PARTS):
        (new / name).replace(folder / name)
    unfinished.unlink()
