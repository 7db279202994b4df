"""Reads the parts of a challenge folder and remembers what cannot be read.

What the parts are, and what they mean together, is said in `challenge_folder`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from taco_lsp.authoring.manifest import NAME, SEE, Manifest, read_manifest
from taco_lsp.authoring.problems import Problem
from taco_lsp.authoring.text_files import Unreadable, read_exact, read_prose, visible_files
from taco_lsp.tutor.builtin import Hint
from taco_lsp.tutor.materials import is_safe

_RUNG = re.compile(r"([1-5])(?!\d).*\.(?:md|markdown|txt)", re.IGNORECASE)
_MARKDOWN = (".md", ".markdown")


class FolderReader:
    """Reads the parts of one folder and remembers what cannot be read."""

    def __init__(self, folder: Path) -> None:
        self.problems: list[Problem] = []
        self._folder = folder

    def manifest(self) -> Manifest:
        """Read challenge.toml."""
        found, problems = read_manifest(self.prose(NAME))
        self.problems += problems
        return found

    def prose(self, name: str) -> str:
        """Read a file of Markdown or TOML; empty when it cannot be read."""
        try:
            return read_prose(self._folder / name)
        except Unreadable as error:
            self._unreadable(name, error)
            return ""

    def files(self, name: str) -> dict[str, str]:
        """Read every file below a folder, byte for byte."""
        found: dict[str, str] = {}
        for path, file in visible_files(self._folder / name):
            try:
                found[path] = read_exact(file)
            except Unreadable as error:
                self._unreadable(f"{name}/{path}", error)
        self.problems += [
            Problem(
                message="This name does not work on every computer.",
                hint="Use letters, digits, dots and dashes.",
                file=f"{name}/{path}",
            )
            for path in found
            if not is_safe(path)
        ]
        return found

    def solutions(self) -> dict[str, dict[str, str]]:
        """Read every reference solution, by the folder it is in."""
        places = sorted(path for path in self._entries("solutions") if path.is_dir())
        self.problems += [
            Problem(
                message="A solution needs a folder of its own.",
                hint=f"Move it to solutions/1/{path.name}.",
                file=f"solutions/{path.name}",
            )
            for path in self._entries("solutions")
            if path.is_file()
        ]
        names = [f"solutions/{place.name}" for place in places]
        found = {name: self.files(name) for name in ["solution", *names]}
        return {name: files for name, files in found.items() if files}

    def hints(self) -> Iterator[Hint]:
        """Read the hints by rung."""
        for path in sorted(self._entries("hints")):
            name = f"hints/{path.name}"
            rung = _RUNG.fullmatch(path.name)
            if rung is None:
                message = "The name of a hint begins with its rung, 1 to 5."
                self.problems.append(Problem(message=message, hint="Call it 1.md, or 1-a-question.md.", file=name))
            elif text := self.prose(name).strip():
                yield Hint(rung=int(rung[1]), text=text)

    def documents(self) -> dict[str, str]:
        """Read the materials, which must be Markdown."""
        found = self.files("materials")
        for path in found:
            if not path.lower().endswith(_MARKDOWN):
                message = "Only Markdown can be quoted by the tutor."
                hint = "What the student's program needs belongs into starter/ or tests/."
                self.problems.append(Problem(message=message, hint=hint, file=f"materials/{path}"))
        return found

    def _entries(self, name: str) -> list[Path]:
        folder = self._folder / name
        return [path for path in folder.iterdir() if not path.name.startswith(".")] if folder.is_dir() else []

    def _unreadable(self, name: str, error: Unreadable) -> None:
        hint = SEE if str(error) == "is missing" else "Save it as UTF-8 text."
        self.problems.append(Problem(message=f"This file {error}.", hint=hint, file=name, line=error.line))
