"""What the tutor says about itself, in every language it speaks."""

from __future__ import annotations

import string
from typing import get_args

import pytest

from taco_lsp.tutor.languages import guess
from taco_lsp.tutor.notices import TEXTS, Notice, say
from taco_lsp.tutor.without_code import without_code


def names(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("language", TEXTS)
def test_every_notice_is_there_with_the_same_values(language: str) -> None:
    assert set(TEXTS[language]) == set(get_args(Notice))
    for notice, text in TEXTS[language].items():
        assert names(text) == names(TEXTS["en"][notice])


@pytest.mark.parametrize("language", TEXTS)
def test_the_notices_are_in_their_language(language: str) -> None:
    assert guess(" ".join(TEXTS[language].values())) == {language}


@pytest.mark.parametrize(("tag", "spoken"), [("pt-BR", "pt"), ("ES", "es"), ("fr", "en"), ("", "en")])
def test_a_language_that_is_not_spoken_is_english(tag: str, spoken: str) -> None:
    assert say("quota_again", tag, time="14:05") == TEXTS[spoken]["quota_again"].format(time="14:05")


# --- answers without code --------------------------------------------------------------------------------------

EXAMPLE = "Here is one:\n\n```python\nfor x in xs:\n    print(x)\n```\n\nWhat differs?"


def test_an_example_is_left_out_where_no_code_is_allowed() -> None:
    assert without_code(EXAMPLE, known=[], instead="(none)") == "Here is one:\n\n(none)\n\nWhat differs?"


@pytest.mark.parametrize(
    "text", ["no block", "```\n# 1. read\n# 2. add\n```", "~~~\n// read\n\n// add\n~~~", "```\n\n"]
)
def test_an_answer_without_code_is_unchanged(text: str) -> None:
    assert without_code(text, known=[], instead="(none)") == text


def test_an_example_that_is_never_closed_is_left_out_too() -> None:
    assert without_code("Here:\n```python\nx = 1\n", known=[], instead="(none)") == "Here:\n(none)"


def test_code_that_the_student_or_the_teacher_wrote_stays() -> None:
    assert without_code(EXAMPLE, known=["xs = []\nfor x in xs:\n    print(x)\n"], instead="(none)") == EXAMPLE
