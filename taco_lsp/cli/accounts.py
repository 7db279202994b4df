"""`taco account`: sign in to your school on this machine, sign out, and see who you are."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING, Annotated, Any

import typer

from storage import Organization, User
from taco_lsp import config
from taco_lsp.accounts import signing_in
from taco_lsp.accounts.keeping import Password, from_environment
from taco_lsp.accounts.rights import is_without_account
from taco_lsp.cli.output import AsJson, counted, print_json
from taco_lsp.cli.school import PasswordStdin, given_password
from taco_lsp.cli.session import with_store

if TYPE_CHECKING:
    from storage import Store

app = typer.Typer(no_args_is_help=True, help="Sign in to your school (setting `sync.remote`), and out again.")

_KEPT = {
    "keyring": "Your password is in this system's keyring.",
    "environment": "Your password is taken from TACO_SYNC_PASSWORD.",
    "memory": "There is no keyring here, so your editor asks for the password again.",
}


@app.command("signIn")
def sign_in(
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="Your account's e-mail address.")],
    password_stdin: PasswordStdin = False,
    keep_local: Annotated[
        bool, typer.Option("--leave-local-work", help="Do not take over what was done here without an account.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Sign in; what you did here without an account becomes yours: `taco account signIn ada@school.example`.

    The password is asked for, unless it is in `TACO_SYNC_PASSWORD`.
    """
    in_environment = None if password_stdin else from_environment(os.environ)
    password = in_environment or Password(given_password(from_stdin=password_stdin))
    server = config.load(environ=os.environ).settings.sync_remote

    async def enter(store: Store) -> signing_in.SignedIn:
        account = await signing_in.log_in(server, email, password)
        await _end_what_crashed(store)
        return await signing_in.sign_in(store, account, claim=not keep_local)

    done = with_store(enter)
    if as_json:
        claimed = {"sessions": done.claimed.sessions, "interactions": done.claimed.interactions,
                   "runs": done.claimed.runs, "revisions": done.claimed.revisions}  # fmt: skip
        print_json({**_as_json(done.user, done.organization), "passwordKept": done.kept, "claimed": claimed})
        return
    typer.echo(f"Signed in as {done.user.email} ({done.user.role}) at {done.organization.name}.")
    if done.claimed.sessions:
        is_ = "is" if done.claimed.sessions == 1 else "are"
        typer.echo(f"{counted(done.claimed.sessions, 'session')} you had here without an account {is_} yours now.")
    typer.echo(_KEPT[done.kept])


@app.command("signOut")
def sign_out(as_json: AsJson = False) -> None:
    """Sign out and forget the password; your work stays yours: `taco account signOut`."""
    server = config.load(environ=os.environ).settings.sync_remote
    user = with_store(lambda store: signing_in.sign_out(store, server))
    if as_json:
        print_json({"signedOut": user.email if user else None})
    else:
        typer.echo(f"Signed out {user.email}." if user else "Nobody was signed in.")


@app.command("whoAmI")
def who_am_i(as_json: AsJson = False) -> None:
    """Say who works on this machine: `taco account whoAmI`."""

    async def look(store: Store) -> tuple[User, Organization]:
        user = await store.local_profile()
        async with store.read() as tx:
            return user, await tx.organizations.get(user.organization_id)

    user, organization = with_store(look)
    if as_json:
        print_json(_as_json(user, organization))
    elif is_without_account(user):
        typer.echo("Nobody is signed in. Your work is recorded on this machine.")
    else:
        typer.echo(f"{user.email} ({user.role}) at {organization.name}")


async def _end_what_crashed(store: Store) -> None:
    """End sessions whose editor is gone: only work that is really open must not be taken over."""
    from taco_lsp.server.processes import is_alive  # noqa: PLC0415 - only to sign in

    async with store.write() as tx:
        await tx.sessions.sweep(socket.gethostname(), is_alive)


def _as_json(user: User, organization: Organization) -> dict[str, Any]:
    who = {"signedIn": not is_without_account(user), "userId": str(user.id), "role": user.role}
    return who if is_without_account(user) else {**who, "email": user.email, "organization": organization.name}
