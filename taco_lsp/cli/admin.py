"""`taco admin`: set up a school's database, and bring it up to date."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from storage import Organization, StoreReadOnly, StoreUnavailable, User
from storage.logins import normal_email
from taco_lsp.accounts import passwords
from taco_lsp.accounts.roster import is_email
from taco_lsp.cli.output import AsJson, print_json
from taco_lsp.cli.school import PasswordStdin, at_school, new_password
from taco_lsp.errors import InvalidParams

if TYPE_CHECKING:
    from storage import Store

app = typer.Typer(no_args_is_help=True, help="Set up and keep a school's database (docs/school.md).")
Url = Annotated[str, typer.Argument(metavar="URL", help="`postgresql://owner@host/database`, an empty database.")]


@app.command("init")
def init(
    url: Url,
    email: Annotated[str, typer.Option(help="E-mail address of the first admin.")],
    name: Annotated[str, typer.Option("--org", metavar="NAME", help="Name of the school.")],
    password_stdin: PasswordStdin = False,
    as_json: AsJson = False,
) -> None:
    """Make the tables, a school and its first admin: `taco admin init URL --org Lyceum --email ann@school.example`."""
    address = normal_email(email)
    if not is_email(address):
        raise InvalidParams(f"{email} is no e-mail address.")
    password = new_password(from_stdin=password_stdin)
    school = Organization(name=name.strip())
    admin = User(organization_id=school.id, email=address, role="admin")

    async def make(store: Store) -> str:
        [protected] = await passwords.protect_all([password])
        async with store.write() as tx:
            if any(known.name.casefold() == school.name.casefold() for known in await tx.organizations.list()):
                raise InvalidParams(f"There is a school {school.name} already.", "Choose another name.")
            await tx.organizations.add(school)
            if not await tx.users.add_new(admin):
                raise InvalidParams(f"{address} has an account already.", "Give another address.")
            await tx.users.set_password(admin.id, protected)
        return store.info.url

    try:
        shown = at_school(url, make)
    except StoreReadOnly as error:
        raise StoreUnavailable(
            "The user of this URL may not make tables or accounts.",
            "Use the owner of the database, and let it make roles: ALTER ROLE owner CREATEROLE",
        ) from error
    if as_json:
        print_json({"store": shown, "organizationId": str(school.id), "userId": str(admin.id), "email": address})
        return
    typer.echo(f"{school.name} is ready at {shown}; {address} is its admin.")
    typer.echo("Next: `taco class add NAME` and `taco enrol FILE.csv --class NAME`, with --store (docs/school.md).")


@app.command("upgrade")
def upgrade(url: Url, as_json: AsJson = False) -> None:
    """Bring a school's database up to date, after a backup: `taco admin upgrade postgresql://owner@host/taco`."""

    async def look(store: Store) -> tuple[str, str, bool]:
        return store.info.url, store.info.revision, store.info.read_only

    shown, revision, is_newer = at_school(url, look, upgrade=True)
    if is_newer:
        raise StoreUnavailable(
            f"{shown} was made by a newer version (revision {revision}).", "Update taco-lsp on this machine."
        )
    if as_json:
        print_json({"store": shown, "revision": revision})
    else:
        typer.echo(f"{shown} is up to date (revision {revision}).")
