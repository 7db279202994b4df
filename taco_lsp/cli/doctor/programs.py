"""Compilers, interpreters and editors: which are there, new enough, set up. Runs no editor's configuration."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import attrs

from taco_lsp.cli.doctor.finding import Finding, ok, warning
from taco_lsp.config import Effective
from taco_lsp.runner.errors import RunnerError
from taco_lsp.runner.tools import TOOLS, find_tool

VERSION_S = 10.0
LARGEST_FILE = 1024 * 1024
MOST_FILES = 400
_NAME = re.compile(r"\btaco\b")
_READ = frozenset({"", ".lua", ".el", ".vim", ".toml", ".json"})
_WORDS = ("taco-lsp", "editors/nvim")
LANGUAGES = (
    ("Python", ("python",)), ("JavaScript", ("node",)), ("C", ("cc",)), ("C++", ("cxx",)), ("Java", ("javac", "java")),
)  # fmt: skip


async def check_languages(_: Effective) -> Sequence[Finding]:
    """Look for what runs each language."""
    return [_language(title, tools) for title, tools in LANGUAGES]


def _language(title: str, tools: Sequence[str]) -> Finding:
    search = os.environ.get("PATH", os.defpath)
    try:
        found = [find_tool(tool, search=search, language=title) for tool in tools]
    except RunnerError as error:
        missing = next(tool for tool in tools if not any(shutil.which(name) for name in TOOLS[tool].programs))
        message = f"{title} programs cannot be run here: {' or '.join(TOOLS[missing].programs)} is missing."
        return warning("language", message, error.hint)
    return ok("language", f"{title} runs with {', '.join(found)}.")


@attrs.frozen(kw_only=True)
class Editor:
    """An editor that docs/editors has a page for.

    Attributes:
        title: as people write it.
        programs: its commands.
        page: below docs/editors.
        oldest: the oldest version that works.
        version: the flag that prints the version.
        places: files and folders of its configuration, below the home folder; those that mention TACO set it up.
    """

    title: str
    programs: tuple[str, ...]
    page: str
    oldest: tuple[int, ...]
    places: tuple[str, ...]
    version: str = "--version"


EDITORS = (
    Editor(
        title="VS Code", programs=("code", "codium", "code-server"), page="vscode.md", oldest=(1, 93),
        places=(".vscode/extensions", ".vscode-oss/extensions", ".local/share/code-server/extensions"),
    ),
    Editor(
        title="Neovim", programs=("nvim",), page="neovim.md", oldest=(0, 7),
        places=(".config/nvim", ".local/share/nvim/site/pack", ".local/share/nvim/lazy"),
    ),
    Editor(
        title="Emacs", programs=("emacs",), page="emacs.md", oldest=(28,),
        places=(".emacs", ".emacs.el", ".emacs.d/init.el", ".config/emacs/init.el"),
    ),
    Editor(title="Vim", programs=("vim",), page="vim-ale.md", oldest=(8, 2), places=(".vimrc", ".vim")),
    Editor(title="Helix", programs=("hx", "helix"), page="helix.md", oldest=(24, 3), places=(".config/helix",)),
    Editor(title="Kate", programs=("kate",), page="kate.md", oldest=(22, 12), places=(".config/kate/lspclient",)),
)  # fmt: skip


async def check_editors(_: Effective) -> Sequence[Finding]:
    """Look for editors, their versions, and whether their configuration mentions TACO."""
    found = await asyncio.gather(*(_editor(editor) for editor in EDITORS))
    present = [finding for finding in found if finding]
    if present:
        return present
    mend = "Install one that docs/editors has a page for. Any other that speaks LSP will do, too."
    return [warning("editor", "No editor that TACO knows was found.", mend)]


async def _editor(editor: Editor) -> Finding | None:
    program = next(filter(None, map(shutil.which, editor.programs)), None)
    if program is None:
        return None
    version = await _version(program, editor.version)
    told = f"{editor.title} {'.'.join(map(str, version)) if version else '(version unknown)'}"
    page = f"docs/editors/{editor.page}"
    if version and version < editor.oldest:
        oldest = ".".join(map(str, editor.oldest))
        mend = f"Install {editor.title} {oldest} or newer."
        return warning("editor", f"{told} is too old for TACO.", mend)
    if not await asyncio.to_thread(is_set_up, editor, Path.home()):
        message = f"{told} was found; its configuration does not mention TACO."
        return ok("editor", message, f"To use TACO in it, see {page}.")
    return ok("editor", f"{told} was found, and TACO is set up in it.")


async def _version(program: str, flag: str) -> tuple[int, ...]:
    """What a program says its version is; empty when it does not say."""
    environ = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}  # Kate asks for a screen even to tell its version
    try:
        process = await asyncio.create_subprocess_exec(
            program, flag, env=environ, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
    except OSError:
        return ()
    try:
        out, _ = await asyncio.wait_for(process.communicate(), VERSION_S)
    except TimeoutError:
        process.kill()
        await process.wait()
        return ()
    found = re.search(r"\d+(?:\.\d+)+", out.decode(errors="replace"))
    return tuple(map(int, found[0].split("."))) if found else ()


def is_set_up(editor: Editor, home: Path) -> bool:
    """Whether a file of the editor's configuration, or a name in it, mentions TACO. Reads only, and not for long."""
    files = _files(home / place for place in editor.places)
    return any(_mentions(file) for file in islice(files, MOST_FILES))


def _files(places: Iterable[Path]) -> Iterator[Path]:
    for place in places:
        if place.is_file():
            yield place
        for folder, folders, names in os.walk(place):
            depth = len(Path(folder).relative_to(place).parts)
            yield from (Path(folder) / name for name in (*names, *folders))
            if depth >= 3:
                folders.clear()


def _mentions(file: Path) -> bool:
    if _NAME.search(file.name):
        return True
    try:
        if not file.is_file() or file.suffix not in _READ or file.stat().st_size > LARGEST_FILE:
            return False
        return any(word in file.read_text(encoding="utf-8", errors="replace") for word in _WORDS)
    except OSError:
        return False
