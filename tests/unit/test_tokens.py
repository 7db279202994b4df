"""Code as comparable tokens: what may differ between two equal programs, and what may not."""

from __future__ import annotations

import pytest

from taco_lsp.tutor.guard.tokens import canonical, contains, resembles, tokens

CODE = "def add(a, b):\n    return a + b\n"


@pytest.mark.parametrize(
    "same",
    [
        "def add(a,b):return a+b",
        "def add(a, b):\n\n\n        return (a + b)  # the sum".replace("(a + b)", "a + b"),
        "# first\ndef add(a, b):\n\treturn a + b\r\n",
    ],
)
def test_layout_and_comments_do_not_count(same: str) -> None:
    assert tokens(same) == tokens(CODE)


@pytest.mark.parametrize("other", ["def add(a, b):\n    return a - b", "def add(a, b): return a + a + b", "add(a, b)"])
def test_what_a_program_does_counts(other: str) -> None:
    assert canonical(tokens(other)) != canonical(tokens(CODE))


def test_names_do_not_count_once_they_are_numbered() -> None:
    assert canonical(tokens("def plus(x, y):\n    return x + y")) == canonical(tokens(CODE))
    assert canonical(tokens("def plus(x, y):\n    return y + x")) != canonical(tokens(CODE))


def test_keywords_are_not_names() -> None:
    assert canonical(["for", "x", "in", "range"]) == ("for", "n0", "in", "range")


@pytest.mark.parametrize("comment", ["// note", "/* a\n b */", "# note"])
def test_comments_of_several_languages_are_dropped(comment: str) -> None:
    assert tokens(f"int x = 1;\n{comment}\n") == ("int", "x", "=", "1")


def test_a_text_is_one_token_whatever_it_holds() -> None:
    assert tokens("print('# no comment')") == ("print", "(", "'# no comment'", ")")


@pytest.mark.parametrize(
    ("whole", "part", "is_in"),
    [("abcd", "bc", True), ("abcd", "bd", False), ("ab", "abc", False), ("", "a", False), ("a", "", False)],
)
def test_a_part_is_found_without_a_gap(whole: str, part: str, is_in: bool) -> None:
    assert contains(list(whole), list(part)) is is_in
    assert contains(tuple(whole), tuple(part)) is is_in


def test_a_renamed_part_is_found_behind_other_names() -> None:
    whole = tokens("import sys\nlimit = 3\n\ndef plus(x, y):\n    return x + y\n")
    assert resembles(whole, tokens(CODE))
    assert not contains(whole, tokens(CODE))
    assert not resembles(whole, tokens("def plus(x, y):\n    return y + x"))
