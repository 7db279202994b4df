"""A server in a process of its own, over stdio, every message of which is checked."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from edge_harness import INITIALIZE

from taco_lsp.edge.framing import Frame, FrameParser, frame
from tests.support.messages import Checker

PROGRAM = Path(__file__).parent / "edge_program.py"
END_S = 10.0
"""Long after the server's own deadline, even on a busy machine."""


def call(ident: Any, method: str, params: Any = None) -> bytes:
    return frame(json.dumps({"jsonrpc": "2.0", "id": ident, "method": method, "params": params}).encode())


def note(method: str, params: Any = None) -> bytes:
    return frame(json.dumps({"jsonrpc": "2.0", "method": method, "params": params or {}}).encode())


def messages(data: bytes) -> list[dict[str, Any]]:
    parser = FrameParser()
    parser.feed(data)
    found = []
    for item in parser.items():
        assert isinstance(item, Frame), item
        found.append(json.loads(item.body))
        Checker().check(found[-1])
    assert parser.pending == 0
    return found


class Process:
    """A running server."""

    def __init__(self, journal: Path, program: Path = PROGRAM) -> None:
        self.journal = journal
        command = [sys.executable, str(program), str(journal)]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe)
        assert self.process.stdin
        assert self.process.stdout
        self.stdin, self.stdout = self.process.stdin, self.process.stdout
        self._parser = FrameParser()
        self._sent = FrameParser()
        self._checker = Checker()

    def send(self, data: bytes) -> None:
        self._sent.feed(data)
        for item in self._sent.items():
            assert isinstance(item, Frame)
            self._checker.asked(json.loads(item.body))
        self.stdin.write(data)
        self.stdin.flush()

    def read(self) -> dict[str, Any]:
        while True:
            for item in self._parser.items():
                assert isinstance(item, Frame), item
                message: dict[str, Any] = json.loads(item.body)
                self._checker.check(message)
                return message
            data = self.stdout.read1(65536)  # type: ignore[attr-defined]
            assert data, "the process has ended"
            self._parser.feed(data)

    def initialize(self, **params: Any) -> None:
        self.send(call("init", "initialize", {**INITIALIZE, **params}) + note("initialized"))
        assert self.read()["id"] == "init"

    def pid(self) -> int:
        self.send(call("pid", "taco/pid"))
        found: int = self.read()["result"]
        return found

    def ends(self, code: int, *notes: str) -> None:
        """Check that the process ends by itself, with this code and these notes in the journal."""
        assert self.process.wait(END_S) == code
        assert self.journal.read_text().splitlines() == list(notes)

    def stop(self) -> str:
        self.process.kill()
        for pipe in (self.stdin, self.stdout):
            with contextlib.suppress(BrokenPipeError):
                pipe.close()
        assert self.process.stderr
        if not self.process.stderr.closed:
            self.log = self.process.stderr.read().decode()
            self.process.stderr.close()
        self.process.wait()
        return self.log
