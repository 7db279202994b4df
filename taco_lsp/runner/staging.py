"""Laying out one run on disk: which file is run, from which folder, and what goes to a temporary place.

The student's folder is read and never written. A saved file is run where it is. A text that is newer than
its file, or has none, is written into the temporary folder under the same name; links stand beside it for
the other files of its folder, so that a program that looks beside itself (`require("./util")`) finds them.

Blocking: call it from a thread.
"""

from __future__ import annotations

import contextlib
import os
from itertools import islice
from pathlib import Path

import attrs

from taco_lsp.runner import java
from taco_lsp.runner.errors import RunnerError
from taco_lsp.runner.records import RunRequest

_MOST_LINKS = 1000  # beyond it, neighbours are found through the language's search path only
_ENCODINGS = ("utf-8-sig", "cp1252", "latin-1")


@attrs.frozen(kw_only=True)
class Stage:
    """Where a run takes place; all paths are absolute."""

    file: Path
    """The source that compiler or interpreter reads."""
    folder: Path
    """The working folder: the student's, or a temporary one for a buffer without a file."""
    build: Path
    """A temporary folder for what the compiler makes."""
    stdin: Path
    """What the program reads: a file, so that nobody has to feed a pipe and `/dev/stdin` can be opened."""
    name: str
    """The program's name; in Java the main class with its package."""
    classpath: str
    environment: dict[str, str]
    """Variables that let a program import from the student's folder when its source lies elsewhere."""
    shown_as: tuple[tuple[str, str], ...]
    """Temporary paths and what the student should read instead, the most specific first."""


def stage(request: RunRequest, extension: str, temporary: Path) -> Stage:
    """Prepare a run inside the empty folder `temporary`.

    Args:
        request: what to run.
        extension: for a buffer without a file, with its dot.
        temporary: removed by the caller when the run is over.

    Raises:
        RunnerError: folder_gone.
        OSError: the temporary folder cannot be written.
    """
    temporary = temporary.resolve()
    source, build, stdin = temporary / "source", temporary / "build", temporary / "stdin"
    source.mkdir()
    build.mkdir()
    stdin.write_bytes(request.stdin.encode("utf-8", "replace"))
    path = request.path.absolute() if request.path else None
    folder = _existing(path.parent) if path else source
    saved = path is not None and _is_saved(path, request.text)
    file = path if path and saved else source / (path.name if path else _untitled(request.text, extension))
    if not saved:
        file.write_bytes(request.text.encode("utf-8", "replace"))
    is_newer = path is not None and not saved
    if is_newer:
        _link_neighbours(folder, source)
    name, root = _program(file, folder, request.text)
    return Stage(
        file=file,
        folder=folder,
        build=build,
        stdin=stdin,
        name=name,
        classpath=os.pathsep.join((str(build), str(root))),
        environment=_searched([folder] if is_newer else [], request.also_in),
        shown_as=_shown_as(file, path, temporary),
    )


def _searched(folders: list[Path], also_in: Path | None) -> dict[str, str]:
    found = os.pathsep.join(str(folder) for folder in (*folders, *([also_in] if also_in else [])))
    return {"PYTHONPATH": found, "NODE_PATH": found} if found else {}


def _existing(folder: Path) -> Path:
    if not folder.is_dir():
        raise RunnerError(
            "folder_gone",
            f"The folder {folder} is no longer there, so its program cannot run.",
            "Save the file to a folder that exists, then run it again.",
        )
    return folder


def _is_saved(path: Path, text: str) -> bool:
    """Tell whether the editor shows the file's content, in whatever encoding and line ends it read it."""
    try:
        data = path.read_bytes() if path.is_file() else None
    except OSError:
        return False
    shown = _same_line_ends(text.removeprefix("\ufeff"))
    return data is not None and any(
        shown == _same_line_ends(data.decode(encoding, "replace")) for encoding in _ENCODINGS
    )


def _same_line_ends(text: str) -> str:
    return text.replace("\r\n", "\n")


def _untitled(text: str, extension: str) -> str:
    return f"{java.main_class(text, None) if extension == '.java' else 'untitled'}{extension}"


def _program(file: Path, folder: Path, text: str) -> tuple[str, Path]:
    """Return the program's name and the folder in which its packages start."""
    if file.suffix.lower() != ".java":
        return file.stem, folder
    package = java.package(text)
    name = java.main_class(text, file.stem)
    return (f"{package}.{name}" if package else name), java.source_root(folder, package)


def _link_neighbours(folder: Path, source: Path) -> None:
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in islice(entries, _MOST_LINKS):
            with contextlib.suppress(FileExistsError):  # the snapshot itself is already there
                (source / entry.name).symlink_to(entry.path)


def _shown_as(file: Path, path: Path | None, temporary: Path) -> tuple[tuple[str, str], ...]:
    if path is None:
        source = file.parent
        return ((file.as_uri(), file.name), (f"{source}{os.sep}", ""), (str(temporary), "."))
    folder = path.parent
    pairs = ((file, path), (file.parent, folder), (temporary / "build", folder), (temporary, folder))
    return tuple(
        pair
        for old, new in pairs
        if old.is_relative_to(temporary)
        for pair in ((old.as_uri(), new.as_uri()), (str(old), str(new)))
    )
