"""The column types that need more than SQLAlchemy gives; nothing here knows a table."""

from __future__ import annotations

import re
import sys
from array import array
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect

JsonValue = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def storable(text: str) -> str:
    """Replace what no UTF-8 database can hold, lone surrogates and NUL, by U+FFFD.

    An editor may send either; losing one unprintable character is better than losing the row.
    """
    return _UNSTORABLE.sub("\ufffd", text)


class StoredText(sa.types.TypeDecorator[str]):
    """Text of any length that both engines accept."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Clean the text on its way in."""
        return None if value is None else storable(value)


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """A moment in UTC: SQLite drops the offset silently, so it is normalised here."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Normalise to UTC; a time without a zone is a programming error."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a stored time needs a time zone: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Say that what was read is UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Float32Vector(sa.types.TypeDecorator[tuple[float, ...]]):
    """An embedding of any dimension as packed little-endian float32.

    Four bytes a number against about twenty as JSON, and numpy reads them without a copy; models give no
    more precision than that. A value read back is the float32 nearest to the one written.
    """

    impl = sa.LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Sequence[float] | None, dialect: Dialect) -> bytes | None:
        """Pack the numbers."""
        return None if value is None else _little_endian(array("f", value)).tobytes()

    def process_result_value(self, value: Any | None, dialect: Dialect) -> tuple[float, ...] | None:
        """Unpack the numbers."""
        return None if value is None else tuple(_little_endian(array("f", bytes(value))))


def _little_endian(numbers: array[float]) -> array[float]:
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
