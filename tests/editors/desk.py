"""A student's desk for a real editor: workspace, store, environment, and the rows that a whole session leaves."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import attrs
import pytest

from tests.support.editors import clean_environ
from tests.support.rows import count, rows

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
PLUGIN = ROOT / "editors" / "nvim"
PAGES = ROOT / "docs" / "editors"
UNPACKED = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "taco-editors"
"""Where `install.sh` unpacks editors that the system does not have."""
DEADLINE_S = 400
"""For a whole session, with the first start of an editor and of the server on a slow machine."""
END_S = 60
POLL_S = 0.02

FAILING = "numbers = [3, 4, 5]\ntotal = 0\nfor i in range(len(numbers) + 1):\n    total += numbers[i]\nprint(total)\n"
PASSING = FAILING.replace(" + 1", "")


@attrs.frozen(kw_only=True)
class Desk:
    """Where a student works; `environ` is the editor's whole environment."""

    folder: Path
    workspace: Path
    store: Path
    environ: dict[str, str]

    def drive(self, *command: str | Path, **more: str) -> str:
        """Run an editor to its end; returns what it wrote, fails with it when the editor fails."""
        done = subprocess.run(
            [str(part) for part in command],
            cwd=self.workspace,
            env={**self.environ, **more},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=DEADLINE_S,
            text=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout

    def has(self, table: str, number: int) -> bool:
        """Whether the store has so many rows in a table by now; at first it has no tables."""
        try:
            return count(self.store, table) == number
        except sqlite3.OperationalError:
            return False

    def wait_for_end(self) -> None:
        """Wait until the server has ended every session; some editors leave before it is done."""
        deadline = time.monotonic() + END_S
        while open_ := rows(self.store, "SELECT id FROM sessions WHERE ended_at IS NULL"):
            assert time.monotonic() < deadline, f"{len(open_)} sessions were never ended"
            time.sleep(POLL_S)

    def check_whole_session(
        self, *, failing: str = FAILING, passing: str = PASSING, stdin: str = "", question: str = ""
    ) -> None:
        """A hint, a failing run, an explanation, a passing run, a save and perhaps a question, in one ended session."""
        self.wait_for_end()
        (session,) = rows(self.store, "SELECT * FROM sessions")
        hint, explained, *asked = rows(self.store, "SELECT * FROM llm_interactions ORDER BY created_at")
        assert [row["user_prompt"] for row in asked] == ([question] if question else [])
        assert (hint["kind"], hint["hint_level"], hint["code"]) == ("hint", 1, failing)
        assert (explained["kind"], explained["code"], explained["stdin"]) == ("explain", failing, stdin)
        assert hint["session_id"] == explained["session_id"] == session["id"]
        first, second = rows(self.store, "SELECT * FROM runs ORDER BY created_at")
        assert (first["exit_code"], first["code"], first["stdin"]) == (1, failing, stdin)
        assert "IndexError" in first["stderr"]
        assert (second["exit_code"], second["code"], second["stdin"]) == (0, passing, stdin)
        assert explained["stdout"] == second["stdout"] != ""
        (solution,) = rows(self.store, "SELECT * FROM challenge_solutions")
        assert solution["solution"] == passing
        history = rows(self.store, "SELECT solution FROM challenge_solutions_history ORDER BY saved_at")
        assert history[-1]["solution"] == passing
        assert count(self.store, "session_owners") == 0


def make_desk(folder: Path) -> Desk:
    """A desk in a folder, with the server on the path and nothing of the person who runs the tests."""
    workspace, home = folder / "my work ü", folder / "home"
    for made in (workspace, home):
        made.mkdir()
    store = folder / "taco.db"
    environ = clean_environ({"TACO_STORE": f"sqlite:///{store}", "HOME": str(home)})
    environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), environ["PATH"]])
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        environ[name] = str(home / name.lower())
    return Desk(folder=folder, workspace=workspace, store=store, environ=environ)


def block(page: str, language: str, number: int = 0) -> str:
    """A code block of a page of docs/editors, by its language and its place among those."""
    text = (PAGES / page).read_text(encoding="utf-8")
    return str(re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)[number])


def program(name: str) -> str:
    """An editor of this machine or one that was unpacked; skips the test when there is none."""
    unpacked = UNPACKED / "bin" / name
    found = str(unpacked) if unpacked.exists() else shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed (tests/editors/install.sh installs it)")
    return found
