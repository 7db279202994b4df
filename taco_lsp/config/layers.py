"""Reads the five sources of settings and merges them; each value knows where it came from.

Order, weakest first: defaults, user file, workspace file, initializationOptions, `TACO_*` environment. A bad key
or value is reported and skipped, the rest still applies. Nothing here raises for bad input.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

import attrs

from taco_lsp.config.options import BY_KEY, OPTIONS, Option, Settings, default_store_url, user_config_file

Source = Literal["default", "user", "workspace", "editor", "environment"]

WORKSPACE_FILE = Path(".taco") / "config.toml"
_BY_ENV = {option.env: option for option in OPTIONS}
_PASSWORD = re.compile(r"^(\w[\w+.-]*://[^:/@]*):.*@")
_NOT_SETTINGS = frozenset({"TACO_MODEL_KEY", "TACO_SERVER_TOKEN", "TACO_SYNC_PASSWORD"})


@attrs.frozen(kw_only=True)
class Problem:
    """One thing wrong with the configuration: where, which key, and what to do."""

    where: str
    key: str
    message: str

    def __str__(self) -> str:
        return f"{self.where}: {self.key}: {self.message}" if self.key else f"{self.where}: {self.message}"


@attrs.frozen(kw_only=True)
class Effective:
    """The settings in force, the source of each (by option key), and what was wrong."""

    settings: Settings
    sources: Mapping[str, Source]
    problems: tuple[Problem, ...] = ()

    def shown(self, option: Option) -> Any:
        """The value in force as it may be shown: a URL without its password."""
        value = getattr(self.settings, option.field)
        if option.key == "store" and not value:
            value = default_store_url()
        return _PASSWORD.sub(r"\1:***@", value) if isinstance(value, str) else value

    def summary_of_problems(self) -> str | None:
        """All problems as one message for the user, or None."""
        if not self.problems:
            return None
        listed = "\n".join(f"- {problem}" for problem in self.problems)
        return f"TACO ignored some settings; everything else applies.\n{listed}"


def load(
    *,
    environ: Mapping[str, str],
    editor_options: Any = None,
    editor_trusted: bool = True,
    workspace: Path | None = None,
    user_file: Path | None = None,
) -> Effective:
    """Read and merge every source.

    Args:
        environ: the process environment.
        editor_options: `initializationOptions` as sent by the editor, nested or with dotted keys.
        editor_trusted: whether the editor may set privileged options; false for clients from the network.
        workspace: folder whose `.taco/config.toml` is read, if any.
        user_file: the user's settings file; default: the platform's place.
    """
    untrusted = {"workspace"} if editor_trusted else {"workspace", "editor"}
    problems: list[Problem] = []
    values: dict[str, Any] = {}
    sources: dict[str, Source] = {option.key: "default" for option in OPTIONS}

    def apply(source: Source, where: str, given: Mapping[str, Any]) -> None:
        for key, value in _flatten(given):
            problem = _refusal(key, value, trusted=source not in untrusted)
            if problem:
                problems.append(Problem(where=where, key=key, message=problem))
                continue
            values[BY_KEY[key].field] = value
            sources[key] = source

    user_path = user_file or user_config_file()
    apply("user", "user settings", _read_toml(user_path, "user settings", problems))
    if workspace is not None:
        apply("workspace", "workspace settings", _read_toml(workspace / WORKSPACE_FILE, "workspace settings", problems))
    apply("editor", "editor settings", _as_table(editor_options, problems))
    apply("environment", "environment", _from_environment(environ, problems))
    return Effective(settings=Settings(**values), sources=sources, problems=tuple(problems))


def _refusal(key: str, value: Any, *, trusted: bool) -> str | None:
    option = BY_KEY.get(key)
    if option is None:
        return "there is no such setting" + _did_you_mean(key)
    if option.privileged and not trusted:
        return "this may not be set from here; put it into your user settings"
    expected = option.check(value)
    return f"must be {expected}" if expected else None


def _did_you_mean(key: str) -> str:
    import difflib  # noqa: PLC0415 - only when there is a mistake to explain

    near = difflib.get_close_matches(key, BY_KEY, n=1)
    return f"; did you mean {near[0]}?" if near else ""


def _flatten(given: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in given.items():
        key = f"{prefix}{name}"
        is_group = isinstance(value, Mapping) and any(known.startswith(f"{key}.") for known in BY_KEY)
        if is_group:
            yield from _flatten(value, f"{key}.")
        else:
            yield key, value


def _read_toml(path: Path, where: str, problems: list[Problem]) -> Mapping[str, Any]:
    import tomllib  # noqa: PLC0415 - most students have no settings file

    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        problems.append(Problem(where=where, key="", message=f"the file could not be read ({error})"))
        return {}


def _as_table(given: Any, problems: list[Problem]) -> Mapping[str, Any]:
    if given is None or given == []:  # Lua cannot tell an empty object from an empty list
        return {}
    if isinstance(given, Mapping):
        return given
    problems.append(Problem(where="editor settings", key="", message="initializationOptions must be an object"))
    return {}


def _from_environment(environ: Mapping[str, str], problems: list[Problem]) -> Mapping[str, Any]:
    found: dict[str, Any] = {}
    for name, raw in environ.items():
        if not name.startswith("TACO_") or name in _NOT_SETTINGS:
            continue
        option = _BY_ENV.get(name)
        if option is None:
            problems.append(Problem(where="environment", key=name, message="there is no such setting"))
        else:
            found[option.key] = _parse(option, raw)
    return found


def _parse(option: Option, raw: str) -> Any:
    if option.type == "string":
        return raw
    try:
        return json.loads(raw)
    except json.JSONDecodeError:
        return raw  # refused by the option's own check, which says what it wants
