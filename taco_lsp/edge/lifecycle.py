"""What can end the process from outside: signals, the death of the parent, and a clean-up that hangs.

Everything but the last only asks `EdgeServer.close` for an orderly end.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from types import FrameType

logger = logging.getLogger(__name__)

DEADLINE_S = 1.9
"""From the beginning of the end to the forced end of the process."""
_POLL_S = 1.0
_SIGNALS = ("SIGTERM", "SIGINT", "SIGHUP", "SIGBREAK")


@contextlib.contextmanager
def signals_call(stop: Callable[[str], None]) -> Iterator[None]:
    """Let SIGTERM and its kin call `stop(name)` in the event loop instead of killing the process.

    Plain `signal.signal` works on Windows too, and arms the deadline even while a handler blocks the loop.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()

    def on_signal(number: int, _: FrameType | None) -> None:
        force_end_later(1)
        loop.call_soon_threadsafe(stop, signal.Signals(number).name)

    numbers = [getattr(signal, name) for name in _SIGNALS if hasattr(signal, name)]
    ignored = {number for number in numbers if signal.getsignal(number) is signal.SIG_IGN}
    before = {number: signal.signal(number, on_signal) for number in numbers if number not in ignored}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def force_end_later(code: int, deadline_s: float = DEADLINE_S) -> None:
    """End this process in `deadline_s` seconds if it has not ended by then, whatever still runs."""

    def force() -> None:
        with contextlib.suppress(Exception):
            logger.error("the clean-up took too long; ending the process")
        os._exit(code)

    timer = threading.Timer(deadline_s, force)
    timer.daemon = True
    timer.start()


async def parent_gone(parent: int) -> None:
    """Return when the process with this id has ended.

    Never returns if there is no such process now: then the client lives in another machine or container.
    """
    was_direct = _direct_parent() == parent
    if not is_alive(parent):
        logger.info("process %s is not on this machine; not watching it", parent)
        await asyncio.get_running_loop().create_future()
    while is_alive(parent) and (not was_direct or _direct_parent() == parent):  # noqa: ASYNC110 - nothing signals it
        await asyncio.sleep(_POLL_S)


def _direct_parent() -> int:
    return os.getppid()


def is_alive(pid: int) -> bool:
    """Tell whether a process exists."""
    if pid <= 0:
        return False
    if sys.platform == "win32":
        return _is_alive_on_windows(pid)
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def _is_alive_on_windows(pid: int) -> bool:
    import ctypes  # noqa: PLC0415 - only here

    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009 - unknown to type checkers elsewhere
    synchronize, still_running = 0x00100000, 0x102
    handle = kernel.OpenProcess(synchronize, False, pid)
    if not handle:
        return False
    try:
        return bool(kernel.WaitForSingleObject(handle, 0) == still_running)
    finally:
        kernel.CloseHandle(handle)
