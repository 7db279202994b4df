"""The compilers and interpreters TACO knows by name: which programs will do, and how to get one.

Finds programs; starts none.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import attrs

from taco_lsp.runner.errors import RunnerError

_RESTART = "Then start the editor again."


@attrs.frozen(kw_only=True)
class Tool:
    """A job that several programs can do; the first one found does it."""

    programs: tuple[str, ...]
    install: str
    fallback: str = ""
    """Path of a program to use when none is found."""


TOOLS: dict[str, Tool] = {
    "python": Tool(
        programs=("py", "python") if sys.platform == "win32" else ("python3", "python"),
        install=f"Install Python from python.org or your system's packages. {_RESTART}",
        fallback=sys.executable,
    ),
    "node": Tool(
        programs=("node", "nodejs"),
        install=f"Install Node.js from nodejs.org or your system's packages. {_RESTART}",
    ),
    "cc": Tool(
        programs=("gcc", "cc", "clang"),
        install="Install a C compiler: the package gcc on Linux, `xcode-select --install` on macOS, "
        f"MinGW-w64 on Windows. {_RESTART}",
    ),
    "cxx": Tool(
        programs=("g++", "c++", "clang++"),
        install="Install a C++ compiler: the package g++ on Linux, `xcode-select --install` on macOS, "
        f"MinGW-w64 on Windows. {_RESTART}",
    ),
    "javac": Tool(
        programs=("javac",),
        install=f"Install a Java Development Kit (JDK), version 17 or newer. {_RESTART}",
    ),
    "java": Tool(
        programs=("java",),
        install=f"Install a Java Development Kit (JDK), version 17 or newer. {_RESTART}",
    ),
}
"""By the placeholder that stands for the tool in a command template."""


def find_tool(name: str, *, search: str, language: str) -> str:
    """Return the path of a program that does the job of `TOOLS[name]`.

    Args:
        name: a key of `TOOLS`.
        search: the folders to look in, as in PATH.
        language: for the message, as people write it.

    Raises:
        RunnerError: missing_program.
    """
    tool = TOOLS[name]
    for program in tool.programs:
        if found := _which(program, search):
            return found
    if tool.fallback:
        return tool.fallback
    *others, last = tool.programs
    raise _missing(f"{', '.join(others)} or {last}" if others else last, language, tool.install)


def find_program(program: str, *, search: str, language: str) -> str:
    """Return the path of a program that a template names itself.

    Raises:
        RunnerError: missing_program.
    """
    if Path(program).is_absolute() and Path(program).exists():
        return program
    if found := _which(program, search):
        return found
    raise _missing(program, language, f"Install {program}, or correct the command in your TACO settings.")


def _which(program: str, search: str) -> str | None:
    found = shutil.which(program, path=search)
    # On Windows a relative answer means the current folder, where a downloaded exercise may have put it.
    return found if found and Path(found).is_absolute() else None


def _missing(programs: str, language: str, hint: str) -> RunnerError:
    message = f"To run {language} programs TACO needs {programs}, and could not find it on this computer."
    return RunnerError("missing_program", message, hint)
