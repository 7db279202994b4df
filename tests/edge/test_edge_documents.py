"""Open documents through the protocol: pygls' own handlers on our line store."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from edge_harness import Client, make_server, ready
from lsprotocol import types
from pygls.workspace import PositionCodec, ServerTextPosition, ServerTextRange

from taco_lsp.edge import EdgeDocument

URI = "file:///w/a%20b.py"
Pos, Range = types.Position, types.Range


def span(start: tuple[int, int], end: tuple[int, int], text: str) -> dict[str, Any]:
    return {
        "range": {
            "start": {"line": start[0], "character": start[1]},
            "end": {"line": end[0], "character": end[1]},
        },
        "text": text,
    }


def document(text: str, encoding: types.PositionEncodingKind = types.PositionEncodingKind.Utf16) -> EdgeDocument:
    return EdgeDocument(URI, text, position_codec=PositionCodec(encoding))


async def test_a_document_is_opened_changed_and_closed() -> None:
    client = await ready()
    client.open(URI, "one\ntwo\n")
    opened = client.server.documents[URI]
    assert (opened.uri, opened.path, opened.language_id, opened.version) == (URI, "/w/a b.py", "python", 1)
    client.change(URI, span((0, 0), (0, 1), "O"), span((1, 3), (1, 3), "!"), version=7)
    assert (opened.text, opened.version) == ("One\ntwo!\n", 7)
    assert list(opened.lines) == ["One\n", "two!\n", ""]
    client.change(URI, {"text": "new"}, version=8)
    assert client.server.documents[URI].text == "new"
    client.note("textDocument/didClose", {"textDocument": {"uri": URI}})
    assert URI not in client.server.documents
    assert len(client.server.documents) == 0


async def test_what_stock_pygls_corrupts_stays_exact() -> None:
    client = await ready()
    client.open(URI, "a\x0cb\x1cc\x85d\u2028e\nlast")
    client.change(URI, span((0, 8), (0, 9), "E"), span((1, 4), (1, 99), "!"))
    assert client.server.documents[URI].text == "a\x0cb\x1cc\x85d\u2028E\nlast!"


@pytest.mark.parametrize(("encoding", "column"), [("utf-8", 6), ("utf-16", 4), ("utf-32", 3)])
async def test_positions_are_in_the_encoding_the_client_prefers(encoding: str, column: int) -> None:
    client = Client(make_server())
    reply = await client.initialize(capabilities={"general": {"positionEncodings": [encoding, "utf-16"]}})
    assert reply["result"]["capabilities"]["positionEncoding"] == encoding
    client.open(URI, "a😀b")
    client.change(URI, span((0, column), (0, column), "!"))
    edited = client.server.documents[URI]
    assert edited.text == "a😀b!"
    assert edited.offset_at_position(Pos(0, column)) == 3
    assert edited.position_to_client_units(ServerTextPosition(0, 3)) == Pos(0, column)


async def test_handlers_see_the_change_and_only_one_copy_exists() -> None:
    client = Client(make_server())
    seen: list[str] = []

    @client.server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def changed(ls: Any, params: types.DidChangeTextDocumentParams) -> None:
        uri = params.text_document.uri
        assert ls.workspace.get_text_document(uri) is ls.documents[uri]
        seen.append(ls.documents[uri].text)

    await client.initialize()
    client.open(URI, "a")
    client.change(URI, span((0, 1), (0, 1), "b"))
    assert seen == ["ab"]


async def test_the_same_document_is_found_however_its_uri_is_escaped() -> None:
    client = await ready()
    client.open("file:///c%3A/x%20y.py", "a")
    documents = client.server.documents
    assert documents["file:///c:/x y.py"] is documents["file:///c%3A/x%20y.py"]
    assert list(documents) == ["file:///c%3A/x%20y.py"]
    assert documents.get("file:///other") is None


async def test_a_document_of_another_scheme_has_no_path() -> None:
    client = await ready()
    client.open("untitled:Untitled-1", "a")
    assert client.server.documents["untitled:Untitled-1"].path is None


def test_before_initialize_no_document_is_open() -> None:
    assert dict(make_server().documents) == {}


async def test_a_malformed_change_leaves_the_document_alone() -> None:
    client = await ready()
    client.open(URI, "abc")
    client.change(URI, {"range": {"start": {"line": 0}}, "text": "x"})
    client.change(URI, {"text": 5})
    assert client.server.documents[URI].text == "abc"


async def test_a_document_that_is_not_open_is_read_from_its_file_with_its_line_ends(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_bytes("é\r\nb\rc".encode() + b"\xff")
    client = await ready()
    closed = client.server.workspace.get_text_document(file.as_uri())
    assert closed.source == "é\r\nb\rc\ufffd"
    assert closed.version is None
    with pytest.raises(OSError, match="missing"):
        _ = client.server.workspace.get_text_document((tmp_path / "missing").as_uri()).source


def test_ranges_and_offsets_convert_both_ways() -> None:
    text = document("x😀y\r\nzw")
    assert text.text_in_range(Range(Pos(0, 1), Pos(1, 1))) == "😀y\r\nz"
    assert text.text_in_client_range(Range(Pos(1, 1), Pos(0, 1))) == "😀y\r\nz"
    assert text.text_in_server_range(ServerTextRange(ServerTextPosition(0, 2), ServerTextPosition(0, 3))) == "y"
    assert text.offset_at_position(Pos(1, 1)) == 6
    assert text.offset_at_server_position(ServerTextPosition(0, 2)) == 2
    assert text.server_position_at_offset(6) == ServerTextPosition(1, 1)
    assert text.client_position_at_offset(2) == Pos(0, 3)
    assert text.position_from_client_units(Pos(0, 3)) == ServerTextPosition(0, 2)
    there = text.range_from_client_units(Range(Pos(0, 0), Pos(0, 4)))
    assert text.range_to_client_units(there) == Range(Pos(0, 0), Pos(0, 4))
    assert text.position_from_client_units(Pos(9, 9)) == ServerTextPosition(1, 2)
    assert text.position_to_client_units(ServerTextPosition(9, 9)) == Pos(1, 2)


@pytest.mark.parametrize(("column", "word"), [(0, "ab"), (4, "cd"), (6, "cd"), (99, "cd")])
def test_words_are_found_behind_astral_characters(column: int, word: str) -> None:
    assert document("ab😀cd\n").word_at_position(Pos(0, column)) == word


def test_there_is_no_word_beyond_the_text() -> None:
    assert document("ab").word_at_position(Pos(5, 0)) == ""


async def test_notebooks_open_change_and_close() -> None:
    client = await ready()
    cell, notebook = "notebook-cell:1", {"uri": "file:///n.ipynb", "version": 1}
    client.note(
        "notebookDocument/didOpen",
        {
            "notebookDocument": {**notebook, "notebookType": "jupyter", "cells": [{"kind": 2, "document": cell}]},
            "cellTextDocuments": [{"uri": cell, "languageId": "python", "version": 1, "text": "a"}],
        },
    )
    content = [{"document": {"uri": cell, "version": 2}, "changes": [span((0, 1), (0, 1), "b")]}]
    changed = {"notebookDocument": notebook, "change": {"cells": {"textContent": content}}}
    client.note("notebookDocument/didChange", changed)
    assert client.server.documents[cell].text == "ab"
    client.note("notebookDocument/didChange", {**changed, "notebookDocument": {**notebook, "uri": "file:///other"}})
    closed = {"notebookDocument": {"uri": notebook["uri"]}, "cellTextDocuments": [{"uri": cell}]}
    client.note("notebookDocument/didClose", closed)
    assert cell not in client.server.documents
    assert (await client.call(1, "shutdown"))["result"] is None
