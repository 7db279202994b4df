"""Resident memory after the reply to `initialize`, and again two seconds after `initialized`, with the store open.

RSS counts the pages of shared libraries too; USS only what would be free again if the process ended.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from functools import partial

import psutil  # type: ignore[import-untyped]  # its stubs are not worth a dependency

from bench.client import Client
from bench.harness import Report, interleaved, rows
from bench.servers import BARE_PYGLS, STORE, TACO, Server, started, with_jedi

WARM_UP_S = 2.0
INITIALIZED, WARM = "after initialize", "after warm-up"


def measure(quick: bool) -> Report:
    """Compare with bare pygls and jedi-language-server."""
    servers, notes = with_jedi()
    probes = {server.name: partial(_probe, server) for server in servers}
    samples = interleaved(probes, rounds=2 if quick else 5)
    aims = {(f"RSS {INITIALIZED}", TACO.name): "ratio ≤ 1.25"}
    return Report(rows=rows(samples, unit="MiB", peer=BARE_PYGLS.name, aims=aims), notes=notes)


def _probe(server: Server) -> Mapping[str, float]:
    with started(server) as client:
        client.initialize()
        before = _memory(client, INITIALIZED)
        client.notify("initialized", {})
        time.sleep(WARM_UP_S)
        if server is TACO and not (client.folder / STORE).exists():
            raise RuntimeError(f"the store was not open after {WARM_UP_S:g} s")
        return {**before, **_memory(client, WARM)}


def _memory(client: Client, when: str) -> Mapping[str, float]:
    server = psutil.Process(client.process.pid)
    # With the children, because a virtual environment's interpreter on Windows starts the real one.
    used = [process.memory_full_info() for process in (server, *server.children(recursive=True))]
    return {
        f"RSS {when}": sum(info.rss for info in used) / 2**20,
        f"USS {when}": sum(info.uss for info in used) / 2**20,
    }
