"""HTML as text that is escaped by construction: a child or an attribute is escaped unless it is `Html` already.

Only two places make `Html` of something else: `tag` here, and the Markdown renderer, which escapes by itself.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

_VOID = frozenset({"input", "meta"})

_ESCAPE_SEQUENCES = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")
_HIDDEN = (
    {code: chr(0x2400 + code) for code in range(0x20) if chr(code) not in "\t\n"}
    | {0x7F: "\u2421"}
    # Marks that reorder text can make code look like other code (CVE-2021-42574).
    | dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)], "\ufffd")
)


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


def visible(text: str) -> str:
    """Text in which nothing hides: no terminal colours, and control characters shown as symbols."""
    whole_lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return _ESCAPE_SEQUENCES.sub("", whole_lines).translate(_HIDDEN)


def _attribute(key: str, value: str | bool | None) -> str:
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{html.escape(value)}"'
