"""Estimating and cutting texts: always within the budget, and the part that matters stays."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taco_lsp.tutor.budget import cut_end, cut_lines, cut_middle, estimate_tokens

TEXTS = st.text(max_size=3_000)
BUDGETS = st.integers(min_value=60, max_value=400)


@pytest.mark.parametrize(("text", "tokens"), [("", 0), ("a", 1), ("abc", 1), ("abcd", 2), ("字", 1), ("éé", 2)])
def test_a_token_is_three_bytes(text: str, tokens: int) -> None:
    assert estimate_tokens(text) == tokens


@given(TEXTS, BUDGETS)
def test_what_fits_is_unchanged_and_what_is_cut_fits(text: str, tokens: int) -> None:
    for cut in (cut_end, cut_middle):
        shown = cut(text, tokens)
        assert (shown == text) is (estimate_tokens(text) <= tokens)
        assert estimate_tokens(shown) <= tokens


@given(TEXTS, BUDGETS)
def test_an_end_that_is_kept_is_the_text_s_own(text: str, tokens: int) -> None:
    head, marked, tail = cut_middle(text, tokens).partition("\n[… the middle left out …]\n")
    if marked:
        assert text.encode("utf-8", "replace").decode().startswith(head)
        assert text.encode("utf-8", "replace").decode().endswith(tail)


@given(st.lists(st.text("ab c", max_size=40), min_size=1, max_size=400), BUDGETS, st.integers(1, 500))
def test_lines_are_kept_whole_in_order_and_the_gaps_are_named(lines: list[str], tokens: int, around: int) -> None:
    numbered = [f"{number} {line}" for number, line in enumerate(lines, 1)]
    shown = cut_lines(numbered, tokens, around=around)
    assert estimate_tokens(shown) <= tokens
    at = 1
    for line in shown.split("\n"):
        if gap := re.fullmatch(r"\[… lines (\d+) to (\d+) left out …\]", line):
            assert int(gap[1]) == at
            at = int(gap[2]) + 1
        else:
            assert line == numbered[at - 1]
            at += 1
    assert at == len(lines) + 1


def test_the_line_that_matters_is_kept() -> None:
    lines = [f"line {number} of the file" for number in range(1, 1_001)]
    for around in (1, 2, 400, 999, 1_000):
        assert f"line {around} of the file" in cut_lines(lines, 300, around=around).split("\n")


def test_a_very_long_line_is_cut() -> None:
    shown = cut_lines(["a", "x" * 100_000, "b"], 2_000)
    assert shown.split("\n")[0] == "a"
    assert shown.split("\n")[2] == "b"
    assert len(shown) < 400
