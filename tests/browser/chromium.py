"""A headless Chromium, driven over the DevTools protocol. Every problem that a page reports is kept.

No driver program and no browser library: a process, a WebSocket and JSON.
"""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
import shutil
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
START_TIMEOUT_S = 120
ANSWER_TIMEOUT_S = 60


def executable() -> str | None:
    """Where Chromium is on this machine."""
    return next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def running(program: str, folder: Path) -> Iterator[str]:
    """Run Chromium with an empty profile; gives the address to connect to."""
    arguments = [
        program, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
        "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--no-first-run",
        "--hide-scrollbars", "--remote-debugging-port=0", f"--user-data-dir={folder}", "about:blank",
    ]  # fmt: skip
    process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield _address(process, folder / "DevToolsActivePort")
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _address(process: subprocess.Popen[bytes], file: Path) -> str:
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline and process.poll() is None:
        told = file.read_text().splitlines() if file.exists() else []
        if len(told) == 2:
            return f"ws://127.0.0.1:{told[0]}{told[1]}"
        time.sleep(0.02)
    raise RuntimeError("Chromium did not start")


class Page:
    """One tab. `problems` holds console errors, exceptions and broken policies; `requests` what left the page."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._ids = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._session: str | None = None
        self._loaded = asyncio.Event()
        self.problems: list[str] = []
        self._requests: dict[str, str] = {}

    @property
    def requests(self) -> list[str]:
        """Every address that was asked for; not those that the policy of the page held back."""
        return list(self._requests.values())

    async def open(self, url: str) -> None:
        """Go to an address and wait until it is loaded."""
        self._loaded.clear()
        await self.send("Page.navigate", url=url)
        await asyncio.wait_for(self._loaded.wait(), ANSWER_TIMEOUT_S)

    async def run(self, expression: str) -> Any:
        """Evaluate an expression on the page, after the frame that is being drawn; JSON values only."""
        whole = f"new Promise(done => requestAnimationFrame(() => setTimeout(done))).then(() => ({expression}))"
        told = await self.send("Runtime.evaluate", expression=whole, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in told:
            raise AssertionError(told["exceptionDetails"]["exception"].get("description", told))
        return told["result"].get("value")

    async def until(self, condition: str) -> None:
        """Wait for a condition on the page."""
        deadline = time.monotonic() + ANSWER_TIMEOUT_S
        while not await self.run(condition):
            assert time.monotonic() < deadline, f"never came: {condition}"

    async def press(self, key: str, times: int = 1) -> None:
        """Press a key as a person does."""
        code = {"ArrowLeft": 37, "ArrowRight": 39, "Home": 36, "End": 35, " ": 32, "Tab": 9}[key]
        for _ in range(times):
            about: dict[str, Any] = {"key": key, "windowsVirtualKeyCode": code}
            await self.send("Input.dispatchKeyEvent", type="keyDown", **about)
            await self.send("Input.dispatchKeyEvent", type="keyUp", **about)

    async def size(self, width: int, height: int) -> None:
        """Change the size of the window."""
        await self.send(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 500
        )

    async def media(self, *, scheme: str = "light", kind: str = "screen") -> None:
        """Have it light or dark, on a screen or on paper."""
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        await self.send("Emulation.setEmulatedMedia", media=kind, features=features)

    async def picture(self, file: Path, *, whole: bool = False) -> None:
        """Take a screenshot."""
        told = await self.send("Page.captureScreenshot", captureBeyondViewport=whole)
        file.write_bytes(base64.b64decode(told["data"]))

    async def send(self, method: str, **params: Any) -> dict[str, Any]:
        """Send a command of the protocol and wait for its answer."""
        number = next(self._ids)
        self._waiting[number] = asyncio.get_running_loop().create_future()
        message = {"id": number, "method": method, "params": params}
        await self._connection.send(json.dumps(message | ({"sessionId": self._session} if self._session else {})))
        return await asyncio.wait_for(self._waiting[number], ANSWER_TIMEOUT_S)

    async def attach(self) -> str:
        """Open the tab; gives its id."""
        target: str = (await self.send("Target.createTarget", url="about:blank"))["targetId"]
        self._session = (await self.send("Target.attachToTarget", targetId=target, flatten=True))["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            await self.send(f"{domain}.enable")
        await self.size(1280, 860)
        return target

    async def listen(self) -> None:
        """Take in what the browser says."""
        async for text in self._connection:
            message = json.loads(text)
            waiting = self._waiting.pop(message.get("id", 0), None)
            if waiting and not waiting.done():
                if "error" in message:
                    waiting.set_exception(AssertionError(message["error"]))
                else:
                    waiting.set_result(message["result"])
            elif "method" in message:
                self._take(message["method"], message["params"])

    def _take(self, method: str, params: dict[str, Any]) -> None:
        if method == "Page.loadEventFired":
            self._loaded.set()
        elif method == "Network.requestWillBeSent":
            self._requests[params["requestId"]] = params["request"]["url"]
        elif method == "Network.loadingFailed" and params.get("blockedReason") == "csp":
            self._requests.pop(params["requestId"])
        elif method == "Runtime.exceptionThrown":
            self.problems.append(str(params["exceptionDetails"]))
        elif method == "Log.entryAdded" and params["entry"]["level"] in ("error", "warning"):
            self.problems.append(params["entry"]["text"])
        elif method == "Runtime.consoleAPICalled" and params["type"] in ("error", "warning", "assert"):
            self.problems.append(str(params["args"]))


@asynccontextmanager
async def tab(address: str) -> AsyncIterator[Page]:
    """A new tab, closed in the end."""
    async with connect(address, max_size=None) as connection:
        page = Page(connection)
        listening = asyncio.ensure_future(page.listen())
        target = await page.attach()
        try:
            yield page
        finally:
            page._session = None
            await page.send("Target.closeTarget", targetId=target)
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
