"""The handlers of plain LSP: each takes params apart, calls one function and answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from taco_lsp.features import conversation, offers, sessions
from taco_lsp.server.surface import ROOT_KIND, SUB_KINDS, code_actions, code_lenses, range_of

if TYPE_CHECKING:
    from taco_lsp.server.app import TacoServer


def register(server: TacoServer) -> None:
    """Register every handler of plain LSP."""
    _lifecycle(server)
    _documents(server)
    _surface(server)


def _lifecycle(server: TacoServer) -> None:

    @server.feature(lsp.INITIALIZE)
    def initialize(params: lsp.InitializeParams) -> None:
        server.begin(params)

    @server.feature(lsp.INITIALIZED)
    def initialized(_: lsp.InitializedParams) -> None:
        server.in_background(server.warm_up())


def _documents(server: TacoServer) -> None:
    @server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    def did_open(params: lsp.DidOpenTextDocumentParams) -> None:
        document = server.context.editor.document(params.text_document.uri)
        if document and not conversation.is_conversation(document.path):
            server.context.used(document.uri)
            server.on_document(sessions.opened(server.context, document))

    @server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
    def did_change(params: lsp.DidChangeTextDocumentParams) -> None:
        offers.changed(server.context, params.text_document.uri)

    @server.feature(lsp.TEXT_DOCUMENT_DID_SAVE)
    def did_save(params: lsp.DidSaveTextDocumentParams) -> None:
        if document := server.context.editor.document(params.text_document.uri):
            server.on_document(server.did_save(document))

    @server.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)
    def did_close(params: lsp.DidCloseTextDocumentParams) -> None:
        server.on_document(sessions.closed(server.context, params.text_document.uri))


def _surface(server: TacoServer) -> None:
    @server.feature(
        lsp.TEXT_DOCUMENT_CODE_ACTION,
        lsp.CodeActionOptions(code_action_kinds=[ROOT_KIND, *(f"{ROOT_KIND}.{kind}" for kind in SUB_KINDS)]),
    )
    def code_action(params: lsp.CodeActionParams) -> list[lsp.CodeAction | lsp.Command]:
        document = server.context.editor.document(params.text_document.uri)
        if document is None or conversation.is_conversation(document.path):
            return []
        found = offers.actions(server.context, document, range_of(params.range))
        client = server.client_capabilities.text_document
        literals = bool(client and client.code_action and client.code_action.code_action_literal_support)
        return code_actions(found, params.context.only, literals=literals)

    @server.feature(lsp.TEXT_DOCUMENT_CODE_LENS)
    def code_lens(params: lsp.CodeLensParams) -> list[lsp.CodeLens]:
        document = server.context.editor.document(params.text_document.uri)
        return code_lenses(offers.lenses(server.context, document)) if document else []

    @server.feature(lsp.TEXT_DOCUMENT_HOVER)
    def hover(params: lsp.HoverParams) -> lsp.Hover | None:
        body = offers.explanation_at(server.context, params.text_document.uri, params.position.line)
        return lsp.Hover(contents=lsp.MarkupContent(lsp.MarkupKind.Markdown, body)) if body else None
