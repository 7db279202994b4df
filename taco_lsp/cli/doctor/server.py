"""Whether the server starts: Python, the script on the path, and a real session with a store of its own."""

from __future__ import annotations

import asyncio
import os
import platform
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from taco_lsp import __version__
from taco_lsp.cli.client import ServerFailed, connected
from taco_lsp.cli.doctor.finding import Finding, ok, problem, warning
from taco_lsp.config import Effective

SLOW_S = 5.0
START_S = 30.0
VERSION_S = 15.0
_REINSTALL = "Install taco-lsp again, with `uv tool install --force taco-lsp` or as docs/editors says."


async def check(_: Effective) -> Sequence[Finding]:
    """Look at Python, the script and the start."""
    return [_python(), await _script(), await _start()]


def _python() -> Finding:
    message = f"Python {platform.python_version()}, taco-lsp {__version__}."
    return ok("python", message)


async def _script() -> Finding:
    """Editors start `taco-lsp`; it should be on the path, and this version."""
    beside = Path(sys.executable).parent
    found = shutil.which("taco-lsp")
    if found is None:
        here = shutil.which("taco-lsp", path=str(beside))
        mend = f"Add {beside} to your PATH, or tell your editor this path: {here}" if here else _REINSTALL
        return warning("script", "`taco-lsp` is not on your path.", mend)
    said = await _version_of(found)
    if said != f"taco-lsp {__version__}":
        message = f"{found} is {said or 'broken'}, not taco-lsp {__version__}: editors start another version."
        return warning("script", message, _REINSTALL)
    return ok("script", f"`taco-lsp` on your path is {found}.")


async def _version_of(program: str) -> str:
    try:
        process = await asyncio.create_subprocess_exec(
            program, "--version", stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
        )
    except OSError:
        return ""
    try:
        out, _ = await asyncio.wait_for(process.communicate(), VERSION_S)
    except TimeoutError:
        process.kill()
        await process.wait()
        return ""
    return out.decode(errors="replace").strip()


async def _start() -> Finding:
    """A whole session in an empty folder with a store of its own, so that nothing of the person's is touched."""
    with tempfile.TemporaryDirectory(prefix="taco-doctor-", ignore_cleanup_errors=True) as folder:
        store = f"sqlite:///{(Path(folder) / 'taco.db').as_posix()}"
        environ = {"TACO_STORE": store, "TACO_MODEL_ENDPOINT": "", "XDG_CONFIG_HOME": folder}
        try:
            async with asyncio.timeout(START_S):
                began = time.monotonic()
                async with connected(folder, {**os.environ, **environ}) as client:
                    took = time.monotonic() - began
                    status = await client.request("taco/status", {})
        except TimeoutError:
            message = f"The server did not start and answer within {START_S:g} seconds."
            return problem("start", message, _REINSTALL)
        except (ServerFailed, OSError) as error:
            return problem("start", f"The server does not start: {error}", _REINSTALL)
    if why := status["store"].get("problem"):
        return problem("start", f"The server starts and cannot record: {why}")
    message = f"The server started in {took:.1f} s and answered."
    if took > SLOW_S:
        mend = "Is the machine busy, the disk slow, or a virus scanner at work? Have it skip the folder of taco-lsp."
        return warning("start", message, mend)
    return ok("start", message)
