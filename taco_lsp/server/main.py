"""The command line of `taco-lsp`: choose a transport and serve. Must start fast, so it parses with argparse."""

from __future__ import annotations

import argparse
import gc
import logging
import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from taco_lsp import __version__

if TYPE_CHECKING:
    from taco_lsp.server.app import TacoServer

TOKEN_VARIABLE = "TACO_SERVER_TOKEN"  # noqa: S105 - the name of a variable, not a secret


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until the editor leaves; return the exit code the specification asks for."""
    options = _parser().parse_args(argv)
    logging.basicConfig(
        stream=sys.stderr, level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    gc.disable()  # looking for garbage among fresh modules costs a tenth of the start; serving enables it
    from taco_lsp.server.app import server_maker  # noqa: PLC0415 - after --help and --version

    if options.tcp or options.ws:
        return _serve_network(options, server_maker(own_user=False))
    from taco_lsp.edge import serve_stdio  # noqa: PLC0415

    return serve_stdio(server_maker())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="taco-lsp",
        description="The TACO language server. Editors start it; without options it speaks LSP over stdio.",
        epilog=f"An address that other machines can reach needs a token in the variable {TOKEN_VARIABLE}.",
    )
    parser.add_argument("--version", action="version", version=f"taco-lsp {__version__}")
    transport = parser.add_mutually_exclusive_group()
    transport.add_argument("--stdio", action="store_true", help="standard input and output (the default)")
    transport.add_argument("--tcp", metavar="HOST:PORT", type=_address, help="TCP, any number of clients")
    transport.add_argument("--ws", metavar="HOST:PORT", type=_address, help="WebSocket, for editors in a browser")
    return parser


def _address(text: str) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    if not colon or not port.isdigit() or int(port) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not HOST:PORT, such as 127.0.0.1:7777")
    return host.strip("[]") or "127.0.0.1", int(port)


def _serve_network(options: argparse.Namespace, make_server: Callable[[], TacoServer]) -> int:
    from taco_lsp.edge.sockets import OpenToStrangersError, serve_tcp  # noqa: PLC0415
    from taco_lsp.edge.websocket import serve_ws  # noqa: PLC0415

    gc.enable()
    token = os.environ.pop(TOKEN_VARIABLE, None)
    host, port = options.tcp or options.ws
    serve = serve_tcp if options.tcp else serve_ws
    try:
        return serve(make_server, host, port, token=token, ready=lambda bound: _say_ready(host, bound))
    except OpenToStrangersError as error:
        print(f"taco-lsp: {error} Set {TOKEN_VARIABLE}.", file=sys.stderr)  # noqa: T201 - a person reads it
        return 2
    except OSError as error:
        print(f"taco-lsp: cannot listen on {host}:{port}: {error.strerror}.", file=sys.stderr)  # noqa: T201
        return 1


def _say_ready(host: str, port: int) -> None:
    print(f"listening on {host}:{port}", file=sys.stderr, flush=True)  # noqa: T201 - a person or a script waits for it
