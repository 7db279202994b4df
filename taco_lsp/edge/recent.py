"""The last changes of a document, so that one that arrives late is put where it belongs.

An editor that sends each change from a task of its own may send them out of order: Helix 25.01 does when keys come
fast. The versions tell the order that was meant. They only have to grow, not by one (Neovim's do not), so nothing
can wait for a missing one: changes are applied as they come, and those newer than a late one are taken back and
applied again after it. Not here: how a change is applied and taken back (`documents.py`, `text.py`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

C = TypeVar("C")
U = TypeVar("U")

REMEMBERED = 64
"""Changes that are remembered; one that is later than that is applied where it arrives."""


class RecentChanges(Generic[C, U]):
    """The changes since some version of a document, in the order of their versions.

    Args:
        apply: Makes a change and returns what takes it back, or None when nothing can.
        take_back: Takes the last change back.
    """

    def __init__(self, apply: Callable[[C], U | None], take_back: Callable[[U], None]) -> None:
        self._apply = apply
        self._take_back = take_back
        self._floor: int | None = None
        self._entries: deque[tuple[int, C, U]] = deque()
        self._arriving: int | None = None

    def add(self, version: int, change: C, *, opened_at: int | None) -> int:
        """Apply a change where its version says, and return the newest version.

        Args:
            version: The version that the change leads to.
            change: One content change; those of one message come one after the other with one version.
            opened_at: The version before the first change ever.
        """
        if self._floor is None:
            self._floor = opened_at
        newest = self._entries[-1][0] if self._entries else self._floor
        if newest is None or not self._is_late(version, newest):
            self._arriving = version
            self._record(version, change)
            return version
        self._arriving = version
        newer = self._take_back_to(version)
        self._record(version, change)
        for later_version, later in newer:
            self._record(later_version, later)
        return newest

    def forget(self, version: int | None) -> None:
        """Begin anew at a version: what came before cannot be taken back."""
        self._entries.clear()
        self._floor = version

    def _is_late(self, version: int, newest: int) -> bool:
        """Tell a change that was overtaken from one of a client that counts in another way."""
        if self._floor is None or not self._floor < version < newest:
            return False
        return version == self._arriving or all(version != known for known, _, _ in self._entries)

    def _take_back_to(self, version: int) -> list[tuple[int, C]]:
        newer: list[tuple[int, C]] = []
        while self._entries and self._entries[-1][0] > version:
            later_version, later, undo = self._entries.pop()
            self._take_back(undo)
            newer.append((later_version, later))
        newer.reverse()
        return newer

    def _record(self, version: int, change: C) -> None:
        undo = self._apply(change)
        if undo is None:
            self.forget(version)
            return
        self._entries.append((version, change, undo))
        if len(self._entries) > REMEMBERED:
            self._floor = self._entries.popleft()[0]
