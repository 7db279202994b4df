"""Time from starting the process to the reply to `initialize`, over stdio.

A student waits this long for the first sign of life, at every start of the editor.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from bench.harness import Report, interleaved, rows
from bench.servers import BARE_PYGLS, TACO, Server, started, with_jedi

METRIC = "spawn → initialize reply"


def measure(quick: bool) -> Report:
    """Compare with bare pygls and jedi-language-server."""
    servers, notes = with_jedi()
    probes = {server.name: partial(_probe, server) for server in servers}
    samples = interleaved(probes, rounds=3 if quick else 30, warm_up=2)
    found = rows(samples, unit="ms", peer=BARE_PYGLS.name, aims={(METRIC, TACO.name): "ratio ≤ 1.10"})
    return Report(rows=found, notes=notes)


def _probe(server: Server) -> Mapping[str, float]:
    with started(server) as client:
        return {METRIC: (client.initialize().at - client.spawned_at) * 1000}
