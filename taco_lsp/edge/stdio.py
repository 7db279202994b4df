"""Serve one client over standard input and output.

The stream is protected: the real file descriptors 0 and 1 are kept private, and whatever else reads or prints in
this process or its children gets an empty input and standard error. Not here: the connection itself.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import stat
import sys
from collections.abc import Callable
from typing import IO, NamedTuple

from taco_lsp.edge.connection import run_connection
from taco_lsp.edge.lifecycle import force_end_later, parent_gone, signals_call
from taco_lsp.edge.server import EdgeServer
from taco_lsp.edge.streams import Link

_START_S = 5.0
"""A client that has not initialized by then is not waited for any longer with collecting garbage."""


class PrivateStdio(NamedTuple):
    """The process's standard streams, out of reach of everything else."""

    reader: IO[bytes]
    writer: IO[bytes]


def serve_stdio(make_server: Callable[[], EdgeServer]) -> int:
    """Serve one client until the end; for the main thread of a process that ends when this returns.

    From the beginning of the end the process has two seconds: then it is ended by force, even if a handler or a
    thread does not stop.

    Args:
        make_server: Makes the server; called once, inside the event loop.

    Returns:
        The exit code: 0 if the client has sent `shutdown`, else 1.
    """
    quiet_pygls()
    return asyncio.run(_serve(make_server, take_stdio()))


def take_stdio() -> PrivateStdio:
    """Keep the standard streams for the protocol; reading gives end of file and printing goes to standard error."""
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415 - only there

        for descriptor in (0, 1):
            msvcrt.setmode(descriptor, os.O_BINARY)
    if sys.stdout is not None:
        sys.stdout.flush()
    private_in, private_out = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    try:
        os.dup2(2, 1)
    except OSError:  # started without standard error
        os.dup2(nothing, 1)
    os.close(nothing)
    sys.stdout = sys.stderr
    return PrivateStdio(os.fdopen(private_in, "rb", buffering=0), os.fdopen(private_out, "wb", buffering=0))


def quiet_pygls() -> None:
    """Keep pygls, which logs the bodies of messages at INFO, at WARNING unless someone has decided otherwise."""
    log = logging.getLogger("pygls")
    if log.level == logging.NOTSET:
        log.setLevel(logging.WARNING)


async def _serve(make_server: Callable[[], EdgeServer], stdio: PrivateStdio) -> int:
    # Until initialize is answered: what is built up to then stays, and looking for garbage in it costs a tenth.
    gc.disable()
    asyncio.get_running_loop().call_later(_START_S, gc.enable)
    server = make_server()
    link = Link()
    await _connect(link, stdio)
    with signals_call(server.close):
        helpers = [asyncio.ensure_future(work) for work in (_watch_parent(server), _watch_end(server))]
        try:
            return await run_connection(server, link)
        finally:
            for helper in helpers:
                helper.cancel()


async def _connect(link: Link, stdio: PrivateStdio) -> None:
    loop = asyncio.get_running_loop()
    if _watchable(stdio.writer):
        await loop.connect_write_pipe(lambda: link, stdio.writer)
    else:
        _use_threads(link, writer=stdio.writer)
    if _watchable(stdio.reader):
        await loop.connect_read_pipe(lambda: link, stdio.reader)
    else:
        _use_threads(link, reader=stdio.reader)


def _watchable(file: IO[bytes]) -> bool:
    """Tell whether an event loop can wait for a file. Terminals are left out: they are shared and must block."""
    mode = os.fstat(file.fileno()).st_mode
    return os.name == "posix" and (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode))


def _use_threads(link: Link, **files: IO[bytes]) -> None:
    from taco_lsp.edge.threads import connect_threads  # noqa: PLC0415 - rarely needed, so not paid for at the start

    connect_threads(link, **files)


async def _watch_parent(server: EdgeServer) -> None:
    """Close when the client's process has ended."""
    await server.protocol.initialized_once.wait()
    gc.freeze()
    gc.enable()
    if server.process_id is not None:
        await parent_gone(server.process_id)
        server.close("parent gone")


async def _watch_end(server: EdgeServer) -> None:
    """See to it that an end that has begun comes."""
    await server.closed()
    force_end_later(server.exit_code)
