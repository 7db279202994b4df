"""Reads files as text that can be written back byte for byte. Knows nothing of challenges.

Line ends, a missing last one and a byte order mark are kept. What is not UTF-8 is refused, never repaired.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

LARGEST_BYTES = 1_000_000
"""A larger file is refused: no editor would show it to a student."""

_NOBODYS = frozenset({"__pycache__", "node_modules", ".DS_Store", "Thumbs.db", "desktop.ini"})
"""What programs leave behind and nobody wrote."""


class Unreadable(Exception):
    """A file that is no text; `str(error)` goes on after the file's name."""

    def __init__(self, reason: str, *, line: int | None = None) -> None:
        super().__init__(reason)
        self.line = line


def read_exact(file: Path) -> str:
    """Read a file so that encoding the text gives its bytes again.

    Raises:
        Unreadable: it is missing, too large, or no UTF-8 text.
    """
    try:
        if file.stat().st_size > LARGEST_BYTES:
            raise Unreadable(f"cannot be read: it is larger than {LARGEST_BYTES // 1_000_000} MB")
        data = file.read_bytes()
    except FileNotFoundError:
        raise Unreadable("is missing") from None
    except OSError as error:
        raise Unreadable(f"cannot be read: {error.strerror or error}") from error
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Unreadable("cannot be read: it is not UTF-8 text", line=line) from error
    if "\0" in text:  # no store can hold it
        raise Unreadable("cannot be read: it holds a NUL character", line=text.count("\n", 0, text.index("\0")) + 1)
    return text


def read_prose(file: Path) -> str:
    """Read Markdown, where line ends and a byte order mark say nothing.

    Raises:
        Unreadable: as `read_exact`.
    """
    return read_exact(file).removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def is_inside(file: Path, folder: Path) -> bool:
    """Tell whether a file is in a folder once every link is followed: others' files are nobody's material."""
    return file.resolve().is_relative_to(folder.resolve())


def visible_files(folder: Path) -> Iterator[tuple[str, Path]]:
    """List the files below a folder with their relative names, sorted; hidden folders and links out are left out."""
    found = []
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in _NOBODYS and not name.startswith(".")]
        found += [Path(place, name) for name in names if name not in _NOBODYS]
    for file in sorted(found):
        if file.is_file() and (not file.is_symlink() or is_inside(file, folder)):
            yield file.relative_to(folder).as_posix(), file
