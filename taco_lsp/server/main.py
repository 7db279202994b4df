"""The command line of `taco-lsp`: stdio at once, anything else through `options`."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until the editor leaves; return the exit code the specification asks for."""
    given = list(sys.argv[1:] if argv is None else argv)
    if given not in ([], ["--stdio"]):
        from taco_lsp.server.options import serve_as_asked  # noqa: PLC0415 - argparse costs an editor 15 ms

        return serve_as_asked(given)
    return serve_editor()


def serve_editor() -> int:
    """Serve the editor that started this process, over standard input and output."""
    log_to_stderr()
    from taco_lsp.edge import serve_stdio  # noqa: PLC0415 - after the options
    from taco_lsp.server.app import server_maker  # noqa: PLC0415

    return serve_stdio(server_maker())


def log_to_stderr() -> None:
    """Log warnings and worse; the setting `log.level` may say more later."""
    logging.basicConfig(
        stream=sys.stderr, level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
