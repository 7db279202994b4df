"""A small server program on stock pygls, for tests that need a process.

Usage: stock_program.py JOURNAL [tcp|ws]. It notes in the journal that it was told to shut down, or its port.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
import time
from pathlib import Path
from typing import Any

from pygls.lsp.server import LanguageServer


def main() -> None:
    server = LanguageServer("program", "1")

    @server.feature("shutdown")
    def shutdown(_: Any) -> None:
        Path(sys.argv[1]).write_text("shutdown\n")

    @server.feature("taco/pid")
    def pid(_: Any) -> int:
        return os.getpid()

    @server.feature("exit")
    async def leave(params: Any) -> None:
        if params:
            await asyncio.Event().wait()

    if len(sys.argv) == 2:
        server.start_io()
        return
    threading.Thread(target=tell_port, args=(server,), daemon=True).start()
    (server.start_tcp if sys.argv[2] == "tcp" else server.start_ws)("127.0.0.1", 0)


def tell_port(server: LanguageServer) -> None:
    while not (server._server and (sockets := tuple(server._server.sockets))):
        time.sleep(0.001)
    Path(sys.argv[1]).write_text(f"{sockets[0].getsockname()[1]}\n")


if __name__ == "__main__":
    main()
