"""Edits dictated in plain words are held back; questions, facts and looking closer pass."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from taco_lsp.tutor.guard import Guard, Verdict

STUDENT = """\
def mean(values):
    total = 0
    count = 1
    for i in range(1, len(values)):
        total = values[i]
        if total < 0:
            return total
    return total / count
"""


def verdict_on(sentence: str) -> Verdict:
    guard = Guard(references=(), student_code=STUDENT, statement="Write `mean(values)`.")
    guard.feed(sentence)
    guard.close()
    return guard.verdict


@pytest.mark.parametrize(
    "sentence",
    [
        "Start the loop at 0 instead of 1.",
        "You need to initialise count to zero before the loop.",
        "The loop has to begin at zero.",
        "Swap the two lines in the if.",
        "Swap lines 2 and 3.",
        "Move the return out of the loop.",
        "Line 5 needs a plus equals.",
        "Add values at i to total rather than overwriting it.",
        "The last line should divide by the length of values.",
        "Change the less than to less-than-or-equal on line 6.",
        "Wrap the input call in int.",
        "Unindent the last line.",
        "The increment belongs after the loop.",
        "for i in range of length of values colon, total plus equals values at i.",
        "Debes inicializar count en cero.",
        "Cambia el 1 del range por un 0.",
        "Troque o 1 por 0 na linha 4.",
        "Mova o return para fora do laço.",
    ],
)
def test_an_edit_in_plain_words_is_held_back(sentence: str) -> None:
    assert verdict_on(sentence) == Verdict(blocked=True, rule="dictated")


@pytest.mark.parametrize(
    "sentence",
    [
        "Have you looked at where your loop starts?",
        "Think about what happens when i equals len(values).",
        "Check your indexing on line 4.",
        "Lists begin at index 0.",
        "The value of total does not change because line 5 overwrites it.",
        "Make sure you understand what the remainder operator does.",
        "Go ahead and make that change, then run it again.",
        "Change the input to 3 and run it again.",
        "Add a print at the start of the loop to see the value of i.",
        "Set a breakpoint on line 5 and look at total.",
        "Let's start with a list with one element.",
        "A return ends the whole function.",
        "You're right that count must start at 0.",
        "Line 8 divides by count. Is that right?",
        "To find a mean you add everything up and divide by how many there are.",
        "¿Qué valor tiene count antes del bucle?",
        "Observe o valor de i em cada volta.",
    ],
)
def test_tutor_talk_passes(sentence: str) -> None:
    assert verdict_on(sentence) == Verdict()


VOCABULARY = """
    Look Let's let us use take a all another The change total to 0 instead of 1 . ? ! , : `count` = < ( [ add swap - def
    f(x): return x ``` It's going addition loop line 4 should be before ... " * ) ] x_add é
"""
WORDS = st.sampled_from([*VOCABULARY.split(), "\n", "\n\n"])


@settings(max_examples=100, deadline=None)
@given(
    words=st.lists(WORDS, max_size=16), glue=st.sampled_from([" ", ""]), cuts=st.lists(st.integers(0, 120), max_size=8)
)
def test_what_is_shown_depends_on_the_words_and_not_on_the_deltas(words: list[str], glue: str, cuts: list[int]) -> None:
    text = glue.join(words)
    results = set()
    for ends in ([len(text)], sorted({*cuts, len(text)}), list(range(1, len(text) + 1))):
        guard = Guard(references=(), student_code=STUDENT, statement="Write `mean(values)`.")
        pieces = [guard.feed(text[start:end]) for start, end in zip([0, *ends], ends, strict=False)]
        results.add(("".join([*pieces, guard.close()]), guard.verdict))
    assert len(results) == 1
    [(shown, verdict)] = results
    assert shown == text or (verdict.blocked and text.startswith(shown))
