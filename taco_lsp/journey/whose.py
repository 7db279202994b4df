"""Whose journey is meant: one's own, or a student's for those who teach. What is in it is read elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage import User
from taco_lsp.errors import Forbidden, NotFound

if TYPE_CHECKING:
    from storage import Store


async def whose(store: Store, reader: User, student: str | None) -> User:
    """Find the student that a reader wants to look at.

    Args:
        store: Where the journey is; on a teacher's machine it holds what was synced.
        reader: Who asks.
        student: An e-mail address; None for the reader.

    Raises:
        Forbidden: the reader is a student.
        NotFound: this store knows no such student.
    """
    if student is None:
        return reader
    if reader.role == "student":
        raise Forbidden("Only those who teach see somebody else's journey.", "Sign in with the account of a teacher.")
    async with store.read() as tx:
        found = await tx.users.by_email(student)
    if found is None:
        raise NotFound(
            f"There is no student {student} here.", "Sync first (`taco sync`), or look at `taco class roster`."
        )
    return found
