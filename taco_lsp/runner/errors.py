"""The one way a run can fail to happen at all.

A program that crashes, is killed or does not compile is not an error here: that is an `Outcome`.
"""

from __future__ import annotations

from typing import Literal

RunnerErrorKind = Literal["unknown_language", "missing_program", "folder_gone", "cannot_start"]


class RunnerError(Exception):
    """The program was not started: `message` says why, `hint` what to do about it, both for the student."""

    def __init__(self, kind: RunnerErrorKind, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.hint = hint
