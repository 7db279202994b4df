"""How many items a value has, and how far a position goes, as far as the code shows it.

Reads the tree only: literals, `range`, `len`, simple sums. Says nothing when it cannot know.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable

import attrs

from taco_lsp.tutor.builtin.callers import handed_over
from taco_lsp.tutor.builtin.failure import Failure
from taco_lsp.tutor.builtin.source import last_value, loops_around

_MOST = 1_000_000
_SHRINKING = frozenset({"remove", "pop", "clear", "popleft"})
_SUMS: dict[type[ast.operator], Callable[[int, int], int]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
}


@attrs.frozen
class Span:
    """The first and last value of a loop's counter."""

    first: int
    last: int


def value_of(failure: Failure, node: ast.expr) -> ast.expr | None:
    """Follow a plain name to the expression it was last set to, through the call that handed it over."""
    if not isinstance(node, ast.Name):
        return node
    handed = handed_over(failure, node.id)
    if handed is None:
        return last_value(failure.source.tree, node.id, failure.line)
    if isinstance(handed.value, ast.Name):
        return last_value(failure.source.tree, handed.value.id, handed.line)
    return handed.value


def size_of(failure: Failure, node: ast.expr) -> int | None:
    """Count the items of a value."""
    value = value_of(failure, node)
    return None if value is None else _size(failure, value)


def _size(failure: Failure, value: ast.expr) -> int | None:  # noqa: PLR0911 - one return per kind of value
    match value:
        case ast.List(elts=items) | ast.Tuple(elts=items):
            return None if any(isinstance(item, ast.Starred) for item in items) else len(items)
        case ast.Constant(value=str() | bytes() as text):
            return len(text)
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            times, once = number_of(failure, right), _size(failure, left)
            return times * once if times is not None and once is not None and 0 <= times * once < _MOST else None
        case ast.Call(func=ast.Name(id="range")):
            return _span_size(span_of(failure, value))
        case ast.Call(func=ast.Name(id="list" | "tuple" | "sorted"), args=[inner]):
            return size_of(failure, inner)
        case ast.ListComp(generators=[ast.comprehension(iter=items, ifs=[])]):
            return size_of(failure, items)
    return _pieces(value)


def _pieces(value: ast.expr) -> int | None:
    """Count the pieces that a text written in the code is split into."""
    match value:
        case ast.Call(func=ast.Attribute(value=ast.Constant(value=str() as text), attr="split"), args=[], keywords=[]):
            return len(text.split())
        case ast.Call(
            func=ast.Attribute(value=ast.Constant(value=str() as text), attr="split"),
            args=[ast.Constant(value=str() as mark)],
        ) if mark:
            return len(text.split(mark))
    return None


def _span_size(span: Span | None) -> int | None:
    return None if span is None else max(0, span.last - span.first + 1)


def number_of(failure: Failure, node: ast.expr) -> int | None:  # noqa: PLR0911 - one return per kind of value
    """Work out a whole number that the code fixes."""
    match node:
        case ast.Constant(value=bool()):
            return None
        case ast.Constant(value=int() as number):
            return number if abs(number) < _MOST else None
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            below = number_of(failure, inner)
            return None if below is None else -below
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _SUMS:
            a, b = number_of(failure, left), number_of(failure, right)
            return _SUMS[type(op)](a, b) if a is not None and b is not None else None
        case ast.Call(func=ast.Name(id="len"), args=[inner]):
            return size_of(failure, inner)
        case ast.Name(id=name) if sum(item.name == name for item in failure.source.bindings) == 1:
            value = value_of(failure, node)
            return None if value is None or isinstance(value, ast.Name) else number_of(failure, value)
    return None


def span_of(failure: Failure, node: ast.expr) -> Span | None:
    """Work out which values a `range` with a step of 1 gives; None when it gives none or cannot be known."""
    match node:
        case ast.Call(func=ast.Name(id="range"), args=[stop], keywords=[]):
            first, end = 0, number_of(failure, stop)
        case ast.Call(func=ast.Name(id="range"), args=[start, stop], keywords=[]):
            begin, end = number_of(failure, start), number_of(failure, stop)
            if begin is None:
                return None
            first = begin
        case _:
            return None
    return Span(first, end - 1) if end is not None and end > first else None


def shrinks_on(failure: Failure, name: str) -> tuple[int, int] | None:
    """Give the lines of a loop around the failing line and of what takes items out of a collection inside it."""
    for loop in loops_around(failure.source.tree, failure.line):
        for node in ast.walk(loop):
            if _takes_out(node, name):
                return loop.lineno, getattr(node, "lineno", loop.lineno)
    return None


def _takes_out(node: ast.AST, name: str) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=holder), attr=method)):
            return holder == name and method in _SHRINKING
        case ast.Delete(targets=targets):
            return any(
                isinstance(item, ast.Subscript) and isinstance(item.value, ast.Name) and item.value.id == name
                for item in targets
            )
    return False
