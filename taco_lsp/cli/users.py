"""`taco user`: accounts at a school, one at a time. Many at once is `taco enrol`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, cast, get_args

import typer

from storage import Transaction, User
from storage.logins import normal_email
from storage.records import Role
from taco_lsp.accounts import enrolment, passwords, rights, school
from taco_lsp.accounts.roster import is_email
from taco_lsp.cli.output import AsJson, print_json
from taco_lsp.cli.school import AtStore, OfOrganization, PasswordStdin, at_school, new_password
from taco_lsp.errors import InvalidParams, NotFound

if TYPE_CHECKING:
    from storage import Store

app = typer.Typer(no_args_is_help=True, help="Keep accounts: add, list, remove, give a new password or role.")
Email = Annotated[str, typer.Argument(metavar="EMAIL", help="The account's e-mail address.")]


@app.command("add")
def add(  # noqa: PLR0917 - the command line's, by name
    email: Email,
    role: Annotated[str, typer.Option(help="student, teacher or admin.")] = "student",
    password_stdin: PasswordStdin = False,
    named: OfOrganization = None,
    store_url: AtStore = None,
    as_json: AsJson = False,
) -> None:
    """Make an account, with a password that is made up and shown once: `taco user add ada@school.example`."""
    address, wanted = _address(email), _role(role)
    password = new_password(from_stdin=True) if password_stdin else passwords.made_up()

    async def make(store: Store) -> User:
        actor = await school.acting_user(store)
        _check(store, actor)
        async with store.read() as tx:
            organization = await school.organization(tx, actor, named)
        return await enrolment.add_account(store, organization, address, wanted, password)

    user = at_school(store_url, make)
    if as_json:
        print_json({**_as_json(user), **({} if password_stdin else {"password": password})})
        return
    typer.echo(f"{user.email} is a {user.role} now.")
    if not password_stdin:
        typer.echo(f"Password: {password}   (shown once; nobody can look it up later)")


@app.command("list")
def list_(named: OfOrganization = None, store_url: AtStore = None, as_json: AsJson = False) -> None:
    """List the accounts you may see: `taco user list`."""

    async def find(store: Store) -> list[User]:
        actor = await school.acting_user(store)
        async with store.read() as tx:
            organization = await school.organization(tx, actor, named)
            return await tx.users.of_organization(organization.id)

    found = at_school(store_url, find)
    if as_json:
        print_json({"users": [_as_json(user) for user in found]})
        return
    for user in found:
        typer.echo(f"{user.role:<8} {user.email}")
    if not found:
        typer.echo("No accounts yet. Make some with `taco user add EMAIL` or `taco enrol FILE.csv --class NAME`.")


@app.command("remove")
def remove(email: Email, store_url: AtStore = None, as_json: AsJson = False) -> None:
    """Close an account; its recorded work stays with the school: `taco user remove ada@school.example`."""

    async def close(store: Store) -> User:
        actor = await school.acting_user(store)
        _check(store, actor)
        async with store.write() as tx:
            user = await _find(tx, email)
            await tx.users.remove(user.id)
        return user

    user = at_school(store_url, close)
    if as_json:
        print_json({"removed": _as_json(user)})
    else:
        typer.echo(f"Closed the account of {user.email}. What it recorded stays.")


@app.command("role")
def role(
    email: Email,
    role: Annotated[str, typer.Argument(help="student, teacher or admin.")],
    store_url: AtStore = None,
    as_json: AsJson = False,
) -> None:
    """Make somebody a student, a teacher or an admin: `taco user role tess@school.example teacher`."""
    wanted = _role(role)

    async def change(store: Store) -> User:
        _check(store, await school.acting_user(store))
        async with store.write() as tx:
            user = await _find(tx, email)
            await tx.users.set_role(user.id, wanted)
            return await tx.users.get(user.id)

    user = at_school(store_url, change)
    if as_json:
        print_json(_as_json(user))
    else:
        typer.echo(f"{user.email} is a {user.role} now.")


@app.command("password")
def password(
    email: Email, password_stdin: PasswordStdin = False, store_url: AtStore = None, as_json: AsJson = False
) -> None:
    """Give an account a new password, asked for twice: `taco user password ada@school.example`."""
    new = new_password(from_stdin=password_stdin)

    async def change(store: Store) -> User:
        actor = await school.acting_user(store)
        rights.check_reaches_school(store, actor)
        [protected] = await passwords.protect_all([new])
        async with store.write() as tx:
            user = await _find(tx, email)
            if actor is None or user.id != actor.id:
                rights.check_admin(actor)
            await tx.users.set_password(user.id, protected)
        return user

    user = at_school(store_url, change)
    if as_json:
        print_json(_as_json(user))
    else:
        typer.echo(f"{user.email} has a new password.")


def _check(store: Store, actor: User | None) -> None:
    rights.check_admin(actor)
    rights.check_reaches_school(store, actor)


async def _find(tx: Transaction, email: str) -> User:
    user = await tx.users.by_email(email)
    if user is None:
        raise NotFound(f"There is no account {email}.", "`taco user list` shows the accounts.")
    return user


def _address(email: str) -> str:
    address = normal_email(email)
    if not is_email(address):
        raise InvalidParams(f"{email} is no e-mail address.", "Write it like ada@school.example.")
    return address


def _role(role: str) -> Role:
    if role not in get_args(Role):
        raise typer.BadParameter(f"{role} is not one of {', '.join(get_args(Role))}.", param_hint="role")
    return cast("Role", role)


def _as_json(user: User) -> dict[str, Any]:
    return {"id": str(user.id), "email": user.email, "role": user.role}
