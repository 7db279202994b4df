"""A small server program over stdio, for tests that need a process.

Usage: edge_program.py JOURNAL, where it notes the reason of every close.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from taco_lsp.edge import EdgeServer, Hooks, serve_stdio


def main() -> int:
    journal = Path(sys.argv[1])

    async def on_close(reason: str) -> None:
        await asyncio.sleep(0)
        with journal.open("a") as file:
            file.write(reason + "\n")

    async def custom(method: str, params: Any) -> Any:
        if method == "taco/wait":
            try:
                await asyncio.Event().wait()
            finally:
                with journal.open("a") as file:
                    file.write("handler cancelled\n")
        if method == "taco/block":
            journal.write_text("blocking\n")
            time.sleep(params["seconds"])
        if method == "taco/print":
            print("stray print")  # noqa: T201 - the very thing to be tested
            sys.stdout.flush()
            os.write(1, b"stray write\n")
            child = "import sys; print('stray child', repr(sys.stdin.read()))"
            subprocess.run([sys.executable, "-c", child], check=True)
        return os.getpid()

    def make() -> EdgeServer:
        server = EdgeServer("program", "1", hooks=Hooks(on_close=on_close, custom_request=custom))

        @server.thread()
        @server.feature("x/thread")
        def thread(params: Any) -> None:
            time.sleep(params.seconds)

        return server

    return serve_stdio(make)


if __name__ == "__main__":
    sys.exit(main())
