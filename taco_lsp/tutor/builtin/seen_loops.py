"""Detectors for loops: bounds, changes during the loop, results that get lost, loops that end at once."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from taco_lsp.tutor.builtin.seen import Detector, Seen, calls, loops, method_called, shown
from taco_lsp.tutor.builtin.source import last_value, unparse

_GROWING = frozenset({"append", "remove", "pop", "insert", "extend", "clear", "add", "discard", "update", "popitem"})


def _mutating_while_iterating(tree: ast.Module) -> Iterator[Seen]:
    for loop in loops(tree):
        name = _collection(loop.iter) if isinstance(loop, ast.For) else ""
        change = next((line for node in ast.walk(loop) if name and (line := _change(node, name))), None)
        if change:
            yield Seen("mutating_loop", change, {"loop_line": loop.lineno, "name": name})


def _collection(iterated: ast.expr) -> str:
    """Name the collection that a loop goes through directly, or by its keys, pairs or numbers."""
    if method_called(iterated) in {"keys", "values", "items"} and isinstance(iterated, ast.Call):
        iterated = iterated.func.value if isinstance(iterated.func, ast.Attribute) else iterated
    if calls(iterated, "enumerate") and isinstance(iterated, ast.Call) and iterated.args:
        iterated = iterated.args[0]
    return unparse(iterated) if isinstance(iterated, ast.Name | ast.Attribute) else ""


def _change(node: ast.AST, name: str) -> int | None:
    if isinstance(node, ast.Delete) and any(unparse(target).startswith(f"{name}[") for target in node.targets):
        return node.lineno
    if isinstance(node, ast.Call) and method_called(node) in _GROWING and isinstance(node.func, ast.Attribute):
        return node.lineno if unparse(node.func.value) == name else None
    return None


def _loop_bounds(tree: ast.Module) -> Iterator[Seen]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and calls(node, "range"):
            yield from _range_of_length(node)
        elif isinstance(node, ast.While) and isinstance(node.test, ast.Compare):
            if isinstance(node.test.ops[0], ast.LtE) and "len(" in unparse(node.test):
                yield Seen("loop_bounds", node.lineno, {"condition": shown(node.test)}, "loop_bounds_while")
        elif isinstance(node, ast.Subscript) and calls(node.slice, "len"):
            yield Seen("loop_bounds", node.lineno, {"code": shown(node)}, "index_at_length")


def _range_of_length(node: ast.Call) -> Iterator[Seen]:
    shifted = any(isinstance(argument, ast.BinOp) for argument in node.args)
    starts = len(node.args) > 1 and isinstance(node.args[0], ast.Constant) and node.args[0].value != 0
    if "len(" in unparse(node):
        if shifted or starts:
            yield Seen("loop_bounds", node.lineno, {"range": shown(node)})
    elif any(not isinstance(item, ast.Constant) for item in node.args):
        yield Seen("range_end", node.lineno, {"range": shown(node)})


def _accumulators(tree: ast.Module) -> Iterator[Seen]:
    for loop in loops(tree):
        updated = {unparse(node.target) for node in ast.walk(loop) if isinstance(node, ast.AugAssign)}
        for statement in loop.body:
            if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
                yield from _lost_in_loop(tree, loop, statement, updated)


def _lost_in_loop(
    tree: ast.Module, loop: ast.For | ast.While, statement: ast.Assign, updated: set[str]
) -> Iterator[Seen]:
    name = unparse(statement.targets[0])
    values = {"name": name, "loop_line": loop.lineno}
    if name in updated and isinstance(statement.value, ast.Constant):
        yield Seen("reset_in_loop", statement.lineno, values)
        return
    first = last_value(tree, name, loop.lineno - 1)
    used = {node.id for node in ast.walk(statement.value) if isinstance(node, ast.Name)}
    started = isinstance(first, ast.Constant) and first.value in {0, 1, ""} and first.lineno < loop.lineno
    if started and name not in used and isinstance(loop, ast.For):
        yield Seen("overwritten", statement.lineno, values)


def _early_returns(tree: ast.Module) -> Iterator[Seen]:
    for loop in loops(tree):
        last = loop.body[-1]
        both = (
            isinstance(last, ast.If)
            and last.orelse
            and all(isinstance(block[-1], ast.Return) for block in (last.body, last.orelse))
        )
        if isinstance(last, ast.Return) or both:
            yield Seen("early_return", last.lineno, {"loop_line": loop.lineno})


def _loop_variable_reused(tree: ast.Module) -> Iterator[Seen]:
    for loop in loops(tree):
        if isinstance(loop, ast.For) and isinstance(loop.target, ast.Name):
            inside = {node.id for node in ast.walk(loop.iter) if isinstance(node, ast.Name)}
            if loop.target.id in inside:
                yield Seen("reused_name", loop.lineno, {"name": loop.target.id})


LOOPS: tuple[Detector, ...] = (
    _mutating_while_iterating,
    _loop_bounds,
    _loop_variable_reused,
    _early_returns,
    _accumulators,
)
