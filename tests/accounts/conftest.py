"""Schools to work on, a local file and a real server; commands on them; and a keyring of the tests' own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keyring
import pytest
from argon2 import PasswordHasher
from keyring.backend import KeyringBackend
from school_commands import Taco
from typer.testing import CliRunner

from storage import StoreError
from taco_lsp.accounts import keeping, passwords
from taco_lsp.cli.main import app
from taco_lsp.errors import TacoError


@pytest.fixture
def taco(no_settings_of_this_machine: None, monkeypatch: pytest.MonkeyPatch) -> Taco:
    """Run `taco` on a store; what goes wrong is raised, what is printed as JSON comes back."""

    cheap = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", lambda: cheap)

    def run(url: str, *words: str, stdin: str = "") -> Any:
        monkeypatch.setenv("TACO_STORE", url)
        result = CliRunner().invoke(app, [*words, "--json"], input=stdin)
        if isinstance(result.exception, TacoError | StoreError):
            raise result.exception
        assert result.exit_code == 0, (result.output, result.exception)
        return json.loads(result.stdout)

    return run


@pytest.fixture(params=["sqlite", "postgresql"])
def school_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A store with a school in it and nothing else, as its owner opens it."""
    if request.param == "sqlite":
        return f"sqlite:///{request.getfixturevalue('store_file').as_posix()}"
    url: str = request.getfixturevalue("postgres_url")
    request.getfixturevalue("taco")(
        url,
        "admin",
        "init",
        url,
        "--org",
        "Lyceum",
        "--email",
        "ann@school.example",
        "--password-stdin",
        stdin="long enough\n",
    )
    return url


class MemoryKeyring(KeyringBackend):
    """A keyring that lasts for a test."""

    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.entries: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.entries[service, username]


@pytest.fixture(autouse=True)
def own_keyring(monkeypatch: pytest.MonkeyPatch) -> Iterator[MemoryKeyring]:
    """Keep the keyring of whoever runs the tests out of them, and forget what was typed."""
    before = keyring.get_keyring()
    mine = MemoryKeyring()
    keyring.set_keyring(mine)
    monkeypatch.delenv(keeping.VARIABLE, raising=False)
    monkeypatch.setattr(keeping, "_typed", {})
    yield mine
    keyring.set_keyring(before)
