"""The one converter between records and JSON: camelCase names, strict types, errors that name the field.

Every attrs class of this project goes through here, storage records included, so there is no twin type per
layer. It knows nothing of JSON-RPC. Fields that are None are left off the wire.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from types import UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin
from uuid import UUID

import attrs
import cattrs
from cattrs.cols import homogenous_tuple_structure_factory
from cattrs.errors import AttributeValidationNote, ForbiddenExtraKeysError, IterableValidationNote
from cattrs.gen import make_dict_structure_fn, override

from storage.records import Challenge
from taco_lsp.errors import InvalidParams
from taco_lsp.wire.types import Position, Range, TextDocument

T = TypeVar("T")

NEVER_ON_THE_WIRE: Mapping[type, frozenset[str]] = {Challenge: frozenset({"possible_solutions", "support_materials"})}
"""Fields that would hand a student the solution or the teacher's material."""


OPEN: frozenset[type] = frozenset({TextDocument, Position, Range})
"""LSP's own shapes: editors send them with more fields than we read, such as a document's version."""

_PLAIN = frozenset({str, int, float, bool, type(None)})
"""What JSON has itself; asked first, since most values are."""

_LISTS = (list, tuple)


def camel(name: str) -> str:
    """Turn `snake_case` into `camelCase`."""
    head, *rest = name.strip("_").split("_")
    return head + "".join(part.capitalize() for part in rest)


def to_wire(value: Any) -> Any:
    """Turn a record (or a nest of them) into plain JSON values."""
    cls: type = type(value)
    if cls in _PLAIN:
        return value
    if isinstance(value, UUID):  # the driver of PostgreSQL has a class of its own
        return str(value)
    if isinstance(value, _LISTS):
        return [to_wire(item) for item in value]
    if (fields := _fields(cls)) is not None:
        return {
            wire: item if type(item) in _PLAIN else to_wire(item)
            for name, wire in fields
            if (item := getattr(value, name)) is not None
        }
    if isinstance(value, Mapping):
        return {str(key): to_wire(item) for key, item in value.items()}
    return _time(value) if isinstance(value, datetime) else value


def _time(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@cache
def _fields(cls: type) -> tuple[tuple[str, str], ...] | None:
    """The fields of a record that travel and their names on the wire; None of what is no record."""
    if not attrs.has(cls):
        return None
    hidden = NEVER_ON_THE_WIRE.get(cls, frozenset())
    return tuple((field.name, camel(field.name)) for field in attrs.fields(cls) if field.name not in hidden)


def from_wire(value: Any, type_: type[T]) -> T:
    """Read params from JSON.

    Raises:
        InvalidParams: with `field` naming the first offending field in wire spelling.
    """
    if value is None:
        value = {}
    if not isinstance(value, Mapping):
        raise InvalidParams("The params must be an object.", "Send one object with named fields.")
    try:
        return _converter().structure(value, type_)
    except Exception as error:  # noqa: BLE001 - whatever cattrs or a check raises means: does not fit
        field, problem = _first_problem(error, "")
        raise InvalidParams(f"`{field}`: {problem}." if field else f"{problem}.", field=field or None) from None


def _first_problem(error: BaseException, path: str) -> tuple[str, str]:
    """Follow the first branch of a cattrs error down to the field it is about."""
    if isinstance(error, ForbiddenExtraKeysError):
        return _join(path, min(error.extra_fields)), "there is no such field"
    if isinstance(error, cattrs.BaseValidationError):
        inner = error.exceptions[0]
        return _first_problem(inner, path + _step(inner))
    if isinstance(error, KeyError):
        missing = camel(str(error.args[0]))
        return (path.lstrip(".") if path.endswith(f".{missing}") else _join(path, missing)), "this field is missing"
    return path.lstrip("."), str(error) or "does not fit"


def _step(error: BaseException) -> str:
    for note in getattr(error, "__notes__", ()):
        if isinstance(note, AttributeValidationNote):
            return f".{camel(note.name)}"
        if isinstance(note, IterableValidationNote):
            return f"[{note.index}]"
    return ""


def _join(path: str, name: str) -> str:
    return f"{path}.{name}".lstrip(".")


@cache
def _converter() -> cattrs.Converter:
    converter = cattrs.Converter(detailed_validation=True, forbid_extra_keys=True)
    for type_, check in _SCALARS.items():
        converter.register_structure_hook(type_, check)
    converter.register_structure_hook_func(_is_choice, _choice)
    converter.register_structure_hook_func(_is_token, _token)
    converter.register_structure_hook_factory(_is_list, lambda type_: _list(type_, converter))
    converter.register_structure_hook_factory(attrs.has, lambda cls: _reader(cls, converter))
    return converter


def _reader(cls: type[Any], converter: cattrs.Converter) -> Callable[..., Any]:
    names = {f.name: override(rename=camel(f.name)) for f in attrs.fields(cls)}
    read = make_dict_structure_fn(cls, converter, _cattrs_forbid_extra_keys=cls not in OPEN, **names)  # type: ignore[arg-type]

    def check(value: Any, type_: Any) -> Any:
        if not isinstance(value, Mapping):
            raise TypeError("must be an object")
        return read(value, type_)

    return check


def _scalar(type_: type, wanted: str) -> Callable[[Any, Any], Any]:
    def check(value: Any, _: Any) -> Any:
        if not isinstance(value, type_):
            raise TypeError(f"must be {wanted}")
        return value

    return check


def _number(value: Any, _: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError("must be a number")
    return float(value)


def _whole(value: Any, _: Any) -> int:
    # JSON has no largest number, but the store and every other client do.
    if isinstance(value, bool) or not isinstance(value, int) or not -(2**53) < value < 2**53:
        raise TypeError("must be a whole number")
    return value


def _is_list(type_: Any) -> bool:
    return get_origin(type_) is tuple


def _list(type_: Any, converter: cattrs.Converter) -> Callable[[Any, Any], Any]:
    read = homogenous_tuple_structure_factory(type_, converter)

    def check(value: Any, _: Any) -> Any:
        if not isinstance(value, list | tuple):  # a text and an object can be iterated over, too
            raise TypeError("must be a list")
        return read(value, type_)

    return check


def _is_choice(type_: Any) -> bool:
    origin: Any = get_origin(type_)
    return origin is Literal


def _choice(value: Any, type_: Any) -> Any:
    choices = get_args(type_)
    if value not in choices:
        raise TypeError("must be one of " + ", ".join(choices))
    return value


def _is_token(type_: Any) -> bool:
    return get_origin(type_) in (Union, UnionType) and set(get_args(type_)) - {type(None)} == {str, int}


def _token(value: Any, type_: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, get_args(type_)):
        raise TypeError("must be a text or a whole number")
    return value


def _uuid(value: Any, _: Any) -> UUID:
    try:
        return UUID(value)
    except (ValueError, AttributeError, TypeError):
        raise TypeError("must be an id such as 01890a5d-ac96-774b-bcce-b302099a8057") from None


_SCALARS: Mapping[type, Callable[[Any, Any], Any]] = {
    str: _scalar(str, "a text"),
    int: _whole,
    bool: _scalar(bool, "true or false"),
    float: _number,
    UUID: _uuid,
}
