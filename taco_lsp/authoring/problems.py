"""What is wrong with a challenge, by file and line; plain data for a person to read."""

from __future__ import annotations

from typing import Literal

import attrs

Level = Literal["error", "warning"]


@attrs.frozen(kw_only=True)
class Problem:
    """One thing to put right.

    `file` is relative to the challenge's folder, with `/`; `line` counts from 1. A warning keeps nobody from adding
    the challenge.
    """

    message: str
    hint: str = ""
    file: str = ""
    line: int | None = None
    level: Level = "error"

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.message}" if place else self.message
