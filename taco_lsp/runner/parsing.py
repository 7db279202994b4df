"""Reading command templates from settings: a plain TOML or JSON table, checked key by key.

The format is described in `taco_lsp.runner.commands`. A mistake costs the language it is in, not the rest.
"""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

import attrs

from taco_lsp.runner.commands import ARGS, PLACEHOLDERS, CommandTemplate

_KEYS = frozenset({"title", "languages", "extensions", "compile", "run", "headroom_mb"})


def parse_commands(
    table: Mapping[str, Any], base: Mapping[str, CommandTemplate]
) -> tuple[Mapping[str, CommandTemplate], list[str]]:
    """Lay a plain TOML or JSON table of templates over `base`.

    Returns:
        The templates, those of the table first, without the languages whose entry is wrong (these keep their
        base template); and one line for each mistake that names its key.
    """
    parsed: dict[str, CommandTemplate] = {}
    problems: list[str] = []
    for name, entry in table.items():
        found = list(_check_entry(f"commands.{name}", entry, has_base=name in base))
        problems += found
        if not found:
            parsed[name] = _merge(base.get(name, CommandTemplate(title=name, languages=(name.lower(),))), entry)
    return MappingProxyType({**parsed, **{k: v for k, v in base.items() if k not in parsed}}), problems


def _merge(base: CommandTemplate, entry: Mapping[str, Any]) -> CommandTemplate:
    changes: dict[str, Any] = {k: tuple(v) if isinstance(v, (list, tuple)) else v for k, v in entry.items()}
    for key in ("languages", "extensions"):
        if key in changes:
            changes[key] = tuple(word.lower() for word in changes[key])
    if changes.get("headroom_mb") is False:
        changes["headroom_mb"] = None
    return attrs.evolve(base, **changes)


def _check_entry(key: str, entry: object, *, has_base: bool) -> Iterator[str]:
    if not isinstance(entry, Mapping):
        yield f"{key}: must be a table"
        return
    for unknown in sorted(entry.keys() - _KEYS):
        yield f"{key}.{unknown}: unknown key; known are {', '.join(sorted(_KEYS))}"
    if not isinstance(entry.get("title", ""), str):
        yield f"{key}.title: must be text"
    headroom = entry.get("headroom_mb", 0)
    if headroom is not False and (not isinstance(headroom, int) or headroom is True or headroom < 0):
        yield f"{key}.headroom_mb: must be a whole number of megabytes, or false"
    if not has_base and "run" not in entry:
        yield f"{key}.run: missing"
    for list_key in ("languages", "extensions", "compile", "run"):
        if list_key in entry:
            yield from _check_list(f"{key}.{list_key}", entry[list_key])


def _check_list(key: str, words: object) -> Iterator[str]:
    if not isinstance(words, (list, tuple)) or not all(isinstance(word, str) for word in words):
        yield f"{key}: must be a list of texts"
        return
    if key.endswith(".run") and not words:
        yield f"{key}: must name a program"
    if key.endswith(".extensions") and not all(word.startswith(".") for word in words):
        yield f"{key}: an extension starts with a dot"
    if not key.endswith((".run", ".compile")):
        return
    for place, word in enumerate(words):
        if problem := _argument_problem(word):
            yield f"{key}[{place}]: {problem}"


def _argument_problem(word: str) -> str:
    if word == ARGS:
        return ""
    try:
        parts = list(string.Formatter().parse(word))
    except ValueError as error:
        return f"{error}; write a literal brace twice"
    for _, name, spec, conversion in parts:
        if name == "args":
            return "{args} must stand alone"
        if name is not None and (name not in PLACEHOLDERS or spec or conversion):
            return f"unknown placeholder {{{name}}}; known are {', '.join(sorted(PLACEHOLDERS | {'args'}))}"
    return ""
