"""The line store against an independent oracle, and its cost."""

from __future__ import annotations

import random
import time
from typing import Any

import oracle
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from taco_lsp.edge import lines as store

ODD = ["\n", "\r\n", "\r", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"]
"""Line ends of LSP, and what Python takes for line ends besides."""
CHARS = [*ODD, "a", "b", " ", "\t", "é", "ß", "€", "漢", "\ufeff", "😀", "𐐀", "e\u0301", "\ud83d", "\x00"]
TEXT = st.lists(st.sampled_from(CHARS), max_size=12).map("".join)
POSITION = st.tuples(st.integers(-1, 9), st.integers(-1, 14))
ENCODINGS = ("utf-8", "utf-16", "utf-32")
BURST = 40
edits = 0


class Documents(RuleBasedStateMachine):
    """Edits the same text in the store and in the oracle."""

    @initialize(text=TEXT, encoding=st.sampled_from(ENCODINGS))
    def open(self, text: str, encoding: str) -> None:
        self.encoding, self.width = encoding, store.WIDTHS[encoding]
        self.text, self.lines = text, store.split(text)

    @rule(start=POSITION, end=POSITION, new=TEXT)
    def edit(self, start: tuple[int, int], end: tuple[int, int], new: str) -> None:
        global edits  # noqa: PLW0603 - counted across all examples
        edits += 1
        self.text = oracle.replace(self.text, start, end, new, self.encoding)
        located = [store.locate(self.lines, *position, self.width) for position in (start, end)]
        store.replace(self.lines, *located, new)

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
        self.text, self.lines = new, store.split(new)

    @rule(start=POSITION, end=POSITION)
    def read(self, start: tuple[int, int], end: tuple[int, int]) -> None:
        located = [store.locate(self.lines, *position, self.width) for position in (start, end)]
        low, high = sorted(oracle.offset(self.text, *position, self.encoding) for position in (start, end))
        assert store.text_between(self.lines, *located) == self.text[low:high]
        assert sorted(store.offset_of(self.lines, *place) for place in located) == [low, high]

    @rule(data=st.data())
    def there_and_back(self, data: st.DataObject) -> None:
        offset = data.draw(st.integers(0, len(self.text)))
        line, index = store.located_at(self.lines, offset)
        units = store.units_of(self.lines[line], index, self.width)
        back = oracle.offset(self.text, line, units, self.encoding)
        inside_crlf = self.text[offset - 1 : offset + 1] == "\r\n"
        assert back == offset - 1 if inside_crlf and offset else back == offset

    @invariant()
    def same(self) -> None:
        assert self.lines == oracle.lines(self.text)


def test_twenty_thousand_edits_agree_with_the_oracle() -> None:
    profile = settings(
        max_examples=100,
        stateful_step_count=40,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Documents, settings=profile)
    assert edits >= 20_000


@given(text=TEXT)
def test_joining_undoes_splitting(text: str) -> None:
    assert "".join(store.split(text)) == text
    assert store.split(text) == oracle.lines(text)


@given(line=TEXT, units=st.integers(-1, 40), encoding=st.sampled_from(ENCODINGS))
def test_columns_agree_with_the_oracle(line: str, units: int, encoding: str) -> None:
    line = oracle.lines(line)[0]
    assert store.index_of(line, units, store.WIDTHS[encoding]) == oracle.offset(line, 0, units, encoding)


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
    lines = store.split(text)
    store.replace(lines, store.locate(lines, *start, len), store.locate(lines, *end, len), new)
    assert lines == result


@pytest.mark.parametrize(
    ("units", "encoding", "index"),
    [(1, "utf-8", 0), (3, "utf-8", 0), (4, "utf-8", 1), (1, "utf-16", 0), (2, "utf-16", 1), (1, "utf-32", 1)],
)
def test_a_column_within_a_character_is_its_start(units: int, encoding: str, index: int) -> None:
    assert store.index_of("😀b", units, store.WIDTHS[encoding]) == index


def test_an_edit_costs_the_same_in_a_long_document() -> None:
    def cost(length: int) -> float:
        lines = store.split("some text of a line\n" * length)
        best = float("inf")
        for _ in range(5):
            began = time.perf_counter()
            for number in range(300):
                place = store.locate(lines, (number * 61) % length, 4, store.WIDTHS["utf-16"])
                store.replace(lines, place, place, "x")
            best = min(best, time.perf_counter() - began)
        return best

    # A text kept as one string would be 200 times slower; three leaves room for a busy machine.
    assert cost(20_000) < 3 * cost(100)
