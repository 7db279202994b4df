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


def verdict_on(sentence: str, *, code: str = STUDENT) -> Verdict:
    guard = Guard(references=(), student_code=code, statement="Write `mean(values)`.")
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
        "You need to divide by the number of values on the last line.",
        "Use enumerate in your for loop.",
        "Initialise total with the first value.",
        "Ask for the next value at the bottom of the loop.",
        "Create an empty list before the loop and return it at the end.",
        "Return the sum rather than total.",
        "Before you add one, check whether i is in values, and if not set it to 1.",
        "Cast total to a float before you divide.",
        "The second if should be an elif.",
        "The last condition has to come first.",
        "You still need another return at the end of the function.",
        "Store values[i] in total before the loop ends.",
        "Compare total with 0 after the loop.",
        "Only divide when count is not 0.",
        "Go only up to half of the list.",
        "Return sum(values) / len(values).",
        "Tienes que sacar el return del if.",
        "El bucle debería empezar en cero.",
        "Pon count = 0 antes del bucle.",
        "O bucle deve começar em 0.",
        "Coloque o return fora do if.",
        "Converta o total para float antes de dividir.",
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
        "Good work. Don't forget to remove the print statement!",
        "There's no need to declare a counter when you go through the list with a for loop.",
        "Line 5 was supposed to multiply total by values[i]. Does it?",
        "The line `for i in range(1, len(values))` will, for every value, set `i` equal to it and run the loop once.",
        "Let's start with a list with one element.",
        "A return ends the whole function.",
        "You're right that count must start at 0.",
        "Line 8 divides by count. Is that right?",
        "To find a mean you add everything up and divide by how many there are.",
        "¿Qué valor tiene count antes del bucle?",
        "Observe o valor de i em cada volta.",
        "Write the positions down, one by one.",
        "Put a print in the loop so that you can watch total.",
        "Start with the type of total, then we'll look at the loop.",
        "Use pen and paper for the loop.",
        "You could use modulo to tell odd numbers from even ones.",
        "You could store it in a variable.",
        "Follow i and total on paper for three rounds.",
        "A list comprehension puts a loop in one line.",
        "Use `max` to find the largest of several values.",
        "When you add items to a list, it gets longer.",
        "Dividing by a fixed number only works for one length.",
        "Maybe write a little helper that gives the average of one student.",
        "`scanf` needs the address of the variable.",
        "Create a table with one column for i and one for total.",
        "First get one conversion right, then worry about the loop.",
        "Pon un print dentro del bucle para ver cómo cambia total.",
        "Piensa en lo que pasa cuando la lista está vacía.",
        "Leia a mensagem de erro com calma.",
    ],
)
def test_tutor_talk_passes(sentence: str) -> None:
    assert verdict_on(sentence) == Verdict()


@pytest.mark.parametrize(
    ("code", "is_begun"),
    [
        ('def mean(values):\n    """Give the mean."""\n    pass\n', False),
        ("def mean(values):\n    raise NotImplementedError('mean')\n", False),
        ("import sys\n\n\ndef mean(values):\n    # your code\n    return None\n", False),
        ("export const mean = (values) => {\n  throw new Error('Not yet');\n};\n", False),
        ("public class Mean {\n  static int mean(int[] values) {\n    return 0;\n  }\n}\n", False),
        ("def mean(values):\n    total = 0\n", True),
        ("def mean(values): return values[0]\n", True),
        (STUDENT, True),
    ],
)
def test_what_to_do_is_a_hint_until_there_is_something_to_mend(code: str, is_begun: bool) -> None:
    sentence = "You need to go through values and add each of them to a sum that starts at zero."
    assert verdict_on(sentence, code=code).blocked is is_begun


@pytest.mark.parametrize(
    "sentence",
    [
        "i < len(values) instead of range(1, len(values))",
        "you want total += values[i] there",
        "range(len(values)) for the first loop",
        "just do range(len(values))",
        "use augmented assignment: total += values[i]",
        "total should be count",
        "it should be greater than, not less than",
        "You forgot the colon at the end of line 4.",
        "you never increment count",
        "divide it by len(values) instead",
        "you should return count",
        "so count needs to be 0 at the start",
        "use >= because zero counts as well",
        "range(len(values)) would be better",
        "El segundo if debería ser un elif.",
        "the condition should be > not <",
        "range needs a step of 2",
        "you need to look it up with values[count]",
        "it's total + values[i]",
        "put brackets around total + values[i]",
        "you need another variable to hold total",
    ],
)
def test_an_edit_in_the_short_forms_of_a_chat_is_held_back(sentence: str) -> None:
    assert verdict_on(sentence) == Verdict(blocked=True, rule="dictated")


@pytest.mark.parametrize(
    "sentence",
    [
        "u need to check ur loop condition",
        "try changing the range",
        "you want total to grow",
        "something is missing on line 4",
        "did you forget something at the end of that line",
        "Right, it should be greater than. Now make that change.",
        "use values = [1, 2] while you test",
        "you return total, is that what you want",
        "try it on paper with i=2",
        "total is 3 instead of 6",
        "for the loop to stop, total < 9 has to become false",
        "you can use % to get the remainder",
        "start with one small case",
        "try mean([1, 2])",
        "total += 1 is short for total = total + 1.",
        "for i in range(1, len(values))",
    ],
)
def test_a_short_hint_passes(sentence: str) -> None:
    assert verdict_on(sentence) == Verdict()


@pytest.mark.parametrize(
    "sentence",
    [
        "The name total (set on line 2) is close to totl.",
        "A loop has to set its count before the first round of the loop.",
        "Line 4 could not do this: set values[i] to 0.",
        "O bloco que começa na linha 4 termina na linha 7.",
        "Aqui `total` agora guarda um número inteiro.",
    ],
)
def test_what_describes_the_program_is_no_order(sentence: str) -> None:
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
