"""`taco-lsp` as a conformance run hands it out: starts the real server, passes all bytes on, writes down what goes by.

    python -I -m taco_lsp.conformance.proxy FOLDER [OPTIONS OF taco-lsp]

Each connection is a transcript of its own in FOLDER. A message is written down before it is passed on, so that a
reply always stands below its request. Changes nothing and judges nothing.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from taco_lsp.conformance.recorder import Recorder
from taco_lsp.conformance.transcript import SUFFIX

SERVER = (sys.executable, "-I", "-m", "taco_lsp")
PIECE = 65536


def main(argv: Sequence[str]) -> int:
    """Serve one client; return the server's exit code."""
    folder, *options = argv
    if any(not option.startswith(("--stdio", "--clientProcessId")) for option in options):
        return subprocess.run([*SERVER, *options], check=False).returncode  # noqa: S603 - the server, as the client asked
    recorder = Recorder(Path(folder) / f"{time.time_ns()}-{os.getpid()}{SUFFIX}")
    server = subprocess.Popen([*SERVER, *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603
    assert server.stdin
    assert server.stdout
    signal.signal(signal.SIGTERM, lambda *_: server.terminate())
    to_server, from_server = server.stdin.fileno(), server.stdout.fileno()

    def listen() -> None:
        _pass_on(0, to_server, lambda data: recorder.heard("client", data))
        recorder.left()
        with contextlib.suppress(OSError):
            os.close(to_server)

    threading.Thread(target=listen, daemon=True).start()
    _pass_on(from_server, 1, lambda data: recorder.heard("server", data))
    code = server.wait()
    recorder.ended(code)
    return code


def _pass_on(source: int, target: int, heard: Callable[[bytes], None]) -> None:
    """Copy until the source ends. A target that is gone hears no more; what the source says is still written down."""
    gone = False
    while data := _read(source):
        heard(data)
        while data and not gone:
            try:
                data = data[os.write(target, data) :]
            except OSError:
                gone = True


def _read(source: int) -> bytes:
    try:
        return os.read(source, PIECE)
    except OSError:
        return b""


if __name__ == "__main__":
    code = main(sys.argv[1:])
    sys.stdout.flush()
    os._exit(code if code >= 0 else 1)  # the thread that reads the client may never return
