"""CSV as in RFC 4180, as text.

The csv module looks at each character, and a million rows are mostly ids, which need no quotes.
"""

from __future__ import annotations

from collections.abc import Iterable

LINE_END = "\r\n"


def field(value: object) -> str:
    """One value, in quotes where its signs need them; None is empty."""
    if isinstance(value, str):
        if '"' in value:
            return '"' + value.replace('"', '""') + '"'
        return f'"{value}"' if "," in value or "\n" in value or "\r" in value else value
    return "" if value is None else field(str(value))


def line(values: Iterable[object]) -> str:
    """One row with its end."""
    return ",".join(map(field, values)) + LINE_END
