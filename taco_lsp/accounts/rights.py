"""What the role of a person lets them keep here: classes, accounts, challenges. The one place where that is said.

A local store without an account is its owner's, who may do everything with it. At a school the role counts, in its
database as on a local store that is signed in there; and what sync does not send is changed in the database alone,
because on a local store it would reach nobody.

Not here: who may look at whose work (`journey.teaching`), and what the school's database allows, which it decides for
itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from storage import PLACEHOLDER_EMAIL_DOMAIN, Challenge, User
from taco_lsp.accounts import school
from taco_lsp.errors import Forbidden

if TYPE_CHECKING:
    from storage import Store, Transaction


def is_without_account(user: User) -> bool:
    """Tell whether somebody works on their own machine and is known to no school."""
    return user.email.endswith(f"@{PLACEHOLDER_EMAIL_DOMAIN}")


def check_teacher(actor: User | None) -> None:
    """Make sure that classes and their challenges may be kept: by teachers, admins, and whoever owns the store.

    Raises:
        Forbidden: a student of a school.
    """
    if actor is not None and actor.role == "student" and not is_without_account(actor):
        raise Forbidden("This is for teachers.", "Log in with a teacher's account: `--store URL`.")


async def become_teacher(tx: Transaction, actor: User | None) -> bool:
    """Let who makes a class on their own machine, without an account, be its teacher; tell whether that is new."""
    if actor is None or actor.role != "student" or not is_without_account(actor):
        return False
    await tx.users.set_role(actor.id, "teacher")
    return True


def check_admin(actor: User | None) -> None:
    """Make sure that accounts may be made and changed: by admins, and whoever owns the store.

    Raises:
        Forbidden: a teacher or a student of a school.
    """
    if actor is not None and actor.role != "admin" and not is_without_account(actor):
        raise Forbidden("Only an admin of the school may do this.", "Log in with an admin's account: `--store URL`.")


def check_keeper(actor: User | None, challenge: Challenge) -> None:
    """Make sure that a challenge may be changed: by a student of a school only practice that is not of a class.

    Raises:
        Forbidden: a student of a school, and a challenge of a class or of somebody else.
    """
    own = actor is not None and challenge.created_by_user_id in (None, actor.id)
    if challenge.class_id is not None or not own:
        check_teacher(actor)


def check_reaches_school(store: Store, actor: User | None) -> None:
    """Make sure that a change of what sync does not send is made where it counts.

    Raises:
        Forbidden: a local store that is signed in at a school.
    """
    if actor is None or not school.is_local(store) or is_without_account(actor):
        return
    raise Forbidden(
        "Your school would never hear of this: sync does not send it.",
        f"Name the school's database: `--store postgresql://{quote(actor.email, safe='')}@HOST/DATABASE`, "
        "with host and database as in your setting `sync.remote`.",
    )
