"""Names after a dot that are not there: `None`, the wrong kind of value, a typo, a shadowed module.

Covers `AttributeError`.
"""

from __future__ import annotations

import ast
import builtins
import re
import sys
from pathlib import PureWindowsPath

from taco_lsp.tutor.builtin.failure import Cause, Failure, Rule, rule, say
from taco_lsp.tutor.builtin.origins import base_name, nodes_in_line, why_none, why_type
from taco_lsp.tutor.builtin.own_classes import on_own_class
from taco_lsp.tutor.builtin.places import class_values, classes, kept, methods
from taco_lsp.tutor.builtin.sizes import value_of
from taco_lsp.tutor.builtin.wording import closest

_WISHES = {
    "push": "add_item",
    "add": "add_item",
    "append": "add_item",
    "length": "item_count",
    "size": "item_count",
    "len": "item_count",
    "count": "counting",
    "contains": "ask_for_item",
    "indexOf": "find_position",
    "find": "find_position",
    "substring": "take_part",
    "charAt": "take_letter",
    "toLowerCase": "lower_case",
    "toUpperCase": "upper_case",
    "trim": "remove_spaces",
    "has_key": "ask_for_key",
    "each": "go_through",
    "map": "change_each",
    "toString": "to_text",
    "sort": "sorting",
    "sorted": "sorting",
    "reverse": "turn_round",
    "iteritems": "pairs",
    "items": "pairs",
    "equals": "compare",
    "round": "rounding",
    "get": "look_up",
    "keys": "keys",
}
"""What people want who try these names on a value that does not have them."""

_NEVER_GROW = frozenset({"str", "tuple", "int", "float", "bool", "range", "bytes"})


def _base(failure: Failure, attribute: str) -> ast.expr | None:
    found = [node for node in nodes_in_line(failure, ast.Attribute) if node.attr == attribute]
    return found[0].value if found else None


def _on_none(failure: Failure, match: re.Match[str]) -> Cause:
    attribute = match[1]
    base = _base(failure, attribute)
    name = base_name(base) if base else failure.words("attribute_errors.before_dot")
    reason = why_none(failure, base)
    return failure.cause(
        "attribute_errors.on_none",
        name=name,
        attribute=attribute,
        reason=reason or failure.words("attribute_errors.none_source"),
    )


def _own_file_hides_module(failure: Failure, module: str) -> bool:
    stem = PureWindowsPath(failure.filename or "").stem
    files = {PureWindowsPath(frame.file).stem for frame in failure.frames}
    return "consider renaming" in failure.message or (
        module in sys.stdlib_module_names and (stem == module or module in files)
    )


def _on_module(failure: Failure, match: re.Match[str]) -> Cause:
    module, attribute = match[1], match[2]
    if "circular import" in failure.message or "partially initialized" in failure.message:
        same = _own_file_hides_module(failure, module)
        if not same:
            return failure.cause("attribute_errors.circular_import", module=module, attribute=attribute)
    if _own_file_hides_module(failure, module):
        return failure.cause("attribute_errors.own_file_hides_module", module=module, attribute=attribute)
    similar = _suggestion(failure) or closest(attribute, _names_of_module(module))
    hint = failure.words("attribute_errors.looks_similar", name=similar) if similar else ""
    inner = getattr(sys.modules.get(module), module, None) if module in sys.stdlib_module_names else None
    inside = failure.words("attribute_errors.same_name_inside", module=module) if hasattr(inner, attribute) else ""
    return failure.cause("attribute_errors.not_in_module", module=module, attribute=attribute, hint=hint, inside=inside)


def _names_of_module(module: str) -> list[str]:
    """Names of a standard module that happens to be loaded; nothing is imported for this."""
    loaded = sys.modules.get(module) if module in sys.stdlib_module_names else None
    return [name for name in dir(loaded) if not name.startswith("_")] if loaded else []


def _suggestion(failure: Failure) -> str | None:
    match = re.search(r"Did you mean:? '([^']+)'", failure.message)
    return match[1] if match else None


def _on_class(failure: Failure, match: re.Match[str]) -> Cause:
    owner, attribute = match[1], match[2]
    similar = _suggestion(failure)
    hint = failure.words("attribute_errors.looks_similar", name=similar) if similar else ""
    known = classes(failure.source.tree).get(owner)
    lines = [line for name, _, line in kept(known) if name == attribute] if known else []
    where = failure.words("attribute_errors.kept_with_self", attribute=attribute, kept_line=lines[0]) if lines else ""
    return failure.cause("attribute_errors.on_class", owner=owner, attribute=attribute, hint=hint, where=where)


def _on_value(failure: Failure, match: re.Match[str]) -> Cause:
    kind, attribute = match[1], match[2]
    base = _base(failure, attribute)
    name = base_name(base) if base else failure.words("attribute_errors.before_dot")
    known = (
        [item for item in dir(getattr(builtins, kind, None)) if not item.startswith("_")]
        if hasattr(builtins, kind)
        else []
    )
    hidden = on_own_class(failure, kind, attribute) if attribute.startswith("__") else None
    if hidden:
        return hidden
    similar = _suggestion(failure) or closest(attribute, known or _attributes_in_class(failure, kind))
    came_from = why_type(failure, base)
    if attribute == "join" and kind != "str":
        return failure.cause("attribute_errors.join_on_parts", kind=failure.texts.kind(kind), came_from=came_from)
    if similar:
        return failure.cause(
            "attribute_errors.misspelled",
            name=name,
            kind=failure.texts.kind(kind),
            attribute=attribute,
            similar=similar,
            came_from=came_from,
        )
    own = on_own_class(failure, kind, attribute)
    if own:
        return own
    wish = _inside_items(failure, base, kind, attribute)
    if kind == "dict" and _is_key(failure, base, attribute):
        wish = failure.words("attribute_errors.is_a_key", attribute=attribute)
    elif kind in {"function", "method", "builtin_function_or_method"}:
        wish = failure.words("attribute_errors.not_called")
    elif _WISHES.get(attribute) == "add_item" and kind in _NEVER_GROW:
        wish = failure.words("attribute_errors.cannot_grow")
    elif attribute in _WISHES:
        wanted = failure.words(f"attribute_errors.wishes.{_WISHES[attribute]}")
        wish = failure.words("attribute_errors.suggests", wish=wanted)
    elif wish == "" and kind == "str" and (isinstance(base, ast.Constant) or failure.text.startswith(".")):
        wish = failure.words("attribute_errors.full_stop")
    return failure.cause(
        "attribute_errors.not_on_value",
        name=name,
        kind=failure.texts.kind(kind),
        attribute=attribute,
        wish=wish,
        came_from=came_from,
    )


def _is_key(failure: Failure, base: ast.expr | None, attribute: str) -> bool:
    value = value_of(failure, base) if base else None
    return isinstance(value, ast.Dict) and any(
        isinstance(key, ast.Constant) and key.value == attribute for key in value.keys
    )


def _inside_items(failure: Failure, base: ast.expr | None, kind: str, attribute: str) -> str:
    """Say so when a collection is asked for what its items have."""
    if kind not in {"list", "tuple", "set", "dict"} or base is None:
        return ""
    value = value_of(failure, base)
    items = value.elts if isinstance(value, ast.List | ast.Tuple | ast.Set) else []
    text = bool(items) and all(isinstance(item, ast.Constant) and isinstance(item.value, str) for item in items)
    made = {item.func.id for item in items if isinstance(item, ast.Call) and isinstance(item.func, ast.Name)}
    own = any(attribute in _attributes_in_class(failure, name) for name in made)
    if own or (text and hasattr(str, attribute)) or (not value and kind == "list" and hasattr(str, attribute)):
        return failure.words("attribute_errors.item_has_it", attribute=attribute)
    return ""


def _attributes_in_class(failure: Failure, kind: str) -> list[str]:
    """Methods of a class of the student's, and what it keeps in its objects."""
    owner = classes(failure.source.tree).get(kind)
    if owner is None:
        return []
    return [*(method.name for method in methods(owner)), *(name for name, _, _ in kept(owner)), *class_values(owner)]


def _read_only(failure: Failure, match: re.Match[str]) -> Cause:
    return failure.cause("attribute_errors.read_only", word=next(filter(None, match.groups()), "…"))


RULES: tuple[Rule, ...] = (
    rule(r"cannot (?:assign to|delete) field '([^']+)'", say("attribute_errors.frozen", "name")),
    rule(r"'NoneType' object has no attribute '([^']+)'", _on_none),
    rule(r"(?:partially initialized )?module '([^']+)' has no attribute '([^']+)'", _on_module),
    rule(r"type object '([^']+)' has no attribute '([^']+)'", _on_class),
    rule(
        r"attribute '([^']+)' of .* is(?: not writable| read-only)|property '([^']+)' .* has no setter|can't set "
        r"attribute '?(\w*)",
        _read_only,
    ),
    rule(r"'([^']+)' object has no attribute '([^']+)'", _on_value),
    rule(r"^__(?:enter|exit|aenter)__$", say("type_messages.not_a_context")),
)
