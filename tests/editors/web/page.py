"""The pages of docs/editors/web.md: bundled, hosted, and what a student does on them."""

from __future__ import annotations

import functools
import http.server
import json
import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.browser.chromium import Page
from tests.editors.desk import UNPACKED, block

MODULES = UNPACKED / "web" / "node_modules"
PLACEHOLDER = "ws://127.0.0.1:7777"
EDITORS = {"codemirror": 0, "monaco": 1}
"""The place of each one's script on the page of the documentation."""


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

    async def sits_down(self, address: str) -> None:
        """Open the page and wait for its editor; before that, the element has its name."""
        await self.page.open(address)
        await self.page.until("typeof globalThis.editor?.setText === 'function'")

    async def types(self, text: str) -> None:
        await self.page.run(f"editor.setText({json.dumps(text)})")

    async def click(self, name: str) -> None:
        await self.page.run(f"document.querySelector('#{name}').click()")

    async def reads(self, text: str) -> None:
        await self.page.until(f"document.querySelector('#answer').textContent.includes({json.dumps(text)})")

    async def sees(self, selector: str, *, shown: bool) -> None:
        found = f"document.querySelector({json.dumps(selector)}) !== null"
        await self.page.until(f"({found}) === {json.dumps(shown)}")
