"""The pages of docs/editors/web.md in a real browser, on a real server over a WebSocket."""

from __future__ import annotations

import asyncio
import functools
import http.server
import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.browser.chromium import Page, executable, running, tab
from tests.editors.desk import FAILING, PASSING, UNPACKED, Desk, block
from tests.support.rows import rows

pytestmark = pytest.mark.subprocess

MODULES = UNPACKED / "web" / "node_modules"
PLACEHOLDER = "ws://127.0.0.1:7777"
QUESTION = "Why does it count from 0?"
EDITORS = {"codemirror": 0, "monaco": 1}
MARKED = {"codemirror": ".cm-lintRange-error", "monaco": ".squiggly-error"}
READY_S = 20


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


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def hosting(folder: Path) -> Iterator[str]:
    """A web server for the page; gives its address."""
    handler = functools.partial(_Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as host:
        thread = threading.Thread(target=host.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{host.server_port}/"
        host.shutdown()
        thread.join(5)


def bundle(editor: str, server: str, folder: Path) -> None:
    """Make a page of what the documentation shows."""
    script = block("web.md", "js", EDITORS[editor])
    assert PLACEHOLDER in script
    (folder / "page.js").write_text(script.replace(PLACEHOLDER, server))
    build = [MODULES / "esbuild" / "bin" / "esbuild", "page.js", "--bundle", "--format=esm", "--outfile=bundle.js"]
    done = subprocess.run(
        [*map(str, build), "--loader:.ttf=dataurl", "--log-level=warning"],
        cwd=folder, env={**os.environ, "NODE_PATH": str(MODULES)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    style = '<link rel="stylesheet" href="bundle.css">' if (folder / "bundle.css").exists() else ""
    height = "<style>#editor { height: 400px }</style>"
    body = f'{block("web.md", "html")}<script type="module" src="bundle.js"></script>'
    (folder / "index.html").write_text(f'<!doctype html><meta charset="utf-8">{style}{height}<body>{body}</body>')


class Student:
    """Works on the page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def types(self, text: str) -> None:
        await self.page.run(f"editor.setText({json.dumps(text)})")

    async def click(self, name: str) -> None:
        await self.page.run(f"document.querySelector('#{name}').click()")

    async def reads(self, text: str) -> None:
        await self.page.until(f"document.querySelector('#answer').textContent.includes({json.dumps(text)})")

    async def sees(self, selector: str, *, shown: bool) -> None:
        found = f"document.querySelector({json.dumps(selector)}) !== null"
        await self.page.until(f"({found}) === {json.dumps(shown)}")


@pytest.fixture(params=EDITORS)
def page_of(request: pytest.FixtureRequest, desk: Desk) -> Iterator[tuple[str, str]]:
    """An editor and the address of its page, with a server behind it."""
    if not MODULES.is_dir():
        pytest.skip("the editors in a browser are not installed (tests/editors/web/install.sh installs them)")
    folder = desk.folder / "page"
    folder.mkdir()
    with serving(desk) as server, hosting(folder) as address:
        bundle(request.param, server, folder)
        yield request.param, address


async def test_the_page_of_the_documentation_is_enough(page_of: tuple[str, str], browser: str, desk: Desk) -> None:
    editor, address = page_of

    async with tab(browser) as page:
        await page.open(address)
        await page.until("globalThis.editor !== undefined")
        await work(Student(page), desk, MARKED[editor])

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
