"""`taco enrol` and `taco unenrol`: a roster or single people into a class, and out of it again."""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from taco_lsp.accounts import rights, school
from taco_lsp.accounts.enrolment import BadRoster, Enrolled, NewAccount, enrol
from taco_lsp.accounts.roster import Roster, read_addresses, read_roster
from taco_lsp.cli.output import AsJson, counted, print_json
from taco_lsp.cli.school import AtStore, OfOrganization, at_school
from taco_lsp.errors import CannotWrite, InvalidParams

if TYPE_CHECKING:
    from storage import Store

ClassName = Annotated[str, typer.Option("--class", metavar="NAME", help="The class (name or id).")]


def enrol_(  # noqa: PLR0917 - the command line's, by name
    people: Annotated[list[str], typer.Argument(metavar="FILE.csv|EMAIL…", help="One roster, or e-mail addresses.")],
    class_name: ClassName,
    passwords_to: Annotated[
        Path | None,
        typer.Option("--passwords", metavar="FILE", help="Write new passwords there instead of showing them once."),
    ] = None,
    named: OfOrganization = None,
    store_url: AtStore = None,
    as_json: AsJson = False,
) -> None:
    """Enrol people, with an account for who has none: `taco enrol roster.csv --class 10B`. All of them, or nobody."""
    roster = _roster(people)
    if roster.problems:
        raise BadRoster(roster.problems)
    if passwords_to and passwords_to.exists():
        raise CannotWrite(f"{passwords_to} is there already.", "Choose another file; passwords are written once.")

    async def put(store: Store) -> Enrolled:
        actor = await school.acting_user(store)
        rights.check_teacher(actor)
        rights.check_reaches_school(store, actor)
        may_add = school.is_local(store) or actor is None or actor.role == "admin"
        async with store.read() as tx:
            organization = await school.organization(tx, actor, named)
            class_ = await school.class_named(tx, organization, class_name)
        return await enrol(store, organization, class_, roster.entries, may_add_accounts=may_add)

    done = at_school(store_url, put)
    if passwords_to and done.accounts:
        _write(passwords_to, done.accounts)
    if as_json:
        print_json(_as_json(done, with_passwords=not passwords_to))
        return
    _show(done, class_name, passwords_to)


def unenrol(
    emails: Annotated[list[str], typer.Argument(metavar="EMAIL…", help="Who leaves.")],
    class_name: ClassName,
    named: OfOrganization = None,
    store_url: AtStore = None,
    as_json: AsJson = False,
) -> None:
    """Take people out of a class; what they did there stays: `taco unenrol ada@school.example --class 10B`."""
    roster = read_addresses(emails)
    if roster.problems:
        raise BadRoster(roster.problems)

    async def take_out(store: Store) -> list[str]:
        actor = await school.acting_user(store)
        rights.check_teacher(actor)
        rights.check_reaches_school(store, actor)
        async with store.write() as tx:
            class_ = await school.class_named(tx, await school.organization(tx, actor, named), class_name)
            known = await tx.users.ids_by_email([entry.email for entry in roster.entries])
            return [email for email, id_ in known.items() if await tx.classes.remove_member(class_.id, id_)]

    left = at_school(store_url, take_out)
    if as_json:
        print_json({"left": left})
        return
    for email in left:
        typer.echo(f"{email} left {class_name}.")
    if not left:
        typer.echo(f"None of them is in {class_name}.")


def _roster(people: list[str]) -> Roster:
    if all("@" in word and not Path(word).exists() for word in people):
        return read_addresses(people)
    if len(people) > 1:
        raise InvalidParams("Give one roster file, or e-mail addresses only.", "Put everybody into one file.")
    file = Path(people[0])
    try:
        return read_roster(file.read_bytes())
    except OSError as error:
        raise InvalidParams(
            f"{file} cannot be read: {error.strerror}.", "Give a CSV file, or e-mail addresses."
        ) from None


def _write(file: Path, accounts: tuple[NewAccount, ...]) -> None:
    """Write new passwords where only this user may read them."""
    lines = io.StringIO()
    writer = csv.writer(lines)
    writer.writerow(("email", "role", "password"))
    writer.writerows((account.email, account.role, account.password) for account in accounts)
    try:
        handle = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as out:
            out.write(lines.getvalue())
    except OSError as error:
        typer.echo(lines.getvalue())  # they exist nowhere else
        raise CannotWrite(
            f"{file} cannot be written: {error.strerror}.", "The passwords are printed instead."
        ) from None


def _show(done: Enrolled, class_name: str, passwords_to: Path | None) -> None:
    typer.echo(f"{len(done.enrolled)} enrolled in {class_name}, {len(done.already)} in it already.")
    if done.accounts and passwords_to:
        typer.echo(f"{counted(len(done.accounts), 'new account')}, with passwords in {passwords_to}.")
    elif done.accounts:
        typer.echo("New accounts. Hand these out now: nobody can look them up later.\n")
        width = max(len(account.email) for account in done.accounts)
        for account in done.accounts:
            typer.echo(f"  {account.email:<{width}}  {account.password}")


def _as_json(done: Enrolled, *, with_passwords: bool) -> dict[str, object]:
    return {
        "enrolled": list(done.enrolled),
        "already": list(done.already),
        "accounts": [
            {
                "email": account.email,
                "role": account.role,
                **({"password": account.password} if with_passwords else {}),
            }
            for account in done.accounts
        ],
    }
