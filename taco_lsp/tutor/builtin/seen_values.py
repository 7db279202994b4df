"""Detectors for values and names: lost results, hidden built-ins, odd comparisons, text used as a number."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator

from taco_lsp.tutor.builtin.seen import Detector, Seen, calls, method_called, shown
from taco_lsp.tutor.builtin.source import bindings, last_value

_SHADOW_MATTERS = frozenset(dir(builtins)) - {"copyright", "credits", "license", "exit", "quit", "help", "_"}
_IN_PLACE = frozenset({"sort", "reverse", "append", "extend", "insert", "clear", "update", "shuffle"})
_PURE_METHODS = frozenset(
    [
        "upper",
        "lower",
        "strip",
        "lstrip",
        "rstrip",
        "replace",
        "split",
        "join",
        "title",
        "capitalize",
        "format",
        "copy",
        "union",
        "intersection",
        "difference",
        "zfill",
        "center",
    ]
)
_PURE_FUNCTIONS = ("sorted", "reversed", "len", "int", "float", "str", "round", "abs", "max", "min", "sum", "list")


def _shadowed_builtins(tree: ast.Module) -> Iterator[Seen]:
    for item in bindings(tree):
        if item.name in _SHADOW_MATTERS:
            yield Seen("shadowed_builtin", item.line, {"name": item.name})


def _integer_division(tree: ast.Module) -> Iterator[Seen]:
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.FloorDiv):
            yield Seen("integer_division", node.lineno, {"code": shown(node)})
        place = node.slice if isinstance(node, ast.Subscript) else None
        place = node.args[0] if isinstance(node, ast.Call) and calls(node, "range") and node.args else place
        if isinstance(place, ast.BinOp) and isinstance(place.op, ast.Div):
            yield Seen("integer_division", place.lineno, {"code": shown(place)}, "float_position")


def _unused_results(tree: ast.Module) -> Iterator[Seen]:
    for node in (item for item in ast.walk(tree) if isinstance(item, ast.Expr)):
        value = node.value
        pure = method_called(value) in _PURE_METHODS or calls(value, *_PURE_FUNCTIONS)
        if isinstance(value, ast.Compare):
            yield Seen("comparison_statement", node.lineno, {"code": shown(value)})
        elif pure or isinstance(value, ast.BinOp):
            yield Seen("unused_result", node.lineno, {"code": shown(value)})
        elif isinstance(value, ast.Name | ast.Attribute):
            yield Seen("unused_result", node.lineno, {"code": shown(value)}, "name_alone")


def _kept_in_place_results(tree: ast.Module) -> Iterator[Seen]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.Return) and node.value is not None:
            method = method_called(node.value)
            if method in _IN_PLACE or calls(node.value, "print"):
                yield Seen("in_place_result", node.lineno, {"method": method or "print", "code": shown(node)})


def _conditions(tree: ast.Module) -> Iterator[Seen]:
    for node in ast.walk(tree):
        if isinstance(node, ast.BoolOp) and any(
            isinstance(value, ast.Constant) and not isinstance(value.value, bool) for value in node.values[1:]
        ):
            yield Seen("lonely_operand", node.lineno, {"code": shown(node)})
        elif isinstance(node, ast.Compare) and isinstance(node.comparators[0], ast.Constant):
            yield from _odd_comparison(node, node.comparators[0].value)


def _odd_comparison(node: ast.Compare, value: object) -> Iterator[Seen]:
    if isinstance(node.ops[0], ast.Is | ast.IsNot) and value is not None and not isinstance(value, bool):
        yield Seen("is_literal", node.lineno)
    elif isinstance(node.ops[0], ast.Eq) and isinstance(value, float) and not value.is_integer():
        yield Seen("float_equality", node.lineno, {"code": shown(node)})


def _text_as_number(tree: ast.Module) -> Iterator[Seen]:
    for node in (item for item in ast.walk(tree) if isinstance(item, ast.Compare | ast.BinOp)):
        sides = [node.left, *node.comparators] if isinstance(node, ast.Compare) else [node.left, node.right]
        number = any(isinstance(side, ast.Constant) and isinstance(side.value, int | float) for side in sides)
        names = [side.id for side in sides if isinstance(side, ast.Name)]
        typed = [name for name in names if calls(last_value(tree, name, node.lineno), "input")]
        if number and typed:
            yield Seen("input_text", node.lineno, {"name": typed[0]})


def _swallowed_errors(tree: ast.Module) -> Iterator[Seen]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler) and all(isinstance(item, ast.Pass) for item in node.body):
            yield Seen("swallowed_error", node.lineno)


VALUES: tuple[Detector, ...] = (
    _kept_in_place_results,
    _text_as_number,
    _conditions,
    _unused_results,
    _shadowed_builtins,
    _swallowed_errors,
    _integer_division,
)
