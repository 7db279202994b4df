"""Reading from Java source what its tools want to be told: the main class and where its packages start.

Not a parser: comments and texts are blanked out and declarations found by their keywords.
"""

from __future__ import annotations

import re
from pathlib import Path

_NOISE = re.compile(r'/\*.*?\*/|//[^\n]*|"""(?:\\.|[^\\])*?"""|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.DOTALL)
_PACKAGE = re.compile(r"^\s*package\s+([\w.]+)\s*;", re.MULTILINE)
_TYPE = re.compile(
    r"(\bpublic\s+)?(?:\b(?:abstract|final|sealed|strictfp)\s+)*\b(?:class|record|enum|interface)\s+(\w+)"
)
_MAIN = re.compile(r"\bvoid\s+main\s*\(")


def main_class(text: str, stem: str | None) -> str:
    """Name the class to start, without its package.

    That is the one named like the file (`stem`), or else the public one, the one with `main`, the first one.
    """
    code = _NOISE.sub(" ", text)
    types = [found for found in _TYPE.finditer(code) if _depth(code, found.start()) == 0]
    names = [found[2] for found in types]
    if stem and (stem in names or not names):
        return stem
    public = [found[2] for found in types if found[1]]
    main = _MAIN.search(code)
    with_main = [found[2] for found in types if main and found.start() < main.start()]
    return next(iter([*public, *reversed(with_main), *names]), "Main")


def _depth(code: str, position: int) -> int:
    return code.count("{", 0, position) - code.count("}", 0, position)


def package(text: str) -> str:
    """Return the package a source file declares, or an empty text."""
    found = _PACKAGE.search(_NOISE.sub(" ", text))
    return found[1] if found else ""


def source_root(folder: Path, package_name: str) -> Path:
    """Return the folder in which the packages start, given the folder of a source file."""
    parts = package_name.split(".") if package_name else []
    if parts and list(folder.parts[-len(parts) :]) == parts:
        return Path(*folder.parts[: -len(parts)])
    return folder
