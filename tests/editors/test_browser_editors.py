"""The pages of docs/editors/web.md in a real browser, on a real server over a WebSocket."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.browser.chromium import executable, running, tab
from tests.editors.desk import FAILING, PASSING, ROOT, Desk
from tests.editors.web.page import EDITORS, MODULES, Student, bundle, hosting
from tests.support.editors import clean_environ
from tests.support.rows import rows

pytestmark = pytest.mark.subprocess

QUESTION = "Why does it count from 0?"
MARKED = {"codemirror": ".cm-lintRange-error", "monaco": ".squiggly-error"}
READY_S = 60
KIT_S = 240


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running Chromium."""
    program = executable()
    if program is None:
        pytest.skip("Chromium is not installed (tests/editors/install.sh installs it)")
    with running(program, tmp_path_factory.mktemp("profile")) as address:
        yield address


@contextmanager
def serving(desk: Desk) -> Iterator[str]:
    """The server on a WebSocket; gives its address."""
    process = subprocess.Popen(
        [sys.executable, "-I", "-m", "taco_lsp", "--ws", "127.0.0.1:0"],
        cwd=desk.workspace, env=desk.environ, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stderr
    try:
        found = re.search(r"listening on (\S+)", process.stderr.readline())
        assert found, process.stderr.read()
        yield f"ws://{found[1]}"
    finally:
        process.terminate()
        process.wait(10)
        process.stderr.close()


def skip_without_editors() -> None:
    """Skip, saying what is missing."""
    if not MODULES.is_dir():
        pytest.skip("the editors in a browser are not installed (tests/editors/web/install.sh installs them)")


@pytest.fixture(params=EDITORS)
def page_of(request: pytest.FixtureRequest, desk: Desk) -> Iterator[tuple[str, str]]:
    """An editor and the address of its page, with a server behind it."""
    skip_without_editors()
    folder = desk.folder / "page"
    folder.mkdir()
    with serving(desk) as server, hosting(folder) as address:
        bundle(request.param, server, folder)
        yield request.param, address


async def test_the_page_of_the_documentation_is_enough(page_of: tuple[str, str], browser: str, desk: Desk) -> None:
    editor, address = page_of

    async with tab(browser) as page:
        student = Student(page)
        await student.sits_down(address)
        await work(student, desk, MARKED[editor])

    await asyncio.to_thread(desk.check_whole_session, question=QUESTION)
    assert [row["title"] for row in rows(desk.store, "SELECT title FROM challenges")] == ["average.py"]


async def work(student: Student, desk: Desk, marked: str) -> None:
    """Hint, failing run, explanation, passing run, save, question."""
    await student.types(FAILING)
    await student.click("hint")
    await student.reads("?")
    await asyncio.to_thread(wait_for_rows, desk, "llm_interactions", 1)
    await student.click("run")
    await student.reads("IndexError")
    await student.sees(marked, shown=True)
    await student.click("explain")
    await student.reads("What to look at")
    await student.types(PASSING)
    await student.click("run")
    await student.reads("12")
    await student.sees(marked, shown=False)
    await student.click("save")
    await asyncio.to_thread(wait_for_rows, desk, "challenge_solutions", 1)
    await student.page.run(f"document.querySelector('#question').value = {json.dumps(QUESTION)}")
    await student.click("ask")
    await asyncio.to_thread(wait_for_rows, desk, "llm_interactions", 3)


def wait_for_rows(desk: Desk, table: str, number: int) -> None:
    """Wait until the store has so many rows."""
    deadline = time.monotonic() + READY_S
    while not desk.has(table, number):
        assert time.monotonic() < deadline, f"waited in vain for {number} rows in {table}"
        time.sleep(0.02)


def test_the_codemirror_page_conforms(tmp_path: Path) -> None:
    skip_without_editors()
    if executable() is None:
        pytest.skip("Chromium is not installed (tests/editors/install.sh installs it)")
    taco = [sys.executable, "-c", "from taco_lsp.cli.main import run; run()"]
    kit = [*taco, "conformance", "--json", "--ws", "--timeout", str(KIT_S)]

    done = subprocess.run(
        [*kit, "--", "{python}", "-m", "tests.editors.web.play", "{address}"],
        env=clean_environ({"PYTHONPATH": str(ROOT), "XDG_CONFIG_HOME": str(tmp_path)}),
        capture_output=True, text=True, timeout=KIT_S + 60, check=False,
    )  # fmt: skip

    assert done.stdout, done.stderr
    report = json.loads(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
    passed = {check["check"] for check in report["checks"] if check["outcome"] == "pass"}
    assert passed >= {"protocol", "initialize", "open", "change", "ask", "run", "save", "stream", "ending"}
    assert report["verbs"] == {
        "taco/ask": {"request": 3}, "taco/run": {"request": 2}, "taco/solution/save": {"request": 1},
    }  # fmt: skip
