"""Passwords: accepted, made up, kept as hashes, and remembered between two syncs."""

from __future__ import annotations

import logging
import pickle
import sys
import threading
from typing import Any

import pytest
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from taco_lsp.accounts import keeping, passwords
from taco_lsp.accounts.keeping import Password, find_password, forget_password, keep_password, where_kept
from taco_lsp.errors import InvalidParams

SERVER = "postgresql://db.school.example/taco"
ADA = "ada@school.example"


@pytest.mark.parametrize("bad", ["", "short", "a" * 20, "x" * 300, "long enough\0"])
def test_a_poor_password_is_refused(bad: str) -> None:
    with pytest.raises(InvalidParams) as caught:
        passwords.checked(bad)
    assert caught.value.hint


def test_a_made_up_password_is_accepted_and_never_the_same() -> None:
    made = {passwords.made_up() for _ in range(100)}
    assert len(made) == 100
    for password in made:
        assert passwords.checked(password) == password
        assert not set(password) & set("il1o0")


async def test_a_password_is_kept_as_argon2id_and_as_a_verifier() -> None:
    first, second = await passwords.protect_all(["correct horse", "correct horse"])
    assert first.argon2id.startswith("$argon2id$") and first.argon2id != second.argon2id
    assert first.scram.startswith("SCRAM-SHA-256$")
    assert PasswordHasher().verify(first.argon2id, "correct horse")
    with pytest.raises(VerifyMismatchError):
        PasswordHasher().verify(first.argon2id, "wrong")


def test_a_password_is_kept_in_the_keyring_and_found_again(own_keyring: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert keep_password(SERVER, ADA, Password("s3cret pass"), {}) == "keyring"
    monkeypatch.setattr(keeping, "_typed", {})  # the next process
    assert find_password(SERVER, ADA, {}) == Password("s3cret pass")
    assert where_kept(SERVER, ADA, {}) == "keyring"
    assert find_password(SERVER, "bob@school.example", {}) is None
    assert find_password("postgresql://other.example/taco", ADA, {}) is None
    assert find_password("postgresql://someone:pw@db.school.example/taco", ADA, {}) == Password("s3cret pass")
    forget_password(SERVER, ADA)
    assert find_password(SERVER, ADA, {}) is None
    assert own_keyring.entries == {}


def test_the_environment_serves_where_there_is_no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    environ = {keeping.VARIABLE: "from outside"}
    assert find_password(SERVER, ADA, environ) == Password("from outside")
    assert where_kept(SERVER, ADA, environ) == "environment"
    assert keep_password(SERVER, ADA, Password("from outside"), environ) == "environment"


def test_without_a_keyring_a_password_lasts_as_long_as_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert keep_password(SERVER, ADA, Password("typed"), {}) == "memory"
    assert find_password(SERVER, ADA, {}) == Password("typed")
    assert where_kept(SERVER, ADA, {}) == "memory"
    forget_password(SERVER, ADA)
    assert find_password(SERVER, ADA, {}) is None


def test_what_was_just_typed_wins_over_what_was_kept(own_keyring: Any) -> None:
    keep_password(SERVER, ADA, Password("old"), {})
    keep_password(SERVER, ADA, Password("new"), {keeping.VARIABLE: "other"})
    assert find_password(SERVER, ADA, {keeping.VARIABLE: "other"}) == Password("new")
    assert set(own_keyring.entries.values()) == {"new"}


def test_a_keyring_that_never_answers_is_given_up(own_keyring: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    locked = threading.Event()
    monkeypatch.setattr(keeping, "KEYRING_TIMEOUT_S", 0.05)
    monkeypatch.setattr(own_keyring, "get_password", lambda *_: locked.wait(5))
    assert find_password(SERVER, ADA, {}) is None
    locked.set()


def test_a_broken_keyring_is_an_empty_one_and_its_words_stay_out_of_the_log(
    own_keyring: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: str) -> None:
        raise RuntimeError("tell-tale")

    monkeypatch.setattr(own_keyring, "set_password", broken)
    with caplog.at_level(logging.DEBUG):
        assert keep_password(SERVER, ADA, Password("typed"), {}) == "memory"
    assert "tell-tale" not in caplog.text and "typed" not in caplog.text


def test_a_password_does_not_print_and_is_not_written_anywhere() -> None:
    password = Password("s3cret")
    assert "s3cret" not in f"{password} {password!r} {[password]}"
    with pytest.raises(TypeError):
        pickle.dumps(password)
