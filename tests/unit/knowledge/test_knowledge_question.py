"""Which words are looked for."""

import re

import pytest

from taco_lsp.knowledge.question import MAX_CHARS, OWN, PLAIN, STORY, Query, weighted_terms
from taco_lsp.knowledge.vocabulary import CODE, STOP_WORDS, WORDS


def terms(text: str = "", *, code: str = "", error: str = "") -> dict[str, float]:
    return weighted_terms(Query(text=text, code=code, error=error))


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("IndexError: list index out of range", {"index", "range", "length", "position"}),
        ("x ** 2 is what?", {"exponent", "power"}),
        ("what does 7 // 2 do", {"floor", "division"}),
        ("is 10 % 3 the rest", {"modulo", "remainder"}),
        ("def f(n): return n * f(n - 1)", {"recursion"}),
        ("def f(*numbers)", {"arbitrary", "arguments"}),
        ("numbers[1:3]", {"slice"}),
        ("a, b = b, a", {"unpacking", "multiple", "assignment"}),
        ('f"{name}"', {"string", "formatting"}),
        ("remove duplicates from my list", {"set", "unique"}),
        ("my function shows 3 but gives back None", {"return", "none"}),
        ("pick a card by luck", {"random"}),
    ],
)
def test_code_and_plain_words_lead_to_what_textbooks_call_it(question: str, expected: set[str]) -> None:
    assert expected <= terms(question).keys()


def test_plain_words_count_little_and_technical_ones_more_than_the_story() -> None:
    found = terms("the pirate puts gold in a list")
    assert (found["the"], found["pirate"], found["gold"]) == (PLAIN, STORY, STORY)
    assert found["list"] > OWN


def test_a_keyword_counts_where_it_is_code() -> None:
    assert terms("what for")["for"] == PLAIN
    assert terms("what does `for` do")["for"] >= OWN


def test_a_traceback_counts_by_its_lines_and_its_message_not_by_its_files() -> None:
    error = 'Traceback (most recent call last):\n  File "/home/ada/zebra.py", line 7, in <module>\n'
    found = terms(error=f"{error}    print(prices['pear'])\n          ~~~~~~^^^^\nKeyError: 'pear'\n")
    assert {"keyerror", "pear", "dictionary", "missing"} <= found.keys()
    assert found.keys().isdisjoint({"zebra", "ada", "traceback", "file"})


def test_of_a_link_the_end_of_the_address_counts_a_little() -> None:
    found = terms("use [this][str-join] or [that](https://example.org/library/stdtypes.html#str.split)")
    assert {"join", "split"} <= found.keys()
    assert found.keys().isdisjoint({"example", "org", "https", "library"})


def test_the_program_adds_only_what_it_uses_and_little_of_it() -> None:
    found = terms("why?", code="for treasure in chest:\n    total += treasure\n")
    assert "treasure" not in found
    assert 0 < found["loop"] < STORY


@pytest.mark.parametrize("text", ["", " \n", "?!", "…", "\0", "\ud800", "x"])
def test_a_question_without_words_looks_for_nothing(text: str) -> None:
    assert terms(text) == {}


def test_every_word_is_made_of_letters_and_digits() -> None:
    found = terms('Größe_des "lists" (∑ x²) naïve-ly ½ foo:bar* NEAR(a b) ﬁle \u0301')
    assert all(word.isalnum() and word == word.lower() for word in found)
    assert {"große", "lists", "naive"} <= found.keys()


@pytest.mark.parametrize("unit", ["a, ", "put ", "def f(", "[", "{", "`", "* ", "x = (", "convert ", "]("])
def test_a_huge_question_is_read_in_part(unit: str) -> None:
    assert terms(unit * 100_000) == terms((unit * 100_000)[:MAX_CHARS])


def test_the_table_is_sound() -> None:
    for pattern, meaning in (*CODE, *WORDS):
        compiled = re.compile(pattern)
        assert not compiled.search(""), pattern
        assert meaning == meaning.lower()
        assert meaning.split(), pattern
    assert all(word.isalpha() and word.islower() for word in STOP_WORDS)
