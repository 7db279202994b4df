"""Reads cases: one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from taco_lsp.errors import InvalidParams


def read_cases(file: Path, required: tuple[str, ...]) -> Iterator[Mapping[str, Any]]:
    """Read the cases of a JSON Lines file, one at a time; blank lines are skipped.

    Raises:
        InvalidParams: the file cannot be read, or a line is not an object with the required fields; names the line.
    """
    try:
        with file.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield _case(line, f"{file.name}, line {number}", required)
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidParams(f"{file} cannot be read: {error}.") from error


def _case(line: str, where: str, required: tuple[str, ...]) -> Mapping[str, Any]:
    try:
        case = json.loads(line)
    except json.JSONDecodeError as error:
        raise InvalidParams(f"{where}: not JSON ({error}).", "Write one JSON object a line.") from error
    if not isinstance(case, Mapping):
        raise InvalidParams(f"{where}: not an object.", "Write one JSON object a line.")
    if missing := [name for name in required if name not in case]:
        raise InvalidParams(f"{where}: {', '.join(missing)} is missing.", "See docs/evaluation.md.")
    return case
