"""What PostgreSQL's error codes mean, as the errors of `storage.errors`; SQLite's are in `failures`.

https://www.postgresql.org/docs/current/errcodes-appendix.html
"""

from __future__ import annotations

from storage.errors import Conflict, StoreError, StoreReadOnly, StoreUnavailable

_NO_SERVER = (
    StoreUnavailable,
    "The store's server cannot be reached.",
    "Check the network and `store`, then try again. What was recorded before is safe.",
)
_NO_ENTRY = (
    StoreUnavailable,
    "The store's server refuses this user or password.",
    "Check the user and the password in `store`, or sign in again.",
)
_BUSY = (StoreUnavailable, "The store is busy.", "Try again in a moment.")
_FULL = (
    StoreUnavailable,
    "The disk that holds the store is full.",
    "Tell whoever runs the school's server. What was recorded before is safe.",
)
_READ_ONLY = (
    StoreReadOnly,
    "The store's server can only be read at the moment.",
    "Tell whoever runs the school's server, or choose another place with `store`.",
)
_NOT_ALLOWED = (
    StoreReadOnly,
    "This account may not read or write that.",
    "Sign in with the account it belongs to, or ask your school's admin.",
)
_BY_CODE: dict[str, tuple[type[StoreError], str, str]] = {
    "25006": _READ_ONLY,
    "28000": _NO_ENTRY,
    "28P01": _NO_ENTRY,
    "3D000": (StoreUnavailable, "The store's server has no such database.", "Check the name at the end of `store`."),
    "42501": _NOT_ALLOWED,
    "53100": _FULL,
    "55P03": _BUSY,
    "57014": _BUSY,
    "54000": (Conflict, "A text is too large for the store.", "Make it smaller than one gigabyte."),
}
_BY_CLASS = {"08": _NO_SERVER, "40": _BUSY, "53": _BUSY, "57": _NO_SERVER}
"""Connection lost, transaction rolled back for another, resources short, stopped by the operator."""

_BROKEN_RULES = {
    "23503": "refers to a row that the store does not hold, or to another's session",
    "23505": "has a key that is already there",
    "23514": "holds a value that is not allowed",
    "23502": "lacks a value",
}


def meaning(code: str) -> tuple[type[StoreError], str, str] | None:
    """Give the kind, the sentence and the hint for a five-character code, None when it has none of its own."""
    return _BY_CODE.get(code) or _BY_CLASS.get(code[:2])


def broken_rule(code: str, constraint: str) -> str | None:
    """Say what is wrong with a row that breaks a constraint, to follow `This row of …`; None for other codes."""
    if code == "23505" and constraint.startswith("pk_"):
        return "has an id that is already there"
    return _BROKEN_RULES.get(code)


def untrusted(reason: str) -> StoreError:
    """Make the error for a server whose certificate does not stand the check that `store` asks for."""
    return StoreUnavailable(
        f"The store's server shows a certificate that is not trusted: {reason}.",
        "Nothing was sent to it, not even a password. Ask whoever runs the school's server.",
    )


def unreachable() -> StoreError:
    """Make the error for a server that does not answer, or whose connection broke."""
    kind, message, hint = _NO_SERVER
    return kind(message, hint)
