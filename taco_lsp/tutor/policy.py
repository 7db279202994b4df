"""The tutor policy: what a school, a class or a challenge allows, merged in that order.

Policies are JSON in the store. A key that is unknown or ill-typed is ignored here (authoring tools report it),
so that one slip of a teacher never silences the tutor.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal

from storage.records import Json
from taco_lsp.wire.types import TOP_RUNG, Policy

Layer = Literal["organization", "class", "challenge"]
LAYERS: tuple[Layer, ...] = ("organization", "class", "challenge")
"""Weakest first."""

_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def merge(*layers: Json | None) -> Policy:
    """Merge policies, weakest first (organization, class, challenge)."""
    values: dict[str, Any] = {}
    for layer in layers:
        values |= _fitting(layer)
    return Policy(**values)


def misfits(layer: Json | None) -> tuple[str, ...]:
    """Name the keys of a layer that are ignored because they are unknown or their value does not fit."""
    return tuple(sorted((layer or {}).keys() - _fitting(layer).keys()))


def layer_of(key: str, *layers: Json | None) -> Layer | None:
    """Tell which layer a value in force comes from, given the layers in the order of `LAYERS`; None for the default."""
    setting = (name for name, layer in zip(LAYERS, layers, strict=False) if key in _fitting(layer))
    return max(setting, key=LAYERS.index, default=None)


def _fitting(layer: Json | None) -> dict[str, Any]:
    given = layer if isinstance(layer, Mapping) else {}
    return {key: value for key, value in given.items() if _fits(key, value)}


def _fits(key: str, value: Any) -> bool:
    check = _CHECKS.get(key)
    return check is not None and check(value)


def _count(value: Any, low: int, high: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def _is_tag(value: Any) -> bool:
    return isinstance(value, str) and _LANGUAGE_TAG.fullmatch(value) is not None


_CHECKS: Mapping[str, Any] = {
    "enabled": lambda value: isinstance(value, bool),
    "hint_ceiling": lambda value: _count(value, 0, TOP_RUNG),
    "hint_pacing": lambda value: value in ("change", "free"),
    "require_attempt": lambda value: isinstance(value, bool),
    "allow_code": lambda value: value in ("none", "analogous", "snippets"),
    "questions_per_hour": lambda value: value is None or _count(value, 0, 10_000),
    "language": _is_tag,
    "persona": lambda value: value is None or isinstance(value, str),
    "recording": lambda value: isinstance(value, bool),
    "allow_deletion": lambda value: isinstance(value, bool),
}


__all__ = ["LAYERS", "TOP_RUNG", "Layer", "Policy", "layer_of", "merge", "misfits"]
