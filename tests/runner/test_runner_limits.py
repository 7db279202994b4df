"""A program that will not end, will not stop talking, wants everything, or leaves others behind."""

import asyncio
import os
import sys
import threading
import time
from pathlib import Path

import attrs
import pytest

from taco_lsp.runner import DEFAULT_COMMANDS, Limits, RunRequest, run

posix = pytest.mark.skipif(os.name != "posix", reason="process groups are a POSIX matter")
linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets us find processes by their mark")

FAMILY = """
import os, subprocess, sys, time
children = [subprocess.Popen(["sleep", "600"], start_new_session=away) for away in {away}]
with open("pids.part", "w") as file:
    print(*(child.pid for child in children), os.getpid(), file=file)
os.rename("pids.part", "pids")
print("started", flush=True)
time.sleep({sleep})
"""


async def pids_of(folder: Path) -> list[int]:
    async with asyncio.timeout(10):
        while not (folder / "pids").exists():
            await asyncio.sleep(0.01)
    return [int(pid) for pid in (folder / "pids").read_text().split()]


async def test_a_program_that_takes_too_long_is_stopped_and_what_it_said_is_kept(run_saved):
    text = "print('thinking')\nwhile True: pass"
    outcome = await run_saved("python", text, limits=Limits(wall_s=1.5))
    assert outcome.timed_out
    assert outcome.exit_code is None
    assert outcome.stdout == "thinking\n"
    assert 1500 <= outcome.duration_ms < 5000


async def test_a_compiler_that_takes_too_long_is_stopped(run_saved):
    sleeper = attrs.evolve(DEFAULT_COMMANDS["python"], compile=("{python}", "-c", "import time; time.sleep(600)"))
    outcome = await run_saved("python", "print(1)", commands={"python": sleeper}, limits=Limits(compile_s=0.5))
    assert (outcome.stage, outcome.timed_out, outcome.stdout) == ("compile", True, "")


async def test_endless_output_keeps_its_two_ends(run_saved):
    text = "print('first')\nwhile True: print('again and again')"
    outcome = await run_saved("python", text, limits=Limits(wall_s=1, output_bytes=10_000))
    assert outcome.timed_out
    assert outcome.truncated
    assert outcome.stdout.startswith("first\nagain and again\n")
    assert "bytes left out ...]\nagain and again\n" in outcome.stdout
    assert len(outcome.stdout) < 10_100


@linux
async def test_a_python_program_that_wants_too_much_memory_is_refused(run_saved):
    outcome = await run_saved("python", "data = bytearray(2_000_000_000)\nprint(len(data))")
    assert outcome.stderr.endswith("MemoryError\n")
    assert outcome.exit_code == 1


@linux
async def test_a_c_program_that_wants_too_much_memory_is_refused(run_saved):
    text = (
        "#include <stdio.h>\n#include <stdlib.h>\n"
        'int main(void) { puts(malloc(700000000) ? "much" : "none"); puts(malloc(100000000) ? "some" : "none"); }'
    )
    assert (await run_saved("c", text)).stdout == "none\nsome\n"


async def test_a_java_program_that_wants_too_much_memory_is_refused(run_saved):
    text = "class main { public static void main(String[] a) { long[] x = new long[200_000_000]; } }"
    outcome = await run_saved("java", text)
    assert "java.lang.OutOfMemoryError: Java heap space" in outcome.stderr


async def test_a_javascript_program_that_wants_too_much_memory_is_stopped(run_saved):
    text = "const all = []; while (true) all.push(new Array(1000).fill(all.length + 0.5));"
    outcome = await run_saved("javascript", text, limits=Limits(memory_mb=64))
    assert "heap out of memory" in outcome.stderr
    assert not outcome.timed_out


@posix
async def test_a_crash_leaves_no_core_file(run_saved, folder):
    import resource

    before = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (before[1], before[1]))
    try:
        text = "import resource\nprint(resource.getrlimit(resource.RLIMIT_CORE))"
        assert (await run_saved("python", text)).stdout == "(0, 0)\n"
    finally:
        resource.setrlimit(resource.RLIMIT_CORE, before)


@posix
async def test_everything_a_program_started_ends_with_its_time(run_saved, folder, gone):
    text = FAMILY.format(away=[False] * 4, sleep=600)
    outcome = await run_saved("python", text, limits=Limits(wall_s=2.5))
    assert outcome.timed_out
    assert outcome.stdout == "started\n"
    pids = await pids_of(folder)
    assert len(pids) == 5
    assert all(gone(pid) for pid in pids)


@posix
async def test_a_program_that_ends_but_leaves_others_on_its_pipes_does_not_hang(run_saved, folder, gone):
    outcome = await run_saved("python", FAMILY.format(away=[False] * 2, sleep=0))
    assert (outcome.stdout, outcome.exit_code, outcome.timed_out) == ("started\n", 0, False)
    assert outcome.duration_ms < 5000
    assert all(gone(pid) for pid in await pids_of(folder))


@linux
async def test_a_daemon_that_left_the_process_group_is_found_and_ended(run_saved, folder, gone):
    outcome = await run_saved("python", FAMILY.format(away=[True, True], sleep=0))
    assert (outcome.exit_code, outcome.timed_out) == (0, False)
    assert all(gone(pid) for pid in await pids_of(folder))


@posix
async def test_a_daemon_that_hides_cannot_make_the_run_hang(run_saved, folder):
    text = FAMILY.format(away=[True], sleep=0).replace("start_new_session", "env={}, start_new_session")
    began = time.perf_counter()
    outcome = await run_saved("python", text.replace('"sleep"', '"/bin/sleep"'))
    try:
        assert outcome.stdout == "started\n"
        assert time.perf_counter() - began < 6
    finally:
        os.kill((await pids_of(folder))[0], 9)


@posix
async def test_cancelling_ends_everything_before_it_returns(run_saved, folder, alive, gone):
    task = asyncio.create_task(run_saved("python", FAMILY.format(away=[False, True], sleep=600)))
    pids = await pids_of(folder)
    assert all(alive(pid) for pid in pids)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not alive(pids[-1])
    assert all(gone(pid) for pid in pids)


@posix
async def test_cancelling_again_while_cleaning_up_leaves_nothing_either(run_saved, folder, gone):
    task = asyncio.create_task(run_saved("python", FAMILY.format(away=[False], sleep=600)))
    pids = await pids_of(folder)
    for _ in range(20):
        task.cancel()
        await asyncio.sleep(0)
    with pytest.raises(asyncio.CancelledError):
        await task
    assert all(gone(pid) for pid in pids)


@pytest.mark.parametrize("ticks", [0, 1, 2, 3, 5, 8, 13, 21])
async def test_cancelling_at_any_moment_of_the_start_cleans_up(ticks, folder):
    request = RunRequest(path=None, text="import time; time.sleep(600)", language_id="python")
    task = asyncio.create_task(run(request))
    for _ in range(ticks):
        await asyncio.sleep(0.001)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_run_cancelled_while_it_is_prepared_is_cleaned_up_after_the_preparation(folder, monkeypatch):
    preparing, proceed = threading.Event(), threading.Event()

    def slowly(_path: Path, _text: str) -> bool:
        preparing.set()
        return proceed.wait(10) and False

    monkeypatch.setattr("taco_lsp.runner.staging._is_saved", slowly)
    task = asyncio.create_task(run(RunRequest(path=folder / "a.py", text="print(1)", language_id="python")))
    await asyncio.to_thread(preparing.wait, 10)
    task.cancel()
    done, _ = await asyncio.wait([task], timeout=0.1)
    proceed.set()
    assert not done
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_many_runs_at_once_keep_their_output_apart(folder):
    requests = [RunRequest(path=None, text=f"print({n})", language_id="python") for n in range(6)]
    outcomes = await asyncio.gather(*map(run, requests))
    assert [outcome.stdout for outcome in outcomes] == [f"{n}\n" for n in range(6)]
