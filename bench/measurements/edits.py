"""Time for 10,000 one-character edits all over a file, then a hover, which is answered after the last of them.

In a file of 5,000 lines beside bare pygls; then in files of 100 to 20,000 lines beside each other, which shows
whether an edit costs more in a longer file; and with an error marked in the file, as after a failing run.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from time import perf_counter

from bench.client import Client
from bench.documents import at, edits, python_text
from bench.harness import Report, interleaved, rows
from bench.servers import BARE_PYGLS, TACO, Server, get_ready, started

LINES = 5_000
LENGTHS = (100, 1_000, 5_000, 20_000)
MARKED_LINE = 2_500


def measure(quick: bool) -> Report:
    """Compare servers, then lengths."""
    count = 1_000 if quick else 10_000
    rounds = 2 if quick else 5
    what = f"{count:,} edits and a hover"
    marked = f"{TACO.name}, an error marked"
    servers = interleaved(
        {
            BARE_PYGLS.name: partial(_probe, what, BARE_PYGLS, LINES, count),
            TACO.name: partial(_probe, what, TACO, LINES, count),
            marked: partial(_probe, what, TACO, LINES, count, marked=True),
        },
        rounds=rounds,
    )
    shortest, *longer = lengths = [f"{TACO.name}, {length:,} lines" for length in LENGTHS]
    flat = interleaved(
        {name: partial(_probe, what, TACO, length, count) for name, length in zip(lengths, LENGTHS, strict=True)},
        rounds=rounds,
    )
    return Report(
        rows=(
            *rows(servers, unit="s", peer=BARE_PYGLS.name, aims={(what, TACO.name): "ratio ≤ 0.10"}),
            *rows(flat, unit="s", peer=shortest, aims={(what, name): "ratio ≤ 1.3" for name in longer}),
        ),
        notes=(f"The first three rows are about a file of {LINES:,} lines.",),
    )


def _probe(what: str, server: Server, lines: int, count: int, *, marked: bool = False) -> Mapping[str, float]:
    with started(server) as client:
        get_ready(client, server)
        uri = (client.folder / "work.py").as_uri()
        client.open(uri, python_text(lines))
        if marked:
            _mark_an_error(client, uri)
        client.request("textDocument/hover", at(uri, 0))
        burst = b"".join(edits(uri, lines=lines, count=count))
        begun = perf_counter()
        client.write(burst)
        return {what: client.request("textDocument/hover", at(uri, 0)).at - begun}


def _mark_an_error(client: Client, uri: str) -> None:
    """Report a failing run, and check that the server has marked its line."""
    stderr = (
        "Traceback (most recent call last):\n"
        f'  File "{client.folder / "work.py"}", line {MARKED_LINE}, in <module>\n'
        "NameError: name 'compute' is not defined\n"
    )
    run = {"command": "python work.py", "stdout": "", "stderr": stderr, "exitCode": 1}
    client.request("taco/run/report", {"textDocument": {"uri": uri}, **run})
    if client.request("textDocument/hover", at(uri, MARKED_LINE - 1)).message["result"] is None:
        raise RuntimeError("the server has not marked the error")
