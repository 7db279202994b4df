"""`taco/account/*`: signing in to a school and out again, and who is at this editor."""

from __future__ import annotations

import asyncio
import os
from urllib.parse import urlsplit

from storage import PLACEHOLDER_EMAIL_DOMAIN
from storage.accounts import signed_in_account
from taco_lsp.accounts import signing_in
from taco_lsp.accounts.keeping import Password, where_kept
from taco_lsp.context import Context
from taco_lsp.wire.types import AccountState, ClaimedWork, Nothing, SignInParams


async def sign_in(ctx: Context, params: SignInParams) -> AccountState:
    """Sign in to the school that `sync.remote` names; what was done here without an account goes along.

    Open challenges are closed, because they were somebody else's: open them again.

    Raises:
        SignInFailed: no server is set, or the e-mail address or the password is wrong.
        CannotRecord: the server cannot be reached, or the work is open in another editor.
    """
    password = Password(params.password) if params.password else None
    server = ctx.config.settings.sync_remote
    account = await signing_in.log_in(server, params.email, password)
    store = await ctx.store.get()
    profile = await ctx.user()
    await ctx.seats.leave_all()
    is_nobodys = profile.email.endswith(f"@{PLACEHOLDER_EMAIL_DOMAIN}")
    done = await signing_in.sign_in(store, account, claim=params.claim, profile_id=profile.id if is_nobodys else None)
    ctx.syncer.urge()
    claimed = done.claimed
    return AccountState(
        signed_in=True,
        user_id=done.user.id,
        role=done.user.role,
        email=done.user.email,
        organization=done.organization.name,
        server=_shown(account.server),
        password_kept=done.kept,
        claimed=ClaimedWork(
            sessions=claimed.sessions,
            interactions=claimed.interactions,
            runs=claimed.runs,
            revisions=claimed.revisions,
        ),
    )


async def sign_out(ctx: Context, _: Nothing) -> AccountState:
    """Sign out and forget the password. The work stays on this machine and stays the account's."""
    store = await ctx.store.get()
    if await signed_in_account(store) is not None:
        await ctx.seats.leave_all()
        await signing_in.sign_out(store, ctx.config.settings.sync_remote)
    return await who_am_i(ctx, Nothing())


async def who_am_i(ctx: Context, _: Nothing) -> AccountState:
    """Tell who works here. Asks no server."""
    user = await ctx.user()
    if user.email.endswith(f"@{PLACEHOLDER_EMAIL_DOMAIN}"):
        return AccountState(signed_in=False, user_id=user.id, role=user.role)
    store = await ctx.store.get()
    async with store.read() as tx:
        organization = await tx.organizations.get(user.organization_id)
    server = ctx.config.settings.sync_remote
    kept = await asyncio.to_thread(where_kept, server, user.email, os.environ) if server else None
    return AccountState(
        signed_in=True,
        user_id=user.id,
        role=user.role,
        email=user.email,
        organization=organization.name,
        server=_shown(server) if server else None,
        password_kept=kept,
    )


def _shown(server: str) -> str:
    parts = urlsplit(server)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
