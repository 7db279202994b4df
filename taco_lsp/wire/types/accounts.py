"""Accounts: signing in to a school, and who one is."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

import attrs


@attrs.frozen(kw_only=True)
class SignInParams:
    """An account at the school that the setting `sync.remote` names.

    Attributes:
        email: of the account.
        password: of the account; without one, the password that is kept is tried.
        claim: whether what was done here without an account becomes the account's.
    """

    email: str
    password: str | None = attrs.field(default=None, repr=False)
    claim: bool = True


@attrs.frozen(kw_only=True)
class ClaimedWork:
    """What came along with signing in: how many rows of work done here without an account."""

    sessions: int
    interactions: int
    runs: int
    revisions: int


@attrs.frozen(kw_only=True)
class AccountState:
    """Who works here.

    Attributes:
        signed_in: whether with an account.
        user_id: of the account, or of the profile of this machine.
        role: student, teacher or admin.
        email: of the account.
        organization: name of the account's school.
        server: the school's server, without any password.
        password_kept: where the password is, so that syncing needs none; absent when it has to be typed.
        claimed: what signing in took over.
    """

    signed_in: bool
    user_id: UUID
    role: str
    email: str | None = None
    organization: str | None = None
    server: str | None = None
    password_kept: Literal["keyring", "environment", "memory"] | None = None
    claimed: ClaimedWork | None = None
