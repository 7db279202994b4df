"""Where the password of the signed-in account is between two syncs: never in the store, a file, a log or an error.

In the operating system's keyring where there is one (the `keyring` extra), otherwise in `TACO_SYNC_PASSWORD`, otherwise
in the memory of this process only, and then signing in again is needed after the next start.
"""

from __future__ import annotations

import hmac
import logging
import queue
import threading
from collections.abc import Callable, Mapping
from typing import Literal, NoReturn
from urllib.parse import urlsplit

logger = logging.getLogger(__name__)

VARIABLE = "TACO_SYNC_PASSWORD"
SERVICE = "taco-lsp"
KEYRING_TIMEOUT_S = 5.0
"""A locked keyring may ask for a password in a window nobody sees."""

Kept = Literal["keyring", "environment", "memory"]


class Password:
    """A secret that only `reveal` gives out: masked in text, refused by pickle."""

    __slots__ = ("_secret",)

    def __init__(self, secret: str) -> None:
        self._secret = secret

    def reveal(self) -> str:
        """Give the password, for a connection and nothing else."""
        return self._secret

    def __repr__(self) -> str:
        return "Password(***)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Password) and hmac.compare_digest(self._secret.encode(), other._secret.encode())

    def __hash__(self) -> int:
        return hash(self._secret)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a password is not to be written anywhere")


_typed: dict[str, Password] = {}
"""What was typed in this process, by account and server."""


def find_password(server: str, email: str, environ: Mapping[str, str]) -> Password | None:
    """Find the password of an account: typed in this process, in the environment, or in the keyring.

    Waits up to `KEYRING_TIMEOUT_S` for the keyring, so call it in a thread.
    """
    found = _find(server, email, environ)
    return found[1] if found else None


def from_environment(environ: Mapping[str, str]) -> Password | None:
    """Find the password in `TACO_SYNC_PASSWORD`, without the line end that some ways of setting it leave there."""
    given = environ.get(VARIABLE, "").rstrip("\r\n")
    return Password(given) if given else None


def where_kept(server: str, email: str, environ: Mapping[str, str]) -> Kept | None:
    """Tell where the password of an account is; None when it has to be typed. Call it in a thread."""
    found = _find(server, email, environ)
    return found[0] if found else None


def _find(server: str, email: str, environ: Mapping[str, str]) -> tuple[Kept, Password] | None:
    name = _name(server, email)
    typed = _typed.get(name)
    if given := from_environment(environ):
        return ("memory", typed) if typed else ("environment", given)
    kept = _within_time(lambda keyring: keyring.get_password(SERVICE, name))
    if typed:
        return ("keyring" if kept == typed.reveal() else "memory"), typed
    return ("keyring", Password(kept)) if kept else None


def keep_password(server: str, email: str, password: Password, environ: Mapping[str, str]) -> Kept:
    """Keep the password of an account that has just signed in, and tell where. Call it in a thread."""
    name = _name(server, email)
    _typed[name] = password
    if from_environment(environ) == password:
        return "environment"

    def put(keyring: _Keyring) -> str:
        keyring.set_password(SERVICE, name, password.reveal())
        return "kept"

    return "keyring" if _within_time(put) else "memory"


def forget_password(server: str, email: str) -> None:
    """Forget the password of an account that signs out. Call it in a thread."""
    name = _name(server, email)
    _typed.pop(name, None)

    def remove(keyring: _Keyring) -> None:
        if keyring.get_password(SERVICE, name) is not None:
            keyring.delete_password(SERVICE, name)

    _within_time(remove)


def _name(server: str, email: str) -> str:
    """Name an account at a server; whatever user the URL names, and its password, are left out."""
    parts = urlsplit(server)
    place = parts.netloc.rpartition("@")[2] + parts.path + (f"?{parts.query}" if parts.query else "")
    return f"{email} at {place}"


class _Keyring:
    """The part of the module `keyring` that is used, for the type checker."""

    def get_password(self, service: str, name: str) -> str | None: ...
    def set_password(self, service: str, name: str, password: str) -> None: ...
    def delete_password(self, service: str, name: str) -> None: ...


def _within_time(work: Callable[[_Keyring], str | None]) -> str | None:
    answer: queue.SimpleQueue[str | None] = queue.SimpleQueue()
    # A daemon, because a keyring that never answers must not keep the program from ending.
    threading.Thread(target=lambda: answer.put(_asked(work)), name="taco-keyring", daemon=True).start()
    try:
        return answer.get(timeout=KEYRING_TIMEOUT_S)
    except queue.Empty:
        logger.warning("the OS keyring did not answer within %.1f s; going on without it", KEYRING_TIMEOUT_S)
        return None


def _asked(work: Callable[[_Keyring], str | None]) -> str | None:
    try:
        import keyring  # noqa: PLC0415 - optional, and slow to import
    except ImportError:
        return None
    try:
        return work(keyring)  # type: ignore[arg-type]
    except Exception as error:  # noqa: BLE001 - backends raise what they like, and none of it stops the tutor
        # Only the type: a backend's message is not known to be free of secrets.
        logger.info("the OS keyring cannot be used (%s); going on without it", type(error).__name__)
        return None
