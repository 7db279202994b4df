"""How long the server lives on after its connection has ended, in each way that one can end, with work in flight.

At that moment a program of the student's runs, an answer streams, and a save was acknowledged. A figure only counts
when the program is gone and the store holds the saved solution and an ended session. Needs POSIX signals.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path
from time import monotonic, perf_counter, sleep

from bench.client import Client
from bench.harness import Report, Row, interleaved
from bench.servers import STORE, TACO, started
from tests.support.scripted_model import MODEL, ScriptedModel, reply

SLEEPER = "import os, time\nopen('pid', 'w').write(str(os.getpid()))\ntime.sleep(600)\n"
METRIC = "end of the connection → end of the process"
AIM = "≤ 2 s, the slowest too"
PATIENCE_S = 30
POLL_S = 0.005

End = Callable[[Client, "subprocess.Popen[bytes]"], None]
"""Ends the connection of a client whose editor is that process."""


def measure(quick: bool) -> Report:
    """Take the ways in turn."""
    probes = {name: partial(_probe, end) for name, end in WAYS.items()}
    by_way = interleaved(probes, rounds=2 if quick else 10)[METRIC]
    rows = [Row(metric=METRIC, subject=name, unit="s", samples=samples, aim=AIM) for name, samples in by_way.items()]
    slowest = max(map(max, by_way.values()))
    return Report(rows=tuple(rows), notes=(f"The slowest of all took {slowest:.2f} s.",))


def _shut_down(client: Client, _: subprocess.Popen[bytes]) -> None:
    client.send_request("shutdown", None)
    client.notify("exit", None)


def _exit(client: Client, _: subprocess.Popen[bytes]) -> None:
    client.notify("exit", None)


def _close_the_pipe(client: Client, _: subprocess.Popen[bytes]) -> None:
    assert client.process.stdin
    client.process.stdin.close()


def _signal(number: signal.Signals, client: Client, _: subprocess.Popen[bytes]) -> None:
    client.process.send_signal(number)


def _kill_the_editor(_: Client, editor: subprocess.Popen[bytes]) -> None:
    editor.kill()
    editor.wait()


WAYS: Mapping[str, End] = {
    "shutdown and exit": _shut_down,
    "exit without shutdown": _exit,
    "the pipe is closed": _close_the_pipe,
    "SIGTERM": partial(_signal, signal.SIGTERM),
    "SIGINT": partial(_signal, signal.SIGINT),
    "the editor dies, its pipe stays open": _kill_the_editor,
}


def _probe(end: End) -> Mapping[str, float]:
    with ExitStack() as stack:
        model = stack.enter_context(ScriptedModel())
        model.always(reply(*(["word "] * 10_000), pause=0.02))
        editor = subprocess.Popen([sys.executable, "-c", f"import time; time.sleep({PATIENCE_S})"])
        stack.callback(editor.wait)
        stack.callback(editor.kill)
        client = stack.enter_context(started(TACO, TACO_MODEL_ENDPOINT=model.url, TACO_MODEL_NAME=MODEL))
        child = _busy(client, editor.pid)
        begun = perf_counter()
        end(client, editor)
        client.process.wait(PATIENCE_S)
        took = perf_counter() - begun
        _check(client.folder / STORE, child)
    return {METRIC: took}


def _busy(client: Client, editor: int) -> int:
    """Save, start a program that does not end and a long answer; returns the program's process id."""
    client.initialize(parent=editor)
    client.notify("initialized", {})
    path = client.folder / "sleeper.py"
    path.write_text(SLEEPER)
    client.open(path.as_uri(), SLEEPER)
    about = {"textDocument": {"uri": path.as_uri()}}
    client.request("taco/solution/save", about)
    client.send_request("taco/run", about)
    client.send_request("taco/ask", {**about, "question": "Why?", "kind": "question", "partialResultToken": "answer"})
    client.wait_for(lambda message: (message.get("params") or {}).get("token") == "answer")
    started_program = client.folder / "pid"
    until = monotonic() + PATIENCE_S
    while not (started_program.exists() and started_program.read_text()) and monotonic() < until:
        sleep(POLL_S)
    return int(started_program.read_text())


def _check(store: Path, child: int) -> None:
    """See that nothing was lost and nothing is left.

    Raises:
        RuntimeError: Something was, or is.
    """
    with closing(sqlite3.connect(store)) as connection:
        (open_sessions,) = connection.execute("SELECT count(*) FROM sessions WHERE ended_at IS NULL").fetchone()
        (saved,) = connection.execute("SELECT count(*) FROM challenge_solutions").fetchone()
    if open_sessions or saved != 1 or _lives(child):
        raise RuntimeError(f"{open_sessions} open sessions, {saved} saved solutions, program lives: {_lives(child)}")


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")
    return not (stat.exists() and stat.read_text().rpartition(")")[2].split()[0] == "Z")
