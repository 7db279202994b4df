"""Pseudonyms: ids by a keyed hash, and texts without what names a person.

With the same key the same student has the same pseudonym in every export; without the key nobody finds the way back.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path

from taco_lsp.errors import CannotWrite, InvalidParams

KEY_VARIABLE = "TACO_EXPORT_KEY"
SHORTEST_KEY = 16
_SIZE = 9
"""Bytes of a pseudonym: two of a million are the same once in ten thousand million exports."""

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_HOME = re.compile(r"((?:/home/|/Users/|[A-Za-z]:\\{1,2}Users\\{1,2}))[^/\\\s\"'<>|:]+")


class Pseudonyms:
    """Gives pseudonyms; the key is not shown."""

    def __init__(self, key: bytes) -> None:
        self._keyed = blake2b(key=blake2b(key, digest_size=32).digest(), digest_size=_SIZE)
        self.of = lru_cache(maxsize=50_000)(self._of)

    def event(self, id_: str, part: str = "") -> str:
        """The pseudonym of an event; one row can be several events."""
        return self._hash(f"event:{_plain(id_)}{part}".encode())

    def code(self, user: str, code: str) -> str:
        """The id of a student's code state, the same for the same code."""
        return self._hash(f"code:{_plain(user)}:{code}".encode(errors="replace"))

    def _of(self, kind: str, id_: str) -> str:
        """The pseudonym of a student, a session, a class or a problem."""
        return self._hash(f"{kind}:{_plain(id_)}".encode())

    def _hash(self, data: bytes) -> str:
        hashed = self._keyed.copy()  # a new one with a key takes half as long again
        hashed.update(data)
        return hashed.hexdigest()


def _plain(id_: str) -> str:
    """The same text of an id whichever engine gave it."""
    return id_.replace("-", "")


def without_names(text: str) -> str:
    """A text without e-mail addresses and without the names of home folders, which are often people's."""
    if "@" in text:
        text = _EMAIL.sub("[e-mail]", text)
    if "home" in text or "Users" in text:
        text = _HOME.sub(r"\1[user]", text)
    return text


def redacted(text: str) -> str:
    """What is left of a text when nobody may read it: its length."""
    return f"[redacted: {len(text)} characters]" if text.strip() else ""


def find_key(file: Path | None, environ: Mapping[str, str]) -> bytes | None:
    """Read the key from a file, which is made if it is not there, or from the environment; None without either.

    Raises:
        InvalidParams: the key is too short.
        CannotWrite: the file can be neither read nor made.
    """
    if file is None:
        found = environ.get(KEY_VARIABLE, "").strip().encode()
        return _checked(found, KEY_VARIABLE) if found else None
    try:
        if not file.exists():
            with os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="ascii") as made:
                made.write(secrets.token_hex(32) + "\n")
        return _checked(file.read_bytes().strip(), str(file))
    except OSError as error:
        raise CannotWrite(f"The key file {file} cannot be used ({error.strerror}).", "Name another file.") from error


def _checked(key: bytes, where: str) -> bytes:
    if len(key) < SHORTEST_KEY:
        raise InvalidParams(f"The key in {where} is too short.", f"Use at least {SHORTEST_KEY} characters.")
    return key
