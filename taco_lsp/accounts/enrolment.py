"""Gets people into a class: accounts for who has none, a place for everybody, all of it or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from storage import Class, Enrollment, Organization, User
from storage.records import Role
from taco_lsp.accounts import passwords
from taco_lsp.accounts.roster import Entry, LineProblem
from taco_lsp.errors import InvalidParams

if TYPE_CHECKING:
    from collections.abc import Sequence

    from storage import Store, Transaction
    from storage.values import ProtectedPassword


@attrs.frozen(kw_only=True)
class NewAccount:
    """An account that was made, with the password to hand out; it is shown once and kept nowhere."""

    email: str
    role: Role
    password: str = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class Enrolled:
    """What enrolling came to: e-mail addresses with a new place, and those that had one already."""

    accounts: tuple[NewAccount, ...] = ()
    enrolled: tuple[str, ...] = ()
    already: tuple[str, ...] = ()


class BadRoster(InvalidParams):
    """Some lines cannot be imported, so none was."""

    def __init__(self, problems: Sequence[LineProblem]) -> None:
        """Tell every line that is wrong."""
        count = f"{len(problems)} lines are" if len(problems) > 1 else "One line is"
        super().__init__(
            f"{count} wrong, so nobody was enrolled.\n" + "\n".join(f"  {problem}" for problem in problems),
            "Correct them and run the command again.",
        )
        self.problems = tuple(problems)


async def enrol(
    store: Store, organization: Organization, class_: Class, entries: Sequence[Entry], *, may_add_accounts: bool
) -> Enrolled:
    """Enrol everybody on a roster; who is enrolled already stays so, and nobody's account changes.

    Args:
        store: The school's.
        organization: The one the class belongs to.
        class_: Where they go.
        entries: Checked lines of a roster.
        may_add_accounts: Whether accounts are made for new addresses; only an admin can.

    Raises:
        BadRoster: somebody cannot be enrolled; nobody was.
    """
    async with store.read() as tx:
        known = await tx.users.ids_by_email([entry.email for entry in entries])
    missing = [entry for entry in entries if entry.email not in known]
    if missing and not may_add_accounts:
        raise BadRoster([_without_account(entry) for entry in missing])
    new = [NewAccount(email=it.email, role=it.role or "student", password=passwords.made_up()) for it in missing]
    protected = await passwords.protect_all(
        [account.password for account in new]
    )  # before the transaction: it takes long
    async with store.write() as tx:
        await _add_accounts(tx, organization, list(zip(missing, new, protected, strict=True)))
        return await _place(tx, class_, entries, new)


async def add_account(store: Store, organization: Organization, email: str, role: Role, password: str) -> User:
    """Make one account.

    Raises:
        InvalidParams: the address has an account already.
    """
    [protected] = await passwords.protect_all([password])
    user = User(organization_id=organization.id, email=email, role=role)
    async with store.write() as tx:
        if not await tx.users.add_new(user):
            raise InvalidParams(f"{email} has an account already.", "`taco user list` shows the accounts.")
        await tx.users.set_password(user.id, protected)
    return user


async def _add_accounts(
    tx: Transaction, organization: Organization, new: Sequence[tuple[Entry, NewAccount, ProtectedPassword]]
) -> None:
    taken = []
    for entry, account, protected in new:
        user = User(organization_id=organization.id, email=account.email, role=account.role)
        if await tx.users.add_new(user):
            await tx.users.set_password(user.id, protected)
        else:
            taken.append(LineProblem(line=entry.line, message=f"{entry.email} has an account at another organization"))
    if taken:
        raise BadRoster(taken)


async def _place(tx: Transaction, class_: Class, entries: Sequence[Entry], new: Sequence[NewAccount]) -> Enrolled:
    known = await tx.users.ids_by_email([entry.email for entry in entries])
    is_new = {
        entry.email: await tx.classes.add_member(Enrollment(user_id=known[entry.email], class_id=class_.id))
        for entry in entries
    }
    return Enrolled(
        accounts=tuple(new),
        enrolled=tuple(email for email, added in is_new.items() if added),
        already=tuple(email for email, added in is_new.items() if not added),
    )


def _without_account(entry: Entry) -> LineProblem:
    return LineProblem(line=entry.line, message=f"{entry.email} has no account; an admin of the school can make it")
