"""A piece of code as it stands in a reply, freed of quotation, tables, prompts, numbers and diffs; its definitions.

It reads text that may be half a program in any language, so it never fails; it does not know what the code does.
"""

from __future__ import annotations

import re
import textwrap
from typing import Literal

from taco_lsp.tutor.guard.disguise import lines_of, plain, without_tags
from taco_lsp.tutor.guard.tokens import KEYWORDS, without_docstrings

_FENCE = re.compile(r"\s*(?:```+|~~~+)[\w+#-]*\s*")
_QUOTED = re.compile(r"^ {0,3}>(?!>>) ?")
_COMMENTED = re.compile(r"^\s*(?:#(?!include|define|!)|//|--) ?")
_PROMPT = re.compile(r"^\s*(?:>>>|\.\.\.|In \[\d+\]:)(?: |$)")
_OPENING_PROMPT = re.compile(r"\s*(?:>>>|In \[)")
_TRIAL = re.compile(r"\s*>>> ?(?:print\()?(?P<name>\w+)\([^()]*\)+\s*$")
"""A call behind a prompt, which only tries out what the code before it defines."""
_PRELUDE = re.compile(r"\s*(?:#|import |from |```|~~~|\.\.\.$)")
"""What stands in a session beside it: comments, imports, fences."""
_NUMBER = re.compile(r"^\s*\d{1,4}\s?[.:|)]?(?:\s|$)")
_BAR = re.compile(r"(?<![\\|])\|(?!\|)")
_SIGNS = re.compile(r"[()\[\]{}=:;+*/%<>]")
_POINTER = re.compile(r"\s*(?:<-{1,}|<={2,}|←).*$")
_HOLE = re.compile(r"^\s*(?:#|//|/\*)?\s*(?:\.{3,}|…)|_{3,}|\?{3,}|<[^<>\n]*\byour\b[^<>\n]*>|\b(?:TODO|YOUR CODE)\b")
_DEFINITIONS = (
    re.compile(r"\b(?:def|function|func|fn|fun|class|sub|struct|interface)\s+(?:\([^()\n]*\)\s*)?([A-Za-z_]\w*)"),
    re.compile(r"(?:[\w>\]*&]\s+|[*&])([A-Za-z_]\w*)\s*\([^;{}()\n]*\)\s*(?:const\s*|throws [\w, .]+)?\{"),
    re.compile(
        r"\b([A-Za-z_]\w*)\s*[=:]\s*(?:async\s*)?(?:function\b|\([^()\n]*\)\s*(?::\s*\w+\s*)?=>|\w+\s*=>|lambda\b)"
    ),
)
_EVERYWHERE = frozenset({"main", "solution", "solve", "test", "run", "program", "init", "app"})


def clean(code: str) -> str:
    """Give the bare program that a reply shows, dedented."""
    text = without_tags(plain("\n".join(_without_table(lines_of(code)))))
    lines = [_POINTER.sub("", line).rstrip() for line in lines_of(text.expandtabs(4))]
    lines = [line for line in lines if not _FENCE.fullmatch(line)]
    for strip in (_without_quotes, _without_comments, _without_prompts, _without_numbers, _without_diff):
        lines = strip(lines)
    return textwrap.dedent("\n".join(lines)).strip("\n")


def _without_quotes(lines: list[str]) -> list[str]:
    """Take the marks from a Markdown quotation."""
    if not all(_QUOTED.match(line) for line in lines if line.strip()):
        return lines
    return [_QUOTED.sub("", line, count=1) for line in lines]


def _without_table(lines: list[str]) -> list[str]:
    """Give the column of a Markdown table that holds the code."""
    rows = [cells(line) for line in lines if line.strip()]
    if not rows or not all(rows):
        return lines
    width = max(map(len, rows))
    columns = [[row[at] if at < len(row) else "" for row in rows if not _is_rule(row)] for at in range(width)]
    return max(columns, key=lambda column: (sum(len(_SIGNS.findall(cell)) for cell in column), sum(map(len, column))))


def cells(line: str) -> list[str]:
    """Give the cells of a table's row, without their backticks; a line that is no row has none."""
    text = line.strip()
    if not text.startswith("|") or text.startswith("||") or len(text) < 2:
        return []
    return [cell.strip().strip("`") for cell in _BAR.split(text[1:].removesuffix("|"))]


def _is_rule(row: list[str]) -> bool:
    return not any(cell.strip("-: ") for cell in row)


def _without_comments(lines: list[str]) -> list[str]:
    """Take the marks from code that is commented out as a whole."""
    said = [line for line in lines if line.strip()]
    if len(said) < 3 or not all(_COMMENTED.match(line) for line in said):
        return lines
    return [_COMMENTED.sub("", line, count=1) for line in lines]


def is_session(text: str) -> bool:
    """Tell whether all code of a text was tried out in an interpreter, and what came of it is shown."""
    lines = lines_of(text)
    kinds = _kinds(lines)
    said = [line for line, kind in zip(lines, kinds, strict=True) if kind == "code" and line.strip()]
    return "output" in kinds and all(map(_PRELUDE.match, said))


def _without_prompts(lines: list[str]) -> list[str]:
    """Take the prompts of an interpreter from what was typed, and leave out what came of it."""
    found = [(line, kind) for line, kind in zip(lines, _kinds(lines), strict=True) if kind != "output"]
    names = defined("\n".join(line for line, kind in found if kind == "code"))
    return [
        _PROMPT.sub("", line, count=1) if kind == "typed" else line
        for line, kind in found
        if not (kind == "typed" and (trial := _TRIAL.match(line)) and trial["name"] in names)
    ]


def _kinds(lines: list[str]) -> list[Literal["code", "typed", "output"]]:
    """Tell what each line is: behind a prompt, its output up to an empty line, or plain code; all code if none is."""
    if not any(map(_OPENING_PROMPT.match, without_docstrings("\n".join(lines)).split("\n"))):
        return ["code"] * len(lines)
    kinds: list[Literal["code", "typed", "output"]] = []
    for line in lines:
        if _PROMPT.match(line):
            kinds.append("typed")
        else:
            follows = bool(kinds) and kinds[-1] != "code" and bool(line.strip()) and not _FENCE.fullmatch(line)
            kinds.append("output" if follows else "code")
    return kinds


def _without_numbers(lines: list[str]) -> list[str]:
    said = [line for line in lines if line.strip()]
    if not said or not all(_NUMBER.match(line) for line in said):
        return lines
    return [_NUMBER.sub("", line, count=1) if len(said) == 1 else _after_number(line) for line in lines]


def _after_number(line: str) -> str:
    return re.sub(r"^\s*\d{1,4}\s?[.:|)]? ?", "", line, count=1)


def _without_diff(lines: list[str]) -> list[str]:
    if not any(re.match(r"\+(?!\+)", line) for line in lines):
        return lines
    if any(line and line[0] not in "+- @" for line in lines):
        return [re.sub(r"^\+ ?", "", line) for line in lines if not re.match(r"-(?!-)", line)]
    return [line[1:] for line in lines if not line.startswith(("-", "@@", "+++"))]


def is_hole(line: str) -> bool:
    """Tell whether a line leaves something to the student: `...`, `____`, `# your code here`."""
    return bool(_HOLE.search(line))


def defined(code: str) -> list[str]:
    """The functions and classes that code defines, without those that every program has."""
    found = (name for pattern in _DEFINITIONS for name in pattern.findall(code))
    return [name for name in found if name not in KEYWORDS and name.lower() not in _EVERYWHERE and name[:2] != "__"]


def plain_name(name: str) -> str:
    """A name as any language would write it: `top_k`, `topK` and `TopK` are one."""
    return name.replace("_", "").lower()
