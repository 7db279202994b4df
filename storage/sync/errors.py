"""What can go wrong with a school's server, in words a student can read. None of it stops the student's work."""

from __future__ import annotations

from typing import Literal

from storage.errors import StoreError

Cause = Literal["clock", "rule", "later"]
"""Why a row is not taken: it is stamped in the future, it breaks a rule, or there was no time to find out."""

Trouble = Literal["unreachable", "signIn", "olderServer", "newerServer", "notASchool", "full", "failed"]
"""What kind of trouble it is, for programs: `unreachable` covers whatever time may heal."""


class RemoteError(StoreError):
    """The server cannot be synced with now; everything stays on this machine and is sent later."""

    def __init__(self, trouble: Trouble, message: str, hint: str) -> None:
        super().__init__(message, hint)
        self.trouble = trouble


def unreachable(reason: str) -> RemoteError:
    """Make the error of a server that does not answer, or not in time."""
    return RemoteError(
        "unreachable",
        f"The school's server cannot be reached ({reason}).",
        "Your work is safe on this machine and is sent when the server is back.",
    )


class RowsRefused(Exception):
    """Some of the rows that were pushed together break a rule of the server; which ones is yet to be found."""

    def __init__(self, cause: Cause, reason: str) -> None:
        super().__init__(reason)
        self.cause = cause
        self.reason = reason
