"""Commands run as somebody whom permissions concern, also where root runs the tests."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
RUN_S = 180
"""A deadline for a process that starts; it says nothing about how long that should take."""


def as_a_person() -> list[str]:
    """What to put before a command; root keeps its name and loses the right to pass over permissions."""
    if sys.platform == "win32":
        pytest.skip("permissions are others on Windows")
    if os.geteuid() != 0:
        return []
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        pytest.skip("nothing is read-only for root, and setpriv is not installed")
    return [setpriv, "--bounding-set=-dac_override,-dac_read_search", "--"]


def run_module(name: str, *arguments: str | Path) -> str:
    """Run a module of the tests as a person; gives what it printed, fails with what it complained of."""
    command = [*as_a_person(), sys.executable, "-m", name, *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=RUN_S, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
