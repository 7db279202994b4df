"""The text store against an independent oracle, and its cost."""

from __future__ import annotations

import random
from typing import Any

import oracle
import pytest
from edge_harness import work
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from taco_lsp.edge import lines as rules
from taco_lsp.edge import text as store
from taco_lsp.edge.text import BLOCK, Text, Undo

ODD = ["\n", "\r\n", "\r", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"]
"""Line ends of LSP, and what Python takes for line ends besides."""
CHARS = [*ODD, "a", "b", " ", "\t", "é", "ß", "€", "漢", "\ufeff", "😀", "𐐀", "e\u0301", "\ud83d", "\x00"]
TEXT = st.lists(st.sampled_from(CHARS), max_size=12).map("".join)
POSITION = st.tuples(st.integers(-1, 9), st.integers(-1, 14))
ENCODINGS = ("utf-8", "utf-16", "utf-32")
BURST = 80
edits = 0


class Documents(RuleBasedStateMachine):
    """Edits the same text in the store and in the oracle."""

    undo: Undo | None = None

    @initialize(text=TEXT, encoding=st.sampled_from(ENCODINGS), block=st.sampled_from([1, 3, 8, BLOCK]))
    def open(self, text: str, encoding: str, block: int) -> None:
        self.encoding, self.width, self.block = encoding, rules.WIDTHS[encoding], block
        self.replace_all(text)

    @rule(start=POSITION, end=POSITION, new=TEXT)
    def edit(self, start: tuple[int, int], end: tuple[int, int], new: str) -> None:
        global edits  # noqa: PLW0603 - counted across all examples
        edits += 1
        self.before_edit = self.text
        self.text = oracle.replace(self.text, start, end, new, self.encoding)
        self.located = [self.lines.locate(*position, self.width) for position in (start, end)]
        self.new = new
        self.undo = self.lines.replace(*self.located, new)

    @precondition(lambda self: self.undo is not None)
    @rule()
    def take_back_and_do_again(self) -> None:
        """What was there before the last edit is there again, line by line."""
        self.lines.take_back(self.undo)
        assert self.lines.joined() == self.before_edit
        assert list(self.lines) == oracle.lines(self.before_edit)
        self.lines.replace(*self.located, self.new)

    @rule(at=POSITION, new=st.sampled_from(["\r", "\n", "\r\n", "x"]))
    def type(self, at: tuple[int, int], new: str) -> None:
        self.edit(at, at, new)

    @rule(seed=st.integers(0, 2**32))
    def edit_a_lot(self, seed: int) -> None:
        """Hypothesis cannot shrink these, but many more fit into a second."""
        dice = random.Random(seed)
        for _ in range(BURST):
            line = dice.randrange(-1, len(self.lines) + 2)
            start = (line, dice.randrange(-1, 12))
            end = start if dice.random() < 0.4 else (line + dice.choice([-1, 0, 0, 0, 1, 2]), dice.randrange(-1, 12))
            self.edit(start, end, "".join(dice.choices(CHARS, k=dice.randrange(4))))
            self.same()

    @rule(new=TEXT)
    def replace_all(self, new: str) -> None:
        self.text, self.lines, self.undo = new, Text(new, block=self.block), None

    @rule(start=POSITION, end=POSITION)
    def read(self, start: tuple[int, int], end: tuple[int, int]) -> None:
        located = [self.lines.locate(*position, self.width) for position in (start, end)]
        low, high = sorted(oracle.offset(self.text, *position, self.encoding) for position in (start, end))
        assert self.lines.between(*located) == self.text[low:high]
        assert sorted(map(self.lines.offset_of, located)) == [low, high]

    @rule(number=st.integers(-12, 12))
    def read_a_line(self, number: int) -> None:
        expected = oracle.lines(self.text)
        assert self.lines[number:][:3] == expected[number:][:3]
        if -len(expected) <= number < len(expected):
            assert self.lines[number] == expected[number]
        else:
            with pytest.raises(IndexError):
                _ = self.lines[number]

    @rule()
    def read_all(self) -> None:
        assert self.lines.joined() == self.text

    @rule(data=st.data())
    def there_and_back(self, data: st.DataObject) -> None:
        offset = data.draw(st.integers(0, len(self.text)))
        line, index = self.lines.place_at(offset)
        units = rules.units_of(self.lines[line], index, self.width)
        back = oracle.offset(self.text, line, units, self.encoding)
        inside_crlf = self.text[offset - 1 : offset + 1] == "\r\n"
        assert back == offset - 1 if inside_crlf and offset else back == offset

    @invariant()
    def same(self) -> None:
        expected = oracle.lines(self.text)
        assert list(self.lines) == expected
        assert len(self.lines) == len(expected)


@pytest.mark.parametrize("crowd", [3, 4096])
def test_twice_ten_thousand_edits_agree_with_the_oracle(crowd: int, monkeypatch: pytest.MonkeyPatch) -> None:
    global edits  # noqa: PLW0603 - counted across all examples
    edits = 0
    monkeypatch.setattr(store, "_CROWD", crowd)
    profile = settings(
        max_examples=80,
        stateful_step_count=40,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Documents, settings=profile)
    # How often it chose to edit a lot is chance, which the constants of the whole project have a part in.
    seed = 0
    while edits < 10_000:
        rest, seed = Documents(), seed + 1
        rest.open("", ENCODINGS[seed % 3], (1, 3, 8, BLOCK)[seed % 4])
        rest.edit_a_lot(seed)


@given(text=TEXT)
def test_joining_undoes_splitting(text: str) -> None:
    assert "".join(rules.split(text)) == text
    assert rules.split(text) == oracle.lines(text)


@given(text=TEXT, start=st.integers(0, 12), near=st.integers(1, 12))
def test_line_ends_are_found_and_counted_without_splitting(text: str, start: int, near: int) -> None:
    ends = [sum(map(len, oracle.lines(text)[: number + 1])) for number in range(len(oracle.lines(text)) - 1)]
    near = min(near, max(1, len(text)))
    end = rules.end_of_line(text, near)
    inside_crlf = text[near - 1 : near + 1] == "\r\n"
    assert end == next((end for end in ends if end >= near + inside_crlf), len(text))
    assert rules.count_ends(text, 0, end) == len([at for at in ends if at <= end])


@given(line=TEXT, units=st.integers(-1, 40), encoding=st.sampled_from(ENCODINGS))
def test_columns_agree_with_the_oracle(line: str, units: int, encoding: str) -> None:
    line = oracle.lines(line)[0]
    assert rules.index_of(line, units, rules.WIDTHS[encoding]) == oracle.offset(line, 0, units, encoding)


@pytest.mark.parametrize(
    ("text", "start", "end", "new", "result"),
    [
        ("a\rb", (1, 0), (1, 0), "\n", ["a\r\n", "b"]),
        ("a\rb\n", (1, 0), (1, 1), "", ["a\r\n", ""]),
        ("a\n", (1, 0), (1, 0), "b", ["a\n", "b"]),
        ("a\n", (9, 9), (9, 9), "b", ["a\n", "b"]),
        ("ab", (0, 2), (0, 1), "", ["a"]),
        ("a\r\nb", (0, 99), (1, 0), "", ["ab"]),
        ("", (0, 0), (0, 0), "\n\n", ["\n", "\n", ""]),
        ("x\x0cy\u2028z", (0, 1), (0, 4), "", ["xz"]),
    ],
)
def test_edits_at_line_ends(text: str, start: Any, end: Any, new: str, result: list[str]) -> None:
    lines = Text(text)
    lines.replace(lines.locate(*start, len), lines.locate(*end, len), new)
    assert list(lines) == result


@pytest.mark.parametrize(
    ("units", "encoding", "index"),
    [(1, "utf-8", 0), (3, "utf-8", 0), (4, "utf-8", 1), (1, "utf-16", 0), (2, "utf-16", 1), (1, "utf-32", 1)],
)
def test_a_column_within_a_character_is_its_start(units: int, encoding: str, index: int) -> None:
    assert rules.index_of("😀b", units, rules.WIDTHS[encoding]) == index


class Seen(str):
    """A text that notes how much of it is copied."""

    copied = 0

    def __getitem__(self, key: Any) -> str:
        found = super().__getitem__(key)
        Seen.copied += len(found)
        return found


def test_an_edit_costs_the_same_in_a_long_document() -> None:
    def cost(length: int, place: tuple[int, int]) -> tuple[int, int]:
        lines = Text(Seen("some text of a line\n" * length), block=1000)
        Seen.copied = 0
        return work(lambda: lines.replace(place, place, "x")), Seen.copied

    calls, copied = cost(100_000, (60_000, 4))
    assert calls <= cost(1_000, (600, 4))[0]
    assert 0 < copied < 1100


def test_opening_a_document_copies_none_of_it() -> None:
    Seen.copied = 0
    text = Seen("some text of a line\n" * 1000)
    lines = Text(text, block=1000)
    assert (len(lines), Seen.copied) == (1001, 0)
    assert lines.joined() is text


def test_blocks_grow_no_larger_and_no_more_than_the_text() -> None:
    lines = Text("x\n" * 20_000, block=100)
    for number in range(6000):
        lines.replace((9, 0), (9, 0), f"{number}\n")
        assert max(map(len, lines._blocks)) <= store._CROWD
    while len(lines) > 100:
        lines.replace((10, 0), (100, 0), "")
    assert len(lines._blocks) <= 4
