"""Writes every generated file, or checks that none has drifted.

    python docs/generate.py            write the files
    python docs/generate.py --check    write nothing; exit 1 and show what differs

What each file holds is the business of the package `generator` beside this script.
"""

from __future__ import annotations

import argparse
import difflib
import sys
from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from pathlib import Path

from generator import configuration_page, lua, protocol_page, schema, typescript, vscode_settings

ROOT = Path(__file__).resolve().parent.parent
DIFF_LINES = 20

FILES: Mapping[str, Callable[[], str]] = {
    "docs/protocol.md": protocol_page.render,
    "docs/configuration.md": configuration_page.render,
    "docs/protocol.schema.json": schema.render,
    "editors/vscode/src/protocol.ts": typescript.render,
    "editors/vscode/package.json": vscode_settings.render,
    "editors/nvim/lua/taco/protocol.lua": lua.render,
}


def write(root: Path) -> None:
    """Write every file below `root`."""
    for name, render in FILES.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(render(), encoding="utf-8", newline="\n")


def differences(root: Path) -> Mapping[str, str]:
    """The files below `root` that are missing or differ, each with the first lines of a unified diff."""
    found = {}
    for name, render in FILES.items():
        file = root / name
        there = file.read_text(encoding="utf-8") if file.is_file() else ""
        if there != (wanted := render()):
            diff = difflib.unified_diff(
                there.splitlines(), wanted.splitlines(), name, f"{name} (generated)", lineterm=""
            )
            found[name] = "\n".join(islice(diff, DIFF_LINES))
    return found


def main(argv: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Run the command line; return its exit code."""
    parser = argparse.ArgumentParser(description="Write the generated files.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a file differs")
    if not parser.parse_args(argv).check:
        write(root)
        return 0
    found = differences(root)
    for name, diff in found.items():
        sys.stdout.write(f"{name} differs from what the code says:\n{diff}\n\n")
    if found:
        sys.stdout.write("Run: uv run python docs/generate.py\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
