"""The tutor policy: what a school, a class or a challenge allows, merged in that order.

Policies are JSON in the store. A key that is unknown or ill-typed is ignored here (authoring tools report it),
so that one slip of a teacher never silences the tutor.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import attrs

from storage.records import Json

TOP_RUNG = 5
"""The ladder has five rungs: question, concept, where to look, analogous example, partial structure."""


@attrs.frozen(kw_only=True)
class Policy:
    """What the tutor may do for this student at this challenge.

    `require_attempt` asks for an edit or a run before the first hint; `hint_pacing` "change" opens the next rung
    after an edit or a run, "free" at once; `questions_per_hour` None means no limit; `language` is a BCP 47 tag.
    """

    enabled: bool = True
    hint_ceiling: int = TOP_RUNG
    hint_pacing: Literal["change", "free"] = "change"
    require_attempt: bool = False
    allow_code: Literal["none", "analogous", "snippets"] = "analogous"
    questions_per_hour: int | None = None
    language: str = "en"
    persona: str | None = None
    recording: bool = True


def merge(*layers: Json | None) -> Policy:
    """Merge policies, weakest first (organization, class, challenge)."""
    values: dict[str, Any] = {}
    for layer in layers:
        values |= {key: value for key, value in (layer or {}).items() if _fits(key, value)}
    return Policy(**values)


def _fits(key: str, value: Any) -> bool:
    check = _CHECKS.get(key)
    return check is not None and check(value)


def _count(value: Any, low: int, high: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


_CHECKS: Mapping[str, Any] = {
    "enabled": lambda value: isinstance(value, bool),
    "hint_ceiling": lambda value: _count(value, 0, TOP_RUNG),
    "hint_pacing": lambda value: value in ("change", "free"),
    "require_attempt": lambda value: isinstance(value, bool),
    "allow_code": lambda value: value in ("none", "analogous", "snippets"),
    "questions_per_hour": lambda value: value is None or _count(value, 0, 10_000),
    "language": lambda value: isinstance(value, str),
    "persona": lambda value: value is None or isinstance(value, str),
    "recording": lambda value: isinstance(value, bool),
}
