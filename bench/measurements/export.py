"""The ProgSnap2 export of a million events: how many a second, and how much memory it takes.

The events are made by SQL. The memory is the peak of the process above what it took before, so a warm-up of a tenth
shows whether it grows with the number of events.
"""

from __future__ import annotations

import asyncio
import resource
import shutil
import sys
import tempfile
import time
from pathlib import Path

from bench.classroom import Classroom, fill_file
from bench.harness import Report, Row
from storage import open_store
from storage.exporting import ExportFilter
from taco_lsp.export.progsnap2.dataset import export

AIM = "at least 50,000"


def measure(quick: bool) -> Report:
    """Export a tenth and then all of it."""
    whole = Classroom(students=100, challenges=5) if quick else Classroom(runs=64, answers=46, saves=34)
    tenth = Classroom(
        students=whole.students // 10, challenges=whole.challenges, runs=whole.runs, answers=whole.answers,
        saves=whole.saves,
    )  # fmt: skip
    found: list[Row] = []
    for name, room in (("a tenth", tenth), ("all", whole)):
        events, seconds, busy, megabytes = asyncio.run(_export(room))
        subject = f"{name}: {events:,} events"
        found += [
            Row(metric="events a second", subject=subject, unit="1/s", samples=(events / seconds,), aim=AIM),
            Row(metric="events a CPU second", subject=subject, unit="1/s", samples=(events / busy,)),
            Row(metric="peak memory", subject=subject, unit="MB", samples=(megabytes,), aim="no more for all of it"),
        ]
    return Report(rows=tuple(found), notes=("peak memory is of the whole process so far, other measurements included",))


async def _export(room: Classroom) -> tuple[int, float, float, float]:
    folder = Path(tempfile.mkdtemp(prefix="taco-bench-"))
    try:
        path = folder / "class.db"
        url = f"sqlite:///{path.as_posix()}"
        await (await open_store(url)).close()
        await asyncio.to_thread(fill_file, path, room)
        store = await open_store(url)
        try:
            began, worked = time.perf_counter(), time.process_time()
            made = await export(store, folder / "set", key=b"a key for the bench", chosen=ExportFilter())
            return made.events, time.perf_counter() - began, time.process_time() - worked, _peak()
        finally:
            await store.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _peak() -> float:
    """The most memory that this process has had, in megabytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1 << 20) if sys.platform == "darwin" else peak / 1024
