"""Record to row and back, the same for every table; it runs no statement and converts no value.

The column types do the converting, so a field and its column only need to share a name.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypeVar

import attrs
import sqlalchemy as sa

from storage.columns import storable

T = TypeVar("T", bound=attrs.AttrsInstance)


def encode(record: attrs.AttrsInstance) -> dict[str, Any]:
    """Give the record's fields as column values, without descending into them."""
    return {field.name: getattr(record, field.name) for field in attrs.fields(type(record))}


def decode(cls: type[T], row: sa.Row[Any]) -> T:
    """Make the record that a full row of its table holds."""
    return cls(**row._mapping)  # noqa: SLF001 - SQLAlchemy's documented accessor


def dump_json(value: object) -> str:
    """Serialise a JSON column; any mapping counts as an object, text stays readable in plain SQL."""
    return storable(json.dumps(value, ensure_ascii=False, default=_mapping))


def _mapping(value: object) -> dict[Any, Any]:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"a JSON column cannot hold {type(value).__name__}")
