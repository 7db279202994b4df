"""The tutor policy: what a school, a class or a challenge allows, merged in that order.

Policies are JSON in the store. A key that is unknown or ill-typed is ignored here (authoring tools report it),
so that one slip of a teacher never silences the tutor.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from storage.records import Json
from taco_lsp.wire.types import TOP_RUNG, Policy


def merge(*layers: Json | None) -> Policy:
    """Merge policies, weakest first (organization, class, challenge)."""
    values: dict[str, Any] = {}
    for layer in layers:
        given = layer if isinstance(layer, Mapping) else {}
        values |= {key: value for key, value in given.items() if _fits(key, value)}
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


__all__ = ["TOP_RUNG", "Policy", "merge"]
