"""The same solution in another dress is held back; the student's own code in that dress passes."""

from __future__ import annotations

import base64
import codecs
import html
import json
import time
from collections.abc import Callable

import pytest

from taco_lsp.tutor.guard import Guard, Verdict

REFERENCE = """\
def average(numbers):
    if not numbers:
        return 0
    total = 0
    for number in numbers:
        total = total + number
    return total / len(numbers)
"""
STUDENT = """\
def average(numbers):
    total = 0
    for i in range(1, len(numbers)):
        total = total + numbers[i]
    print(total)
    return total / 2
"""


def fenced(code: str, fence: str = "```") -> str:
    return f"{fence}\n{code.rstrip()}\n{fence}\n"


def each_line(code: str, form: str) -> str:
    lines = [line for line in code.split("\n") if line.strip()]
    return "".join(form.format(n=number, line=line, bare=line.strip()) for number, line in enumerate(lines, 1))


DRESSES: dict[str, Callable[[str], str]] = {
    "zero-width characters": lambda code: fenced(code.replace("t", "t\u200b")),
    "no-break spaces": lambda code: fenced(code.replace(" ", "\u00a0")),
    "full-width letters": lambda code: fenced("".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in code)),
    "HTML": lambda code: f"<pre>\n{html.escape(code)}</pre>\n",
    "entities": lambda code: fenced(html.escape(code)),
    "a table": lambda code: "| n | code |\n|---|---|\n" + each_line(code, "| {n} | `{line}` |\n"),
    "line numbers": lambda code: fenced(each_line(code, "{n:3} | {line}\n")),
    "a diff": lambda code: fenced(each_line(code, "+{line}\n")),
    "a quotation": lambda code: each_line(fenced(code), "> {line}\n"),
    "a list": lambda code: each_line(code, "{n}. `{bare}`\n"),
    "prompts": lambda code: fenced(each_line(code, ">>> {line}\n")),
    "an example in the docstring": lambda code: fenced(
        code.replace(":\n", ':\n    """Give the average.\n\n    >>> average([1, 3])\n    2.0\n    """\n', 1)
    ),
    "tried out below": lambda code: fenced(code + "\n>>> average([1, 3])\n2.0\n"),
    "a fence in a fence": lambda code: fenced("See:\n" + fenced(code), "````"),
    "an indented block": lambda code: "\n" + each_line(code, "    {line}\n") + "\n",
    "no fence": lambda code: code + "\n",
    "a bare table": lambda code: "| n | code |\n|---|---|\n" + each_line(code, "| {n} | {line} |\n"),
    "a table that explains": lambda code: "| code | why |\n|--|--|\n" + each_line(code, "| {line} | for a reason |\n"),
    "a table's cell": lambda code: (
        "| all |\n|---|\n| `" + code.replace("    ", "&nbsp; ").replace("\n", "<br>") + "` |\n"
    ),
    "JSON in a fence": lambda code: fenced(json.dumps({"code": code})),
    "JSON in a sentence": lambda code: "Here it is: " + json.dumps({"code": code}) + "\n",
    "lines in JSON": lambda code: fenced(json.dumps({"lines": code.splitlines()}, indent=1)),
    "an escaped text": lambda code: f"Here it is: `{json.dumps(code)}`\n",
    "lone carriage returns": lambda code: fenced(code).replace("\n", "\r"),
    "line separators": lambda code: fenced(code).replace("\n", "\u2028"),
    "breaks": lambda code: code.replace("\n", "<br>") + "\n",
    "breaks in a sentence": lambda code: "So write: " + code.replace("\n", "<br>") + "\n",
    "code tags": lambda code: each_line(html.escape(code), "<code>{line}</code>\n"),
    "paragraphs": lambda code: each_line(code, "<p>{line}</p>\n"),
    "entities without a fence": lambda code: html.escape(code).replace(" ", "&#32;") + "\n",
    "full-width letters without a fence": lambda code: "".join(
        chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in code
    ),
    "zero-width characters without a fence": lambda code: code.replace("e", "e\u200b"),
    "look-alikes": lambda code: fenced(code.replace("e", "\u0435").replace("o", "\u043e")),
    "look-alikes without a fence": lambda code: code.replace("e", "\u0435").replace("o", "\u043e"),
    "base64": lambda code: fenced(base64.encodebytes(code.encode()).decode()),
    "base64 in a sentence": lambda code: f"Decode {base64.b64encode(code.encode()).decode()}\n",
    "rot13": lambda code: fenced(codecs.encode(code, "rot13")),
    "a gutter": lambda code: each_line(code, "{n} | {line}\n"),
    "headings": lambda code: each_line(code, "# {line}\n"),
    "two blocks": lambda code: (
        fenced("\n".join(code.split("\n")[:4])) + "Then:\n" + fenced("\n".join(code.split("\n")[4:]))
    ),
}


def verdict_on(reply: str, student: str = STUDENT) -> Verdict:
    guard = Guard(references=(REFERENCE,), student_code=student, statement="Write `average(numbers)`.")
    guard.feed(reply)
    guard.close()
    return guard.verdict


@pytest.mark.parametrize("dress", [*DRESSES, "comments"])
def test_a_solution_in_disguise_is_held_back(dress: str) -> None:
    dressed = DRESSES.get(dress, lambda code: fenced(each_line(code, "# {line}\n")))
    assert verdict_on(f"Look:\n\n{dressed(REFERENCE)}\nOK?\n").blocked


@pytest.mark.parametrize("dress", DRESSES)
def test_the_student_s_own_code_passes_in_any_dress(dress: str) -> None:
    assert verdict_on(f"Look:\n\n{DRESSES[dress](STUDENT)}\nOK?\n") == Verdict()


@pytest.mark.parametrize("dress", DRESSES)
def test_where_a_disguise_is_cut_makes_no_difference(dress: str) -> None:
    for code in (REFERENCE, STUDENT):
        reply = f"Look:\n\n{DRESSES[dress](code)}\nOK?\n"
        results = set()
        for size in (1, 5, len(reply)):
            guard = Guard(references=(REFERENCE,), student_code=STUDENT, statement="Write `average(numbers)`.")
            pieces = [guard.feed(reply[at : at + size]) for at in range(0, len(reply), size)]
            results.add(("".join([*pieces, guard.close()]), guard.verdict))
        assert len(results) == 1
        [(shown, verdict)] = results
        assert shown == reply or (verdict.blocked and reply.startswith(shown))


@pytest.mark.parametrize(
    "sentence",
    [
        "Ch\u200bange the 1 to a 0.",
        "\uff23\uff48\uff41\uff4e\uff47\uff45 the 1 to a 0.",
        "Ch\u0430nge the 1 to a 0.",
        "Change <code>range(1, n)</code> to <code>range(n)</code>.",
        "Change &#96;/ 2&#96; to &#96;/ len(numbers)&#96;.",
    ],
)
def test_an_edit_dictated_in_disguise_is_held_back(sentence: str) -> None:
    assert verdict_on(sentence) == Verdict(blocked=True, rule="dictated")


def test_lines_of_the_student_s_in_their_order_are_a_quotation() -> None:
    lines = STUDENT.split("\n")
    assert verdict_on(fenced("\n".join((lines[0], lines[1], lines[3], lines[5])))) == Verdict()


def test_lines_of_the_student_s_in_another_order_are_a_correction() -> None:
    lines = STUDENT.split("\n")
    assert verdict_on(fenced("\n".join((lines[0], lines[2], lines[3], lines[1], lines[4], lines[5])))).blocked


LENGTH = 65_536
SECONDS = 2.0
"""Of work: far more than it takes, and far less than anything that grows with the square."""


@pytest.mark.parametrize("lead", ["", "```\n"])
@pytest.mark.parametrize(
    "nonsense",
    [
        "(",
        "a(",
        "x = (",
        "change ",
        "add `",
        "<",
        "'a",
        "/*",
        "def f(",
        "x should be ",
        "[(",
        "`",
        "| a ",
        "> ",
        '"\\n',
        "\u00e9",
        "a\u0430",
        "\u200b",
        "\r",
        "QUJD",
        "qrs erghea ",
        "&lt;",
        "<br>",
        '{"a":',
        "set x to 0 ",
        "instead of ",
    ],
)
def test_nonsense_takes_bounded_time(lead: str, nonsense: str) -> None:
    begun = time.process_time()
    verdict_on(lead + (nonsense * (LENGTH // len(nonsense))))
    assert time.process_time() - begun < SECONDS


@pytest.mark.parametrize("line", ['print(f"a  {b}  c")', "x = r'a  b'", "print(f'  {a} ', r\"x  y\")", "'a  b"])
def test_texts_with_blanks_are_one_token(line: str) -> None:
    assert verdict_on(fenced(f"{line}\ntotal = 0\nwhile total < 9:\n    total = total + 2\n")) == Verdict()
