"""The command line of `taco-lsp`: choose a transport and serve. Must start fast, so it parses with argparse."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence

from taco_lsp import __version__


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until the editor leaves; return the exit code the specification asks for."""
    parser = argparse.ArgumentParser(
        prog="taco-lsp", description="The TACO language server. Editors start it; it speaks LSP over stdio."
    )
    parser.add_argument("--version", action="version", version=f"taco-lsp {__version__}")
    parser.add_argument("--stdio", action="store_true", help="speak over standard input and output (the default)")
    parser.parse_args(argv)
    logging.basicConfig(
        stream=sys.stderr, level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    from taco_lsp.edge import serve_stdio  # noqa: PLC0415 - after --help and --version
    from taco_lsp.server.app import make_server  # noqa: PLC0415

    return serve_stdio(make_server)
