"""What the code was at every moment, and what it is compared with. Highlighting and packing are done elsewhere.

A moment is compared with the save before it, and where there is none with what the student began with: the starter,
or the first code on record. A challenge of several files is one text: the files one below the other, each under its
name.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from typing import Any

import attrs

from storage.records import Challenge
from taco_lsp.journey.reading import Journey
from taco_lsp.journey.text import visible
from taco_lsp.wire.types import Event

Files = Mapping[str, str]
"""What each file holds, by its path; the main one first."""

LONGEST_LINE = 1_000
"""Characters of a line of code that are shown."""


@attrs.frozen(kw_only=True)
class State:
    """The code at one moment.

    Attributes:
        files: the code; empty when there is none on record yet.
        base: what it is compared with; None when there was nothing before.
        saved: the index of the save that `base` is, among the events of the page; None when it is another one.
        before: the code at the moment before.
    """

    files: Files
    base: Files | None
    saved: int | None
    before: Files | None


def states(journey: Journey) -> tuple[State, ...]:
    """One state for each event."""
    desks = {challenge.id: _Desk(challenge) for challenge in journey.challenges.values()}
    for event in journey.earlier:
        desks[event.challenge_id].look(event, journey.code.get(event.id), None)
    return tuple(
        desks[event.challenge_id].look(event, journey.code.get(event.id), index)
        for index, event in enumerate(journey.events)
    )


class _Desk:
    """One challenge as time goes by."""

    def __init__(self, challenge: Challenge) -> None:
        starter = _texts((challenge.support_materials or {}).get("files"))
        self._main = main_file(challenge)
        self._paths = sorted(starter, key=lambda path: path != self._main) or [self._main]
        begun = any(text.strip() for text in starter.values())
        self._base: Files | None = {path: starter[path] for path in self._paths} if begun else None
        self._saved: int | None = None
        self._now: Files = self._base or {}

    def look(self, event: Event, code: str | None, index: int | None) -> State:
        """Take an event in; return the state at it."""
        before = self._now or None
        if code is not None:
            whole = event.kind == "edit" or (event.kind == "run" and event.detail["tests"])
            self._now = self._saved_files(code) if whole else self._with_document(code)
        state = State(files=self._now, base=self._base, saved=self._saved, before=before)
        if event.kind == "edit":
            self._base, self._saved = self._now, index
        elif self._base is None:
            self._base = self._now or None
        return state

    def _saved_files(self, solution: str) -> Files:
        """A saved solution: the text of the one file, or a JSON object of several."""
        if len(self._paths) > 1:
            try:
                files = _texts(json.loads(solution))
            except (ValueError, RecursionError):
                files = {}
            if files:
                return {path: files[path] for path in sorted(files, key=lambda path: path != self._main)}
        return {self._main: solution}

    def _with_document(self, text: str) -> Files:
        """The code with one of its files changed; which one is not on record, so the most similar one is taken."""
        if len(self._now) < 2:
            return {next(iter(self._now), self._main): text}
        path = max(self._now, key=lambda path: _likeness(self._now[path], text))
        return {**self._now, path: text}


def lines(files: Files) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The lines of each file, with its path; a headline before each file when there are several."""
    for path, text in files.items():
        if len(files) > 1:
            yield "", (f"── {path} ──",)
        shown = visible(text).removesuffix("\n")
        yield path, tuple(line[:LONGEST_LINE] for line in shown.split("\n")) if shown else ()


def plain(files: Files | None) -> list[str]:
    """All lines of a state."""
    return [line for _, part in lines(files or {}) for line in part]


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one.splitlines(), other.splitlines()).ratio()


def _texts(value: Any) -> dict[str, str]:
    if not isinstance(value, dict):
        return {}
    return {path: text for path, text in value.items() if isinstance(text, str)}


def main_file(challenge: Challenge) -> str:
    """The name of the file that a challenge is about."""
    given = challenge.support_materials or {}
    return str(given.get("main") or next(iter(_texts(given.get("files"))), challenge.title))
