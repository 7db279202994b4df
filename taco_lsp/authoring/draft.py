"""A challenge's content without its place in a store: what a folder or an exercise of a track is read into.

`Draft` knows where it came from, so that reading it again finds the same challenge. Its shape in the store is
described in `taco_lsp.tutor.materials`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from storage.records import Json
from taco_lsp.testing.suite import Check, Suite, make_suite
from taco_lsp.tutor.builtin import Hint


@attrs.frozen(kw_only=True)
class Source:
    """What a challenge was read from; equal sources of one class are one challenge.

    `collection` is `folder` for a teacher's own, `exercism/python` for a track's.
    """

    collection: str
    slug: str

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from every other."""
        return self.collection, self.slug


@attrs.frozen(kw_only=True)
class Draft:
    """The content of a challenge. Files are texts by relative path with `/`; each solution holds whole files."""

    source: Source
    title: str
    statement: str
    files: Mapping[str, str]
    main: str
    tests: Mapping[str, str] = attrs.field(factory=dict)
    check: Check = attrs.field(factory=Check)
    hints: tuple[Hint, ...] = ()
    solutions: tuple[Mapping[str, str], ...] = attrs.field(default=(), repr=False)
    documents: Mapping[str, str] = attrs.field(factory=dict)
    policy: Json | None = None
    difficulty: int | None = None
    prerequisites: tuple[str, ...] = ()
    concepts: tuple[str, ...] = ()

    @property
    def suite(self) -> Suite | None:
        """The tests, when there is anything to run."""
        return make_suite(self.main, self.files, self.tests, self.check)


def support_materials(draft: Draft) -> dict[str, Any]:
    """Give the draft as the column `support_materials`; what is empty is left out."""
    check = {
        "command": list(draft.check.command),
        "cases": [{"stdin": c.stdin, "stdout": c.stdout, "args": list(c.args)} for c in draft.check.cases],
    }
    optional = {
        "documents": dict(draft.documents),
        "check": {key: value for key, value in check.items() if value},
        "difficulty": draft.difficulty,
        "prerequisites": list(draft.prerequisites),
        "concepts": list(draft.concepts),
    }
    return {
        "files": dict(draft.files),
        "main": draft.main,
        "tests": dict(draft.tests),
        "hints": [{"rung": hint.rung, "text": hint.text} for hint in draft.hints],
        "source": attrs.asdict(draft.source),
        **{key: value for key, value in optional.items() if value},
    }


def possible_solutions(draft: Draft) -> dict[str, Any] | None:
    """Give the draft's solutions as the column `possible_solutions`."""
    return {"solutions": [{"files": dict(files)} for files in draft.solutions]} if draft.solutions else None
