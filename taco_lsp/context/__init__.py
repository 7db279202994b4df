"""What a feature works with: one connected editor, its settings, its documents, its places at challenges, the store.

Features receive a `Context` and nothing else. The editor behind it is a small interface, so that features know no
LSP and can be tested without a server.
"""

from taco_lsp.context.context import Context
from taco_lsp.context.editor import Document, Editor, Mark
from taco_lsp.context.seats import Seat, Seats
from taco_lsp.stores import LazyStore, Stores

__all__ = ["Context", "Document", "Editor", "LazyStore", "Mark", "Seat", "Seats", "Stores"]
