"""Peak resident memory while a 50 MB document is opened and edited, over the size of the document.

Lines of 80 characters, as in a file of data. The tutor declines to read so long a file, but the server must hold it.
The peak is the operating system's own count, so a copy that lived for a moment is in it.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import partial
from time import perf_counter

import psutil  # type: ignore[import-untyped]  # its stubs are not worth a dependency

from bench.client import Client
from bench.documents import at, edits
from bench.harness import Report, interleaved, rows
from bench.servers import BARE_PYGLS, TACO, Server, get_ready, started

SIZE = 50_000_000
LINE = "x" * 79 + "\n"
EDITS = 20
PEAK, ABOVE = "peak RSS / size", "peak RSS less RSS before opening / size"
OPENED, EDITED = "open, then a hover", f"{EDITS} edits, then a hover"


def measure(quick: bool) -> Report:
    """Compare with bare pygls, which gets fewer edits because each takes it so long."""
    if sys.platform not in ("linux", "win32"):
        return Report(rows=(), notes=(f"Skipped: {sys.platform} does not tell the peak memory of another process.",))
    size = SIZE // 10 if quick else SIZE
    probes = {server.name: partial(_probe, server, size) for server in (BARE_PYGLS, TACO)}
    samples = interleaved(probes, rounds=1 if quick else 3, warm_up=0)
    memory = {metric: values for metric, values in samples.items() if metric in (PEAK, ABOVE)}
    times = {metric: values for metric, values in samples.items() if metric not in memory}
    return Report(
        rows=(
            *rows(memory, unit="times", peer=BARE_PYGLS.name, aims={(PEAK, TACO.name): "≤ 3 times"}),
            *rows(times, unit="s", peer=BARE_PYGLS.name),
        ),
        notes=(f"A document of {size:,} bytes in lines of {len(LINE)}.",),
    )


def _probe(server: Server, size: int) -> Mapping[str, float]:
    lines = size // len(LINE)
    with started(server) as client:
        get_ready(client, server)
        uri = (client.folder / "work.py").as_uri()
        client.request("textDocument/hover", at(uri, 0))
        before = psutil.Process(client.process.pid).memory_info().rss
        opened = _open(client, uri, LINE * lines)
        edited = _edit(client, uri, lines)
        peak = _peak_rss(client.process.pid)
    return {PEAK: peak / size, ABOVE: (peak - before) / size, OPENED: opened, EDITED: edited}


def _open(client: Client, uri: str, text: str) -> float:
    begun = perf_counter()
    client.open(uri, text)
    return client.request("textDocument/hover", at(uri, 0)).at - begun


def _edit(client: Client, uri: str, lines: int) -> float:
    begun = perf_counter()
    client.write(b"".join(edits(uri, lines=lines, count=EDITS)))
    return client.request("textDocument/hover", at(uri, 0)).at - begun


def _peak_rss(pid: int) -> int:
    """Return the most bytes a process has had resident."""
    if sys.platform == "win32":
        return int(psutil.Process(pid).memory_info().peak_wset)
    with open(f"/proc/{pid}/status", encoding="ascii") as status:  # noqa: PTH123 - not a file
        kib = next(line.split()[1] for line in status if line.startswith("VmHWM:"))
    return int(kib) * 1024
