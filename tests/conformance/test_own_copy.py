"""The kit's own account of a document, against the server's."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from taco_lsp.conformance.documents import Misplaced, changed, offset
from taco_lsp.edge.text import Text

TEXT = "a = 1\nñ = '🌮x'\r\nlast"


@pytest.mark.parametrize(
    ("position", "encoding", "rest"),
    [
        ((0, 0), "utf-16", TEXT),
        ((1, 7), "utf-16", "x'\r\nlast"),
        ((1, 6), "utf-32", "x'\r\nlast"),
        ((1, 10), "utf-8", "x'\r\nlast"),
        ((1, 99), "utf-16", "\r\nlast"),
        ((2, 4), "utf-16", ""),
        ((3, 0), "utf-16", ""),
    ],
)
def test_a_position_is_found(position: tuple[int, int], encoding: str, rest: str) -> None:
    assert TEXT[offset(TEXT, position, encoding) :] == rest


@pytest.mark.parametrize(
    ("position", "encoding"),
    [
        ((1, 6), "utf-16"),
        ((1, 1), "utf-8"),
        ((1, 8), "utf-8"),
        ((3, 1), "utf-16"),
        ((4, 0), "utf-16"),
        ((0, -1), "utf-32"),
    ],
)
def test_a_position_that_is_not_there_is_misplaced(position: tuple[int, int], encoding: str) -> None:
    with pytest.raises(Misplaced):
        offset(TEXT, position, encoding)


@pytest.mark.parametrize(
    "change",
    [
        "text",
        {"range": None},
        {"text": "x", "range": {"start": {"line": 0, "character": 0}}},
        {"text": "x", "range": {"start": {"line": "0", "character": 0}, "end": {"line": 0, "character": 0}}},
        {"text": "x", "range": {"start": {"line": 1, "character": 0}, "end": {"line": 0, "character": 0}}},
    ],
    ids=str,
)
def test_a_change_that_is_none_is_misplaced(change: object) -> None:
    with pytest.raises(Misplaced):
        changed(TEXT, [change], "utf-16")


def test_changes_follow_each_other() -> None:
    first = {"range": {"start": {"line": 0, "character": 4}, "end": {"line": 0, "character": 5}}, "text": "2\n3"}
    second = {"range": {"start": {"line": 1, "character": 0}, "end": {"line": 1, "character": 1}}, "text": "4"}
    assert changed("a = 1", [first, second], "utf-16") == "a = 2\n4"
    assert changed("a", [{"text": "b"}], "utf-16") == "b"


UNITS = {"utf-8": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}
WIDTHS = {"utf-8": 1, "utf-16": 2, "utf-32": 4}
texts = st.text(alphabet="ab\n\r🌮ñ", max_size=12)


def position_of(text: str, at: int, encoding: str) -> dict[str, int]:
    """A position by another way: lines counted by the server's own splitting, columns by encoding."""
    line, index = Text(text).place_at(at)
    before = Text(text)[line][:index]
    return {"line": line, "character": len(before.encode(UNITS[encoding])) // WIDTHS[encoding]}


@given(text=texts, start=st.integers(0, 12), end=st.integers(0, 12), new=texts, encoding=st.sampled_from(list(UNITS)))
def test_it_agrees_with_the_server_on_what_a_line_is(text: str, start: int, end: int, new: str, encoding: str) -> None:
    start, end = sorted((min(start, len(text)), min(end, len(text))))
    assume(text[start - 1 : start + 1] != "\r\n" and text[end - 1 : end + 1] != "\r\n")
    range_ = {"start": position_of(text, start, encoding), "end": position_of(text, end, encoding)}
    assert changed(text, [{"range": range_, "text": new}], encoding) == text[:start] + new + text[end:]
