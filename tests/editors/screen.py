"""A screen nobody sees, with a message bus, for editors that need both; keys go in as from a keyboard."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

NEEDED = ("Xvfb", "xdotool", "dbus-daemon")
SIZE = "1200x800x24"
POLL_S = 0.05
DEADLINE_S = 60.0


class Screen:
    """An X server, and the environment of programs on it."""

    def __init__(self, environ: dict[str, str]) -> None:
        self.environ = environ

    def press(self, *keys: str) -> None:
        """Press keys, such as `alt+Return`, one after the other."""
        self._xdotool("key", "--clearmodifiers", *keys)

    def type(self, text: str) -> None:
        """Type a text."""
        self._xdotool("type", "--clearmodifiers", "--delay", "1", text)

    def click_entry(self, menu: str, number: int, of: int) -> None:
        """Click an entry of a menu of so many that are all as high; keys would be lost while it is being drawn."""
        told = self._xdotool("getwindowgeometry", "--shell", menu)
        place = {
            name: int(value) for name, _, value in (line.partition("=") for line in told.split()) if value.isdigit()
        }
        down = place["Y"] + (2 * number + 1) * place["HEIGHT"] // (2 * of)
        self._xdotool("mousemove", str(place["X"] + 40), str(down), "click", "1")

    def shows(self, title: str) -> bool:
        """Whether a visible window has this in its title."""
        command = ["xdotool", "search", "--onlyvisible", "--name", title]
        return subprocess.run(command, env=self.environ, capture_output=True, check=False).returncode == 0

    def windows(self, class_: str) -> list[str]:
        """The ids of the visible windows of a program, menus included."""
        done = subprocess.run(
            ["xdotool", "search", "--onlyvisible", "--class", class_],
            env=self.environ, capture_output=True, text=True, check=False,
        )  # fmt: skip
        return done.stdout.split()

    def _xdotool(self, *arguments: str) -> str:
        return subprocess.run(
            ["xdotool", *arguments], env=self.environ, check=True, capture_output=True, text=True
        ).stdout


def wait(what: str, condition: Callable[[], object], within: float = DEADLINE_S, log: Path | None = None) -> None:
    """Wait for a condition; fails at the deadline, with what a program said in its log."""
    deadline = time.monotonic() + within
    while not condition():
        if time.monotonic() > deadline:
            said = log.read_text(errors="replace") if log else ""
            raise AssertionError(f"waited in vain for {what}; {said[-2000:]}")
        time.sleep(POLL_S)


@contextmanager
def screen(folder: Path, environ: dict[str, str]) -> Iterator[Screen]:
    """Start an X server and a bus; `folder` is for what they and the programs keep while they run."""
    folder.mkdir(mode=0o700)
    with ExitStack() as stack:
        reading, writing = os.pipe()
        server = ["Xvfb", "-displayfd", str(writing), "-screen", "0", SIZE, "-nolisten", "tcp"]
        _start(stack, server, environ, pass_fds=(writing,))
        os.close(writing)
        with os.fdopen(reading) as told:
            display = told.readline().strip()
        bus = _start(
            stack, ["dbus-daemon", "--session", "--nofork", "--print-address=1"], environ, stdout=subprocess.PIPE
        )
        assert bus.stdout
        stack.callback(bus.stdout.close)
        address = bus.stdout.readline().decode().strip()
        assert display and address, "the screen or the bus did not start"
        yield Screen(
            {
                **environ,
                "DISPLAY": f":{display}",
                "DBUS_SESSION_BUS_ADDRESS": address,
                "XDG_RUNTIME_DIR": str(folder),
                "QT_QPA_PLATFORM": "xcb",
            }
        )


def _start(stack: ExitStack, command: list[str], environ: dict[str, str], **more: object) -> subprocess.Popen[bytes]:
    process: subprocess.Popen[bytes] = subprocess.Popen(  # type: ignore[call-overload]
        command, env=environ, stderr=subprocess.DEVNULL, **{"stdout": subprocess.DEVNULL, **more}
    )
    stack.callback(_end, process)
    return process


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
