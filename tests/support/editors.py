"""Editors for tests: pytest-lsp clients with the capabilities of real editors, that keep what the server sends.

Every message of the server is structured with lsprotocol on arrival, so an invalid one fails the test.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lsprotocol import types as lsp
from pygls.protocol import JsonRPCResponseMessage, default_converter
from pytest_lsp import ClientServerConfig, LanguageClient, LanguageClientProtocol, client_capabilities
from pytest_lsp.client import DEFAULT_CLIENT_FEATURES, register_lsp_features

SERVER = [sys.executable, "-I", "-m", "taco_lsp"]


class Editor(LanguageClient):
    """A client with short names for what a student does."""

    def __init__(self) -> None:
        super().__init__(protocol_cls=LanguageClientProtocol, converter_factory=_converter)
        register_lsp_features(self, {name: f for name, f in DEFAULT_CLIENT_FEATURES.items() if name != lsp.PROGRESS})
        self.deltas: dict[Any, list[str]] = {}
        self.work: list[dict[str, Any]] = []
        self.edits: list[lsp.ApplyWorkspaceEditParams] = []
        self.feature(lsp.PROGRESS)(_on_progress)
        self.feature(lsp.WORKSPACE_APPLY_EDIT)(_on_edit)
        self.feature(lsp.WORKSPACE_CODE_LENS_REFRESH)(_on_refresh)
        self.feature("taco/session/didChange")(_ignore)

    async def call(self, verb: str, **params: Any) -> Any:
        """Send a TACO request; the result is plain JSON."""
        return await self.protocol.send_request_async(verb, params)

    async def command(self, name: str, **params: Any) -> Any:
        """Execute a TACO command."""
        return await self.workspace_execute_command_async(lsp.ExecuteCommandParams(name, [params]))

    def open(self, path: Path, text: str | None = None, language: str = "python") -> str:
        """Open a file as an editor does; returns its URI."""
        item = lsp.TextDocumentItem(
            uri=path.as_uri(), language_id=language, version=1, text=path.read_text() if text is None else text
        )
        self.text_document_did_open(lsp.DidOpenTextDocumentParams(item))
        return item.uri

    def type(self, uri: str, text: str, version: int = 2) -> None:
        """Replace the whole text."""
        named = lsp.VersionedTextDocumentIdentifier(uri=uri, version=version)
        change = lsp.TextDocumentContentChangeWholeDocument(text=text)
        self.text_document_did_change(lsp.DidChangeTextDocumentParams(named, [change]))

    def save(self, uri: str) -> None:
        """Tell the server that the file was saved."""
        self.text_document_did_save(lsp.DidSaveTextDocumentParams(lsp.TextDocumentIdentifier(uri)))

    def close_file(self, uri: str) -> None:
        """Close the file."""
        self.text_document_did_close(lsp.DidCloseTextDocumentParams(lsp.TextDocumentIdentifier(uri)))


async def start(editor: str, workspace: Path, environ: Mapping[str, str]) -> Editor:
    """Start the real server for an editor (`visual-studio-code`, `neovim`, `emacs`) in a workspace."""
    config = ClientServerConfig(SERVER, client_factory=Editor, server_env=clean_environ(environ))
    client = await config.start()
    assert isinstance(client, Editor)
    await client.initialize_session(
        lsp.InitializeParams(
            capabilities=client_capabilities(editor),
            workspace_folders=[lsp.WorkspaceFolder(uri=workspace.as_uri(), name=workspace.name)],
        )
    )
    return client


def clean_environ(environ: Mapping[str, str]) -> dict[str, str]:
    """This process's environment without any TACO setting, and with the given ones."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TACO_")}
    return {**kept, **environ}


def _on_progress(client: Editor, params: lsp.ProgressParams) -> None:
    if "delta" in params.value:
        client.deltas.setdefault(params.token, []).append(params.value["delta"])
    else:
        client.work.append(params.value)


def _on_edit(client: Editor, params: lsp.ApplyWorkspaceEditParams) -> lsp.ApplyWorkspaceEditResult:
    client.edits.append(params)
    return lsp.ApplyWorkspaceEditResult(applied=True)


def _on_refresh(client: Editor, _: None) -> None:
    return None


def _ignore(client: Editor, _: Any) -> None:
    return None


def _converter() -> Any:
    converter = default_converter()
    # pygls turns unknown results into named tuples; tests want the JSON as it came.
    converter.register_structure_hook(JsonRPCResponseMessage, lambda data, cls: cls(**data))

    def actions(data: dict[str, Any], cls: type[Any]) -> Any:
        # lsprotocol takes every object with a `command` for a Command; a CodeAction's command is an object.
        result = [
            converter.structure(item, lsp.CodeAction if isinstance(item.get("command"), dict) else lsp.Command)
            for item in data["result"] or []
        ]
        return cls(id=data["id"], result=result)

    converter.register_structure_hook(lsp.CodeActionResponse, actions)
    return converter
