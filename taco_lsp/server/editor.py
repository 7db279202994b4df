"""The features' `Editor`, spoken in LSP to one client. Clients may refuse, answer nonsense or never answer."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Coroutine, Iterable
from pathlib import Path
from typing import Any

from lsprotocol import types as lsp

from taco_lsp.context import Document, Mark
from taco_lsp.context.editor import Level
from taco_lsp.edge import EdgeDocument, EdgeServer
from taco_lsp.server.surface import diagnostic
from taco_lsp.server.text_edits import workspace_edit
from taco_lsp.wire.converter import to_wire
from taco_lsp.wire.types import Token
from taco_lsp.wire.uris import path_of

ANSWER_TIMEOUT_S = 3.0
"""How long to wait for an editor that was asked something."""

CHANGE_TIMEOUT_S = 0.5
CHANGE_POLL_S = 0.01
"""How long, and how often, to look for the change that follows an edit."""

_LEVELS = {"info": lsp.MessageType.Info, "warning": lsp.MessageType.Warning, "error": lsp.MessageType.Error}


class LspEditor:
    """One connected editor."""

    def __init__(self, server: EdgeServer, in_background: Callable[[Coroutine[Any, Any, Any]], Any]) -> None:
        self._server = server
        self._in_background = in_background

    @property
    def folders(self) -> tuple[Path, ...]:
        """The workspace folders, the first one being the main one."""
        workspace = self._server.workspace
        uris = [*workspace.folders, workspace.root_uri]
        paths = [path for uri in uris if uri and (path := path_of(uri))]
        return tuple(dict.fromkeys(paths))

    def document(self, uri: str) -> Document | None:
        """An open document, or None."""
        found = self._server.documents.get(uri)
        return _snapshot(found) if found else None

    def line(self, uri: str, number: int) -> str | None:
        """One line (from 0) of an open document, without its line end; None when it is not there."""
        document = self._server.documents.get(uri)
        lines = document.lines if document else []
        return lines[number].rstrip("\r\n") if number < len(lines) else None

    def documents(self) -> Iterable[Document]:
        """All open documents."""
        return [_snapshot(document) for document in self._server.documents.values()]

    def say(self, text: str, level: Level = "info") -> None:
        """Show a short message."""
        self._server.window_show_message(lsp.ShowMessageParams(type=_LEVELS[level], message=text))

    def send(self, method: str, value: Any) -> None:
        """Send a TACO notification."""
        self._server.tell_client(method, to_wire(value))

    def delta(self, token: Token, text: str) -> None:
        """Stream a piece of an answer."""
        if text:
            self._server.tell_client("$/progress", {"token": token, "value": {"delta": text}})

    def mark(self, uri: str, marks: tuple[Mark, ...]) -> None:
        """Publish the diagnostics of a document."""
        document = self._server.documents.get(uri)
        found = [diagnostic(mark, _line_range(document, mark.line)) for mark in marks] if document else []
        self._server.text_document_publish_diagnostics(
            lsp.PublishDiagnosticsParams(uri=uri, version=document.version if document else None, diagnostics=found)
        )

    def refresh(self) -> None:
        """Have lenses drawn anew, where the client can."""
        workspace = self._server.client_capabilities.workspace
        if workspace and workspace.code_lens and workspace.code_lens.refresh_support:
            self._in_background(self._ask(lsp.WORKSPACE_CODE_LENS_REFRESH, None))

    async def show(self, path: Path, *, focus: bool = False, external: bool = False) -> bool:
        """Open a file, or have the system open it when `external`; False when the editor cannot or will not."""
        window = self._server.client_capabilities.window
        if not (window and window.show_document and window.show_document.support):
            return False
        # Focus is a matter of the editor's own windows.
        params = lsp.ShowDocumentParams(
            uri=path.as_uri(), external=external or None, take_focus=None if external else focus
        )
        answer = await self._ask(lsp.WINDOW_SHOW_DOCUMENT, params)
        return getattr(answer, "success", None) is True

    async def replace(self, uri: str, text: str, *, label: str) -> bool:
        """Change a document's text by one undoable edit; False when refused, or overtaken by what was typed."""
        document = self._server.documents.get(uri)
        workspace = self._server.client_capabilities.workspace
        if document is None or not (workspace and workspace.apply_edit):
            return False
        meant_for = document.version
        edit, put_in = workspace_edit(document, text, versioned=self._takes_versions())
        answer = await self._ask(lsp.WORKSPACE_APPLY_EDIT, lsp.ApplyWorkspaceEditParams(edit=edit, label=label))
        if getattr(answer, "applied", None) is not True:
            return False
        changed = await self._next_version(document, meant_for)
        return not changed or put_in in document.text

    def _takes_versions(self) -> bool:
        workspace = self._server.client_capabilities.workspace
        return bool(workspace and workspace.workspace_edit and workspace.workspace_edit.document_changes)

    async def _next_version(self, document: EdgeDocument, version: int | None) -> bool:
        """Wait a moment for a change: Neovim drops an edit for an older version and says that it was applied."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CHANGE_TIMEOUT_S):
                while document.version == version:  # noqa: ASYNC110 - a change sets no event
                    await asyncio.sleep(CHANGE_POLL_S)
                return True
        return False

    async def _ask(self, method: str, params: Any) -> Any:
        return await self._server.ask_client(method, params, timeout_s=ANSWER_TIMEOUT_S, default=None)


def _snapshot(document: EdgeDocument) -> Document:
    return Document(
        uri=document.uri,
        path=path_of(document.uri),
        language_id=document.language_id or "",
        text=document.text,
    )


def _line_range(document: EdgeDocument, line: int) -> lsp.Range:
    text = document.lines[line] if line < len(document.lines) else ""
    indent = len(text) - len(text.lstrip())
    end = len(text.rstrip())
    return document.range_to_client_units(lsp.Range(lsp.Position(line, min(indent, end)), lsp.Position(line, end)))
