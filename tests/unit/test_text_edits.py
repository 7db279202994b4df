"""The edit that changes an open document: the smallest, in whole lines, for the version it is meant for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types as lsp

from taco_lsp.edge import EdgeDocument
from taco_lsp.server.text_edits import changed_lines, workspace_edit

TEXT = st.lists(st.sampled_from(["a", "b", "\n", "\r\n", "\r", "é😀", "\x0c"]), max_size=12).map("".join)


@given(before=TEXT, after=TEXT)
def test_an_editor_that_applies_the_edit_has_the_new_text(before: str, after: str) -> None:
    document = EdgeDocument("file:///w/a.md", before)
    edit, put_in = workspace_edit(document, after, versioned=False)
    (change,) = (edit.changes or {})["file:///w/a.md"]
    document.apply_change(lsp.TextDocumentContentChangePartial(change.range, change.new_text))
    assert document.text == after
    assert put_in == change.new_text


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("one\ntwo\nthree\n", "one\n2\nthree\n", (4, 8, "2\n")),
        ("one\ntwo\n", "one\ntwo\nthree\n", (8, 8, "three\n")),
        ("one\ntwo\n", "two\n", (0, 4, "")),
        ("one\none\n", "one\n", (4, 8, "")),
        ("same", "same", (4, 4, "")),
    ],
)
def test_only_the_lines_that_differ_are_touched(before: str, after: str, expected: tuple[int, int, str]) -> None:
    assert changed_lines(before, after) == expected


def test_the_version_is_named_where_the_client_takes_one() -> None:
    document = EdgeDocument("file:///w/a.md", "one\n", version=7)
    edit, _ = workspace_edit(document, "two\n", versioned=True)
    assert edit.changes is None
    (change,) = edit.document_changes or ()
    assert isinstance(change, lsp.TextDocumentEdit)
    assert change.text_document == lsp.OptionalVersionedTextDocumentIdentifier("file:///w/a.md", 7)
