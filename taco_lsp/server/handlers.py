"""The handlers of plain LSP: each takes params apart, calls one function and answers.

Imported on the first message after `initialize`; `app` registers them by name.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from taco_lsp.features import conversation, notes, offers, sessions, solutions
from taco_lsp.server.opening import first_sync, warm_up
from taco_lsp.server.surface import code_actions, code_lenses, range_of
from taco_lsp.wire.uris import path_of

if TYPE_CHECKING:
    from taco_lsp.server.app import TacoServer
    from taco_lsp.wire.types import SyncStatus


def initialized(server: TacoServer, _: lsp.InitializedParams) -> None:
    """The editor is ready: warm up behind its back."""
    server.context.on_sync(partial(_synced, server))
    server.in_background(warm_up(server.context))
    server.in_background(first_sync(server))


def _synced(server: TacoServer, status: SyncStatus) -> None:
    if status.state == "idle" and status.taken:
        server.on_document(sessions.look_again(server.context))
        server.on_document(notes.show_all(server.context))


def did_open(server: TacoServer, params: lsp.DidOpenTextDocumentParams) -> None:
    """A document was opened."""
    document = server.context.editor.document(params.text_document.uri)
    if document and not conversation.is_conversation(document.path):
        server.context.used(document.uri)
        server.on_document(sessions.opened(server.context, document))
        server.on_document(notes.show(server.context, document))


def did_change(server: TacoServer, params: lsp.DidChangeTextDocumentParams) -> None:
    """The text changed; the edge has already applied it."""
    uri = params.text_document.uri
    if conversation.is_conversation(path_of(uri)):
        return  # a question typed there is about the program, which stays the one last used
    server.context.used(uri)
    offers.changed(server.context, uri)


def did_save(server: TacoServer, params: lsp.DidSaveTextDocumentParams) -> None:
    """A file was saved: a question in a conversation is answered, a challenge file is recorded."""
    if document := server.context.editor.document(params.text_document.uri):
        if conversation.is_conversation(document.path):
            if question := conversation.question_in(server.context, document):
                server.ask_in_background(question)
        else:
            server.on_document(solutions.did_save(server.context, document))
            server.on_document(sessions.look_again(server.context))


def did_close(server: TacoServer, params: lsp.DidCloseTextDocumentParams) -> None:
    """A document was closed."""
    server.on_document(sessions.closed(server.context, params.text_document.uri))


def code_action(server: TacoServer, params: lsp.CodeActionParams) -> list[lsp.CodeAction | lsp.Command]:
    """What can be done here."""
    document = server.context.editor.document(params.text_document.uri)
    if document is None or conversation.is_conversation(document.path):
        return []
    found = offers.actions(server.context, document, range_of(params.range))
    client = server.client_capabilities.text_document
    literals = bool(client and client.code_action and client.code_action.code_action_literal_support)
    return code_actions(found, params.context.only, literals=literals)


def code_lens(server: TacoServer, params: lsp.CodeLensParams) -> list[lsp.CodeLens]:
    """What stands above a challenge file."""
    document = server.context.editor.document(params.text_document.uri)
    return code_lenses(offers.lenses(server.context, document)) if document else []


def hover(server: TacoServer, params: lsp.HoverParams) -> lsp.Hover | None:
    """The explanation of a marked error."""
    body = offers.explanation_at(server.context, params.text_document.uri, params.position.line)
    return lsp.Hover(contents=lsp.MarkupContent(lsp.MarkupKind.Markdown, body)) if body else None
