"""Finds where a challenge gives its own solution away: in the starter, the tests, the statement, hints, materials.

The same guard that watches the tutor's replies judges them, against the lines of the reference that nobody is given.
It leaves a few short lines alone, since a reply may well say them; here such a solution is found word by word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from taco_lsp.authoring.draft import Draft
from taco_lsp.authoring.problems import Problem
from taco_lsp.tutor.guard import Guard, Rule

_COMMENT = re.compile(
    r'"""(.*?)"""'
    r"|'''(.*?)'''"
    r"|/\*(.*?)\*/"
    r"|^[ \t]*(?:#|//|--|%|;)+ ?([^\n]*)$",
    re.DOTALL | re.MULTILINE,
)
_TRAILING = re.compile(r"(?:#|//|--|%|;)(?=([^\n]+))")
"""What may be a comment behind code: the rest of the line after every mark, of which some are operators."""

_DECORATION = re.compile(r"(?:[-*+>]\s+|\d+[.)]\s+|\w+:\s+)*")
"""What stands before a line of code in a list, a quotation or behind a label."""

_SHORTEST = 20
"""Characters of a program without white space that is no coincidence."""

_SHORTEST_ALONE = 8
"""The same of lines that nobody is given, where nothing else stands on their lines."""


def leaks(draft: Draft) -> Iterator[Problem]:
    """Name every part of a challenge that hands the solution over; without a solution there is nothing to find."""
    wanted = _references(draft)
    if not wanted:
        return
    yield from _in_files(draft, wanted)
    yield from _in_texts(draft, wanted)
    if any(len("".join(_own_lines(reference, draft))) < _SHORTEST_ALONE for reference in wanted):
        yield Problem(
            message="The solution adds too little to the starter to be found in a text or a comment.",
            hint="Look yourself whether statement, hints, materials or comments give it away.",
            file="solutions/",
            level="warning",
        )


def _references(draft: Draft) -> tuple[str, ...]:
    """The files of the solutions that say something which the student is not given under the same name."""
    given = {**draft.tests, **draft.files}
    texts = (
        text
        for files in draft.solutions
        for path, text in files.items()
        if path not in draft.tests and _squeezed(given.get(path, "")) != _squeezed(text)
    )
    return tuple(dict.fromkeys(texts))


def _in_files(draft: Draft, wanted: tuple[str, ...]) -> Iterator[Problem]:
    """Look into what students get as files: the same program, whole or commented out.

    Tests are only searched for the solution as it stands: they hold libraries, and much of what a solution has, too.
    """
    programs = [program for reference in wanted if len(program := _squeezed(reference)) >= _SHORTEST]
    for path, text in draft.files.items():
        if _squeezed(text) in programs:
            yield _leak(f"starter/{path}", "It is the reference solution.", "Take out what the student has to write.")
        elif _is_reference(_commented(text), draft, wanted) or _shows_lines(_behind_marks(text), draft, wanted):
            yield _leak(f"starter/{path}", "A comment holds the reference solution.", "Take it out.")
    for path, text in draft.tests.items():
        places = (_squeezed(text), _squeezed(_commented(text)))
        if any(program in place for program in programs for place in places):
            yield _leak(
                f"tests/{path}", "It holds the reference solution.", "Compare with results, not with a solution."
            )


def _in_texts(draft: Draft, wanted: tuple[str, ...]) -> Iterator[Problem]:
    """Look into what students read; a hint may say more than a reply may, so only the solution itself is an error."""
    texts: Mapping[str, str] = {"statement.md": draft.statement} | {
        f"materials/{path}": text for path, text in draft.documents.items()
    }
    for path, text in texts.items():
        if _found(text, draft, wanted) == "reference" or _shows_lines(text, draft, wanted):
            yield _leak(path, "It shows the reference solution.", "Show an example of another task.")
    for hint in draft.hints:
        place = f"hints/{hint.rung}"
        rule = _found(hint.text, draft, wanted)
        if rule == "reference" or _shows_lines(hint.text, draft, wanted):
            yield _leak(place, f"The hint for rung {hint.rung} shows the reference solution.", _HINT_ADVICE)
        elif rule is not None:
            message = f"The hint for rung {hint.rung} may say too much: {_WHY.get(rule, 'it gives the code')}."
            yield Problem(message=message, hint=_HINT_ADVICE, file=place, level="warning")


_HINT_ADVICE = "Say what to think about, or show a similar example."
_WHY: Mapping[Rule, str] = {
    "implements": "it defines what the task asks for",
    "corrected": "it is the student's program with the decisive lines changed",
    "program": "it is a whole program for this task",
    "dictated": "it says which edit to make",
}


def _is_reference(code: str, draft: Draft, wanted: tuple[str, ...]) -> bool:
    return bool(code.strip()) and _found(f"```\n{code}\n```\n", draft, wanted) == "reference"


def _found(text: str, draft: Draft, wanted: tuple[str, ...]) -> Rule | None:
    """Judge a text as the guard judges a reply; the starter's own lines are everybody's, but not its comments."""
    starter = tuple(_COMMENT.sub("", given) for given in draft.files.values())
    guard = Guard(references=wanted, student_code="", starter=starter)
    guard.feed(text)
    guard.close()
    return guard.verdict.rule if guard.verdict.blocked else None


def _shows_lines(text: str, draft: Draft, wanted: tuple[str, ...]) -> bool:
    """Tell whether a text shows, line by line, all that a solution adds to the starter."""
    places = [_between_ends(_own_lines(part, draft)) for part in (text, _behind_marks(text))]
    solutions = (_own_lines(reference, draft) for reference in wanted)
    long_enough = (lines for lines in solutions if len("".join(lines)) >= _SHORTEST_ALONE)
    return any(_between_ends(lines) in place for lines in long_enough for place in places)


def _own_lines(text: str, draft: Draft) -> list[str]:
    """The bare lines of a text, but for those that the starter gives to everybody."""
    given = {line for file in draft.files.values() for line in _bare_lines(file)}
    return [line for line in _bare_lines(text) if line not in given]


def _bare_lines(text: str) -> Iterator[str]:
    """The lines that are no comments, without decoration and white space."""
    for line in _COMMENT.sub("", text).splitlines():
        if bare := "".join(_DECORATION.sub("", line.strip(), count=1).strip("`").split()):
            yield bare


def _between_ends(lines: list[str]) -> str:
    return "".join(f"{line}\n" for line in ("", *lines))


def _commented(text: str) -> str:
    """The code that stands in comments, without the marks."""
    found = (next((group for group in match.groups() if group is not None), "") for match in _COMMENT.finditer(text))
    return "\n".join(found)


def _behind_marks(text: str) -> str:
    """The same, and what may be comments behind code."""
    trailing = (match[1] for match in _TRAILING.finditer(_COMMENT.sub("", text)))
    return "\n".join((_commented(text), *trailing))


def _squeezed(text: str) -> str:
    """A program without its comments and white space."""
    return "".join(_COMMENT.sub("", text).split())


def _leak(path: str, message: str, hint: str) -> Problem:
    return Problem(message=message, hint=hint, file=path)
