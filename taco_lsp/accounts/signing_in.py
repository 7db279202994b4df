"""Signing in to a school and out again: the server says who it is, the local store keeps whose work is whose."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING
from uuid import UUID

import attrs

from storage import Organization, User, accounts
from storage.logins import normal_email
from storage.values import Claimed
from taco_lsp.accounts import keeping
from taco_lsp.accounts.keeping import Kept, Password
from taco_lsp.errors import SignInFailed

if TYPE_CHECKING:
    from storage import Store

SERVER_WAIT_S = 20.0


@attrs.frozen(kw_only=True)
class SignedIn:
    """Who signed in, what came along, and where the password is kept."""

    user: User
    organization: Organization
    claimed: Claimed
    kept: Kept


@attrs.frozen(kw_only=True)
class Account:
    """An account as its server knows it, and the password that was right."""

    user: User
    organization: Organization
    server: str
    password: Password


async def log_in(server: str | None, email: str, password: Password | None) -> Account:
    """Ask the school's server about an account; nothing changes here.

    Args:
        server: The setting `sync.remote`.
        email: As it was typed.
        password: As it was typed; default: the one that is kept.

    Raises:
        SignInFailed: no server is set, the e-mail address or password is wrong, or no password is known.
        StoreError: the server cannot be reached.
    """
    if not server:
        raise SignInFailed("No school server is set.", "Put `sync.remote` into your settings; your school says what.")
    email = normal_email(email)
    if "@" not in email:
        raise SignInFailed("This is no e-mail address.", "Write it like ada@school.example.")
    password = password or await asyncio.to_thread(keeping.find_password, server, email, os.environ)
    if password is None:
        raise SignInFailed("The password is missing.", "Type your password.")
    try:
        async with asyncio.timeout(SERVER_WAIT_S):
            user, organization = await accounts.account_at(server, email, password.reveal())
    except accounts.LoginRefused as error:
        raise SignInFailed(
            "The e-mail address or the password is wrong.", "Check both, or ask your teacher."
        ) from error
    except TimeoutError:
        raise SignInFailed(
            "Your school's server does not answer.", "Try again later; all your work goes on without it."
        ) from None
    return Account(user=user, organization=organization, server=server, password=password)


async def sign_in(store: Store, account: Account, *, claim: bool, profile_id: UUID | None = None) -> SignedIn:
    """Make an account the one that works on this store, with what was done here before if wanted.

    Raises:
        Conflict: another account took that work over, or it is open in an editor.
    """
    claimed = Claimed()
    if claim:
        claimed = await accounts.claim_local_profile(store, account.user, account.organization, profile_id=profile_id)
    else:
        await accounts.set_current_user(store, account.user, account.organization)
    kept = await asyncio.to_thread(
        keeping.keep_password, account.server, account.user.email, account.password, os.environ
    )
    return SignedIn(user=account.user, organization=account.organization, claimed=claimed, kept=kept)


async def sign_out(store: Store, server: str | None) -> User | None:
    """Sign out whoever is signed in, and forget the password; the work stays, and stays theirs."""
    user = await accounts.signed_in_account(store)
    if user is None:
        return None
    await accounts.sign_out(store)
    if server:
        await asyncio.to_thread(keeping.forget_password, server, user.email)
    return user
