"""Checks an installed wheel: layout, version, and an LSP session in a workspace that shadows module names.

Usage: python -I handshake.py BIN_FOLDER WORKSPACE. Uses the standard library only; exits non-zero on the first fault.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

SHADOWS = ("storage", "random", "asyncio", "json", "attrs", "taco_lsp", "pygls", "typing", "logging", "socket")
TIMEOUT_S = 60


def main(bin_folder: Path, workspace: Path) -> None:
    """Run every check."""
    assert importlib.util.find_spec("migrations") is None, "an importable `migrations` landed in site-packages"
    storage = importlib.util.find_spec("storage")
    assert storage, "the wheel lacks `storage`"
    assert storage.submodule_search_locations
    shipped = Path(storage.submodule_search_locations[0]) / "migrations" / "versions"
    assert list(shipped.glob("0002_*.py")), "the wheel lacks its migrations"
    workspace.mkdir(parents=True)
    for name in SHADOWS:
        (workspace / f"{name}.py").write_text("raise SystemExit('a student file was imported by the server')\n")
    script = "taco-lsp.exe" if os.name == "nt" else "taco-lsp"
    for command in ([str(bin_folder / script)], [sys.executable, "-I", "-m", "taco_lsp"]):
        handshake(command, workspace)
        print("ok:", Path(command[0]).name, *command[1:])


def handshake(command: list[str], workspace: Path) -> None:
    """Initialize, ask for the status (which opens the store), shut down, exit."""
    environ = {**os.environ, "TACO_STORE": f"sqlite:///{workspace / 'store' / 'taco.db'}"}
    requests = [
        {
            "id": 1,
            "method": "initialize",
            "params": {"processId": None, "rootUri": workspace.as_uri(), "capabilities": {}},
        },
        {"method": "initialized", "params": {}},
        {"id": 2, "method": "taco/status", "params": {}},
    ]
    ending = [{"id": 3, "method": "shutdown"}, {"method": "exit"}]
    server = subprocess.Popen(command, cwd=workspace, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert server.stdin
    assert server.stdout
    try:
        send(server.stdin, requests)
        answers = {1: reply(server.stdout, 1), 2: reply(server.stdout, 2)}
        send(server.stdin, ending)
        answers[3] = reply(server.stdout, 3)
        code = server.wait(TIMEOUT_S)
    finally:
        server.kill()
    assert all("error" not in answer for answer in answers.values()), answers
    assert answers[2]["result"]["store"]["revision"], answers[2]
    assert code == 0, f"exit code {code}"


def send(stream, messages) -> None:
    """Write messages, framed."""
    for message in messages:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        stream.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
    stream.flush()


def reply(stream, number: int) -> dict:
    """Read messages until the reply to a request."""
    while True:
        length = 0
        while (line := stream.readline()) not in (b"\r\n", b""):
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        assert length, "the server ended without a reply"
        message = json.loads(stream.read(length))
        if message.get("id") == number and "method" not in message:
            return message


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
