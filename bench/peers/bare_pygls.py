"""The least language server that pygls allows: stock documents, a hover and code actions with nothing to say.

Run as a script; imports nothing of TACO.
"""

from __future__ import annotations

from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer

server = LanguageServer("bare-pygls", "1")


@server.feature(lsp.TEXT_DOCUMENT_HOVER)
def hover(_: lsp.HoverParams) -> lsp.Hover | None:
    """Say nothing, after every edit before it was applied."""
    return None


@server.feature(lsp.TEXT_DOCUMENT_CODE_ACTION)
def code_action(_: lsp.CodeActionParams) -> list[lsp.CodeAction]:
    """Offer nothing."""
    return []


if __name__ == "__main__":
    server.start_io()
