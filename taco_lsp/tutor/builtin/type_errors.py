"""Values of the wrong kind: operators, brackets, calls and loops that do not fit them.

Covers `TypeError`; wrong argument counts are in `call_errors`, messages that need no code in `type_messages`.
"""

from __future__ import annotations

import ast
import builtins
import re

from taco_lsp.tutor.builtin.call_errors import CALL_RULES
from taco_lsp.tutor.builtin.failure import Cause, Failure, Rule, rule
from taco_lsp.tutor.builtin.origins import KIND_OF, base_name, nodes_in_line, why_none, why_type
from taco_lsp.tutor.builtin.type_messages import OTHER_RULES
from taco_lsp.tutor.builtin.wording import quote


def _operands(failure: Failure) -> tuple[ast.expr, ast.expr] | None:
    for node in nodes_in_line(failure, ast.BinOp):
        return node.left, node.right
    for augmented in nodes_in_line(failure, ast.AugAssign):
        return augmented.target, augmented.value
    for compare in nodes_in_line(failure, ast.Compare):
        return compare.left, compare.comparators[0]
    return None


def _stories(failure: Failure, left: str, right: str) -> str:
    """Say where the two sides of an operator come from."""
    sides = _operands(failure)
    if sides is None:
        return ""
    told = []
    for node, kind in zip(sides, (left, right), strict=True):
        story = why_none(failure, node) if kind == "NoneType" else why_type(failure, node)
        if story:
            told.append(story)
    return " ".join(dict.fromkeys(told))


def _inside_call(failure: Failure, operator: str) -> str:
    """Say so when the operator is not in the line: functions such as `sum` and `sorted` use one inside."""
    return failure.words("type_errors.inside_call") if failure.text and operator.rstrip("=") not in failure.text else ""


def _unsupported(failure: Failure, match: re.Match[str]) -> Cause:
    operator, left, right = match[1].split(" or ")[0], match[2], match[3]
    story = _stories(failure, left, right)
    if "NoneType" in (left, right):
        side = failure.words("type_errors.left" if left == "NoneType" else "type_errors.right")
        return failure.cause(
            "type_errors.operator_on_none",
            side=side,
            operator=operator,
            story=story or failure.words("type_errors.no_return"),
        )
    return failure.cause(
        "type_errors.unsupported",
        inside=_inside_call(failure, operator),
        left_kind=failure.texts.kind(left),
        right_kind=failure.texts.kind(right),
        operator=operator,
        story=story,
    )


def _concatenate(failure: Failure, match: re.Match[str]) -> Cause:
    kind, other = match[1], match[2]
    story = _stories(failure, kind, other)
    return failure.cause(
        "type_errors.concatenate", other_kind=failure.texts.kind(other), kind=failure.texts.kind(kind), story=story
    )


def _multiply(failure: Failure, match: re.Match[str]) -> Cause:
    story = _stories(failure, "", "")
    return failure.cause("type_errors.multiply", kind=failure.texts.kind(match[1]), story=story)


def _compare(failure: Failure, match: re.Match[str]) -> Cause:
    operator, left, right = match[1], match[2], match[3]
    story = _stories(failure, left, right)
    return failure.cause(
        "type_errors.compare",
        operator=operator,
        inside=_inside_call(failure, operator),
        left_kind=failure.texts.kind(left),
        right_kind=failure.texts.kind(right),
        story=story,
    )


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
        "type_errors.not_subscriptable", name=name, kind=failure.texts.kind(kind), story=why_type(failure, base)
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
        story=why_type(failure, called),
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
    loops = [node.iter for node in nodes_in_line(failure, ast.For)]
    node = loops[0] if loops else None
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
        story=why_type(failure, node),
    )


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
    kind, given = match[1], match[2]
    nodes = nodes_in_line(failure, ast.Subscript)
    name = base_name(nodes[0].value) if nodes else failure.texts.kind(KIND_OF.get(kind, kind))
    index = quote(ast.unparse(nodes[0].slice), 30) if nodes else failure.words("type_errors.between_brackets")
    loop = failure.words("type_errors.loop_gives_items", index=index) if given != "str" else ""
    return failure.cause(
        "type_errors.wrong_index_type",
        name=name,
        index=index,
        kind=failure.texts.kind(given),
        holder=failure.texts.kind(KIND_OF.get(kind, kind)),
        story=why_type(failure, nodes[0].slice if nodes else None),
        loop=loop,
    )


def _conversion(failure: Failure, match: re.Match[str]) -> Cause:
    function, given = match[1], match[2]
    return failure.cause("type_errors.conversion", function=function, kind=failure.texts.kind(given))


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


def _unpack_non_iterable(failure: Failure, match: re.Match[str]) -> Cause:
    kind = match[1]
    assigned = [node.value for node in nodes_in_line(failure, ast.Assign)]
    story = why_none(failure, assigned[0]) if assigned and kind == "NoneType" else ""
    return failure.cause("type_errors.unpack_non_iterable", kind=failure.texts.kind(kind), story=story)


RULES: tuple[Rule, ...] = (
    rule(r"unsupported operand type\(s\) for (.+?): '([^']+)' and '([^']+)'", _unsupported),
    rule(r"can only concatenate (\w+) \(not \"([^\"]+)\"\)", _concatenate),
    rule(r"must be (str), not (\w+)$", _concatenate),
    rule(r"can't multiply sequence by non-int of type '([^']+)'", _multiply),
    rule(r"'(<|>|<=|>=)' not supported between instances of '([^']+)' and '([^']+)'", _compare),
    rule(r"'([^']+)' object is not subscriptable|type '([^']+)' is not subscriptable", _not_subscriptable),
    rule(r"'([^']+)' object is not callable", _not_callable),
    rule(r"argument of type '([^']+)' is not", _not_container),
    rule(r"cannot unpack non-(?:iterable|sequence) (\w+)", _unpack_non_iterable),
    rule(r"'([^']+)' object is not iterable|argument after \* must be an iterable, not (\w+)", _not_iterable),
    rule(r"'([^']+)' object does(?:n't| not) support item (assignment|deletion)", _item_assignment),
    rule(
        r"(list|string|tuple|byte|range object) ?ind(?:ices|ex) must be integers(?: or slices)?,? not '?(\w+)",
        _wrong_index_type,
    ),
    rule(r"(int|float|complex)\(\) argument must be .*, not '([^']+)'", _conversion),
    rule(r"'([^']+)' object cannot be interpreted as an integer", _whole_number),
    *CALL_RULES,
    *OTHER_RULES,
)
