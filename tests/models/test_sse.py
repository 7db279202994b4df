"""The event-stream parser against the rules of the WHATWG standard."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from taco_lsp.models.sse import Event, EventParser, EventTooLongError


def parse(*chunks: bytes) -> list[Event]:
    parser = EventParser()
    return [event for chunk in chunks for event in parser.feed(chunk)]


def messages(*chunks: bytes) -> list[str]:
    return [event.data for event in parse(*chunks)]


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_each_kind_of_line_end_separates_lines_and_events(end: str) -> None:
    stream = f"data: a{end}data: b{end}{end}data: c{end}{end}".encode()
    assert messages(stream) == ["a\nb", "c"]


def test_a_crlf_cut_between_two_chunks_is_one_line_end() -> None:
    assert messages(b"data: a\r", b"\ndata: b\r", b"\n\r", b"\n") == ["a\nb"]


def test_a_bare_cr_dispatches_without_waiting_for_a_line_feed() -> None:
    assert messages(b"data: a\r\r") == ["a"]


def test_only_one_space_after_the_colon_is_dropped() -> None:
    assert messages(b"data:  a\n\ndata:b\n\ndata\n\n") == [" a", "b", ""]


def test_comments_ids_and_unknown_fields_are_no_events() -> None:
    assert messages(b": ping\n\nid: 7\nretry: 10\nfancy: x\n\ndata: a\n: mid\n\n") == ["a"]


def test_an_event_type_holds_for_one_event() -> None:
    assert parse(b"event: error\ndata: a\n\ndata: b\n\n") == [
        Event(type="error", data="a"),
        Event(type="message", data="b"),
    ]


def test_an_event_type_without_data_is_forgotten() -> None:
    assert parse(b"event: error\n\ndata: b\n\n") == [Event(data="b")]


def test_an_unfinished_last_event_is_discarded() -> None:
    assert messages(b"data: a\n\ndata: b\n") == ["a"]


def test_a_byte_order_mark_is_dropped_at_the_start_only() -> None:
    assert messages(b"\xef\xbb", b"\xbfdata: a\n\n\xef\xbb\xbfdata: b\n\ndata: c\n\n") == ["a", "c"]


def test_line_separators_of_unicode_do_not_end_a_line() -> None:
    assert messages("data: a\u2028b\x0c\x85c\n\n".encode()) == ["a\u2028b\x0c\x85c"]


def test_bad_utf8_becomes_a_replacement_character() -> None:
    assert messages(b"data: a\xffb\n\n") == ["a\ufffdb"]


def test_an_endless_line_is_given_up_after_the_events_before_it() -> None:
    parser = EventParser(max_chars=100)
    events = parser.feed(b"data: a\n\ndata: " + b"x" * 200)
    assert next(events).data == "a"
    with pytest.raises(EventTooLongError):
        next(events)


def test_an_endless_event_of_short_lines_is_given_up() -> None:
    parser = EventParser(max_chars=100)
    with pytest.raises(EventTooLongError):
        list(parser.feed(b"data:\n" * 50))


def test_comments_without_end_are_not_held_against_the_stream() -> None:
    parser = EventParser(max_chars=100)
    assert list(parser.feed(b": ping\n" * 100 + b"data: a\n\n")) == [Event(data="a")]


@settings(max_examples=60, deadline=None)
@given(
    texts=st.lists(st.text(st.characters(exclude_characters="\r\n", codec="utf-8")), min_size=1),
    cuts=st.lists(st.integers(0, 400)),
    end=st.sampled_from(["\n", "\r", "\r\n"]),
)
def test_where_the_bytes_are_cut_makes_no_difference(texts: list[str], cuts: list[int], end: str) -> None:
    stream = "".join(f"data: {text}{end}{end}" for text in texts).encode()
    edges = [0, *sorted(cut for cut in cuts if cut < len(stream)), len(stream)]
    chunks = [stream[start:stop] for start, stop in pairwise(edges)]
    assert messages(*chunks) == texts
