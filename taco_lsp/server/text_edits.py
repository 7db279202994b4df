"""The smallest edit, in whole lines, that turns an open document into another text, as LSP wants it.

It names the version that it is meant for, so that an editor refuses it when the student has typed meanwhile; what
lies around it, the cursor included, stays where it is. Sending it is the business of `editor.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import takewhile

from lsprotocol import types as lsp

from taco_lsp.edge import EdgeDocument


def workspace_edit(document: EdgeDocument, text: str, *, versioned: bool) -> tuple[lsp.WorkspaceEdit, str]:
    """Make the edit; returns it with the lines it puts in.

    Args:
        document: As the server knows it.
        text: What it shall become.
        versioned: The client takes `documentChanges`, which can name a version.
    """
    low, high, put_in = changed_lines(document.text, text)
    start, end = (document.position_to_client_units(document.server_position_at_offset(at)) for at in (low, high))
    edit = lsp.TextEdit(range=lsp.Range(start, end), new_text=put_in)
    if not versioned:
        return lsp.WorkspaceEdit(changes={document.uri: [edit]}), put_in
    of = lsp.OptionalVersionedTextDocumentIdentifier(uri=document.uri, version=document.version)
    return lsp.WorkspaceEdit(document_changes=[lsp.TextDocumentEdit(text_document=of, edits=[edit])]), put_in


def changed_lines(before: str, after: str) -> tuple[int, int, str]:
    """Find the whole lines that differ: `before[low:high]` is to become the text returned as the third."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    same = _alike(zip(old, new, strict=False))
    rest = min(len(old), len(new)) - same
    same_after = _alike(zip(old[len(old) - rest :][::-1], new[len(new) - rest :][::-1], strict=True))
    low = sum(map(len, old[:same]))
    high = len(before) - sum(map(len, old[len(old) - same_after :]))
    return low, high, "".join(new[same : len(new) - same_after])


def _alike(pairs: Iterable[tuple[str, str]]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
