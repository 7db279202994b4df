"""Where a value in the failing line came from: the line that set it, and why it may be what it is.

Reads the tree only; says nothing when it cannot know.
"""

from __future__ import annotations

import ast
from typing import TypeVar

from taco_lsp.tutor.builtin.callers import Handed, handed_over
from taco_lsp.tutor.builtin.failure import Failure
from taco_lsp.tutor.builtin.places import classes
from taco_lsp.tutor.builtin.source import (
    FunctionNode,
    functions,
    gives_back,
    last_value,
    loops_around,
    nodes,
    parse_line,
    unparse,
)
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
    handed = handed_over(failure, name) if name else None
    if handed:
        reason = _why_call_is_none(failure, handed.value.func) if isinstance(handed.value, ast.Call) else ""
        return joined(_handed(failure, name, handed), reason)
    if name:
        value = last_value(failure.source.tree, name, _line_above(failure))
    if isinstance(value, ast.Constant) and value.value is None:
        return failure.words("origins.set_to_none", name=quote(name), set_line=value.lineno)
    if isinstance(node, ast.Attribute):
        return _why_kept_none(failure, node)
    function = functions(failure.source.tree).get(name) if value is None else None
    if function and function.decorator_list:
        return _why_decorated_none(failure, function)
    if not isinstance(value, ast.Call):
        return ""
    where = (
        failure.words("origins.gets_value", name=quote(name), value=quote(unparse(value), 40), set_line=value.lineno)
        if name
        else ""
    )
    reason = _why_call_is_none(failure, value.func)
    return joined(where, reason)


def _why_decorated_none(failure: Failure, function: FunctionNode) -> str:
    """Say what a decorator makes of a function."""
    decorator = function.decorator_list[-1]
    replaced = failure.words(
        "origins.decorated", name=function.name, decorator=quote(unparse(decorator), 30), set_line=decorator.lineno
    )
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return joined(replaced, _why_call_is_none(failure, called))


def _why_kept_none(failure: Failure, node: ast.Attribute) -> str:
    """Say which line keeps `None` under a name of an object."""
    for part in nodes(failure.source.tree) if failure.source.tree else ():
        if not isinstance(part, ast.Assign) or not isinstance(part.value, ast.Constant) or part.value.value is not None:
            continue
        if any(isinstance(target, ast.Attribute) and target.attr == node.attr for target in part.targets):
            return failure.words("origins.set_to_none", name=quote(unparse(part.targets[0])), set_line=part.lineno)
    return ""


def _handed(failure: Failure, name: str, handed: Handed) -> str:
    key = "origins.default_value" if handed.default else "origins.handed_over"
    told = failure.words(key, name=name, value=quote(unparse(handed.value), 40), call_line=handed.line)
    if not isinstance(handed.value, ast.Name):
        return told
    value = last_value(failure.source.tree, handed.value.id, handed.line)
    return joined(told, _was_set(failure, handed.value.id, value)) if value else told


def _was_set(failure: Failure, name: str, value: ast.expr) -> str:
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "input":
        return failure.words("origins.from_input", name=name, set_line=value.lineno)
    return failure.words("origins.was_set", name=name, value=quote(unparse(value), 40), set_line=value.lineno)


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
    handed = handed_over(failure, node.id)
    if handed:
        return _handed(failure, node.id, handed)
    looped, loop_line = _why_loop_item(failure, node.id)
    value = last_value(failure.source.tree, node.id, _line_above(failure))
    return _was_set(failure, node.id, value) if value and (not looped or value.lineno > loop_line) else looped


def _why_loop_item(failure: Failure, name: str) -> tuple[str, int]:
    """Say of which collection a name holds an item, and on which line: of a loop around, or of a comprehension."""
    loops = [loop for loop in loops_around(failure.source.tree, failure.line) if isinstance(loop, ast.For)]
    found = [(loop.target, loop.iter, loop.lineno) for loop in loops]
    found += [(part.target, part.iter, failure.line or 0) for part in nodes_in_line(failure, ast.comprehension)]
    for target, items, line in found:
        if isinstance(target, ast.Name) and target.id == name:
            shown = quote(unparse(items), 40)
            return failure.words("origins.loop_item", name=name, items=shown, loop_line=line), line
    return "", 0


def base_name(node: ast.expr) -> str:
    """Write the expression before a subscript, dot or call as inline code."""
    return quote(unparse(node), 40)


def called_name(call: ast.Call) -> str:
    """Give the name of what is called, without what stands before a dot."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else unparse(call.func)


def about_kinds(failure: Failure, *kinds: str) -> str:
    """Say so when a value is an object of a class in the student's file, or a function that nobody called."""
    known = classes(failure.source.tree)
    name = next((kind for kind in kinds if kind in known), "")
    if name:
        return failure.words("origins.own_class", name=name, class_line=known[name].lineno)
    missed = not {"function", "method", "builtin_function_or_method"}.isdisjoint(kinds)
    return failure.words("origins.never_called") if missed else ""
