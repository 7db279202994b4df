"""Where a client is tried: a folder with a program, a store with a challenge, a scripted model, a recording `taco-lsp`.

Everything is new and temporary; no setting of the person who tries it out reaches the server, and nothing of theirs is
recorded. Judges nothing.
"""

from __future__ import annotations

import asyncio
import os
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import attrs

from storage import open_store
from taco_lsp import samples
from taco_lsp.authoring.challenge_folder import read_challenge
from taco_lsp.conformance.replies import MODEL, model_list
from taco_lsp.conformance.script_file import Script, builtin
from taco_lsp.conformance.scripted_model import ScriptedModel
from taco_lsp.edge.lifecycle import is_alive
from taco_lsp.errors import TacoError
from taco_lsp.tutor import builtin as tutor

PROGRAM = """\
numbers = [3, 4, 5]
names = "ä, 🌮"
total = 0
for i in range(len(numbers) + 1):
    total += numbers[i]
print(names, total)
"""
FILE_NAME = "average.py"
LEAVING_S = 10.0
_POLL_S = 0.02


class ClientFailed(TacoError):
    """The client could not be started or did not end in time."""

    code = -32603
    kind = "clientFailed"


@attrs.frozen(kw_only=True)
class Stage:
    """What a client is given."""

    folder: Path
    server: Path
    model_url: str
    address: str = ""
    """Where a server listens; empty when the client starts one itself."""

    @property
    def workspace(self) -> Path:
        """The folder to open."""
        return self.folder / "work"

    @property
    def file(self) -> Path:
        """A program with a mistake, in the workspace."""
        return self.workspace / FILE_NAME

    @property
    def store(self) -> Path:
        """The store file that the server uses."""
        return self.folder / "taco.db"

    @property
    def recordings(self) -> Path:
        """The folder of the transcripts."""
        return self.folder / "transcripts"

    @property
    def places(self) -> Mapping[str, str]:
        """What is different on every machine, and the names it has in a transcript that is kept."""
        return {
            self.workspace.as_uri(): "file:///home/ada/exercises",
            str(self.workspace): "/home/ada/exercises",
            str(self.folder): "/home/ada",
            self.model_url: "http://127.0.0.1:8123/v1",
            **({self.address: "127.0.0.1:7777"} if self.address else {}),
            sys.executable: "/usr/bin/python3",
            str(Path(sys.executable).resolve()): "/usr/bin/python3",
        }

    def environ(self) -> dict[str, str]:
        """The client's environment: this process's without TACO settings, and with those of the stage."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("TACO_")}
        return {
            **kept,
            "PATH": os.pathsep.join([str(self.server.parent), os.environ.get("PATH", os.defpath)]),
            "TACO_STORE": f"sqlite:///{self.store.as_posix()}",
            "TACO_MODEL_ENDPOINT": self.model_url,
            "TACO_MODEL_NAME": MODEL,
            "CONFORMANCE_SERVER": str(self.server),
            "CONFORMANCE_WORKSPACE": str(self.workspace),
            "CONFORMANCE_FILE": str(self.file),
            "CONFORMANCE_ADDRESS": self.address,
        }

    def command(self, given: Sequence[str]) -> list[str]:
        """A client's command with `{server}`, `{address}`, `{workspace}`, `{file}` and `{python}` filled in."""
        fillings = {
            "{server}": str(self.server), "{workspace}": str(self.workspace), "{file}": str(self.file),
            "{python}": sys.executable, "{address}": self.address,
        }  # fmt: skip
        filled = list(given)
        for name, value in fillings.items():
            filled = [part.replace(name, value) for part in filled]
        return filled


@contextmanager
def set_up(folder: Path, script: Script | None = None) -> Iterator[Stage]:
    """Set the stage in an empty folder; the model answers until the end of the block."""
    folder = folder.resolve()
    script = script or builtin()
    with ScriptedModel() as model:
        model.models = model_list(*script.models)
        model.script(*script.replies)
        if script.otherwise:
            model.always(script.otherwise)
        (folder / "bin").mkdir(parents=True)
        stage = Stage(folder=folder, server=folder / "bin" / _launcher_name(), model_url=model.url)
        stage.recordings.mkdir()
        stage.workspace.mkdir()
        stage.file.write_text(PROGRAM, encoding="utf-8", newline="\n")
        _write_launcher(stage)
        asyncio.run(_fill(stage.store))
        yield stage


def run(stage: Stage, given: Sequence[str], *, timeout_s: float, quiet: bool) -> int:
    """Run a client to its end and wait for its servers; return its exit code.

    Args:
        stage: where it runs.
        given: its command.
        timeout_s: how long it may take.
        quiet: whether to keep standard output for the report: what the client prints goes to standard error.

    Raises:
        ClientFailed: it cannot be started, or does not end in time.
    """
    command = stage.command(given)
    out = sys.stderr.fileno() if quiet else None
    try:
        client = subprocess.run(  # noqa: S603 - what the author of the client asked for
            command, cwd=stage.workspace, env=stage.environ(), stdout=out, timeout=timeout_s, check=False
        )
    except OSError as error:
        raise ClientFailed(
            f"{command[0]} cannot be started: {error.strerror}.", "Check the command after `--`."
        ) from error
    except subprocess.TimeoutExpired as error:
        raise ClientFailed(
            f"The client did not end within {timeout_s:g} seconds.", "Let it end by itself, or give it more --timeout."
        ) from error
    _wait_for_servers(stage)
    return client.returncode


def _wait_for_servers(stage: Stage) -> None:
    """Wait until every server has ended; what still runs at the deadline is for the judge."""
    deadline = time.monotonic() + LEAVING_S
    while time.monotonic() < deadline and any(map(_runs, stage.recordings.iterdir())):
        time.sleep(_POLL_S)


def _runs(recording: Path) -> bool:
    """Whether the recording server of a transcript still runs; its process id is in the name, if it has one."""
    pid = recording.stem.rpartition("-")[2]
    return pid.isdigit() and is_alive(int(pid))


def _launcher_name() -> str:
    return "taco-lsp.cmd" if os.name == "nt" else "taco-lsp"


def _write_launcher(stage: Stage) -> None:
    command = [sys.executable, "-I", "-m", "taco_lsp.conformance.proxy", str(stage.recordings)]
    if os.name == "nt":
        text = f"@{subprocess.list2cmdline(command)} %*\r\n"
    else:
        text = f'#!/bin/sh\nexec {shlex.join(command)} "$@"\n'
    stage.server.write_text(text, encoding="utf-8", newline="")
    stage.server.chmod(0o755)


async def _fill(path: Path) -> None:
    """A store with a sample challenge, so that there is one to open."""
    store = await open_store(f"sqlite:///{path.as_posix()}")
    try:
        async with store.write() as tx:
            model = await tx.models.ensure(tutor.NAME, tutor.VERSION)
            await tx.challenges.add(read_challenge(samples.AVERAGE, model_id=model.id))
    finally:
        await store.close()
