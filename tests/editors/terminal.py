"""A program in a terminal: keys go in, what it draws comes out. Only for tests, only on POSIX."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

ROWS, COLUMNS = 50, 160
DEADLINE_S = 60.0
ESCAPE = "\x1b"
ESCAPE_S = 0.2
_ESCAPE_KEY = re.compile(r"(\x1b(?!\[))")
_CONTROL = re.compile(r"\x1b(?:\[[0-9;:?<=>]*[a-zA-Z]|[()].|.)")


class Terminal:
    """A running program and what it has drawn since the last keys."""

    def __init__(self, command: Sequence[str | Path], folder: Path, environ: dict[str, str]) -> None:
        arguments = [str(part) for part in command]
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.execvpe(arguments[0], arguments, {**environ, "TERM": "xterm-256color"})
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self.drawn = ""

    def press(self, keys: str) -> None:
        """Type, and forget what was drawn before."""
        self.drawn = ""
        for part in _ESCAPE_KEY.split(keys):
            os.write(self._fd, part.encode())
            if part == ESCAPE:
                self._pause()

    def _pause(self) -> None:
        """Let a terminal program see that Escape was a key of its own: what follows at once is a key with Alt."""
        deadline = time.monotonic() + ESCAPE_S
        while time.monotonic() < deadline:
            self.read(ESCAPE_S / 4)

    def read(self, within: float = 0.05) -> bool:
        """Take in what is drawn; False when the program has ended."""
        if not select.select([self._fd], [], [], within)[0]:
            return True
        try:
            data = os.read(self._fd, 65536)
        except OSError:  # what Linux says when the other end has closed
            return False
        self.drawn += _CONTROL.sub(" ", data.decode("utf-8", "replace"))
        return bool(data)

    def wait(self, what: str, condition: Callable[[], T], within: float = DEADLINE_S) -> T:
        """Wait for a condition while the program draws; fails with what was drawn at the deadline."""
        deadline = time.monotonic() + within
        while not (value := condition()):
            assert time.monotonic() < deadline, f"waited in vain for {what}: {self.drawn[-2000:]}"
            self.read()
        return value

    def close(self) -> None:
        """End the program, if it has not ended, and leave nothing behind."""
        deadline = time.monotonic() + DEADLINE_S
        while self.read() and time.monotonic() < deadline:
            pass
        if time.monotonic() >= deadline:
            os.kill(self.pid, signal.SIGKILL)
        os.close(self._fd)
        os.waitpid(self.pid, 0)
