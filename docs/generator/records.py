"""Reads attrs classes as records of the wire: names in camelCase, what is always there, and what it means.

The converter decides what travels (`taco_lsp.wire.converter`); this says the same for people and for other
languages. A client may leave out what has a default; the server leaves out what is None.
"""

from __future__ import annotations

import typing
from collections.abc import Iterable, Iterator
from types import UnionType
from typing import Any, Union, get_args, get_origin

import attrs

from generator import docstrings
from taco_lsp.wire.converter import NEVER_ON_THE_WIRE, camel, to_wire


@attrs.frozen(kw_only=True)
class Field:
    """One field of a record.

    Attributes:
        name: as it is on the wire.
        type: its Python type without None.
        required: whether it is always there.
        default: what leaving it out means, when that is not simply nothing; None otherwise.
        meaning: one line of Markdown, perhaps empty.
    """

    name: str
    type: Any
    required: bool
    default: Any = None
    meaning: str = ""


@attrs.frozen(kw_only=True)
class Record:
    """A record of the wire; `from_client` when clients send it, which is when unknown fields are refused."""

    name: str
    doc: str
    fields: tuple[Field, ...]
    from_client: bool


def nested(type_: Any) -> Iterator[type[Any]]:
    """Every attrs class in a type, outermost first, with repeats."""
    if attrs.has(type_):
        yield type_
        for name, hint in typing.get_type_hints(type_).items():
            if name not in _hidden(type_):
                yield from nested(hint)
        return
    for part in get_args(type_):
        yield from nested(part)


def read(cls: type[Any], *, from_client: bool, from_server: bool) -> Record:
    """Describe one class.

    Raises:
        TypeError: it travels both ways, and a field may be left out one way only.
    """
    doc = cls.__doc__ or ""
    meanings = docstrings.entries(doc, "Attributes")
    hints = typing.get_type_hints(cls)
    fields = []
    for attribute in attrs.fields(cls):
        if attribute.name in _hidden(cls):
            continue
        hint = hints[attribute.name]
        given, sent = attribute.default is attrs.NOTHING, not _may_be_none(hint)
        if from_client and from_server and given != sent:
            raise TypeError(f"{cls.__name__}.{attribute.name} is optional one way only: make it two records")
        type_ = _without_none(hint)
        fields.append(
            Field(
                name=camel(attribute.name),
                type=type_,
                required=given if from_client else sent,
                default=_default(attribute) if from_client else None,
                meaning=_sentence(meanings.get(attribute.name, "")) or _meaning_of(type_),
            )
        )
    return Record(name=cls.__name__, doc=docstrings.text(doc), fields=tuple(fields), from_client=from_client)


def _hidden(cls: type[Any]) -> Iterable[str]:
    return NEVER_ON_THE_WIRE.get(cls, frozenset())


def _default(attribute: attrs.Attribute[Any]) -> Any:
    default = attribute.default
    return None if default is attrs.NOTHING or isinstance(default, attrs.Factory) else to_wire(default)  # type: ignore[arg-type]


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _meaning_of(type_: Any) -> str:
    """A field without words of its own borrows those of its record."""
    classes = [part for part in (type_, *get_args(type_)) if attrs.has(part)]
    return docstrings.first_sentence(classes[0].__doc__ or "") if classes else ""


def _is_union(hint: Any) -> bool:
    return get_origin(hint) in (Union, UnionType)


def _may_be_none(hint: Any) -> bool:
    return hint is Any or (_is_union(hint) and type(None) in get_args(hint))


def _without_none(hint: Any) -> Any:
    if not _is_union(hint):
        return hint
    return Union[tuple(part for part in get_args(hint) if part is not type(None))]  # noqa: UP007 - made at run time
