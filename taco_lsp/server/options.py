"""The options of `taco-lsp`: help, version, and serving over the network."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from taco_lsp import __version__
from taco_lsp.edge.sockets import OpenToStrangersError, listen_tcp, serve_network
from taco_lsp.edge.websocket import listen_ws
from taco_lsp.server.app import server_maker
from taco_lsp.server.main import log_to_stderr, serve_editor

TOKEN_VARIABLE = "TACO_SERVER_TOKEN"  # noqa: S105 - the name of a variable, not a secret


def serve_as_asked(argv: Sequence[str]) -> int:
    """Do what the options say; return the exit code: 0 ended by a signal, 1 cannot listen, 2 wrong usage."""
    options = _parser().parse_args(argv)
    if not (options.tcp or options.ws):
        return serve_editor()
    log_to_stderr()
    token = os.environ.pop(TOKEN_VARIABLE, None)
    host, port = options.tcp or options.ws
    listen = listen_tcp if options.tcp else listen_ws
    maker = server_maker(own_user=False)
    try:
        return serve_network(listen, maker, host, port, token=token, ready=lambda bound: _tell(host, bound))
    except OpenToStrangersError as error:
        print(f"taco-lsp: {error} Set {TOKEN_VARIABLE}.", file=sys.stderr)  # noqa: T201 - a person reads it
        return 2
    except OSError as error:
        print(f"taco-lsp: cannot listen on {host}:{port}: {error.strerror}.", file=sys.stderr)  # noqa: T201
        return 1


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
    # vscode-languageclient adds it to every server; `processId` of `initialize` says the same.
    parser.add_argument("--clientProcessId", help=argparse.SUPPRESS)
    return parser


def _address(text: str) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    if not colon or not port.isdigit() or int(port) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not HOST:PORT, such as 127.0.0.1:7777")
    return host.strip("[]") or "127.0.0.1", int(port)


def _tell(host: str, port: int) -> None:
    print(f"listening on {host}:{port}", file=sys.stderr, flush=True)  # noqa: T201 - a person or a script waits for it
