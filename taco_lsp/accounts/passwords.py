"""Passwords of accounts: what is accepted, how one is made up, and the forms in which it is kept.

argon2id with the parameters of RFC 9106 (argon2-cffi's defaults) for every store; beside it PostgreSQL's own SCRAM
verifier for the account's login. Both are made here, so that a password never travels in SQL.
"""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TYPE_CHECKING

from storage.logins import scram_verifier
from storage.values import ProtectedPassword
from taco_lsp.errors import InvalidParams

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST = 8
LONGEST = 256
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that looks like something else on paper
_GROUPS, _GROUP = 3, 4  # 59 bits


def checked(password: str) -> str:
    """Give a new password back when it may be used.

    Raises:
        InvalidParams: it is too short, too long, or one letter repeated.
    """
    if len(password) < SHORTEST:
        raise InvalidParams(f"The password has fewer than {SHORTEST} characters.", "Choose a longer one.")
    if len(password) > LONGEST or "\0" in password:
        raise InvalidParams(f"A password has at most {LONGEST} characters.", "Choose another one.")
    if len(set(password)) == 1:
        raise InvalidParams("The password is one character repeated.", "Choose another one.")
    return password


def made_up() -> str:
    """Make an initial password that can be read off paper: `k7mh-x2vq-9dtw`."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS))


def protect(password: str) -> ProtectedPassword:
    """Turn a password into what a store keeps of it. Takes about a tenth of a second, on purpose."""
    return ProtectedPassword(argon2id=_hasher().hash(password), scram=scram_verifier(password))


async def protect_all(passwords: Sequence[str]) -> list[ProtectedPassword]:
    """Turn many passwords into what a store keeps of them, on every core, aside from the event loop."""
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        return list(await asyncio.gather(*(loop.run_in_executor(threads, protect, it) for it in passwords)))


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher  # noqa: PLC0415 - only whoever makes passwords needs it

    return PasswordHasher()
