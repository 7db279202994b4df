"""HTML as text that is escaped by construction: a child or an attribute is escaped unless it is `Html` already.

Only two places make `Html` of something else: `tag` here, and the Markdown renderer, which escapes by itself.
"""

from __future__ import annotations

import html
from collections.abc import Iterable

_VOID = frozenset({"input", "meta"})


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


def tag(name: str, /, *children: str, **attributes: str | bool | None) -> Html:
    """Make an element.

    Attribute names are written with `_` for `-`, and with a trailing `_` where Python has a keyword; True makes an
    attribute without a value, False and None none at all.
    """
    start = f"<{name}{''.join(_attribute(key, value) for key, value in attributes.items())}>"
    return Html(start if name in _VOID else f"{start}{join(children)}</{name}>")


def join(parts: Iterable[str]) -> Html:
    """Put pieces side by side."""
    return Html("".join(part if isinstance(part, Html) else html.escape(part, quote=False) for part in parts))


def _attribute(key: str, value: str | bool | None) -> str:
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{html.escape(value)}"'
