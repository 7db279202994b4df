"""Operators between values of kinds that do not go together, also those that `sum` or `sorted` use inside.

A part of `TypeError`; the rest begins in `type_errors`.
"""

from __future__ import annotations

import ast
import re

from taco_lsp.tutor.builtin.failure import Cause, Failure, Rule, rule
from taco_lsp.tutor.builtin.origins import about_kinds, called_name, nodes_in_line, why_none, why_type
from taco_lsp.tutor.builtin.wording import joined

_OPERATING = {
    "+": frozenset({"sum", "fsum", "accumulate", "reduce"}),
    "<": frozenset({"sort", "sorted", "min", "max", "heapify", "heappush", "heappop", "insort", "nsmallest"}),
    ">": frozenset({"max", "min", "sort", "sorted", "nlargest"}),
}
"""Which functions use an operator inside."""


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
    told = list[str]()
    for node, kind in zip(sides, (left, right), strict=True):
        story = why_none(failure, node) if kind == "NoneType" else why_type(failure, node)
        if story:
            told.append(story)
    return " ".join(dict.fromkeys(told))


def _inner_call(failure: Failure, operator: str) -> ast.Call | None:
    """Find the call that uses an operator inside, as `sum` and `sorted` do."""
    names = _OPERATING.get(operator.rstrip("="), frozenset())
    return next((call for call in nodes_in_line(failure, ast.Call) if called_name(call) in names), None)


def _inside_call(failure: Failure, operator: str) -> str:
    """Say so when the operator is not in the line."""
    if not failure.text or operator.rstrip("=") in failure.text:
        return ""
    call = _inner_call(failure, operator)
    if call is None:
        return failure.words("type_errors.inside_call")
    return failure.words("type_errors.inside_this_call", name=called_name(call))


def _items_story(failure: Failure, operator: str) -> str:
    """Say where the collection comes from that a call goes through with an operator inside."""
    call = _inner_call(failure, operator)
    if call is None:
        return ""
    begins = failure.words("type_errors.sum_begins") if called_name(call) == "sum" and len(call.args) == 1 else ""
    items = call.func.value if isinstance(call.func, ast.Attribute) else call.args[0] if call.args else None
    return joined(begins, why_type(failure, items))


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
        story=joined(story or _items_story(failure, operator), about_kinds(failure, left, right)),
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
        story=joined(story or _items_story(failure, operator), about_kinds(failure, left, right)),
    )


OPERATOR_RULES: tuple[Rule, ...] = (
    rule(r"unsupported operand type\(s\) for (.+?): '([^']+)' and '([^']+)'", _unsupported),
    rule(r"can only concatenate (\w+) \(not \"([^\"]+)\"\)", _concatenate),
    rule(r"must be (str), not (\w+)$", _concatenate),
    rule(r"can't multiply sequence by non-int of type '([^']+)'", _multiply),
    rule(r"'(<|>|<=|>=)' not supported between instances of '([^']+)' and '([^']+)'", _compare),
)
