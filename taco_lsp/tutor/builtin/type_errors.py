"""Values of the wrong kind: brackets, calls and loops that do not fit them.

Covers `TypeError`; operators are in `operator_errors`, wrong argument counts in `call_errors`, messages that need no
code in `type_messages`.
"""

from __future__ import annotations

import ast
import builtins
import re

from taco_lsp.tutor.builtin.call_errors import CALL_RULES
from taco_lsp.tutor.builtin.failure import Cause, Failure, Rule, rule
from taco_lsp.tutor.builtin.operator_errors import OPERATOR_RULES
from taco_lsp.tutor.builtin.origins import (
    KIND_OF,
    about_kinds,
    base_name,
    called_name,
    nodes_in_line,
    why_none,
    why_type,
)
from taco_lsp.tutor.builtin.sizes import value_of
from taco_lsp.tutor.builtin.source import loops_around, unparse
from taco_lsp.tutor.builtin.type_messages import OTHER_RULES
from taco_lsp.tutor.builtin.wording import joined, quote

_GOING_THROUGH = frozenset(
    {"enumerate", "zip", "map", "filter", "sum", "list", "set", "tuple", "dict"}
    | {"sorted", "reversed", "max", "min", "any", "all", "join", "extend"}
)
"""Functions that go through what they are given."""

_IN_A_ROW = frozenset({"join", "next", "reversed"})

_ONE_BY_ONE = frozenset(
    {"generator", "map", "filter", "zip", "enumerate", "dict_keys", "dict_values", "dict_items", "set"}
)
"""Kinds of value whose items come one after another and have no position."""


def _not_subscriptable(failure: Failure, match: re.Match[str]) -> Cause:
    kind = match[1] or "type"
    nodes = nodes_in_line(failure, ast.Subscript)
    base = nodes[-1].value if nodes else None
    name = base_name(base) if base else failure.words("type_errors.before_bracket")
    if kind == "NoneType":
        return failure.cause(
            "type_errors.item_of_none",
            name=name,
            story=why_none(failure, base) or failure.words("type_errors.no_return"),
        )
    if kind in {"function", "method", "builtin_function_or_method", "type"}:
        return failure.cause("type_errors.item_of_function", name=name, kind=failure.texts.kind(kind))
    return failure.cause(
        "type_errors.not_subscriptable",
        name=name,
        kind=failure.texts.kind(kind),
        story=joined(
            failure.words("type_errors.one_by_one") if kind in _ONE_BY_ONE else "",
            why_type(failure, base),
            about_kinds(failure, kind),
        ),
    )


def _not_callable(failure: Failure, match: re.Match[str]) -> Cause:
    kind = match[1]
    calls = [node for node in nodes_in_line(failure, ast.Call) if not _known_callable(failure, node.func)]
    called = calls[0].func if calls else None
    name = base_name(called) if called else failure.words("type_errors.before_round")
    if isinstance(called, ast.Name) and hasattr(builtins, called.id):
        hidden = [item.line for item in failure.source.bindings if item.name == called.id]
        where = failure.texts.on_line(hidden[0]) if hidden else failure.words("type_errors.earlier")
        return failure.cause("type_errors.hidden_builtin", name=called.id, where=where, kind=failure.texts.kind(kind))
    if kind == "NoneType":
        return failure.cause(
            "type_errors.none_called",
            name=name,
            story=why_none(failure, called) or failure.words("type_errors.two_pairs"),
        )
    missing = failure.words("type_errors.side_by_side")
    return failure.cause(
        "type_errors.not_callable",
        name=name,
        kind=failure.texts.kind(kind),
        missing=missing,
        story=joined(why_type(failure, called), about_kinds(failure, kind)),
    )


def _known_callable(failure: Failure, called: ast.expr) -> bool:
    return (
        isinstance(called, ast.Name)
        and hasattr(builtins, called.id)
        and bool(failure.source.tree)
        and not any(item.name == called.id for item in failure.source.bindings)
    )


def _not_iterable(failure: Failure, match: re.Match[str]) -> Cause:
    kind = match[1] or match[2]
    node = _gone_through(failure)
    name = base_name(node) if node else failure.words("type_errors.a_value")
    if kind == "NoneType":
        return failure.cause(
            "type_errors.none_iterated",
            name=name,
            story=why_none(failure, node) or failure.words("type_errors.no_return"),
        )
    counted = failure.words("type_errors.single_number") if kind in {"int", "float"} else ""
    return failure.cause(
        "type_errors.not_iterable",
        name=name,
        kind=failure.texts.kind(kind),
        counted=counted,
        story=joined(why_type(failure, node), about_kinds(failure, kind)),
    )


def _gone_through(failure: Failure) -> ast.expr | None:
    """Find what the line goes through: in a loop, in a comprehension, or in a call such as `sum(…)`."""
    nodes = [node.iter for node in nodes_in_line(failure, ast.For)]
    nodes += [part.iter for part in nodes_in_line(failure, ast.comprehension)]
    nodes += [call for call in nodes_in_line(failure, ast.Call) if called_name(call) in _GOING_THROUGH]
    node = nodes[0] if nodes else None
    while isinstance(node, ast.Call) and called_name(node) in _GOING_THROUGH and node.args:
        several = len(node.args) > 1 and called_name(node) in {"zip", "map", "filter"}
        numbers = [item for item in node.args if isinstance(item, ast.Constant)]
        if several and not numbers:
            return node
        node = numbers[0] if several else node.args[0]
    return node


def _not_container(failure: Failure, match: re.Match[str]) -> Cause:
    compares = nodes_in_line(failure, ast.Compare)
    right = compares[0].comparators[-1] if compares else None
    name = base_name(right) if right else failure.words("type_errors.right_of_in")
    story = why_none(failure, right) if match[1] == "NoneType" else why_type(failure, right)
    return failure.cause("type_errors.not_container", name=name, kind=failure.texts.kind(match[1]), story=story)


def _item_assignment(failure: Failure, match: re.Match[str]) -> Cause:
    kind = match[1]
    nodes = nodes_in_line(failure, ast.Subscript)
    name = base_name(nodes[0].value) if nodes else failure.words("type_errors.the_value")
    fixed = kind in {"str", "tuple", "bytes", "range"}
    reason = failure.words("type_errors.never_changes") if fixed else failure.words("type_errors.has_no_items")
    return failure.cause(
        "type_errors.item_assignment",
        name=name,
        kind=failure.texts.kind(kind),
        action=failure.words(f"type_errors.{match[2]}"),
        reason=reason,
        story=why_type(failure, nodes[0].value if nodes else None),
    )


def _wrong_index_type(failure: Failure, match: re.Match[str]) -> Cause:
    kind, given = match[1], match[2] or ""
    nodes = nodes_in_line(failure, ast.Subscript)
    name = base_name(nodes[0].value) if nodes else failure.texts.kind(KIND_OF.get(kind, kind))
    index = quote(ast.unparse(nodes[0].slice), 30) if nodes else failure.words("type_errors.between_brackets")
    position = nodes[0].slice if nodes else None
    loop = failure.words("type_errors.loop_gives_items", index=index) if _is_loop_item(failure, position) else ""
    if given == "str" and nodes and _holds_dictionaries(failure, nodes[0].value):
        loop = failure.words("type_errors.keys_of_items", name=name)
    return failure.cause(
        "type_errors.wrong_index_type",
        name=name,
        index=index,
        kind=failure.texts.kind(given) if given else failure.words("type_errors.other_kind"),
        holder=failure.texts.kind(KIND_OF.get(kind, kind)),
        story=why_type(failure, nodes[0].slice if nodes else None),
        loop=loop,
    )


def _is_loop_item(failure: Failure, position: ast.expr | None) -> bool:
    """Tell whether a position is the name that a loop around the line gives its items."""
    loops = [loop for loop in loops_around(failure.source.tree, failure.line) if isinstance(loop, ast.For)]
    return isinstance(position, ast.Name) and any(
        isinstance(loop.target, ast.Name) and loop.target.id == position.id and "range" not in unparse(loop.iter)
        for loop in loops
    )


def _holds_dictionaries(failure: Failure, node: ast.expr) -> bool:
    value = value_of(failure, node)
    return isinstance(value, ast.List | ast.Tuple) and bool(value.elts) and isinstance(value.elts[0], ast.Dict)


def _conversion(failure: Failure, match: re.Match[str]) -> Cause:
    function, given = match[1], match[2]
    calls = [call for call in nodes_in_line(failure, ast.Call) if called_name(call) == function and call.args]
    argument = calls[0].args[0] if calls else None
    story = why_none(failure, argument) if given == "NoneType" else why_type(failure, argument)
    reason = failure.words("type_errors.none_is_nothing" if given == "NoneType" else "type_errors.take_apart")
    return failure.cause(
        "type_errors.conversion", function=function, kind=failure.texts.kind(given), reason=reason, story=story
    )


def _no_length(failure: Failure, match: re.Match[str]) -> Cause:
    kind = match[1]
    calls = [call for call in nodes_in_line(failure, ast.Call) if call.args]
    measured = [call for call in calls if called_name(call) == "len"]
    call = next(iter(measured or calls), None)
    node = call.args[0] if call else None
    name = base_name(node) if node else failure.words("type_errors.the_value")
    story = why_none(failure, node) if kind == "NoneType" else why_type(failure, node)
    inside = "" if measured or not call else failure.words("type_errors.inside_this_call", name=called_name(call))
    return failure.cause(
        "type_errors.no_length",
        name=name,
        kind=failure.texts.kind(kind),
        inside=inside,
        story=joined(story, about_kinds(failure, kind)),
    )


def _whole_number(failure: Failure, match: re.Match[str]) -> Cause:
    given = match[1]
    names = [node.args for node in nodes_in_line(failure, ast.Call) if node.args]
    stories = [why_type(failure, node) for arguments in names for node in arguments]
    story = next((story for story in stories if story), "")
    return failure.cause(
        "type_errors.whole_number",
        kind=failure.texts.kind(given),
        story=story,
        division=failure.words("type_errors.division_gives_float") if given == "float" else "",
    )


def _single_value(failure: Failure, match: re.Match[str]) -> Cause:
    calls = [call for call in nodes_in_line(failure, ast.Call) if called_name(call) in _IN_A_ROW and call.args]
    node = calls[0].args[0] if calls else None
    name = base_name(node) if node else failure.words("type_errors.a_value")
    story = joined(why_none(failure, node) or why_type(failure, node), about_kinds(failure, match[1] or match[2] or ""))
    return failure.cause("type_errors.single_value", name=name, story=story)


def _unpack_non_iterable(failure: Failure, match: re.Match[str]) -> Cause:
    kind = match[1]
    assigned = [node.value for node in nodes_in_line(failure, ast.Assign)]
    story = why_none(failure, assigned[0]) if assigned and kind == "NoneType" else ""
    return failure.cause("type_errors.unpack_non_iterable", kind=failure.texts.kind(kind), story=story)


RULES: tuple[Rule, ...] = (
    *OPERATOR_RULES,
    rule(r"'([^']+)' object is not subscriptable|type '([^']+)' is not subscriptable", _not_subscriptable),
    rule(r"'([^']+)' object is not callable", _not_callable),
    rule(r"argument of type '([^']+)' is not", _not_container),
    rule(r"cannot unpack non-(?:iterable|sequence) (\w+)", _unpack_non_iterable),
    rule(r"'([^']+)' object is not iterable|argument after \* must be an iterable, not (\w+)", _not_iterable),
    rule(r"'([^']+)' object does(?:n't| not) support item (assignment|deletion)", _item_assignment),
    rule(
        r"(list|string|tuple|byte|range object) ?ind(?:ices|ex) must be integers(?: or slices)?,?(?: not '?(\w+)|$)",
        _wrong_index_type,
    ),
    rule(r"(int|float|complex)\(\) argument must be .*, not '([^']+)'", _conversion),
    rule(r"'([^']+)' object cannot be interpreted as an integer", _whole_number),
    rule(r"object of type '([^']+)' has no len\(\)", _no_length),
    rule(
        r"can only join an iterable|'(\w+)' object is not an iterator|'(\w+)' object is not reversible", _single_value
    ),
    *CALL_RULES,
    *OTHER_RULES,
)
