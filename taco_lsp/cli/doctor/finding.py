"""What a check of `taco doctor` tells."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Literal

import attrs

from taco_lsp.config import Effective

Level = Literal["ok", "warning", "problem"]
"""A warning costs the student something, such as a language or an editor; with a problem the tutor does not work."""


@attrs.frozen(kw_only=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        check: what, in a word, stable for scripts.
        level: how it is.
        message: a plain sentence.
        mend: what to do about it.
    """

    check: str
    level: Level
    message: str
    mend: str = ""


Check = Callable[[Effective], Awaitable[Sequence[Finding]]]


def ok(check: str, message: str, mend: str = "") -> Finding:
    """All is well; `mend` may still say what else could be done."""
    return Finding(check=check, level="ok", message=message, mend=mend)


def warning(check: str, message: str, mend: str = "") -> Finding:
    """Something is missing, and the tutor works."""
    return Finding(check=check, level="warning", message=message, mend=mend)


def problem(check: str, message: str, mend: str = "") -> Finding:
    """The tutor does not work."""
    return Finding(check=check, level="problem", message=message, mend=mend)
