"""What the commands about a school share: the store they work on, passwords from a prompt or standard input, output."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from storage import StoreError, open_store, upgrade_store
from storage.accounts import was_refused, with_password
from taco_lsp import config
from taco_lsp.accounts import passwords
from taco_lsp.errors import InvalidParams

if TYPE_CHECKING:
    from storage import Store

T = TypeVar("T")

AtStore = Annotated[
    str | None,
    typer.Option(
        "--store", metavar="URL", help="The school's database or a local store; default: your settings' `store`."
    ),
]
OfOrganization = Annotated[
    str | None, typer.Option("--org", metavar="NAME", help="Which organization (name or id), where there are several.")
]
PasswordStdin = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from the first line of standard input.")
]


def at_school(url: str | None, work: Callable[[Store], Awaitable[T]], *, upgrade: bool = False) -> T:
    """Open a store, upgraded first if told so, do the work, close it.

    A server's password is taken from the URL, `PGPASSWORD` or a password file as PostgreSQL's own programs do, and
    asked for at a terminal when the server wants one.

    Raises:
        StoreError: the store cannot be opened or used.
    """

    async def opened(at: str) -> Store:
        if upgrade:
            await upgrade_store(at)
        return await open_store(at)

    async def session() -> T:
        settings = config.load(environ=os.environ).settings
        store = await _let_in(url or settings.store or config.default_store_url(), opened)
        try:
            return await work(store)
        finally:
            await store.close()

    return asyncio.run(session())


async def _let_in(url: str, opened: Callable[[str], Awaitable[Store]]) -> Store:
    try:
        return await opened(url)
    except StoreError as error:
        if not was_refused(error) or not sys.stdin.isatty():
            raise
    password = await asyncio.to_thread(_ask, "Password of the database")
    return await opened(with_password(url, password))


def given_password(*, from_stdin: bool) -> str:
    """Read a password that exists already."""
    return _first_line() if from_stdin else _ask("Password")


def new_password(*, from_stdin: bool) -> str:
    """Read a password that is to be; at a terminal twice.

    Raises:
        InvalidParams: it is too short, or the two differ.
    """
    if from_stdin:
        return passwords.checked(_first_line())
    first = passwords.checked(_ask("New password"))
    if _ask("The same again") != first:
        raise InvalidParams("The two passwords differ.", "Try again.")
    return first


def _first_line() -> str:
    line = sys.stdin.readline().rstrip("\r\n")
    if not line:
        raise InvalidParams("There is no password on standard input.", "Pipe it in: `… --password-stdin < FILE`.")
    return line


def _ask(what: str) -> str:
    if not sys.stdin.isatty():
        raise InvalidParams("There is no terminal to ask for the password.", "Use --password-stdin.")
    answer: str = typer.prompt(what, hide_input=True, err=True)
    return answer
