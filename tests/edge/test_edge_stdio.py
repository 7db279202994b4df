"""A server process over stdio: the protected stream, and every way in which the process ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from edge_harness import INITIALIZE
from edge_process import PROGRAM, Process, call, messages, note

from taco_lsp.edge import lifecycle

pytestmark = pytest.mark.subprocess
posix = pytest.mark.skipif(os.name != "posix", reason="POSIX signals")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Process]:
    journal = tmp_path / "journal"
    journal.touch()
    process = Process(journal)
    yield process
    assert "Task was destroyed" not in process.stop()


def test_the_process_is_ended_by_force_before_two_seconds_are_over() -> None:
    assert lifecycle.DEADLINE_S < 2


def test_shutdown_with_work_in_flight_and_exit(server: Process) -> None:
    server.initialize()
    server.send(call(1, "taco/wait") + call(2, "shutdown"))
    assert [server.read()["id"], server.read()] == [1, {"jsonrpc": "2.0", "id": 2, "result": None}]
    server.send(note("exit"))
    server.ends(0, "handler cancelled", "shutdown")


def test_exit_without_shutdown(server: Process) -> None:
    server.initialize()
    server.send(call(1, "taco/wait") + note("exit"))
    server.ends(1, "handler cancelled", "exit")


def test_end_of_input(server: Process) -> None:
    server.initialize()
    server.send(call(1, "taco/wait"))
    server.stdin.close()
    assert server.read()["error"]["code"] == -32800
    server.ends(1, "handler cancelled", "end of input")


def test_end_of_input_before_initialize(server: Process) -> None:
    server.stdin.close()
    server.ends(1, "end of input")


def test_a_client_that_stops_reading_for_good(server: Process) -> None:
    server.initialize()
    server.stdout.close()
    server.ends(1, "broken pipe")


@posix
@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT", "SIGHUP"])
def test_signals(server: Process, name: str) -> None:
    server.initialize()
    server.send(call(1, "taco/wait"))
    server.pid()
    server.process.send_signal(getattr(signal, name))
    server.ends(1, "handler cancelled", name)


@posix
def test_a_signal_after_shutdown_is_a_clean_end(server: Process) -> None:
    server.initialize()
    server.send(call(1, "shutdown"))
    server.read()
    server.process.send_signal(signal.SIGTERM)
    server.ends(0, "shutdown")


@posix
def test_the_death_of_the_client(server: Process) -> None:
    sleeper = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    server.initialize(processId=sleeper.pid)
    server.send(call(1, "taco/wait"))
    server.pid()
    sleeper.communicate()  # also reaps it: a zombie counts as alive
    server.ends(1, "handler cancelled", "parent gone")


@posix
def test_a_client_on_another_machine_is_not_missed(server: Process) -> None:
    server.initialize(processId=2**22 - 1)
    with pytest.raises(subprocess.TimeoutExpired):
        server.process.wait(1.5)
    server.send(call(1, "shutdown") + note("exit"))
    server.ends(0, "shutdown")


def test_a_thread_that_blocks_does_not_keep_the_process(server: Process) -> None:
    server.initialize()
    server.send(call(1, "x/thread", {"seconds": 60}))
    server.pid()
    server.send(note("exit"))
    server.ends(1, "exit")


@posix
def test_a_handler_that_blocks_the_loop_does_not_keep_the_process(server: Process) -> None:
    server.initialize()
    server.send(call(1, "taco/block", {"seconds": 60}))
    deadline = time.monotonic() + 10
    while server.journal.read_text() != "blocking\n":
        assert time.monotonic() < deadline
        time.sleep(0.01)
    server.process.send_signal(signal.SIGTERM)
    server.ends(1, "blocking")


def test_prints_and_children_do_not_touch_the_stream(server: Process) -> None:
    server.initialize()
    server.send(call(1, "taco/print") + call(2, "taco/pid"))
    assert [server.read()["id"], server.read()["id"]] == [1, 2]
    server.send(note("exit"))
    server.ends(1, "exit")
    log = server.stop()
    for stray in ("stray print", "stray write", "stray child ''"):
        assert stray in log


@pytest.mark.parametrize("kind", ["files", "nothing"])
def test_standard_streams_that_an_event_loop_cannot_watch(tmp_path: Path, kind: str) -> None:
    journal, given, taken = tmp_path / "journal", tmp_path / "in", tmp_path / "out"
    given.write_bytes(call(1, "initialize", INITIALIZE) + call(2, "taco/pid") + call(3, "shutdown") + note("exit"))
    command = [sys.executable, str(PROGRAM), str(journal)]
    with (given if kind == "files" else Path(os.devnull)).open("rb") as stdin, taken.open("wb") as stdout:
        ended = subprocess.run(command, check=False, stdin=stdin, stdout=stdout, stderr=subprocess.PIPE, timeout=10)
    assert ended.returncode == (0 if kind == "files" else 1), ended.stderr
    ids = [message["id"] for message in messages(taken.read_bytes())]
    assert ids == ([1, 2, 3] if kind == "files" else [])
    assert journal.read_text().split("\n")[0] == ("shutdown" if kind == "files" else "end of input")


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_large_document_is_in_memory_once(server: Process) -> None:
    server.initialize()
    status = Path(f"/proc/{server.pid()}/status")

    def bytes_of(name: str) -> int:
        return int(status.read_text().split(f"{name}:")[1].split()[0]) * 1024

    before, text = bytes_of("VmRSS"), "x" * 79 + "\n"
    text *= 250_000
    item = {"uri": "file:///a.txt", "languageId": "text", "version": 1, "text": text}
    server.send(note("textDocument/didOpen", {"textDocument": item}))
    for line in range(0, 250_000, 25_000):
        where = {"start": {"line": line, "character": 1}, "end": {"line": line + 1, "character": 1}}
        change = {"textDocument": {"uri": item["uri"], "version": 2}, "contentChanges": [{"range": where, "text": "y"}]}
        server.send(note("textDocument/didChange", change))
    server.pid()
    assert bytes_of("VmHWM") - before < 1.2 * len(text)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_client_that_does_not_read_costs_no_memory(server: Process) -> None:
    server.initialize()
    status = Path(f"/proc/{server.pid()}/status")

    def resident_kb() -> int:
        return int(status.read_text().split("VmRSS:")[1].split()[0])

    before = resident_kb()
    os.set_blocking(server.stdin.fileno(), False)
    big = call(1, "nope/" + "x" * 50, {"pad": "x" * 100_000})
    sent, deadline = 0, time.monotonic() + 1.5
    while time.monotonic() < deadline:
        try:
            sent += os.write(server.stdin.fileno(), big * 20)
        except BlockingIOError:
            time.sleep(0.01)
    assert resident_kb() - before < 40_000
    assert sent > 100_000
