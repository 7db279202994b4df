"""The transcript that is shipped, and ways to spoil a copy of it."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import attrs

from taco_lsp.conformance.transcript import By, Entry, read

SHIPPED = Path(str(files("taco_lsp.conformance"))) / "transcripts" / "student.jsonl"
Spoil = Callable[[list[Entry]], None]


def shipped() -> list[Entry]:
    """A copy to spoil."""
    return list(read(SHIPPED))


def find(entries: Sequence[Entry], by: By, method: str, number: int = 0) -> int:
    """Where a request or notification stands."""
    places = [
        place for place, entry in enumerate(entries) if entry.by == by and (entry.message or {}).get("method") == method
    ]
    return places[number]


def reply_to(entries: Sequence[Entry], asked: int) -> int:
    """Where the reply to a request stands."""
    message, by = entries[asked].message, entries[asked].by
    return next(
        place
        for place, entry in enumerate(entries)
        if entry.by != by and entry.message and "method" not in entry.message and entry.message["id"] == message["id"]
    )


def change(entries: list[Entry], place: int, edit: Callable[[dict[str, Any]], Any]) -> None:
    """Edit the message of a line."""
    message = copy.deepcopy(entries[place].message)
    edit(message)
    entries[place] = attrs.evolve(entries[place], message=message)


def says(entries: list[Entry], place: int, by: By, **message: Any) -> None:
    """Put a message into a place."""
    entries.insert(place, Entry(at=0.0, by=by, message={"jsonrpc": "2.0", **message}))


def fields(value: Any, name: str = "") -> set[str]:
    """The fields of a JSON value with the types of what they hold, such as `usage.promptTokens:int`."""
    if isinstance(value, Mapping):
        return set().union(*(fields(item, f"{name}.{key}") for key, item in value.items()))
    if isinstance(value, list):
        return set().union(*(fields(item, f"{name}[]") for item in value))
    return {f"{name}:{type(value).__name__}"}


def all_fields(entries: Sequence[Entry]) -> dict[tuple[str, str], set[str]]:
    """The fields of everything that went over a connection, by sender and method."""
    methods: dict[tuple[str, Any], str] = {}
    found: dict[tuple[str, str], set[str]] = {}
    for entry in entries:
        message = entry.message or {}
        if "method" in message:
            methods[entry.by, message.get("id")] = message["method"]
            found.setdefault((entry.by, message["method"]), set()).update(fields(message.get("params")))
        elif "id" in message:
            asked = methods["server" if entry.by == "client" else "client", message["id"]]
            outcome = message.get("result", message.get("error"))
            found.setdefault((entry.by, f"reply to {asked}"), set()).update(fields(outcome))
    return found
