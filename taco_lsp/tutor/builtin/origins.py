"""Where a value in the failing line came from: the line that set it, and why it may be what it is.

Reads the tree only; says nothing when it cannot know.
"""

from __future__ import annotations

import ast
from typing import TypeVar

from taco_lsp.tutor.builtin.failure import Failure
from taco_lsp.tutor.builtin.source import functions, gives_back, last_value, loops_around, parse_line, unparse
from taco_lsp.tutor.builtin.wording import joined, quote

_CHANGES_IN_PLACE = frozenset(
    {"sort", "reverse", "append", "extend", "insert", "remove", "clear", "update", "add", "shuffle"}
)

KIND_OF = {"string": "str", "byte": "bytes", "range object": "range"}
"""Types that Python's messages call by another name."""

Node = TypeVar("Node", bound=ast.AST)


def nodes_in_line(failure: Failure, kind: type[Node]) -> list[Node]:
    """Give the parts of one kind in the failing line; those that Python underlined, if it underlined any."""
    tree = parse_line(failure.marked) if failure.marked else None
    marked = [node for node in ast.walk(tree) if isinstance(node, kind)] if tree else []
    if marked:
        return marked
    tree = parse_line(failure.text)
    return [node for node in ast.walk(tree) if isinstance(node, kind)] if tree else []


def _line_above(failure: Failure) -> int | None:
    """What the failing line itself sets was not set yet."""
    return failure.line - 1 if failure.line else None


def why_none(failure: Failure, node: ast.expr | None) -> str:
    """Say why an expression is `None`; empty when that cannot be seen."""
    value = node
    name = node.id if isinstance(node, ast.Name) else ""
    if name:
        value = last_value(failure.source.tree, name, _line_above(failure))
    if isinstance(value, ast.Constant) and value.value is None:
        return failure.words("origins.set_to_none", name=quote(name), set_line=value.lineno)
    if not isinstance(value, ast.Call):
        return ""
    where = (
        failure.words("origins.gets_value", name=quote(name), value=quote(unparse(value), 40), set_line=value.lineno)
        if name
        else ""
    )
    reason = _why_call_is_none(failure, value.func)
    return joined(where, reason)


def _why_call_is_none(failure: Failure, called: ast.expr) -> str:
    if isinstance(called, ast.Attribute) and called.attr in _CHANGES_IN_PLACE:
        return failure.words("origins.changes_in_place", method=called.attr)
    if isinstance(called, ast.Attribute) and called.attr in {"get", "match", "search", "fullmatch"}:
        return failure.words("origins.finds_nothing", method=called.attr)
    if not isinstance(called, ast.Name):
        return ""
    if called.id == "print":
        return failure.words("origins.print_gives_none")
    function = functions(failure.source.tree).get(called.id)
    if function is None:
        return ""
    named = {"name": called.id, "function_line": function.lineno}
    ending = {
        "never": failure.words("origins.never_returns", **named),
        "sometimes": failure.words("origins.sometimes_returns", **named),
    }
    return ending.get(gives_back(function), "")


def why_type(failure: Failure, node: ast.expr | None) -> str:
    """Say in one sentence where a name on the failing line got its value; empty when that cannot be seen."""
    if not isinstance(node, ast.Name):
        return ""
    value = last_value(failure.source.tree, node.id, _line_above(failure))
    if value is None:
        return _why_loop_item(failure, node.id)
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "input":
        return failure.words("origins.from_input", name=node.id, set_line=value.lineno)
    return failure.words("origins.was_set", name=node.id, value=quote(unparse(value), 40), set_line=value.lineno)


def _why_loop_item(failure: Failure, name: str) -> str:
    for loop in loops_around(failure.source.tree, failure.line):
        if isinstance(loop, ast.For) and isinstance(loop.target, ast.Name) and loop.target.id == name:
            items = quote(unparse(loop.iter), 40)
            return failure.words("origins.loop_item", name=name, items=items, loop_line=loop.lineno)
    return ""


def base_name(node: ast.expr) -> str:
    """Write the expression before a subscript, dot or call as inline code."""
    return quote(unparse(node), 40)
