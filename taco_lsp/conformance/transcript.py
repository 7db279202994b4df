"""What went between a client and the server, as lines of JSON.

A line is one of these, `at` in seconds since the connection began:

    {"at", "by": "client"|"server", "message": {...}}     a message; "disk" holds the saved file beside a `didSave`
    {"at", "by": "client"|"server", "fault": "..."}       bytes that were no message, in words
    {"at", "by": "client", "door": "tcp"|"ws"}            the client came over a network; always the first line
    {"at", "by": "client", "left": true}                  the client closed its end
    {"at", "by": "server", "exit": 0}                     the server ended, with its exit code

Judges nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import attrs

from taco_lsp.errors import InvalidParams

By = Literal["client", "server"]
Door = Literal["tcp", "ws"]
SUFFIX = ".jsonl"

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z")
_DURATION = re.compile(r'"durationMs": \d+')
_PROCESS = re.compile(r'"processId": \d+')


@attrs.frozen(kw_only=True)
class Entry:
    """One line of a transcript."""

    at: float
    by: By
    message: Any = None
    disk: str | None = None
    fault: str | None = None
    door: Door | None = None
    left: bool = False
    exit: int | None = None

    def as_line(self) -> str:
        """The line of the file, without its end."""
        fields = {name: value for name, value in attrs.asdict(self).items() if value is not None and value is not False}
        return json.dumps(fields, ensure_ascii=False)


def read(file: Path) -> tuple[Entry, ...]:
    """Read a transcript.

    Raises:
        InvalidParams: the file cannot be read, or is none.
    """
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
        return tuple(Entry(**json.loads(line)) for line in lines if line.strip())
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidParams(f"{file} cannot be read.", str(error)) from error
    except (ValueError, TypeError) as error:
        raise InvalidParams(
            f"{file} is no transcript ({error}).", "`taco conformance --record FOLDER -- CLIENT` makes some."
        ) from error


def read_all(folder: Path) -> tuple[tuple[Entry, ...], ...]:
    """Read the transcripts of a folder, in the order the connections began."""
    return tuple(read(file) for file in sorted(folder.glob(f"*{SUFFIX}")))


def write(file: Path, entries: Iterable[Entry]) -> None:
    """Write a transcript."""
    text = "".join(f"{entry.as_line()}\n" for entry in entries)
    file.write_text(text, encoding="utf-8", newline="\n")


def normal(entries: Sequence[Entry], places: Mapping[str, str]) -> tuple[Entry, ...]:
    """Put fixed values for what differs from one recording to the next: ids, times, durations, and the places named."""
    text = "\n".join(attrs.evolve(entry, at=0.0).as_line() for entry in entries)
    for place, name in places.items():
        text = text.replace(json.dumps(place, ensure_ascii=False)[1:-1], name)
    ids = {found: f"01936a2c-7d40-7c3e-9f1b-{number:012x}" for number, found in enumerate(_in_order(text), 1)}
    text = _ID.sub(lambda found: ids[found[0]], text)
    text = _TIME.sub("2026-03-02T09:00:00.000Z", text)
    text = _DURATION.sub('"durationMs": 40', _PROCESS.sub('"processId": 4711', text))
    return tuple(Entry(**json.loads(line)) for line in text.split("\n") if line)


def _in_order(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_ID.findall(text)))
