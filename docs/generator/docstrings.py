"""Takes Google-style docstrings apart: the text, and the entries of a section such as `Raises:`. Pure."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping

_SECTION = re.compile(r"^(Args|Attributes|Raises|Returns|Yields):$")
_ENTRY = re.compile(r"^ {4}(\w+): (.*)$")


def text(doc: str) -> str:
    """The description: everything before the first section, one line a paragraph."""
    lines: list[str] = []
    for line in inspect.cleandoc(doc).splitlines():
        if _SECTION.match(line):
            break
        lines.append(line)
    paragraphs = "\n".join(lines).strip().split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


def entries(doc: str, section: str) -> Mapping[str, str]:
    """The `name: text` entries of a section, in order; empty when there is no such section."""
    found: dict[str, str] = {}
    inside, name = False, ""
    for line in inspect.cleandoc(doc).splitlines():
        if heading := _SECTION.match(line):
            inside = heading[1] == section
        elif inside and (entry := _ENTRY.match(line)):
            name = entry[1]
            found[name] = entry[2].strip()
        elif inside and name and line.strip():
            found[name] += f" {line.strip()}"
    return found


def first_sentence(doc: str) -> str:
    """The first sentence of the description."""
    return re.split(r"(?<=\.)\s", text(doc), maxsplit=1)[0]
