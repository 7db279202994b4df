"""The frame parser: what is read, what is refused, and that it always finds its way again."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from taco_lsp.edge import framing
from taco_lsp.edge.framing import Fault, Frame, FrameParser, Item, frame
from taco_lsp.edge.messages import is_json

A = b'{"jsonrpc":"2.0","id":1,"method":"a"}'
B = b'{"jsonrpc":"2.0","id":2,"method":"b","params":{"text":"\xc3\xa9"}}'


@pytest.fixture(scope="module", autouse=True, params=[10, framing.LARGE], ids=["in pieces", "whole"])
def _large(request: pytest.FixtureRequest) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(framing, "LARGE", request.param)
        yield


def parse(*packets: bytes, max_body: int = 1000) -> list[Item]:
    parser = FrameParser(max_body)
    items: list[Item] = []
    for packet in packets:
        parser.feed(packet)
        items.extend(parser.items())
    return items


def bodies(items: list[Item]) -> list[bytes]:
    return [item.body for item in items if isinstance(item, Frame)]


def faults(items: list[Item]) -> list[str]:
    return [item.reason for item in items if isinstance(item, Fault)]


def lying(length: object, body: bytes) -> bytes:
    return f"Content-Length: {length}\r\n\r\n".encode() + body


@pytest.mark.parametrize(
    "header",
    [
        "Content-Length: {}\r\n\r\n",
        "content-length: {}\r\n\r\n",
        "CONTENT-LENGTH:{}\r\n\r\n",
        "Content-Length: {}\n\n",
        "Content-Length: {}\n\r\n",
        "Content-Length : {}  \r\n\r\n",
        "Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nContent-Length: {}\r\n\r\n",
        "Content-Length: {}\r\nContent-Type: application/vscode-jsonrpc; charset=utf8\r\n\r\n",
        "X-Extra: 1\r\nAuthorization: Bearer x\r\nContent-Length: {}\r\n\r\n",
        "\r\n\r\nContent-Length: {}\r\n\r\n",
    ],
)
def test_headers_of_every_kind_are_read(header: str) -> None:
    stream = b"".join(header.format(len(body)).encode() + body for body in (A, B))
    assert parse(stream) == [Frame(A), Frame(B)]
    assert parse(*(stream[at : at + 1] for at in range(len(stream)))) == [Frame(A), Frame(B)]


@pytest.mark.parametrize("length", [-1, "x", "", "1.5", "0x10", "+5", "5 5", "9" * 30, 1001, "\u0661"])
def test_a_length_that_is_none_is_a_fault_and_the_next_message_is_read(length: object) -> None:
    items = parse(lying(length, A) + frame(B))
    assert bodies(items) == [B]
    assert len(faults(items)) == 1


@pytest.mark.parametrize("garbage", [b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", A + b"\n", b"\xff" * 9000, b"X: 1\r\n\r\n"])
def test_garbage_is_a_fault_and_the_next_message_is_read(garbage: bytes) -> None:
    items = parse(garbage + frame(B))
    assert bodies(items) == [B]
    assert len(faults(items)) == 1


@pytest.mark.parametrize("excess", [1, 5, 14, 20, 22, 40, 500])
def test_a_length_that_is_too_long_costs_no_message(excess: int) -> None:
    stream = lying(len(A) + excess, A) + frame(B) + frame(A)
    assert parse(stream) == [Frame(A), Frame(B), Frame(A)]
    for at in range(len(stream)):
        assert parse(stream[:at], stream[at:]) == [Frame(A), Frame(B), Frame(A)]


@pytest.mark.parametrize("missing", [1, 5, 30])
def test_after_a_length_that_is_too_short_the_next_message_is_read(missing: int) -> None:
    items = parse(lying(len(A) - missing, A) + frame(B))
    assert bodies(items) == [A[:-missing], B]
    assert len(faults(items)) == 1


def test_a_message_that_is_shorter_than_announced_is_given_up_waiting_for() -> None:
    parser = FrameParser()
    parser.feed(lying(500, A))
    assert list(parser.items()) == []
    assert parser.pending == len(A)
    assert parser.stalled(is_json) == Frame(A)
    parser.feed(frame(B))
    assert list(parser.items()) == [Frame(B)]


def test_a_message_that_is_still_arriving_is_waited_for() -> None:
    parser = FrameParser()
    parser.feed(frame(A)[:-5])
    assert list(parser.items()) == []
    assert parser.stalled(is_json) is None
    parser.feed(frame(A)[-5:])
    assert list(parser.items()) == [Frame(A)]
    assert parser.stalled(is_json) is None


def test_an_oversized_message_is_dropped_without_being_kept() -> None:
    parser = FrameParser(max_body=1000)
    parser.feed(lying(10**9, b""))
    assert faults(list(parser.items()))
    for _ in range(100):
        parser.feed(b'"' + b"x" * 10_000)
        assert list(parser.items()) == []
        assert parser.pending < 100
    parser.feed(frame(B))
    assert list(parser.items()) == [Frame(B)]


def test_a_header_line_without_an_end_is_not_kept() -> None:
    parser = FrameParser()
    parser.feed(b"x" * 100_000)
    assert len(faults(list(parser.items()))) == 1
    assert parser.pending < 100


JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=5)
MESSAGES = st.builds(lambda value, flat: json.dumps({"v": value}, ensure_ascii=flat).encode(), JSON, st.booleans())


@given(messages=st.lists(MESSAGES, max_size=5), data=st.data())
def test_packets_make_no_difference_to_a_sound_stream(messages: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(map(frame, messages))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=8)))
    packets = [stream[low:high] for low, high in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    assert parse(*packets, max_body=10**6) == [Frame(message) for message in messages]


PIECES = st.sampled_from(
    [
        b"Content-Length: ",
        b"content-length:",
        b"\r\n",
        b"\n",
        b"\r\n\r\n",
        b"5",
        b"-3",
        b"38",
        A,
        B,
        b"}",
        b"{",
        b"\xff",
    ]
)
NOISE = st.lists(PIECES | st.binary(max_size=6), max_size=12).map(b"".join)


@example(noise=b"Content-Length: 5\r\n", cut=26)
@example(noise=b"Content-Length: 5\r\n\r\nxyz", cut=29)
@settings(max_examples=500)
@given(noise=NOISE, cut=st.integers(0, 200))
def test_packets_make_no_difference_to_noise(noise: bytes, cut: int) -> None:
    stream = noise + b"\r\n" + frame(A) + frame(B)
    assert parse(stream[:cut], stream[cut:]) == parse(stream)


@settings(max_examples=500)
@given(noise=NOISE)
def test_after_any_noise_a_message_is_read_again(noise: bytes) -> None:
    # The first may be taken for the rest of the noise, or swallowed by a length in it; the second may not.
    assert bodies(parse(noise + b"\r\n" + frame(A) + frame(B)))[-1] == B
