"""Command templates: how each language is compiled and run, as data that a user's settings can replace.

A template is a list of arguments, never a shell line. Nothing is looked up or started here.

    [commands.c]                                    # every key is optional for a language TACO knows
    title = "C"                                     # as people write it
    languages = ["c"]                               # editor language ids
    extensions = [".c"]
    compile = ["clang", "{file}", "-o", "{build}/{name}"]
    run = ["{build}/{name}", "{args}"]
    headroom_mb = 128                               # or false

Placeholders: `{file}` the source, `{dir}` its folder, `{build}` a temporary folder, `{name}` the program's or
main class's name, `{classpath}` build folder and source root, `{memory_mb}` the limit, `{line_buffered}` a C
source that makes a program print its lines at once, `{args}` (standing alone) the program's arguments, and
the names of `taco_lsp.runner.tools.TOOLS`. A literal brace is doubled.

`headroom_mb` is how the memory limit is enforced where the system can (POSIX, except macOS): the program's
address space ends at the limit plus this headroom, because address space counts what is reserved (thread
stacks, allocator arenas) and not only what is used. `false` means the system sets no limit: JVM and Node
reserve gigabytes at start and are told their limit by flag instead.
"""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping

import attrs

from taco_lsp.runner.errors import RunnerError
from taco_lsp.runner.tools import TOOLS

ARGS = "{args}"
PLACEHOLDERS = frozenset({"file", "dir", "build", "name", "classpath", "memory_mb", "line_buffered", *TOOLS})


@attrs.frozen(kw_only=True)
class CommandTemplate:
    """How programs of one language are compiled (when `compile` is not empty) and run."""

    title: str
    languages: tuple[str, ...] = ()
    extensions: tuple[str, ...] = ()
    compile: tuple[str, ...] = ()
    run: tuple[str, ...] = ()
    headroom_mb: int | None = 128


def find_command(commands: Mapping[str, CommandTemplate], language_id: str, extension: str) -> CommandTemplate:
    """Choose the template for an editor's language id, or else for a file extension (with its dot).

    Raises:
        RunnerError: unknown_language.
    """
    for template in commands.values():
        if language_id.lower() in template.languages:
            return template
    for template in commands.values():
        if extension.lower() in template.extensions:
            return template
    known = ", ".join(template.title for template in commands.values())
    asked = language_id or extension or "this kind of file"
    raise RunnerError(
        "unknown_language",
        f"TACO does not know how to run {asked}.",
        f"It can run {known}. Another language needs a command in your TACO settings.",
    )


def placeholders(argv: tuple[str, ...]) -> set[str]:
    """Name the placeholders a template uses, `{args}` aside."""
    return {name for part in argv if part != ARGS for name in _fields(part)}


def expand(argv: tuple[str, ...], values: Mapping[str, str], args: tuple[str, ...]) -> list[str]:
    """Fill a valid template in."""
    parts = ([*args] if part == ARGS else [part.format_map(values)] for part in argv)
    return [word for part in parts for word in part]


def _fields(part: str) -> Iterator[str]:
    return (name for _, name, _, _ in string.Formatter().parse(part) if name is not None)
