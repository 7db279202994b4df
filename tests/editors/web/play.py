"""`python -m tests.editors.web.play ADDRESS`: a student on the CodeMirror page, as a client for the conformance kit."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import sys
import tempfile
import time
from pathlib import Path

from tests.browser.chromium import executable, running, tab
from tests.editors.desk import FAILING, PASSING
from tests.editors.web.page import Student, bundle, hosting
from tests.support.rows import count

DEADLINE_S = 120


async def play(student: Student, store: Path) -> None:
    """Hint, failing run, explanation, passing run, save, question."""
    await student.types(FAILING)
    await student.click("hint")
    await answered(store, 1)
    await student.click("run")
    await student.reads("IndexError")
    await student.click("explain")
    await answered(store, 2)
    await student.types(PASSING)
    await student.click("run")
    await student.reads("12")
    await student.click("save")
    await student.reads("Saved.")
    await student.page.run("document.querySelector('#question').value = 'Why does it count from 0?'")
    await student.click("ask")
    await answered(store, 3)


async def answered(store: Path, number: int) -> None:
    """Wait until so many answers are recorded."""
    deadline = time.monotonic() + DEADLINE_S
    while _answers(store) < number:
        assert time.monotonic() < deadline, f"answer {number} never came"
        await asyncio.sleep(0.02)


def _answers(store: Path) -> int:
    try:
        return count(store, "llm_interactions")
    except sqlite3.OperationalError:  # the server has not made its tables yet
        return 0


async def main(address: str) -> None:
    """Make the page, open it in a browser, work on it, close it."""
    store = Path(os.environ["TACO_STORE"].removeprefix("sqlite:///"))
    program = executable()
    assert program
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as made:
        page_folder, profile = Path(made) / "page", Path(made) / "profile"
        page_folder.mkdir()
        bundle("codemirror", address, page_folder)
        with hosting(page_folder) as url, running(program, profile) as browser:
            async with tab(browser) as page:
                student = Student(page)
                await student.sits_down(url)
                await play(student, store)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
