"""Keeping both ends of a stream: exact when it fits, bounded and honest when it does not."""

import re
import sys

import pytest

from taco_lsp.runner.capture import Capture


def captured(limit: int, *chunks: bytes) -> Capture:
    capture = Capture(limit)
    for chunk in chunks:
        capture.feed(chunk)
    return capture


@pytest.mark.parametrize("limit", [0, 1, 2, 10, 11, 100])
@pytest.mark.parametrize("size", [0, 1, 5, 6, 10, 11, 12, 99, 100, 101, 1000])
@pytest.mark.parametrize("step", [1, 3, 7, 1000])
def test_every_byte_is_kept_or_counted(limit, size, step):
    data = bytes(65 + n % 26 for n in range(size))
    capture = captured(limit, *(data[n : n + step] for n in range(0, size, step)))
    text = capture.text()
    if size <= limit:
        assert (text, capture.truncated) == (data.decode(), False)
        return
    assert capture.truncated
    gap = re.fullmatch(r"([A-Z]*)\n\[\.\.\. ([\d,]+) bytes left out \.\.\.\]\n([A-Z]*)", text)
    assert gap
    head, cut, tail = gap[1], int(gap[2].replace(",", "")), gap[3]
    assert (len(head), len(tail)) == (limit // 2, limit - limit // 2)
    assert len(head) + cut + len(tail) == size
    assert data.decode().startswith(head)
    assert data.decode().endswith(tail)


def test_the_gap_falls_between_lines_and_says_how_much_is_missing():
    capture = captured(100, b"".join(b"line %04d\n" % n for n in range(1000)))
    lines = capture.text().splitlines()
    assert lines[:5] == [f"line {n:04}" for n in range(5)]
    assert lines[5] == "[... 9,910 bytes left out ...]"
    assert lines[6:] == [f"line {n:04}" for n in range(996, 1000)]


@pytest.mark.parametrize("shift", range(4))
def test_the_gap_does_not_split_a_character(shift):
    text = captured(64, b"x" * shift + "😀".encode() * 100).text()
    assert "\ufffd" not in text


def test_memory_stays_bounded_however_much_comes():
    capture = Capture(10_000)
    for size in (1, 999, 10_000, 300_000) * 100:
        capture.feed(b"x" * size)
    assert sys.getsizeof(capture._head) + sys.getsizeof(capture._tail) < 50_000
