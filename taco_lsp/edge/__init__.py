"""A language-server edge on pygls: one reply to every request, exact documents, one way out.

Generic: it knows LSP and nothing of any program. A program makes an `EdgeServer` with its `Hooks`, registers plain
LSP features on it as with pygls, and runs it with `serve_stdio`, or `serve_network` and `listen_tcp` or `listen_ws`.

    framing, large, messages        pure: bytes to messages
    lines, text                     pure: a text that is edited, positions in it
    documents, structuring          pygls' documents and converter, made exact
    sending <- protocol, calls      one client's conversation
    server, hooks                   what a program touches
    streams, threads, connection    bytes, flow control, the one way out
    stdio, sockets, websocket       transports
    lifecycle                       signals, parent, deadline
    private                         the private names of pygls that are relied on
"""

import importlib
from typing import TYPE_CHECKING, Any

from taco_lsp.edge.documents import EdgeDocument, EdgeWorkspace, OpenDocuments
from taco_lsp.edge.errors import RpcError, default_map_error, internal_error, protocol_error
from taco_lsp.edge.hooks import Hooks
from taco_lsp.edge.server import EdgeServer
from taco_lsp.edge.stdio import serve_stdio
from taco_lsp.edge.structuring import edge_converter

if TYPE_CHECKING:
    from taco_lsp.edge.sockets import listen_tcp, serve_network
    from taco_lsp.edge.websocket import listen_ws

_LATE = {
    "listen_tcp": "taco_lsp.edge.sockets",
    "listen_ws": "taco_lsp.edge.websocket",
    "serve_network": "taco_lsp.edge.sockets",
}
"""Imported when first asked for: an editor's server over stdio does not pay for them."""


def __getattr__(name: str) -> Any:
    if name not in _LATE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_LATE[name]), name)


__all__ = (
    "EdgeDocument",
    "EdgeServer",
    "EdgeWorkspace",
    "Hooks",
    "OpenDocuments",
    "RpcError",
    "default_map_error",
    "edge_converter",
    "internal_error",
    "listen_tcp",
    "listen_ws",
    "protocol_error",
    "serve_network",
    "serve_stdio",
)
