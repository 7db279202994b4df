"""Keys of model endpoints: held so that they do not leak, found in the environment or the OS keyring.

Which key goes to which host:

- `TACO_MODEL_KEY` goes to the configured endpoint, whatever it is: whoever sets it means that endpoint.
- A vendor's own variable (`OPENAI_API_KEY`), which is often set for other programs, goes to that vendor's
  host over https and to no other.
- A key in the keyring is stored under the endpoint's host (`keyring set taco-lsp HOST[:PORT]`), so changing
  the endpoint never sends an old key to a new host.
"""

from __future__ import annotations

import hmac
import logging
import queue
import threading
from collections.abc import Mapping
from typing import NoReturn

from taco_lsp.models import urls

logger = logging.getLogger(__name__)

KEY_VARIABLE = "TACO_MODEL_KEY"
KEYRING_SERVICE = "taco-lsp"
KEYRING_TIMEOUT_S = 5.0
"""A locked keyring may ask for a password in a window nobody sees."""

_VENDOR_VARIABLES = {"api.openai.com": "OPENAI_API_KEY"}


class Key:
    """A secret that only `reveal` gives out: masked in text, refused by pickle, opaque to attrs."""

    __slots__ = ("_secret",)

    def __init__(self, secret: str) -> None:
        """Hold a secret; surrounding whitespace, as left by copy and paste, is dropped.

        Raises:
            ValueError: empty, or holding what cannot stand in a header. HTTP libraries quote a bad header in
                their errors, so such a value must not come near them.
        """
        secret = secret.strip()
        if not secret or not all("!" <= character <= "~" for character in secret):
            raise ValueError("a key is made of visible ASCII characters without spaces")
        self._secret = secret

    def reveal(self) -> str:
        """Give the secret, for an Authorization header and nothing else."""
        return self._secret

    def __repr__(self) -> str:
        return "Key(***)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Key) and hmac.compare_digest(self._secret, other._secret)

    def __hash__(self) -> int:
        return hash(self._secret)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a key is not to be written anywhere")


def find_key(url: str, environ: Mapping[str, str], *, use_keyring: bool = True) -> Key | None:
    """Find the key for the endpoint at `url`: environment first, then the OS keyring.

    Waits up to `KEYRING_TIMEOUT_S` for the keyring, so call it in a thread. A keyring that is not installed,
    locked or broken counts as empty.

    Raises:
        ValueError: `url` is no endpoint's URL, or what was found is no key; the message names where it was
            found.
    """
    url = urls.base_url(url)
    for name in _variables(url):
        if value := environ.get(name, "").strip():
            return _key(value, source=f"the variable {name}")
    account = urls.authority(url)
    if use_keyring and (stored := _within_time(account)):
        return _key(stored, source=f"the keyring entry {KEYRING_SERVICE} / {account}")
    return None


def _variables(url: str) -> list[str]:
    vendor = _VENDOR_VARIABLES.get(urls.authority(url)) if url.lower().startswith("https://") else None
    return [KEY_VARIABLE, vendor] if vendor else [KEY_VARIABLE]


def _key(value: str, *, source: str) -> Key:
    try:
        return Key(value)
    except ValueError as error:
        raise ValueError(f"{source} does not hold a key: {error}") from None


def _within_time(account: str) -> str | None:
    found: queue.SimpleQueue[str | None] = queue.SimpleQueue()
    # A daemon, because a keyring that never answers must not keep the program from ending.
    threading.Thread(target=lambda: found.put(_ask_keyring(account)), name="taco-keyring", daemon=True).start()
    try:
        return found.get(timeout=KEYRING_TIMEOUT_S)
    except queue.Empty:
        logger.warning("the OS keyring did not answer within %.1f s; going on without it", KEYRING_TIMEOUT_S)
        return None


def _ask_keyring(account: str) -> str | None:
    try:
        import keyring  # noqa: PLC0415 - optional, and slow to import
        from keyring.errors import NoKeyringError  # noqa: PLC0415
    except ImportError:
        return None
    try:
        return keyring.get_password(KEYRING_SERVICE, account)
    except NoKeyringError:  # no such service on this machine, which is as good as an empty one
        return None
    except Exception as error:  # noqa: BLE001 - backends raise what they like, and none of it stops the tutor
        # Only the type: a backend's message is not known to be free of secrets.
        logger.warning("the OS keyring cannot be read (%s); going on without it", type(error).__name__)
        return None
