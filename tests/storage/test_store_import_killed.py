"""An import that is killed leaves whole exercises, and can be done again. On a file: kill -9 and SQLite's recovery."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from store_track import write_track

COUNT = 50
PROGRAM = "from taco_lsp.cli.main import run; run()"
DYING = """
import os, signal
from taco_lsp.authoring import shelf

put, left = shelf.put, 40

async def put_or_die(*args, **named):
    global left
    left -= 1
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)
    return await put(*args, **named)

shelf.put = put_or_die
"""
"""Ends in the middle of a transaction, after others have ended."""


def rows(store: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(store)) as connection:
        return connection.execute(query).fetchall()


@pytest.mark.subprocess
@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is POSIX")
def test_a_killed_import_leaves_whole_exercises_and_can_be_done_again(file_url: str, tmp_path: Path) -> None:
    store = Path(file_url.removeprefix("sqlite:///"))
    track = write_track(tmp_path / "track", [f"exercise-{number}" for number in range(COUNT)])
    arguments = ["challenge", "import", "exercism", str(track), "--class", "10B", "--json"]
    environ = {**os.environ, "TACO_STORE": file_url, "XDG_CONFIG_HOME": str(tmp_path / "none")}
    killed = subprocess.run(
        [sys.executable, "-c", DYING + PROGRAM, *arguments], env=environ, capture_output=True, check=False
    )
    assert (killed.returncode, killed.stdout) == (-signal.SIGKILL, b"")
    there = rows(store, "SELECT title, support_materials, possible_solutions FROM challenges")
    assert 0 < len(there) < 40
    for _, materials, solutions in there:
        assert json.loads(materials)["files"] == {"a.py": "print('the stub')"}
        assert json.loads(solutions) == {"solutions": [{"files": {"a.py": "print('the solution')"}}]}
    ids = rows(store, "SELECT id FROM challenges")
    again = subprocess.run([sys.executable, "-c", PROGRAM, *arguments], env=environ, capture_output=True, check=True)
    assert json.loads(again.stdout) == {"imported": COUNT, "skipped": [], "knowledge": 1}
    assert set(rows(store, "SELECT id FROM challenges")) > set(ids)
    assert len(rows(store, "SELECT DISTINCT title FROM challenges")) == COUNT
    assert len(rows(store, "SELECT id FROM classes")) == 1
