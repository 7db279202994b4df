"""Spells a Python type in another language: one walk over the type, the words given by a `Notation`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import UnionType
from typing import Any, Generic, Literal, TypeVar, Union, get_args, get_origin

import attrs

T = TypeVar("T")


@attrs.frozen(kw_only=True)
class Notation(Generic[T]):
    """The words of a language.

    Attributes:
        plain: `str`, `int`, `float`, `bool`, `UUID`, `datetime`, `Any`, and `Mapping` for an object of any shape.
        choice: one of several texts.
        array: a list of something.
        either: one of several types.
        record: a record, by name.
    """

    plain: Mapping[Any, T]
    choice: Callable[[tuple[str, ...]], T]
    array: Callable[[T], T]
    either: Callable[[tuple[T, ...]], T]
    record: Callable[[str], T]


def spell(type_: Any, notation: Notation[T]) -> T:
    """Spell a type.

    Raises:
        TypeError: a kind of type that nothing on the wire has used so far.
    """
    if type_ in notation.plain:
        return notation.plain[type_]
    if attrs.has(type_):
        return notation.record(type_.__name__)
    origin, args = get_origin(type_), get_args(type_)
    if origin is Literal:
        return notation.choice(args)
    if origin is tuple and args[1:] == (...,):
        return notation.array(spell(args[0], notation))
    if origin is Mapping and args == (str, Any):
        return notation.plain[Mapping]
    if origin in (Union, UnionType):
        return notation.either(tuple(spell(part, notation) for part in args))
    raise TypeError(f"{type_} cannot be spelled yet: teach docs/generator/notation.py")
