"""Whatever comes in, the tutor answers: no text breaks it, and every answer keeps the rules."""

from __future__ import annotations

import pytest
from builtin_rules import DICTATES
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from taco_lsp.tutor.builtin import Hint, LastRun, Question, answer, explain_error
from taco_lsp.tutor.builtin.registry import RULES
from taco_lsp.tutor.builtin.texts import entries
from taco_lsp.tutor.builtin.wording import limit_words, quote, word_count

calm = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
languages = st.sampled_from(["python", "c", "cpp", "java", "javascript", "", "cobol"])
snippets = st.sampled_from(
    [
        "def f(x):",
        "    return x",
        "for i in range(3):",
        "while True:",
        "x = 1",
        "if x == 1:",
        "print(x)",
        "(",
        "]",
        "'",
        '"""',
        "\tx",
        "class A:",
        "    pass",
        "else:",
        "lambda: 0",
        "x = [i for i in x]",
        "\x0c",
        "\u2028",
        "é = 1",
        "import os",
        "@",
        "#",
        "\\",
    ]
)
codes = st.one_of(st.text(max_size=300), st.lists(snippets, max_size=12).map("\n".join))
messages = st.sampled_from(
    [
        "name 'x' is not defined",
        "list index out of range",
        "'NoneType' object is not subscriptable",
        "invalid syntax",
        "",
        "unsupported operand type(s) for +: 'int' and 'str'",
        "f() takes 1 positional argument but 2 were given",
        "'k'",
        "{0}{on}",
        "invalid literal for int() with base 10: '{}'",
        "'(' was never closed",
        "not enough values to unpack (expected 2, got 1)",
        "expected ':'",
        "module 'a' has no attribute 'b'",
        "No module named 'q'",
        "division by zero",
        "'str' object is not callable",
    ]
)


@st.composite
def tracebacks(draw: st.DrawFn) -> str:
    """Text in the shape of a traceback, with anything in its gaps."""
    kind = draw(st.sampled_from([*RULES, "OSError", "OddError"]))
    file = draw(st.sampled_from(["main.py", "<stdin>", "C:\\a\\b.py"]))
    line = draw(st.integers(min_value=0, max_value=10**8))
    text = draw(st.one_of(snippets, st.text(max_size=60)))
    marks = draw(st.sampled_from(["", "    ^", "    ~~^~", " ^" * 20]))
    return (
        "Traceback (most recent call last):\n"
        f'  File "{file}", line {line}, in f\n    {text}\n{marks}\n'
        f"{kind}: {draw(st.one_of(messages, st.text(max_size=60)))}\n"
    )


@calm
@given(code=codes, stderr=st.one_of(st.text(max_size=400), tracebacks()), language=languages)
def test_no_text_breaks_an_explanation_and_every_one_keeps_the_rules(code, stderr, language):
    found = explain_error(code=code, stderr=stderr, language_id=language, filename="main.py")

    if found is not None:
        assert 35 <= word_count(found.body) <= 160
        assert found.line is None or found.line >= 0
        assert found.summary
        assert "\n" not in found.summary


@calm
@given(
    kind=st.sampled_from(["question", "explain", "hint", "review"]),
    text=st.text(max_size=100),
    code=codes,
    stderr=st.one_of(st.just(""), tracebacks()),
    language=languages,
    rung=st.one_of(st.none(), st.integers(min_value=-3, max_value=9)),
    selection=st.one_of(st.none(), st.tuples(st.integers(-2, 20), st.integers(-2, 20))),
    timed_out=st.booleans(),
)
def test_no_question_breaks_the_tutor_and_every_answer_is_short(
    kind, text, code, stderr, language, rung, selection, timed_out
):
    run = LastRun(stdout="", stderr=stderr, exit_code=1 if stderr else 0, timed_out=timed_out)
    question = Question(
        kind=kind,
        text=text,
        code=code,
        language_id=language,
        filename="main.py",
        selection=selection,
        last_run=run,
        hint_level=rung,
        statement=text,
    )

    reply = answer(question)

    assert 35 <= word_count(reply) <= 165, reply
    assert reply.count("```") % 2 == 0


@pytest.mark.parametrize(
    "code",
    [
        "",
        "\x00\x01\xff" * 1000,
        "x = 1\n" * 900_000,
        "(" * 100_000,
        "-" * 50_000 + "1",
        "[" * 300 + "]" * 300,
        "\ud800",
        "a" * 5_000_000,
    ],
    ids=["empty", "binary", "5 MB", "brackets", "minus signs", "nested", "surrogate", "one long line"],
)
@pytest.mark.parametrize("kind", ["hint", "explain", "review", "question"])
def test_extreme_files_are_answered(code, kind):
    assert answer(Question(kind=kind, code=code, hint_level=3, filename="main.py"))


def test_a_huge_standard_error_is_read_at_both_ends():
    stderr = (
        "noise\n"
        * 500_000
        + "Traceback (most recent call last):\n  File \"a.py\", line 2, in f\n    x\nNameError: name 'x' is not "
        "defined\n"
    )

    assert explain_error(code="", stderr=stderr, language_id="python").line == 2


@calm
@given(text=st.text(max_size=200))
def test_quoted_code_stays_on_one_line_and_closed(text):
    shown = quote(text)

    assert "\n" not in shown
    assert shown[0] == shown[-1] == "`"


@calm
@given(text=st.text(max_size=400), limit=st.integers(min_value=1, max_value=30))
def test_limiting_words_never_gives_more_than_asked(text, limit):
    assert word_count(limit_words(text, limit)) <= max(limit, 1)


NOTES = {name: text for name, text in entries("en", "pattern_notes").items() if not name.startswith("example")}


@pytest.mark.parametrize("text", NOTES.values(), ids=NOTES)
def test_no_note_dictates_a_fix(text):
    assert not DICTATES.search(text)


def test_a_hint_of_the_teacher_with_markup_passes_unchanged():
    hint = Hint(rung=1, text="Use `x` {braces} and %s **bold**")

    assert hint.text in answer(Question(kind="hint", hint_level=1, hints=(hint,)))
