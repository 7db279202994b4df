"""Reads `challenge.toml` and says what is wrong with it, by line. Opens no file.

Every key is optional:

    title           what students read in lists
    slug            the challenge's name for `taco challenge`; else the folder's
    main            the file that opens first, a path below starter/
    difficulty      1 to 10
    prerequisites   a list of concepts to know before
    concepts        a list of concepts practised
    [policy]        see docs/policy.md
    [[hints]]       rung (1 to 5) and text, beside the files in hints/
    [tests]         command: a list of words, run in the challenge's folder
    [[tests.cases]] stdin, stdout, args
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import attrs

from storage.records import Json
from taco_lsp.authoring.problems import Problem
from taco_lsp.runner import parse_commands
from taco_lsp.runner.commands import ARGS, placeholders
from taco_lsp.runner.tools import TOOLS
from taco_lsp.testing.suite import Case, Check
from taco_lsp.tutor.builtin import Hint
from taco_lsp.tutor.policy import TOP_RUNG, misfits

NAME = "challenge.toml"
SEE = "See docs/authoring.md."

_HEADER = re.compile(r"\s*\[{1,2}\s*([\w.\"'-]+)\s*\]{1,2}\s*(?:#.*)?$")
_PLACE = re.compile(r"\(at line (\d+), column \d+\)|\(at end of document\)")
_SLUG = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}")
_PLACEHOLDERS = frozenset({"dir", "memory_mb", *TOOLS})


@attrs.frozen(kw_only=True)
class Manifest:
    """What a challenge.toml says; None and empty where it says nothing."""

    title: str | None = None
    slug: str | None = None
    main: str | None = None
    difficulty: int | None = None
    prerequisites: tuple[str, ...] = ()
    concepts: tuple[str, ...] = ()
    hints: tuple[Hint, ...] = ()
    policy: Json | None = None
    check: Check = attrs.field(factory=Check)


def read_manifest(text: str) -> tuple[Manifest, list[Problem]]:
    """Read the text of a challenge.toml; what is wrong is named and left out."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = _PLACE.search(str(error))
        line = int(place[1]) if place and place[1] else text.count("\n") + 1
        reason = _PLACE.sub("", str(error)).strip()
        return _unreadable(f"This is not valid TOML: {reason}.", line)
    except RecursionError:
        return _unreadable("This is not valid TOML: it is nested too deep.")
    except ValueError:  # more digits than Python takes
        return _unreadable("This is not valid TOML: a number is too long.")
    reader = _Reader(text)
    manifest = _manifest(reader, table)
    return manifest, reader.problems


def _unreadable(message: str, line: int | None = None) -> tuple[Manifest, list[Problem]]:
    return Manifest(), [Problem(message=message, hint=SEE, file=NAME, line=line)]


def _manifest(reader: _Reader, table: Mapping[str, Any]) -> Manifest:
    taken = reader.take(table, "", _KEYS)
    policy = taken.get("policy")
    for key in misfits(policy):
        reader.report(f"policy.{key} is no setting, or has no such value.", key, "policy", hint="See docs/policy.md.")
    tests = reader.take(taken.get("tests", {}), "tests", {"command": _WORDS, "cases": _TABLES})
    command = tuple(tests.get("command", ()))
    if problem := command_problem(command):
        reader.report(f"tests.command: {problem}.", "command", "tests")
    hints = (reader.take(item, "hints", _HINT, at) for at, item in enumerate(taken.get("hints", ())))
    cases = (reader.take(item, "tests.cases", _CASE, at) for at, item in enumerate(tests.get("cases", ())))
    return Manifest(
        **{key: taken.get(key) for key in ("title", "slug", "main", "difficulty", "policy")},
        prerequisites=tuple(taken.get("prerequisites", ())),
        concepts=tuple(taken.get("concepts", ())),
        hints=tuple(Hint(rung=hint["rung"], text=hint["text"]) for hint in hints if len(hint) == len(_HINT)),
        check=Check(command=command, cases=tuple(_case(case) for case in cases if "stdout" in case)),
    )


def command_problem(command: tuple[str, ...]) -> str:
    """Say what is wrong with a command for the tests; empty when nothing is."""
    if not command:
        return ""
    if ARGS in command:
        return "{args} has no meaning here"
    _, mistakes = parse_commands({"tests": {"run": command}}, {})
    if mistakes:
        return mistakes[0].partition(": ")[2]
    if unknown := sorted(placeholders(command) - _PLACEHOLDERS):
        return f"{{{unknown[0]}}} has no meaning here; write the file's name itself"
    return ""


def _case(given: Mapping[str, Any]) -> Case:
    return Case(stdin=given.get("stdin", ""), stdout=given["stdout"], args=tuple(given.get("args", ())))


class _Reader:
    """Takes values out of tables and remembers what does not fit, with its line."""

    def __init__(self, text: str) -> None:
        self.problems: list[Problem] = []
        self._text = text

    def report(self, message: str, key: str, table: str, index: int = 0, *, hint: str = SEE) -> None:
        line = line_of(self._text, key, table, index)
        self.problems.append(Problem(message=message, hint=hint, file=NAME, line=line))

    def take(self, given: Mapping[str, Any], name: str, keys: Mapping[str, _Kind], index: int = 0) -> dict[str, Any]:
        """Give the values that fit; `name` and `index` tell which table it is."""
        dotted = f"{name}." if name else ""
        for key in given.keys() - keys.keys():
            known = ", ".join(sorted(keys))
            self.report(f"{dotted}{key} is unknown; known are {known}.", key, name, index)
        for key in _REQUIRED.get(name, frozenset()) - given.keys():
            self.report(f"{dotted}{key} is missing.", "", name, index)
        for key in given.keys() & keys.keys():
            if not keys[key].fits(given[key]):
                self.report(f"{dotted}{key} must be {keys[key].wanted}.", key, name, index)
        return {key: value for key, value in given.items() if key in keys and keys[key].fits(value)}


def line_of(text: str, key: str, table: str = "", index: int = 0) -> int | None:
    """Find the line of a key in the `index`th table of a name, or of the table itself when the key is empty.

    A text of several lines may be mistaken for keys: the line helps a person, nothing depends on it.
    """
    wanted = re.compile(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=")
    current, seen = "", Counter[str]()
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            current = header[1]
            seen[current] += 1
            here = current == table and seen[current] == index + 1
            if here and (not key or table.endswith(f".{key}")):
                return number
            if current == (f"{table}.{key}" if table else key):
                return number
        elif key and current == table and seen[current] == (index + 1 if table else 0) and wanted.match(line):
            return number
    return None


@attrs.frozen
class _Kind:
    fits: Callable[[Any], bool]
    wanted: str


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_whole(value: Any, low: int, high: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


_TEXT = _Kind(_is_text, "a text")
_TITLE = _Kind(lambda value: isinstance(value, str) and bool(value.strip()), "a text")
_WORDS = _Kind(lambda value: isinstance(value, list) and all(map(_is_text, value)), "a list of texts")
_TABLE = _Kind(lambda value: isinstance(value, Mapping), "a table")
_TABLES = _Kind(
    lambda value: isinstance(value, list) and all(isinstance(item, Mapping) for item in value), "a list of tables"
)
_KEYS: Mapping[str, _Kind] = {
    "title": _TITLE,
    "slug": _Kind(
        lambda value: isinstance(value, str) and bool(_SLUG.fullmatch(value)),
        "a text of small letters, digits, dots and dashes",
    ),
    "main": _TEXT,
    "difficulty": _Kind(lambda value: _is_whole(value, 1, 10), "a whole number from 1 to 10"),
    "prerequisites": _WORDS,
    "concepts": _WORDS,
    "hints": _TABLES,
    "policy": _TABLE,
    "tests": _TABLE,
}
_HINT: Mapping[str, _Kind] = {
    "rung": _Kind(lambda value: _is_whole(value, 1, TOP_RUNG), f"a whole number from 1 to {TOP_RUNG}"),
    "text": _TITLE,
}
_CASE: Mapping[str, _Kind] = {"stdin": _TEXT, "stdout": _TEXT, "args": _WORDS}
_REQUIRED: Mapping[str, frozenset[str]] = {"hints": frozenset(_HINT), "tests.cases": frozenset({"stdout"})}
