"""Who works on a store, as whole transactions: signing an account in and out, and claiming local work."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from storage.errors import BadStoreUrl, StoreError, StoreUnavailable
from storage.records import Organization, User
from storage.values import Claimed

if TYPE_CHECKING:
    from sqlalchemy import URL

    from storage.store import Store


async def current_user(store: Store) -> User:
    """Give the person who works on this store: the signed-in account, or the local profile without one."""
    return await store.local_profile()


async def signed_in_account(store: Store) -> User | None:
    """Give the account that is signed in, None when the local profile works without one."""
    async with store.read() as tx:
        id_ = await tx.accounts.signed_in()
        return None if id_ is None else await tx.users.get(id_)


async def set_current_user(store: Store, account: User, organization: Organization) -> None:
    """Sign an account in without taking over local work.

    Raises:
        Conflict: Another user of this store has its e-mail address.
    """
    async with store.write() as tx:
        await tx.accounts.sign_in(account, organization)


async def claim_local_profile(
    store: Store, account: User, organization: Organization, *, profile_id: UUID | None = None
) -> Claimed:
    """Sign an account in, and make what was done without one the account's, in one transaction.

    Signing in again claims nothing twice; a second account gets rows of its own.

    Args:
        store: A local store.
        account: The account as its server knows it.
        organization: Its organization, likewise.
        profile_id: The profile that is meant, to be sure of it; default: whoever works here without an account.

    Raises:
        Conflict: Another account took it over already, or work on it is open in an editor.
    """
    async with store.write() as tx:
        await tx.accounts.sign_in(account, organization)
        return await tx.accounts.claim(account, profile_id)


async def sign_out(store: Store) -> None:
    """Let the next person work without an account; the account's rows stay its own."""
    async with store.write() as tx:
        await tx.accounts.sign_out()


def account_url(server: str, email: str, password: str) -> str:
    """Give the store URL of an account on a school's server. It holds the password: not for people or logs.

    Args:
        server: The school's server, `postgresql://host/database`.
        email: The account's e-mail address; it stands for the account's login.
        password: The account's password.

    Raises:
        BadStoreUrl: `server` is no such URL.
    """
    return _server(server).set(username=email, password=password).render_as_string(hide_password=False)


def with_password(url: str, password: str) -> str:
    """Put a password into a server's URL; like `account_url`, not for people or logs.

    Raises:
        BadStoreUrl: It is no server's URL.
    """
    return _server(url).set(password=password).render_as_string(hide_password=False)


def _server(url: str) -> URL:
    from storage.location import parse  # noqa: PLC0415 - the database libraries are imported on first use

    location = parse(url)
    if location.path is not None:
        raise BadStoreUrl("A school's server cannot be a file.", "Write `postgresql://host/database`.")
    return location.url


class LoginRefused(StoreUnavailable):
    """The server knows no account with this e-mail address and password."""


async def account_at(server: str, email: str, password: str) -> tuple[User, Organization]:
    """Log in to a school's server, and read the account and its organization.

    Raises:
        BadStoreUrl: `server` is no server's URL.
        LoginRefused: A wrong e-mail address or password.
        StoreUnavailable: No server, or it is no school's.
    """
    from storage.opening import open_store  # noqa: PLC0415 - as above

    try:
        store = await open_store(account_url(server, email, password))
    except StoreError as error:
        if was_refused(error):
            raise LoginRefused(str(error), error.hint) from error
        raise
    try:
        async with store.read() as tx:
            user = await tx.users.local_profile()
            return user, await tx.organizations.get(user.organization_id)
    finally:
        await store.close()


def was_refused(error: StoreError) -> bool:
    """Tell whether a server wanted another user or password, or any password at all."""
    reason: BaseException | None = error
    while reason is not None:
        if getattr(reason, "sqlstate", None) in _REFUSED:
            return True
        reason = reason.__cause__
    return False


_REFUSED = {"28P01", "28000"}
"""PostgreSQL's codes for a wrong password, and for a login that does not exist or is closed."""
