"""Turns an exercise's `hints.md` into hints for the rungs of the ladder. Pure.

Each heading below the title is a hint, in order. Up to five take a rung each; more are spread over the five evenly,
since a student who climbs should meet them in the order of the tasks.
"""

from __future__ import annotations

import re

from taco_lsp.tutor.builtin import Hint
from taco_lsp.tutor.policy import TOP_RUNG

_HEADING = re.compile(r" {0,3}(#{1,6})\s+(.*?)\s*#*\s*$")
_FENCE = re.compile(r"\s*(```|~~~)")
_DEFINITION = re.compile(r" {0,3}\[([^\]]+)\]:\s*\S")
_TITLE = re.compile(r"hints?", re.IGNORECASE)


def hints_of(text: str) -> tuple[Hint, ...]:
    """Read the hints, each with the link definitions it uses."""
    lines, definitions = _without_definitions(text)
    sections = [_joined(heading, body, definitions) for heading, body in _sections(lines) if any(map(str.strip, body))]
    count = len(sections)
    return tuple(
        Hint(rung=at + 1 if count <= TOP_RUNG else 1 + at * TOP_RUNG // count, text=section)
        for at, section in enumerate(sections)
    )


def _without_definitions(text: str) -> tuple[list[str], dict[str, str]]:
    """Take out the lines that say where links lead; they stand at the end of the file and belong to every section."""
    lines: list[str] = []
    definitions: dict[str, str] = {}
    fence = ""
    for line in text.split("\n"):
        fence = _fence_after(line, fence)
        if not fence and (found := _DEFINITION.match(line)):
            definitions[found[1].lower()] = line.strip()
        else:
            lines.append(line)
    return lines, definitions


def _fence_after(line: str, fence: str) -> str:
    found = _FENCE.match(line)
    if not found or (fence and found[1] != fence):
        return fence
    return "" if fence else found[1]


def _sections(lines: list[str]) -> list[tuple[str, list[str]]]:
    """Cut at the outermost headings that are not the title; what stands before the first one goes with it."""
    headings = {number: found for number, found in _headings(lines) if not _TITLE.fullmatch(found[2])}
    outermost = min((len(found[1]) for found in headings.values()), default=0)
    sections: list[tuple[str, list[str]]] = [("", [])]
    titles = {number for number, found in _headings(lines) if _TITLE.fullmatch(found[2])}
    for number, line in enumerate(lines):
        found = headings.get(number)
        if found and len(found[1]) == outermost:
            before = sections.pop()[1] if len(sections) == 1 and not sections[0][0] else []
            sections.append((found[2], before))
        elif number not in titles:
            sections[-1][1].append(line)
    return sections


def _headings(lines: list[str]) -> list[tuple[int, re.Match[str]]]:
    found, fence = [], ""
    for number, line in enumerate(lines):
        fence = _fence_after(line, fence)
        if not fence and (match := _HEADING.match(line)):
            found.append((number, match))
    return found


def _joined(heading: str, body: list[str], definitions: dict[str, str]) -> str:
    text = "\n".join(body).strip("\n")
    used = [line for name, line in definitions.items() if f"[{name}]" in text.lower()]
    parts = [f"**{heading}**" if heading else "", text, "\n".join(used)]
    return "\n\n".join(part for part in parts if part)
