"""Rewrites the tracebacks of notebooks, IPython, pytest and doctest as Python itself would have written them.

Only shapes are changed; what an error means is decided elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_HEADER = "Traceback (most recent call last):"
_ARROW = re.compile(r"^-+> ?(?P<line>\d{1,9})(?: (?P<text>.*))?$")
_CELL = re.compile(r"^\s*(?:Cell|Input) In ?\[(?P<cell>\d+)\](?:, line (?P<line>\d{1,9})|,? in .*)?$")
_NOTEBOOK_FILE = re.compile(
    r"^(?:File )?(?P<file>(?:~|[A-Za-z]:)?[^\s:\"]*(?:\.py|>))(?::(?P<line>\d{1,9}))?,? in (?P<function>[\w.<>]+)"
)
_ERROR = re.compile(r"^[A-Za-z_][\w.]*(?:Error|Exception|Interrupt|Exit|Warning|Stop\w+)\b(?::|$)")
_REPORTED = re.compile(r"^E {1,80}(?P<told>\S.*)$")
_PLACE = re.compile(r"^(?P<file>\S+\.py):(?P<line>\d{1,9}):(?: in (?P<function>\S+)| [\w.]*)?$")
_TEST_TITLE = re.compile(r"^_{3,} .+ _{3,}$")


def as_plain_traceback(text: str) -> str:
    """Give a text in which the first report of another tool has become an ordinary traceback."""
    lines = re.split(r"\r\n|\r|\n", text)
    if any(line.strip() == "Failed example:" for line in lines):
        return "\n".join(line.removeprefix("    ") for line in lines)
    if any(_CELL.match(line) or _ARROW.match(line) for line in lines):
        return "\n".join(_from_notebook(lines))
    if any(_REPORTED.match(line) for line in lines) and any(_PLACE.match(line) for line in lines):
        return "\n".join(_from_pytest(lines))
    return text


def _from_notebook(lines: list[str]) -> Iterator[str]:
    file, function = "<cell>", "<module>"
    for line in lines:
        if line.rstrip().endswith(_HEADER.removesuffix(":")):
            yield _HEADER
        elif cell := _CELL.match(line):
            file, function = f"<cell {cell['cell']}>", "<module>"
            # A syntax error shows no arrow: the line number stands in the heading, the code right below.
            if line[:1].isspace() and cell["line"]:
                yield f'  File "{file}", line {cell["line"]}'
        elif place := _NOTEBOOK_FILE.match(line):
            file, function = place["file"], place["function"]
        elif arrow := _ARROW.match(line):
            yield f'  File "{file}", line {arrow["line"]}, in {function}'
            yield f"    {(arrow['text'] or '').strip()}"
        elif _ERROR.match(line) or line[:1].isspace():
            yield line


def _from_pytest(lines: list[str]) -> Iterator[str]:
    """Rewrite the first failed test of a report."""
    yield _HEADER
    code, told = "", ""
    for index, line in enumerate(lines):
        if _TEST_TITLE.match(line) and told:
            break
        if line.startswith(">"):
            code = line[1:].strip()
        elif reported := _REPORTED.match(line):
            told = told if told and not told.startswith("AssertionError") else _joined(told, reported["told"].strip())
        elif place := _PLACE.match(line):
            following = lines[index + 1] if index + 1 < len(lines) else ""
            short = following.strip() if place["function"] and following.startswith("    ") else ""
            yield f'  File "{place["file"]}", line {place["line"]}, in {place["function"] or "test"}'
            yield f"    {code or short}"
            code = ""
    yield told if _ERROR.match(told) else f"AssertionError: {told}"


def _joined(told: str, more: str) -> str:
    return f"{told} ({more})" if told and more.startswith("assert ") else told or more
