"""The language servers that are compared: each runs on this interpreter, in a fresh folder with a store of its own."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import attrs

from bench.client import Client
from storage import open_store


@attrs.frozen(kw_only=True)
class Server:
    """A server to measure: its name in the tables and what the interpreter is told to run."""

    name: str
    arguments: tuple[str, ...]


TACO = Server(name="taco-lsp", arguments=("-I", "-m", "taco_lsp"))
BARE_PYGLS = Server(
    name="bare pygls", arguments=("-I", str(Path(__file__).with_name("peers").joinpath("bare_pygls.py")))
)
JEDI = Server(name="jedi-language-server", arguments=("-I", "-c", "from jedi_language_server.cli import cli; cli()"))

STORE = "taco.db"
"""Name of TACO's store in the folder it is started in."""


def with_jedi() -> tuple[tuple[Server, ...], tuple[str, ...]]:
    """Return the servers of the start-up comparisons, and a note when jedi-language-server is not installed."""
    if importlib.util.find_spec("jedi_language_server"):
        return (BARE_PYGLS, TACO, JEDI), ()
    return (BARE_PYGLS, TACO), ("Skipped: jedi-language-server is not installed (dependency group `bench`).",)


@contextmanager
def started(server: Server, **settings: str) -> Iterator[Client]:
    """Start a server in a temporary folder; `settings` are further environment variables.

    The store is there already: what a first start pays once, to make its tables, is not in any figure.
    """
    with tempfile.TemporaryDirectory(prefix="taco-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name).resolve()
        (folder / STORE).write_bytes(_empty_store())
        with Client(
            [sys.executable, *server.arguments], folder=folder, environ={**_environ(folder), **settings}
        ) as client:
            yield client


def get_ready(client: Client, server: Server) -> None:
    """Initialize, and wait until the work that a server does in the background at the start is done."""
    client.initialize()
    client.notify("initialized", {})
    if server is TACO:
        client.request("taco/status", {})  # answered when the store is open


@cache
def _empty_store() -> bytes:
    with tempfile.TemporaryDirectory(prefix="taco-bench-") as name:
        file = Path(name).resolve() / STORE
        asyncio.run(_make_store(f"sqlite:///{file.as_posix()}"))
        return file.read_bytes()


async def _make_store(url: str) -> None:
    await (await open_store(url)).close()


def _environ(folder: Path) -> Mapping[str, str]:
    """This process's environment without any setting of TACO, so that nobody's configuration is measured."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("TACO_")}
    store = f"sqlite:///{(folder / STORE).as_posix()}"
    return {**inherited, "TACO_STORE": store, "XDG_CONFIG_HOME": str(folder / "config")}
