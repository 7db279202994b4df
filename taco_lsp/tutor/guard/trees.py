"""Python functions as shapes: equal for any names, layout, comments, annotations and order of functions.

Beyond what tokens show, `x += 1` is `x = x + 1` and `a > b` is `b < a`. Code that is no Python has no shapes.
"""

from __future__ import annotations

import ast
import builtins
import warnings
from collections.abc import Iterator

MAX_SIZE = 20_000
"""Longer code is compared by its tokens alone."""
MIN_NODES = 14
"""A smaller function says too little to be a solution: it is everybody's."""
_FLIPPED: dict[type[ast.cmpop], type[ast.cmpop]] = {ast.Gt: ast.Lt, ast.GtE: ast.LtE}


def shapes(code: str) -> frozenset[str]:
    """Give the shape of each function, or of the whole text when it has none."""
    if len(code) > MAX_SIZE:
        return frozenset()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(code)
        return frozenset(_shapes_of(tree))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return frozenset()


def _shapes_of(tree: ast.Module) -> Iterator[str]:
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    whole: list[ast.AST] = [tree]
    for node in functions or whole:
        if sum(1 for _ in ast.walk(node)) >= MIN_NODES:
            yield ast.dump(_Plain().visit(node))


class _Plain(ast.NodeTransformer):
    """Rewrites a tree to its plain form; names are numbered in the order they appear."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    def _number(self, name: str) -> str:
        return self._names.setdefault(name, f"n{len(self._names)}")

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """Drop name, annotations and docstring."""
        first = node.body[0]
        if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and len(node.body) > 1:
            node.body = node.body[1:]
        node.name, node.returns = self._number(node.name), None
        return self.generic_visit(node)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        """Number the parameter."""
        return ast.arg(arg=self._number(node.arg), annotation=None)

    def visit_Name(self, node: ast.Name) -> ast.AST:
        """Number the name, unless it is a builtin's."""
        known = node.id in _BUILTINS and node.id not in self._names
        return ast.Name(id=node.id if known else self._number(node.id), ctx=ast.Load())

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        """Write `x += y` as `x = x + y`."""
        target = self.visit(node.target)
        return ast.Assign(targets=[target], value=ast.BinOp(left=target, op=node.op, right=self.visit(node.value)))

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        """Drop the annotation."""
        target = self.visit(node.target)
        return ast.Assign(targets=[target], value=self.visit(node.value) if node.value else ast.Constant(value=None))

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        """Write `a > b` as `b < a`."""
        flipped = _FLIPPED.get(type(node.ops[0])) if len(node.ops) == 1 else None
        if flipped is None:
            return self.generic_visit(node)
        return self.generic_visit(ast.Compare(left=node.comparators[0], ops=[flipped()], comparators=[node.left]))


_BUILTINS = frozenset(dir(builtins))
