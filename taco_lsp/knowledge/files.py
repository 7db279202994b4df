"""Finds and reads a teacher's Markdown files. What is in them is read by `markdown`."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import attrs

from taco_lsp.errors import InvalidParams

MAX_BYTES = 2_097_152
"""A larger file is refused: a book is better added by chapter."""

_ENDINGS = frozenset({".md", ".markdown"})


@attrs.frozen(kw_only=True)
class SourceFile:
    """A file's text; `source` names it for people, `origin` recognises it again wherever it is added from.

    `origin` is a hash, because the store travels and a teacher's folders are nobody's business.
    """

    source: str
    origin: str
    text: str


def read_all(paths: Iterable[Path]) -> tuple[SourceFile, ...]:
    """Read files, and the Markdown files of folders with the folder's name before theirs.

    Raises:
        InvalidParams: a path is missing, no Markdown, too large or no UTF-8; nothing was read then.
    """
    found = dict[str, SourceFile]()
    for path in paths:
        named = _named(path.resolve())
        if not named:
            raise InvalidParams(f"There is no Markdown file in {path}.", "Give .md files, or folders that hold some.")
        found.update((file.origin, file) for source, name in named for file in [read(source, name)])
    return tuple(found.values())


def read(path: Path, source: str) -> SourceFile:
    """Read one file under the name `source`.

    Raises:
        InvalidParams: it cannot be read as text.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InvalidParams(f"{path} cannot be read: {error.strerror or error}.") from error
    if len(data) > MAX_BYTES:
        raise InvalidParams(f"{path} is larger than {MAX_BYTES // 1_048_576} MB.", "Split it into chapters.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidParams(f"{path} is not UTF-8 text.", "Save it as UTF-8 and add it again.") from error
    return SourceFile(source=source, origin=origin_of(path), text=text)


def origin_of(path: Path) -> str:
    """Give what recognises a file, whether or not it exists."""
    return hashlib.sha256(os.fsencode(path.resolve())).hexdigest()[:32]


def markdown_files(folder: Path, *, hidden: bool = False) -> Iterator[tuple[Path, str]]:
    """List the Markdown files below a folder with their relative names, sorted; hidden ones only if asked for."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        wanted = hidden or not any(part.startswith(".") for part in name.parts)
        if path.suffix.lower() in _ENDINGS and wanted and path.is_file():
            yield path, name.as_posix()


def _named(path: Path) -> list[tuple[Path, str]]:
    if path.is_dir():
        return [(file, f"{path.name}/{name}") for file, name in markdown_files(path)]
    if not path.exists():
        raise InvalidParams(f"There is no {path}.", "Give Markdown files, or folders that hold some.")
    return [(path, path.name)] if path.suffix.lower() in _ENDINGS else []
