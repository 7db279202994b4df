"""The configuration in force."""

from __future__ import annotations

from typing import Any

import attrs


@attrs.frozen(kw_only=True)
class Setting:
    """One setting in force and the source it came from.

    Attributes:
        value: absent when nothing is set.
        source: `default`, `user`, `workspace`, `editor` or `environment`.
        doc: what it does.
        privileged: whether a workspace file may not set it.
    """

    key: str
    value: Any
    source: str
    doc: str
    privileged: bool


@attrs.frozen(kw_only=True)
class ConfigResult:
    """Every setting, and what was ignored.

    Attributes:
        problems: what was ignored and why, a sentence each.
    """

    settings: tuple[Setting, ...]
    problems: tuple[str, ...]
