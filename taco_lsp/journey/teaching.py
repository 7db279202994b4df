"""Who may look at a student's journey besides the student. A server's row-level security says the same by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from storage.records import User
from taco_lsp.errors import Forbidden

if TYPE_CHECKING:
    from storage import Transaction


async def check_teaches(tx: Transaction, user: User, class_id: UUID | None) -> None:
    """Make sure that a person may see and comment the work of a class.

    Args:
        tx: a transaction to read in.
        user: who wants to.
        class_id: of the class; None for practice that belongs to none.

    Raises:
        Forbidden: a student, or a teacher of other classes.
    """
    if user.role == "student":
        raise Forbidden("Only teachers may do this.", "Sign in with a teacher's account.")
    if user.role == "admin" or class_id is None:
        return
    if class_id not in {class_.id for class_ in await tx.classes.list_for_user(user.id)}:
        raise Forbidden("This is not a class of yours.", "Ask whoever runs the school's accounts to add you to it.")
