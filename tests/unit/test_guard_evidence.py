"""Evidence that a whole function or program answers the task although it is nobody's known one."""

from __future__ import annotations

import re

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from taco_lsp.tutor.guard import Guard, Verdict
from taco_lsp.tutor.guard.evidence import wanted, weigh
from taco_lsp.tutor.guard.normal import normal
from taco_lsp.tutor.guard.signature import Signature, mentioned, signatures
from taco_lsp.tutor.guard.subject import subject_of
from taco_lsp.tutor.guard.tokens import tokens
from taco_lsp.tutor.guard.vocabulary import meanings, stem, words_of

STATEMENT = "Write a function `largest(numbers)` that returns the largest number of a list."
STUDENT = """\
def largest(numbers):
    best = 0
    for n in numbers:
        if n < best:
            best = n
    return best
"""
OTHERWISE = """\
def find_top(xs):
    xs = sorted(xs)
    return xs[len(xs) - 1]
"""
ANALOGOUS = """\
def shortest_route(routes):
    best = routes[0]
    for route in routes:
        if route.km < best.km:
            best = route
    return best
"""


def verdict_on(code: str, *, student: str = STUDENT, statement: str = STATEMENT) -> Verdict:
    guard = Guard(references=(), student_code=student, statement=statement)
    guard.feed(f"Look:\n```\n{code}```\n")
    guard.close()
    return guard.verdict


def test_another_algorithm_under_another_name_is_held_back_without_a_reference() -> None:
    assert verdict_on(OTHERWISE) == Verdict(blocked=True, rule="program")


SESSION = """\
>>> best = numbers[0]
>>> for number in numbers[1:]:
...     if number > best:
...         best = number
>>> best
9
"""


def test_what_was_tried_out_with_its_result_is_an_example() -> None:
    assert verdict_on(SESSION, student="") == Verdict()
    assert verdict_on(SESSION.replace("9\n", ""), student="").blocked
    assert verdict_on("best = 0\n" + SESSION, student="").blocked


def test_a_solution_of_one_short_line_is_held_back() -> None:
    reply = "```\ndef hello():\n    return 'Hello, World!'\n```\n"
    for references, blocked in ((("def hello():\n    return 'Hello, World!'\n",), True), ((), False)):
        guard = Guard(references=references, student_code="def hello():\n    pass\n", statement="Greet.")
        guard.feed(reply)
        guard.close()
        assert guard.verdict.blocked is blocked


def test_an_example_of_another_problem_passes() -> None:
    assert verdict_on(ANALOGOUS) == Verdict()


def test_the_statement_alone_is_enough() -> None:
    assert verdict_on(OTHERWISE, student="").blocked


def test_nothing_known_means_nothing_to_answer() -> None:
    assert verdict_on(OTHERWISE, student="", statement="") == Verdict()


@pytest.mark.parametrize(
    "code",
    [
        pytest.param(
            "xs = sorted(numbers)\nif not xs:\n    return None\nreturn xs[len(xs) - 1]\n", id="the body alone"
        ),
        pytest.param(
            "def helper(xs):\n    def better(a, b):\n        return a if a > b else b\n\n"
            "    return reduce(better, xs)\n",
            id="a function inside",
        ),
    ],
)
def test_an_answer_is_known_in_other_forms(code: str) -> None:
    assert verdict_on(code) == Verdict(blocked=True, rule="program")


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("for i in range(3):\n    print(i)\n", id="a loop"),
        pytest.param("def double(x):\n    return 2 * x\n\ny = double(4)\n", id="a function and a call of it"),
        pytest.param("a = [1, 2]\nb = a\nb.append(3)\nprint(a)\n", id="a few lines"),
        pytest.param(
            "def thirsty(plants):\n    return [p for p in plants if p.moisture < 20]\n", id="two strange words"
        ),
        pytest.param("assert 2 + 2 == 4\nassert 'ab'.upper() == 'AB'\n", id="assertions"),
    ],
)
def test_what_shows_how_the_language_works_passes(code: str) -> None:
    assert verdict_on(code) == Verdict()


def test_an_answer_in_lines_between_sentences_is_held_back() -> None:
    lines = [line.strip() for line in OTHERWISE.splitlines()]
    guard = Guard(references=(), student_code=STUDENT, statement=STATEMENT)
    guard.feed("".join(f"Then comes `{line}`.\n" for line in ("if not xs:", *lines, "print(find_top([3, 1]))")))
    guard.close()
    assert guard.verdict == Verdict(blocked=True, rule="program")


def test_a_skeleton_with_holes_is_no_answer() -> None:
    assert (
        verdict_on("def find_top(xs):\n    xs = ____\n    for x in xs:\n        ____\n    return xs[0]\n") == Verdict()
    )


def test_a_whole_program_that_reads_and_prints_is_held_back() -> None:
    student = '#include <stdio.h>\nint main() {\n    int a, b;\n    scanf("%d%d", &a, &b);\n    printf("%d", a);\n}\n'
    program = (
        "#include <stdio.h>\nint area(int p, int q) { return p * q; }\n"
        'int main(void) {\n    int p, q;\n    scanf("%d %d", &p, &q);\n    printf("%d\\n", area(p, q));\n}\n'
    )
    statement = "Read two integers and print the area of the rectangle with these sides."
    assert verdict_on(program, student=student, statement=statement) == Verdict(blocked=True, rule="program")


@pytest.mark.parametrize(
    ("code", "part"),
    [
        ("def top(a, b, c):\n    return a + b + c\n", "form"),
        ("def palindromes(xs):\n    return sorted(xs)[-1]\n", "name"),
        ("def top(guests):\n    kitchen = guests[0]\n    return kitchen\n", "words"),
        ("def top(xs):\n    return xs[0] * 365\n", "words"),
    ],
)
def test_each_part_of_the_evidence_speaks_for_itself(code: str, part: str) -> None:
    task = wanted(STATEMENT, (subject_of(STUDENT, tokens(STUDENT)),))
    usual = weigh(subject_of(OTHERWISE, tokens(OTHERWISE)), task, 40)
    found = weigh(subject_of(code, tokens(code)), task, 40)
    assert getattr(found, part) < getattr(usual, part)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("def f(a, b=1):\n    return a\n", Signature(name="f", types=("",), gives="value")),
        ("def f(a):\n    pass\n", Signature(name="f", types=("",), gives=None)),
        ("def f(self, a):\n    print(a)\n", Signature(name="f", types=("",), gives="nothing")),
        ("def f(a):\n    return a == 2\n", Signature(name="f", types=("",), gives="truth")),
        ("function f(a) { return [a]; }", Signature(name="f", types=("",), gives="value")),
        ("const f = (a, b) => a < b;", Signature(name="f", types=("", ""), gives="truth")),
        ("const f = a => a.length;", Signature(name="f", types=("",), gives="value")),
        ("int f(int a[], int n) { return a[n]; }", Signature(name="f", types=("int[]", "int"), gives="value")),
        ("void f(void) { g(); }", Signature(name="f", types=(), gives="nothing")),
        ("bool f(const std::string& s) {\n}", Signature(name="f", types=("string",), gives="truth")),
        ("int f(vector<pair<int, int>> v) {}", Signature(name="f", types=("vector<pair<int, int>>",), gives=None)),
    ],
)
def test_a_function_is_read_from_outside(code: str, expected: Signature) -> None:
    assert [evolve(it, takes=(), kind=None) for it in signatures(code)] == [expected]


def test_a_branch_and_a_call_are_no_functions() -> None:
    assert signatures("if (a) { f(b); } else if (c) { }\nwhile (f(x)) { }\n") == ()


def test_a_statement_mentions_functions_with_their_parameters() -> None:
    assert mentioned("Write `gcd(a, b)` (fast).") == (Signature(name="gcd", types=("", ""), gives=None),)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("i++;", "i += 1;"),
        ("++i;", "i = i + 1;"),
        ("int total = 0;", "total = 0"),
        ("if (a > b && c) {}", "if (b < a and c):"),
        ("for (i = 0; i < n; i++) f(i);", "while (i = 0; i < n; i = i + 1) f(i);"),
        ('printf("%d", n);', 'cout << "x" , n'),
        ("x === null", "x == None"),
        ("#include <stdio.h>\nreturn a;", "return a"),
    ],
)
def test_the_same_in_other_words_has_one_normal_form(one: str, other: str) -> None:
    assert [part for part in normal(tokens(one)) if part != ","] == [
        part for part in normal(tokens(other)) if part != ","
    ]


@pytest.mark.parametrize(
    ("one", "other"), [("a < b", "b < a"), ("a - b", "b - a"), ("i += 1", "i -= 1"), ("a[0]", "a[1]")]
)
def test_what_differs_has_another_normal_form(one: str, other: str) -> None:
    assert normal(tokens(one)) != normal(tokens(other))


def test_words_are_known_by_stem_and_synonym() -> None:
    assert words_of("countVowels_in_HTMLText") == frozenset({"count", "vowel", "html", "text"})
    assert stem("classes") == "class"
    assert "mean" in meanings(frozenset({"average"}))
    assert "mean" not in meanings(frozenset({"median"}))


C_REFERENCE = """\
int digits(int number) {
    int sum = 0;
    while (number > 0) {
        sum += number % 10;
        number = number / 10;
    }
    return sum;
}
"""
C_NAMES = st.lists(st.from_regex(r"[a-z]{2,6}_[a-z]{1,3}", fullmatch=True), min_size=3, max_size=3, unique=True)


@settings(max_examples=60, deadline=None)
@given(
    names=C_NAMES,
    opening=st.sampled_from([" {", "\n{"]),
    indent=st.sampled_from(["  ", "\t", ""]),
    kind=st.sampled_from(["int", "long", "unsigned int"]),
    step=st.sampled_from(["number = number / 10", "number /= 10"]),
    comment=st.sampled_from(["", " // so", " /* so */"]),
    flipped=st.booleans(),
)
def test_any_renaming_and_rewriting_of_a_c_reference_is_held_back(
    names: list[str], opening: str, indent: str, kind: str, step: str, comment: str, flipped: bool
) -> None:
    code = C_REFERENCE.replace("number = number / 10", step).replace(" {", opening).replace("    ", indent)
    code = code.replace("int ", f"{kind} ").replace(";\n", f";{comment}\n")
    code = code.replace("number > 0", "0 < number") if flipped else code
    for old, new in zip(("digits", "number", "sum"), names, strict=True):
        code = re.sub(rf"\b{old}\b", new, code)
    guard = Guard(references=(C_REFERENCE,), student_code="")
    guard.feed(f"```c\n{code}```\n")
    guard.close()
    assert guard.verdict == Verdict(blocked=True, rule="reference")


TWO = (
    "def area(w, h):\n    return w * h if w > 0 and h > 0 else 0\n",
    "def size(ws):\n    return [w * 2 + 1 for w in ws if w]\n",
)


@settings(max_examples=20, deadline=None)
@given(order=st.permutations((0, 1)), between=st.sampled_from(["\n", "\n\n", "\nx = 1\n"]))
def test_the_order_of_functions_does_not_matter(order: list[int], between: str) -> None:
    guard = Guard(references=("\n".join(TWO),), student_code="")
    guard.feed(f"```python\n{between.join(TWO[at] for at in order)}```\n")
    guard.close()
    assert guard.verdict.blocked
