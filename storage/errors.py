"""What can go wrong with a store, in words a person can act on.

StoreError
├── BadStoreUrl        the configured URL cannot be read
├── StoreUnavailable   cannot be opened or written now: locked, full, read-only, no permission, server gone
├── StoreReadOnly      opened, but written by a newer program, or on a medium that cannot be written
├── NotFound           no such row
└── Conflict           a row with this id or key exists with other content, or a reference is missing
"""

from __future__ import annotations


class StoreError(Exception):
    """Base class: `str(error)` says what happened, `hint` says what to do about it."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class BadStoreUrl(StoreError):
    """The configured store URL cannot be read."""


class StoreUnavailable(StoreError):
    """The store cannot be opened or written at the moment; nothing was half-written."""


class StoreReadOnly(StoreError):
    """The store can be read but not written by this program."""


class NotFound(StoreError):
    """No such row, or one that was deleted."""


class Conflict(StoreError):
    """The row contradicts what the store holds."""
