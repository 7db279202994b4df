"""Where a value in the failing line came from: the line that set it, and why it may be what it is.

Reads the tree only; says nothing when it cannot know.
"""

from __future__ import annotations

import ast
from typing import TypeVar

from taco_lsp.tutor.builtin.failure import Failure
from taco_lsp.tutor.builtin.source import functions, gives_back, last_value, parse_line, unparse
from taco_lsp.tutor.builtin.wording import quote

_CHANGES_IN_PLACE = frozenset(
    {"sort", "reverse", "append", "extend", "insert", "remove", "clear", "update", "add", "shuffle"}
)

Node = TypeVar("Node", bound=ast.AST)


def nodes_in_line(failure: Failure, kind: type[Node]) -> list[Node]:
    """Give the parts of one kind in the failing line; those that Python underlined, if it underlined any."""
    tree = parse_line(failure.marked) if failure.marked else None
    marked = [node for node in ast.walk(tree) if isinstance(node, kind)] if tree else []
    if marked:
        return marked
    tree = parse_line(failure.text)
    return [node for node in ast.walk(tree) if isinstance(node, kind)] if tree else []


def why_none(failure: Failure, node: ast.expr | None) -> str:
    """Say why an expression is `None`; empty when that cannot be seen."""
    value = node
    name = node.id if isinstance(node, ast.Name) else ""
    if name:
        value = last_value(failure.source.tree, name, failure.line)
    if isinstance(value, ast.Constant) and value.value is None:
        return f"{quote(name)} is set to `None` on line {value.lineno}."
    if not isinstance(value, ast.Call):
        return ""
    where = f"{quote(name)} gets its value from {quote(unparse(value), 40)} on line {value.lineno}. " if name else ""
    reason = _why_call_is_none(failure, value.func)
    return where + reason if reason else where.strip()


def _why_call_is_none(failure: Failure, called: ast.expr) -> str:
    if isinstance(called, ast.Attribute) and called.attr in _CHANGES_IN_PLACE:
        return f"`.{called.attr}()` changes something in place and gives back `None`."
    if isinstance(called, ast.Attribute) and called.attr in {"get", "match", "search", "fullmatch"}:
        return f"`.{called.attr}()` gives back `None` when it finds nothing."
    if not isinstance(called, ast.Name):
        return ""
    if called.id == "print":
        return "`print()` shows a value and gives back `None`."
    function = functions(failure.source.tree).get(called.id)
    if function is None:
        return ""
    ending = {
        "never": f"The function `{called.id}` (line {function.lineno}) has no `return` with a value, so its result is "
        f"`None`.",
        "sometimes": f"The function `{called.id}` (line {function.lineno}) does not reach a `return` with a value on "
        f"every path.",
    }
    return ending.get(gives_back(function), "")


def why_type(failure: Failure, node: ast.expr | None) -> str:
    """Say in one sentence where a name on the failing line got its value; empty when that cannot be seen."""
    if not isinstance(node, ast.Name):
        return ""
    value = last_value(failure.source.tree, node.id, failure.line)
    if value is None:
        return ""
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "input":
        return f"`{node.id}` comes from `input()` on line {value.lineno}, and `input()` always gives text."
    return f"`{node.id}` was set to {quote(unparse(value), 40)} on line {value.lineno}."


def base_name(node: ast.expr) -> str:
    """Write the expression before a subscript, dot or call as inline code."""
    return quote(unparse(node), 40)
