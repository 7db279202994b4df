"""From the settings to a server: whose account is signed in on a store, and the remote that it syncs with."""

from __future__ import annotations

import asyncio
import os
from uuid import UUID

from storage.sync.errors import RemoteError
from taco_lsp.accounts.keeping import find_password
from taco_lsp.stores import LazyStore
from taco_lsp.sync.loop import Connect, Syncer
from taco_lsp.sync.remote import Remote


def syncer_of(store: LazyStore, server: str | None) -> Syncer:
    """Give what syncs a store with a server, the same for every editor that shares the store.

    Args:
        store: Where the work is; a store on a school's server is not synced, it is the school's.
        server: The setting `sync.remote`.
    """
    is_local = store.url.startswith("sqlite:")
    return store.companion(Syncer, lambda: Syncer(store, connecting(store, server) if server and is_local else None))


def connecting(store: LazyStore, server: str) -> Connect:
    """Make what finds the account and its server before every round: both may change while an editor is open."""

    async def connect() -> tuple[UUID, Remote] | None:
        # The database libraries are imported with the store, not with the server.
        from storage.accounts import account_url, signed_in_account  # noqa: PLC0415
        from storage.sync.postgres_remote import PostgresRemote  # noqa: PLC0415

        account = await signed_in_account(await store.get())
        if store.unrecorded:
            mend = "`taco doctor` says how to mend it; then restart the server."
            raise RemoteError("failed", f"{store.unrecorded} Nothing is recorded, so nothing is synced.", mend)
        if account is None:
            return None
        password = await asyncio.to_thread(find_password, server, account.email, os.environ)
        if password is None:
            raise RemoteError("signIn", "Your password for the school is not known here.", "Sign in again.")
        return account.id, PostgresRemote(account_url(server, account.email, password.reveal()))

    return connect
