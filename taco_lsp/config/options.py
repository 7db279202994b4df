"""Every setting, declared once: key, type, default, who may set it, and what it does.

The settings page (`docs/configuration.md`) and `taco/config/show` are made from this table. Reading files and
merging sources is the business of `layers`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import attrs


@attrs.frozen(kw_only=True)
class Option:
    """One setting as users see it.

    `check` returns None when a value is fine, otherwise what was expected. A `privileged` option may not be set
    by a workspace file, because a workspace may come from a hostile repository.
    """

    key: str
    type: str
    check: Callable[[Any], str | None]
    doc: str
    privileged: bool
    field: str

    @property
    def env(self) -> str:
        """Name of the environment variable that sets this option."""
        return "TACO_" + self.key.upper().replace(".", "_")


def _text(value: Any) -> str | None:
    return None if isinstance(value, str) else "a text"


def _switch(value: Any) -> str | None:
    return None if isinstance(value, bool) else "true or false"


def _table(value: Any) -> str | None:
    return None if isinstance(value, dict) else "a table"


@attrs.frozen
class Between:
    """Accepts numbers from `low` to `high`, only whole ones when `whole`."""

    low: float
    high: float
    whole: bool = False

    def __call__(self, value: Any) -> str | None:
        """Tell what was expected, or None when the value is fine."""
        number = int if self.whole else int | float
        if isinstance(value, number) and not isinstance(value, bool) and self.low <= value <= self.high:
            return None
        return f"a {'whole ' if self.whole else ''}number from {self.low:g} to {self.high:g}"


@attrs.frozen
class OneOf:
    """Accepts one of some texts."""

    choices: tuple[str, ...]

    def __call__(self, value: Any) -> str | None:
        """Tell what was expected, or None when the value is fine."""
        return None if value in self.choices else "one of " + ", ".join(self.choices)


def _option(
    default: Any, type_: str, check: Callable[[Any], str | None], doc: str, *, key: str, privileged: bool = False
) -> Any:
    about = {"key": key, "type": type_, "check": check, "doc": doc, "privileged": privileged}
    return attrs.field(default=default, metadata=about)


@attrs.frozen(kw_only=True)
class Settings:
    """The values in force. Times are seconds, sizes are in the unit the name says."""

    store: str | None = _option(
        None,
        "string",
        _text,
        "Where the journey is kept: `sqlite:///path` or `postgresql://user@host/db`. "
        "Default: a file in your user-data folder.",
        key="store",
        privileged=True,
    )
    model_endpoint: str | None = _option(
        None,
        "string",
        _text,
        "Base URL of an OpenAI-compatible endpoint, for example `http://localhost:11434/v1`. "
        "Without one the built-in tutor answers.",
        key="model.endpoint",
        privileged=True,
    )
    model_name: str = _option(
        "", "string", _text, "Name of the model to ask at that endpoint.", key="model.name", privileged=True
    )
    model_embeddings: str = _option(
        "",
        "string",
        _text,
        "Name of an embedding model at that endpoint, to search the knowledge by meaning too. "
        "Without one it is searched by words.",
        key="model.embeddings",
        privileged=True,
    )
    model_timeout_s: float = _option(
        120, "number", Between(1, 3600), "Longest time one answer may take, in seconds.", key="model.timeout_s"
    )
    run_timeout_s: float = _option(
        10, "number", Between(0.1, 600), "Longest time a program may run, in seconds.", key="run.timeout_s"
    )
    run_memory_mb: int = _option(
        512,
        "integer",
        Between(16, 65536, whole=True),
        "Most memory a program may use, in MB, where the system can limit it.",
        key="run.memory_mb",
    )
    run_output_kb: int = _option(
        64,
        "integer",
        Between(1, 10240, whole=True),
        "Most output kept of each stream, in kB; the middle is cut.",
        key="run.output_kb",
    )
    run_commands: Mapping[str, Any] = _option(
        attrs.Factory(dict),
        "table",
        _table,
        'How to run a language, for example `run.commands.python.run = ["python3", "{file}", "{args}"]`.',
        key="run.commands",
        privileged=True,
    )
    conversation_open: bool = _option(
        True,
        "boolean",
        _switch,
        "Show the conversation file beside your work when an answer arrives.",
        key="conversation.open",
    )
    sync_remote: str | None = _option(
        None,
        "string",
        _text,
        "Your school's server, to sign in and sync with: `postgresql://host/database`. Without one nothing leaves this "
        "machine.",
        key="sync.remote",
        privileged=True,
    )
    log_level: str = _option(
        "warning",
        "string",
        OneOf(("debug", "info", "warning", "error")),
        "How much the server writes to its log (standard error).",
        key="log.level",
    )


def _declared() -> tuple[Option, ...]:
    fields = attrs.fields(Settings)
    return tuple(Option(field=f.name, **f.metadata) for f in fields)


OPTIONS: tuple[Option, ...] = _declared()
"""All settings, in the order of the documentation."""

BY_KEY: Mapping[str, Option] = {option.key: option for option in OPTIONS}


def user_data_folder() -> Path:
    """Folder for TACO's own data on this platform (not created here)."""
    return _platform_folder("XDG_DATA_HOME", ".local/share")


def user_config_file() -> Path:
    """The user's settings file (it need not exist)."""
    return _platform_folder("XDG_CONFIG_HOME", ".config") / "config.toml"


def _platform_folder(variable: str, default: str) -> Path:
    # The three conventions by hand: the start-up path must not pay 60 ms for a library that knows twenty.
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local")) / "taco"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "taco"
    return Path(os.environ.get(variable) or Path.home() / default) / "taco"


def default_store_url() -> str:
    """URL of the local SQLite store used when nothing else is configured."""
    return f"sqlite:///{(user_data_folder() / 'taco.db').as_posix()}"
