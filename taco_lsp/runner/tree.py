"""Ending a process together with everything it started.

- POSIX: SIGKILL to the process group that the program leads. On Linux, processes that left the group are found
  by a mark in the environment they were started with, as build servers do.
- Windows: `taskkill /T`, which follows parents to children. Best effort: an orphan escapes it.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MARK = "TACO_RUN_ID"
"""Environment variable whose value is unique to a run."""

_VANISH_S = 0.25  # a killed process that nobody collects (some containers) stays for ever
_POLLS = 50
_TASKKILL_S = 5.0

if sys.platform == "win32":
    OWN_GROUP: dict[str, Any] = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}

    async def kill_tree(pid: int, mark: str) -> None:
        """End process `pid` and its descendants."""
        command = ["taskkill", "/F", "/T", "/PID", str(pid)]
        await asyncio.to_thread(subprocess.run, command, capture_output=True, check=False, timeout=_TASKKILL_S)

else:
    OWN_GROUP: dict[str, Any] = {"start_new_session": True}

    async def kill_tree(pid: int, mark: str) -> None:
        """End the group that process `pid` leads or led, and whoever else carries the mark of the run."""
        _signal_group(pid, signal.SIGKILL)
        await asyncio.to_thread(_kill_marked, mark)
        for _ in range(_POLLS):
            if not _signal_group(pid, 0):
                return
            await asyncio.sleep(_VANISH_S / _POLLS)

    def _signal_group(pid: int, number: int) -> bool:
        """Signal a group and tell whether anybody is in it.

        While a group has members the kernel gives its number to no new process.
        """
        try:
            os.killpg(pid, number)
        except (ProcessLookupError, PermissionError):  # macOS refuses to signal a zombie
            return False
        return True

    def _kill_marked(mark: str) -> None:
        """Kill the processes that carry the mark, and those they start meanwhile."""
        for _ in range(10):
            pids = list(_marked(f"{MARK}={mark}".encode()))
            for pid in pids:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, signal.SIGKILL)
            if not pids:
                return

    def _marked(assignment: bytes) -> Iterator[int]:
        for environment in Path("/proc").glob("[0-9]*/environ"):  # finds nothing where there is no /proc
            with contextlib.suppress(OSError):
                if assignment in environment.read_bytes().split(b"\0"):
                    yield int(environment.parent.name)
