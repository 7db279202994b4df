"""Detectors for functions: what comes back, what goes in, and what is still to be written."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import pairwise

from taco_lsp.tutor.builtin.seen import Detector, Seen, calls
from taco_lsp.tutor.builtin.source import FunctionNode, functions, gives_back

_BRANCHES = (ast.If, ast.IfExp, ast.While, ast.For, ast.Match, ast.BoolOp, ast.Try)


def _stubs(tree: ast.Module) -> Iterator[Seen]:
    for function in functions(tree).values():
        body = [
            item for item in function.body if not (isinstance(item, ast.Expr) and isinstance(item.value, ast.Constant))
        ]
        if all(isinstance(item, ast.Pass) for item in body):
            yield Seen("stub", function.lineno, {"name": function.name})


def _missing_returns(tree: ast.Module) -> Iterator[Seen]:
    used = _used_calls(tree)
    for name, function in functions(tree).items():
        ending = gives_back(function)
        if ending == "sometimes":
            yield Seen("missing_return", function.lineno, {"name": name})
        elif ending == "never" and name in used:
            values = {"name": name, "use_line": used[name]}
            prints = next(
                (node.lineno for node in ast.walk(function) if isinstance(node, ast.Call) and calls(node, "print")),
                None,
            )
            if prints:
                yield Seen("print_not_return", function.lineno, values | {"print_line": prints})
            else:
                yield Seen("missing_return", function.lineno, values, "no_return")


def _used_calls(tree: ast.Module) -> dict[str, int]:
    """Name of each function whose result is used, with a line that does so."""
    dropped = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return {
        node.func.id: node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node not in dropped
    }


def _unused_parameters(tree: ast.Module) -> Iterator[Seen]:
    for function in functions(tree).values():
        if len(function.body) == 1 and isinstance(function.body[0], ast.Pass):
            continue
        read = {node.id for statement in function.body for node in ast.walk(statement) if isinstance(node, ast.Name)}
        names = [item.arg for item in function.args.args if item.arg not in read | {"self", "cls", "_"}]
        if names:
            yield Seen("unused_parameter", function.lineno, {"name": function.name, "names": names})


def _overwritten_parameters(tree: ast.Module) -> Iterator[Seen]:
    for function in functions(tree).values():
        names = {item.arg for item in function.args.args}
        for statement in function.body:
            if not isinstance(statement, ast.Assign) or not isinstance(statement.targets[0], ast.Name):
                continue
            name = statement.targets[0].id
            read = {node.id for node in ast.walk(statement.value) if isinstance(node, ast.Name)}
            if name in names and not read & names:
                yield Seen("parameter_overwritten", statement.lineno, {"name": name, "function": function.name})


def _mutable_defaults(tree: ast.Module) -> Iterator[Seen]:
    for function in functions(tree).values():
        if any(isinstance(default, ast.List | ast.Dict | ast.Set) for default in function.args.defaults):
            yield Seen("mutable_default", function.lineno, {"name": function.name})


def _no_base_case(tree: ast.Module) -> Iterator[Seen]:
    for function in functions(tree).values():
        parts = list(ast.walk(function))
        itself = next(
            (node.lineno for node in parts if isinstance(node, ast.Call) and calls(node, function.name)), None
        )
        if itself and not any(isinstance(node, _BRANCHES) for node in parts):
            yield Seen("no_base_case", itself, {"name": function.name})


def _unreachable(tree: ast.Module) -> Iterator[Seen]:
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if not isinstance(body, list) or isinstance(node, ast.Module):
            continue
        for statement, following in pairwise(body):
            if isinstance(statement, ast.Return | ast.Break | ast.Continue | ast.Raise):
                word = type(statement).__name__.lower()
                yield Seen("unreachable", following.lineno, {"word": word, "leave_line": statement.lineno})


def function_names(tree: ast.Module | None) -> list[str]:
    """Names of the functions of a file, in the order of their lines."""
    nodes: list[FunctionNode] = sorted(functions(tree).values(), key=lambda node: node.lineno)
    return [node.name for node in nodes]


FUNCTIONS: tuple[Detector, ...] = (
    _missing_returns,
    _no_base_case,
    _unreachable,
    _overwritten_parameters,
    _mutable_defaults,
    _stubs,
    _unused_parameters,
)
