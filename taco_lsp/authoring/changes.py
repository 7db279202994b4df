"""What differs between two versions of a challenge, part by part, for a person to read. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from typing import Any, Literal

import attrs

from storage.records import Challenge, Json

_WHOLE = ("main", "difficulty", "prerequisites", "concepts")


@attrs.frozen(kw_only=True)
class Change:
    """One part that is new, gone or different; lines that came and went."""

    what: str
    how: Literal["added", "removed", "changed"]
    lines_added: int = 0
    lines_removed: int = 0


def compare(before: Challenge, after: Challenge) -> tuple[Change, ...]:
    """Name every part that differs, in the order a folder is read."""
    old, new = dict(_parts(before)), dict(_parts(after))
    changed = (what for what in {**new, **old} if old.get(what) != new.get(what))
    return tuple(_change(what, old.get(what), new.get(what)) for what in changed)


def _change(what: str, old: str | None, new: str | None) -> Change:
    how: Literal["added", "removed", "changed"] = "changed"
    if old is None or new is None:
        how = "added" if old is None else "removed"
    one, other = (old or "").splitlines(), (new or "").splitlines()
    steps = [step for step in SequenceMatcher(None, one, other, autojunk=False).get_opcodes() if step[0] != "equal"]
    return Change(
        what=what,
        how=how,
        lines_added=sum(end - begin for _, _, _, begin, end in steps),
        lines_removed=sum(end - begin for _, begin, end, _, _ in steps),
    )


def _parts(challenge: Challenge) -> Iterator[tuple[str, str]]:
    """Take a challenge apart into named texts."""
    given = challenge.support_materials or {}
    yield "title", challenge.title
    yield "statement", challenge.statement
    for key in _WHOLE:
        if given.get(key) is not None:
            yield key, json.dumps(given[key], ensure_ascii=False)
    for name, key in (("starter", "files"), ("tests", "tests"), ("materials", "documents")):
        yield from _named(name, given.get(key))
    hints: dict[str, str] = {}
    for hint in given.get("hints") or ():
        place = f"hints/{hint['rung']}"
        hints[place] = f"{hints[place]}\n\n{hint['text']}" if place in hints else hint["text"]
    yield from hints.items()
    for number, solution in enumerate((challenge.possible_solutions or {}).get("solutions") or (), 1):
        yield from _named(f"solutions/{number}", solution.get("files"))
    yield from _values("tests", given.get("check"))
    yield from _values("policy", challenge.tutor_policy)


def _named(name: str, files: Any) -> Iterator[tuple[str, str]]:
    for path, text in sorted((files or {}).items() if isinstance(files, Mapping) else ()):
        yield f"{name}/{path}", text


def _values(name: str, table: Json | None) -> Iterator[tuple[str, str]]:
    for key, value in sorted((table or {}).items()):
        yield f"{name}.{key}", json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True)
