"""How an account logs in to PostgreSQL: the name of its login role, and the verifier that stands for its password.

Pure functions. The verifier is computed here, on the client, so that a password is in no statement and no server log.
The names are the same as `taco_login_name` makes in `migrations/sql/0004_logins.sql`.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import stringprep
import unicodedata

ITERATIONS = 4096
"""PostgreSQL's own default. A guess costs this much; the strong hash of the password is the argon2id one."""


def normal_email(email: str) -> str:
    """Give the one way an e-mail address is kept and compared: without surrounding space, composed, in lower case."""
    return unicodedata.normalize("NFC", email.strip()).lower()


def login_name(email: str, database: str) -> str:
    """Name the login role of an account in a database; roles belong to the whole server, so the name says both."""
    digest = hashlib.sha256(f"{normal_email(email)} {database}".encode()).hexdigest()
    return f"taco_{digest[:32]}"


def scram_verifier(password: str, *, salt: bytes | None = None, iterations: int = ITERATIONS) -> str:
    """Make what PostgreSQL keeps of a password (RFC 5802, RFC 7677): it checks one, and cannot be used as one."""
    salt = secrets.token_bytes(16) if salt is None else salt
    salted = hashlib.pbkdf2_hmac("sha256", saslprep(password).encode(), salt, iterations)
    stored_key = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server_key = hmac.digest(salted, b"Server Key", "sha256")
    return f"SCRAM-SHA-256${iterations}:{_base64(salt)}${_base64(stored_key)}:{_base64(server_key)}"


def saslprep(password: str) -> str:
    """Normalise a password as PostgreSQL does (RFC 4013): one that the rules forbid stays as it is."""
    if password.isascii():
        return password
    mapped = "".join(
        " " if stringprep.in_table_c12(character) else character
        for character in password
        if not stringprep.in_table_b1(character)
    )
    normal = unicodedata.normalize("NFKC", mapped)
    return normal if normal and not _forbidden(normal) else password


_FORBIDDEN = (
    stringprep.in_table_a1,
    stringprep.in_table_c12,
    stringprep.in_table_c21_c22,
    stringprep.in_table_c3,
    stringprep.in_table_c4,
    stringprep.in_table_c5,
    stringprep.in_table_c6,
    stringprep.in_table_c7,
    stringprep.in_table_c8,
    stringprep.in_table_c9,
)


def _forbidden(text: str) -> bool:
    if any(in_table(character) for in_table in _FORBIDDEN for character in text):
        return True
    right_to_left = [stringprep.in_table_d1(character) for character in text]
    if not any(right_to_left):
        return False
    mixed = any(stringprep.in_table_d2(character) for character in text)
    return mixed or not (right_to_left[0] and right_to_left[-1])


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()
