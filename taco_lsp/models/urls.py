"""Addresses of endpoints: cleaned, checked, and named in messages without giving a secret away."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

_CHAT_PATH = "/chat/completions"
_EXAMPLE = "write it like http://localhost:11434/v1"


def base_url(text: str) -> str:
    """Clean an endpoint's base URL; a trailing slash or `/chat/completions` is tolerated.

    A URL with credentials or a query is refused because request URLs end up in logs.

    Raises:
        ValueError: it is no such URL. The message never repeats the text, which may hold a secret.
    """
    url = text.strip()
    if "@" in url:
        raise ValueError("the model URL must not contain a user name or password; set TACO_MODEL_KEY instead")
    if any(character.isspace() or not character.isprintable() for character in url):
        raise ValueError(f"the model URL contains a space or a control character; {_EXAMPLE}")
    try:
        parts = urlsplit(url)
        known = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        known = False
    if not known:
        raise ValueError(f"the model URL is not an http or https address; {_EXAMPLE}")
    if "?" in url or "#" in url:
        raise ValueError(f"the model URL must end with its path; {_EXAMPLE}")
    return url.rstrip("/").removesuffix(_CHAT_PATH).rstrip("/")


def authority(url: str) -> str:
    """Name the host, and the port if one is written, of a URL accepted by `base_url`."""
    return urlsplit(url).netloc.lower()


def is_loopback(url: str) -> bool:
    """Tell whether the URL names this machine, which no proxy can reach on our behalf."""
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified
