"""English, Portuguese and Spanish say the same, from catalogues with the same keys and places."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from taco_lsp.tutor.builtin import Hint, LastRun, Question, answer, explain_error, explain_run
from taco_lsp.tutor.builtin.texts import LANGUAGES, Texts, entries, families, texts_for
from taco_lsp.tutor.builtin.wording import word_count
from taco_lsp.tutor.guard import Guard

TRANSLATED = [language for language in LANGUAGES if language != "en"]
PLACE = re.compile(r"\{(\w+)\}")
CODE = """def mean(numbers):
    total = 0
    for i in range(len(numbers) + 1):
        total += numbers[i]
    return total
"""
STDERR = (
    'Traceback (most recent call last):\n  File "main.py", line 7, in <module>\n    print(mean([1, 2]))\n'
    '  File "main.py", line 4, in mean\n    total += numbers[i]\nIndexError: list index out of range\n'
)
FAILED = LastRun(stdout="", stderr=STDERR, exit_code=1, timed_out=False)
WORDS = {
    "en": re.compile(r"\b(?:the|is|and|which|what|of)\b", re.IGNORECASE),
    "pt": re.compile(r"\b(?:não|uma?|que|é|do|da|na|de|em|os?|as?|para|com|sua?)\b", re.IGNORECASE),
    "es": re.compile(r"\b(?:no|una?|que|es|del?|la|el|en|los|las|para|con|su)\b", re.IGNORECASE),
}


def is_in(language: str, text: str) -> bool:
    """Tell whether a text reads as a language: more of its small words than of any other language's."""
    prose = re.sub(r"`[^`]*`|```.*?```", " ", text, flags=re.DOTALL)
    counts = {name: len(pattern.findall(prose)) for name, pattern in WORDS.items()}
    return counts[language] >= 3 and counts[language] > counts["en" if language != "en" else "pt"]


@pytest.mark.parametrize("language", TRANSLATED)
@pytest.mark.parametrize("family", families())
def test_every_text_exists_in_every_language_with_the_same_places(language, family):
    english, other = entries("en", family), entries(language, family)

    assert set(other) == set(english)
    patterns = ("words", "asks.")
    places = {key: set(PLACE.findall(text)) for key, text in english.items() if not any(it in key for it in patterns)}
    assert {key: set(PLACE.findall(other[key])) for key in places} == places


@pytest.mark.parametrize("language", TRANSLATED)
@pytest.mark.parametrize("family", families())
def test_no_sentence_was_left_in_english(language, family):
    same = {
        key
        for key, text in entries("en", family).items()
        if entries(language, family)[key] == text and word_count(re.sub(r"`[^`]*`|\{\w+\}", "", text)) > 3
    }

    assert not {key for key in same if "example" not in key}


def test_every_key_in_the_code_exists():
    from pathlib import Path

    folder = Path(__file__).parents[3] / "taco_lsp" / "tutor" / "builtin"
    named = re.findall(r'\b(cause|words|say)\(\s*"(\w+)\.([\w.]+)"', "".join(map(Path.read_text, folder.glob("*.py"))))
    assert len(named) > 250
    for how, family, name in named:
        texts = entries("en", family)
        entry = f"{name}.summary" in texts
        assert entry if how == "cause" else entry or name in texts, f"{family}.{name}"


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("pt", "pt"),
        ("pt-BR", "pt"),
        ("PT_br", "pt"),
        ("es", "es"),
        ("es-419", "es"),
        ("en-GB", "en"),
        ("fr", "en"),
        ("", "en"),
    ],
)
def test_a_language_tag_chooses_the_texts_and_english_is_the_fallback(tag, language):
    assert texts_for(tag) == Texts(language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_explanation_is_in_the_language_and_names_the_same_line(language):
    found = explain_error(code=CODE, stderr=STDERR, language_id="python", filename="main.py", language=language)

    assert (found.error_type, found.line, found.specific) == ("IndexError", 4, True)
    assert "`range(len(numbers) + 1)`" in found.body
    assert is_in(language, found.body), found.body


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("rung", [1, 2, 3, 4, 5])
def test_a_hint_of_every_rung_is_in_the_language(language, rung):
    text = answer(
        Question(kind="hint", code=CODE, last_run=FAILED, hint_level=rung, filename="main.py", language=language)
    )

    assert is_in(language, text), text
    assert 40 <= word_count(text) <= 165


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["question", "explain", "review"])
@pytest.mark.parametrize("code", ["", CODE, "for i in x\n"])
def test_every_kind_of_answer_is_in_the_language(language, kind, code):
    assert is_in(language, answer(Question(kind=kind, text="?", code=code, language=language)))


@pytest.mark.parametrize(
    ("language", "question", "word"),
    [
        ("pt", "me dá o código completo", "solução"),
        ("es", "dame el código", "solución"),
        ("pt", "o que é uma função recursiva?", "recursiva"),
        ("es", "¿qué es un diccionario?", "diccionario"),
        ("es", "what is recursion?", "recursiva"),
    ],
)
def test_a_question_is_understood_in_the_language_it_is_asked_in(language, question, word):
    assert word in answer(Question(kind="question", text=question, code=CODE, language=language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_time_out_and_a_crash_are_told_in_the_language(language):
    late = LastRun(stdout="", stderr="", exit_code=None, timed_out=True)
    crash = LastRun(stdout="", stderr="", exit_code=139, timed_out=False)
    told = explain_run(late, code="n = 1\nwhile n > 0:\n    print(n)\n", language_id="python", language=language)
    crashed = explain_run(crash, code="", language_id="c", language=language)

    assert (told.error_type, crashed.error_type) == ("time-out", "segmentation fault")
    assert is_in(language, told.body)
    assert is_in(language, crashed.body)


def test_the_teachers_hint_stays_in_its_own_words():
    hint = Hint(rung=1, text="Look at line 3.")

    assert "Look at line 3." in answer(Question(kind="hint", hint_level=1, hints=(hint,), language="pt"))


def shown_texts() -> dict[str, str]:
    """Every entry of the English catalogue with its places filled, as a student would read it.

    But for the steps of the top rung, which are meant to tell what to do.
    """
    filled = {}
    for family in families():
        for key, text in entries("en", family).items():
            if not any(it in key for it in ("words", "asks.", "example", ".steps")):
                filled[f"{family}.{key}"] = PLACE.sub("`x`", text)
    return filled


def test_no_text_of_the_tutor_sounds_to_the_guard_like_a_dictated_fix():
    flagged = []
    for key, text in shown_texts().items():
        guard = Guard(references=(), student_code=CODE)
        guard.feed(text + "\n")
        guard.close()
        if guard.verdict.blocked:
            flagged.append((key, text))
    assert not flagged


def syllables(word: str) -> int:
    """Count groups of vowels, a silent e at the end left out."""
    groups = sum(1 for before, here in pairwise(" " + word.lower()) if here in "aeiouy" and before not in "aeiouy")
    return max(1, groups - (word.lower().endswith("e") and groups > 1))


def grade(text: str) -> float:
    """Reading grade by Flesch and Kincaid: 0.39 words a sentence + 11.8 syllables a word - 15.59."""
    words = re.findall(r"[A-Za-z]+", re.sub(r"`[^`]*`", "x", text))
    sentences = max(1, len(re.findall(r"[.?!:](?:\s|$)", text)))
    return 0.39 * len(words) / sentences + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def test_explanations_read_at_ninth_grade_or_below():
    grades = {}
    for family in families():
        texts = entries("en", family)
        for entry in {key.removesuffix(".summary") for key in texts if key.endswith(".summary")}:
            whole = " ".join(texts[f"{entry}.{part}"] for part in ("summary", "why", "look"))
            grades[f"{family}.{entry}"] = grade(PLACE.sub("x", whole))

    assert sum(grades.values()) / len(grades) < 7.5
    assert {key: round(value, 1) for key, value in grades.items() if value > 12} == {}
