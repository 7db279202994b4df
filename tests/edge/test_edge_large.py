"""A large body read piece by piece is what the same bytes are when they are read at one go."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from taco_lsp.edge import large
from taco_lsp.edge.large import LargeBody
from taco_lsp.edge.messages import decode

CHARS = st.sampled_from(["a", '"', "\\", "/", "\n", "\x00", "é", "漢", "😀", "\ud83d", "\ude00", "u", ":", ",", "N"])
STRING = st.lists(CHARS, max_size=30).map("".join)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | STRING,
    lambda some: st.lists(some, max_size=4) | st.dictionaries(STRING, some, max_size=4),
    max_leaves=8,
)
DAMAGE = st.sampled_from([b'"', b"\\", b"\\u", b"\\ud83d", b"NaN", b"-Infinity", b"\xff", b"\n", b"", b"}", b":"])


@pytest.fixture(scope="module", autouse=True)
def _short_is_long() -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(large, "LONG", 4)
        yield


def at_one_go(data: bytes) -> Any:
    def refuse(name: str) -> Any:
        raise ValueError(name)

    try:
        return json.loads(data.decode(), parse_constant=refuse)
    except ValueError:
        return ValueError


def in_pieces(data: bytes, size: int) -> Any:
    body = LargeBody()
    for start in range(0, len(data), size):
        body.feed(data[start : start + size])
    try:
        assert body.value() == body.value()  # looking changes nothing
        return body.value()
    except ValueError:
        return ValueError


@settings(max_examples=500)
@given(value=VALUES, escaped=st.booleans(), size=st.integers(1, 9))
def test_any_value_is_read(value: Any, escaped: bool, size: int) -> None:
    data = json.dumps(value, ensure_ascii=escaped).encode("utf-8", "replace")
    assert in_pieces(data, size) == at_one_go(data)


@settings(max_examples=500)
@given(value=VALUES, size=st.integers(1, 9), damage=DAMAGE, data=st.data())
def test_what_is_no_json_is_refused(value: Any, size: int, damage: bytes, data: st.DataObject) -> None:
    whole = json.dumps(value).encode()
    at = data.draw(st.integers(0, len(whole)))
    broken = whole[:at] + damage + whole[at + data.draw(st.integers(0, 2)) :]
    assert in_pieces(broken, size) == at_one_go(broken)


@pytest.mark.parametrize(
    "text", ['["a long one"', '"a long one', '{"a long key": "a long value"}', '["a long one", NaN]']
)
def test_long_strings_are_values_or_keys_and_have_an_end(text: str) -> None:
    assert in_pieces(text.encode(), 3) == at_one_go(text.encode())


def test_a_long_string_is_cut_out_of_what_is_read_as_json() -> None:
    body = LargeBody()
    for piece in (b'{"long": "' + b"x" * 1000, b'x", "id": 1}'):
        body.feed(piece)
    assert body._kept == [['{"long": '], [', "id": 1}']]


def test_a_character_that_is_cut_off_is_no_json() -> None:
    assert in_pieces(b"[1]\xc3", 3) is ValueError


@pytest.mark.parametrize("error", [b"\n", b"\\x", b"\\u12 ", b"\xff"])
def test_what_is_broken_is_not_kept(error: bytes) -> None:
    body = LargeBody()
    body.feed(b'{"long": "xxxxx' + error)
    for _ in range(10):
        body.feed(b"x" * 1000)
    assert not body._rest
    assert not body._long


def test_nesting_without_end_is_refused() -> None:
    body = LargeBody()
    for _ in range(100):
        body.feed(b"[" * 1000)
    (refusal,) = decode(body)  # type: ignore[arg-type]
    assert "cannot be read" in refusal.error.message  # type: ignore[union-attr]
