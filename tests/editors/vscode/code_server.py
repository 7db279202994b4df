"""VS Code in a browser for the tests: its tools, its settings, and a running code-server."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from queue import Empty, Queue
from typing import IO, Any

import attrs
import pytest

from tests.browser.chromium import executable
from tests.editors.desk import ROOT, UNPACKED, Desk

HERE = Path(__file__).parent
EXTENSION = ROOT / "editors" / "vscode"
TOOLS = UNPACKED / "vscode"
PICTURES = ROOT / "build" / "vscode"
"""Screenshots of the last run, for a person to look at."""
START_S = 300
"""The first start on a machine reads half a gigabyte from its disk."""
SCENE_S = 900
"""For a scene on a machine that has much else to do; alone it takes 15 to 30 seconds."""

SETTINGS: dict[str, Any] = {
    "chat.disableAIFeatures": True,
    "editor.autoClosingBrackets": "never",
    "editor.autoClosingQuotes": "never",
    "editor.autoIndent": "none",
    "editor.minimap.enabled": False,
    "extensions.autoCheckUpdates": False,
    "files.autoSave": "afterDelay",  # as VS Code in a browser comes
    "git.enabled": False,
    "remote.autoForwardPorts": False,
    "security.workspace.trust.enabled": False,
    "terminal.integrated.gpuAcceleration": "off",  # draws text that can be read
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "workbench.startupEditor": "none",
}


@attrs.frozen(kw_only=True)
class Code:
    """A running code-server and the desk it serves."""

    url: str
    desk: Desk
    settings_file: Path

    def configure(self, **settings: Any) -> None:
        """Set the user's settings, with underscores for dots, beside those that every test needs."""
        named = {name.replace("_", "."): value for name, value in settings.items()}
        self.settings_file.write_text(json.dumps(SETTINGS | named))

    def play(self, scene: str, **environ: str) -> None:
        """Play a scene in a browser; fails with what it said."""
        profile = self.desk.folder / "browser"
        where = {"TOOLS": TOOLS, "CHROMIUM": executable(), "PROFILE": profile, "PICTURES": PICTURES}
        done = subprocess.run(
            [str(TOOLS / "node"), str(HERE / f"{scene}.mjs")],
            env={**self.desk.environ, **{name: str(path) for name, path in where.items()}, "CODE": self.url, **environ},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=SCENE_S,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout


def skip_without_tools() -> None:
    """Skip, saying what is missing."""
    if not (TOOLS / "installed").exists():
        pytest.skip("code-server is not installed (tests/editors/vscode/install.sh installs it)")
    if executable() is None:
        pytest.skip("Chromium is not installed (tests/editors/install.sh installs it)")


def npm_environ() -> dict[str, str]:
    """The environment for the extension's tools, with the Node they need in front; skips when they are missing."""
    if not (EXTENSION / "node_modules").is_dir():
        pytest.skip("the extension's tools are not installed (tests/editors/vscode/install.sh installs them)")
    path = os.pathsep.join([str(TOOLS), os.environ["PATH"]])
    if shutil.which("npm") is None or shutil.which("node", path=path) is None:
        pytest.skip("npm is not installed; the VS Code extension was neither checked nor packed")
    return {**os.environ, "PATH": path, "npm_config_loglevel": "error"}


@contextlib.contextmanager
def serving(desk: Desk, vsix: Path, **environ: str) -> Iterator[Code]:
    """Run code-server with the extension installed, until the end of the block."""
    data, extensions = desk.folder / "code", desk.folder / "extensions"
    settings = data / "User" / "settings.json"
    settings.parent.mkdir(parents=True)
    shutil.rmtree(PICTURES, ignore_errors=True)
    PICTURES.mkdir(parents=True)
    command = [str(TOOLS / "node"), str(TOOLS / "node_modules" / "code-server")]
    command += ["--user-data-dir", str(data), "--extensions-dir", str(extensions), "--config", str(data / "none.yaml")]
    # `VSCODE_CLI` keeps it from asking a login shell for the path.
    whole = {**desk.environ, "VSCODE_CLI": "1", **environ}
    install = [*command, "--install-extension", str(vsix)]
    subprocess.run(install, env=whole, check=True, capture_output=True, timeout=START_S)
    options = ["--auth", "none", "--bind-addr", "127.0.0.1:0", "--disable-telemetry", "--disable-update-check"]
    options += ["--reconnection-grace-time", "1"]  # an extension host ends soon after its page
    process = subprocess.Popen(
        [*command, *options],
        env=whole,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    try:
        assert process.stdout is not None
        code = Code(url=_address(process.stdout), desk=desk, settings_file=settings)
        code.configure()
        yield code
    finally:
        # The extension hosts outlive the pages; they are of its process group.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=5)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _address(output: IO[str]) -> str:
    """The address that code-server says it listens on."""
    lines: Queue[str] = Queue()

    def drain() -> None:
        for line in output:
            lines.put(line)
        output.close()

    threading.Thread(target=drain, daemon=True).start()
    said = ""
    with contextlib.suppress(Empty):
        while True:
            said += lines.get(timeout=START_S)
            if found := re.search(r"HTTP server listening on (http://[\d.:]+)", said):
                return found[1]
    raise AssertionError(f"code-server did not start: {said}")
