"""Where in a file a name gets its value: in a part that may not have run, in a class, or only for a moment.

Reads the tree only; which sentence is made of it is decided by the caller.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Literal

import attrs

from taco_lsp.tutor.builtin.source import FunctionNode, nodes

Part = Literal["if", "loop", "try", "except"]

_PARTS: tuple[tuple[tuple[type[ast.stmt | ast.ExceptHandler], ...], Part], ...] = (
    ((ast.If, ast.Match), "if"),
    ((ast.For, ast.AsyncFor, ast.While), "loop"),
    ((ast.ExceptHandler,), "except"),
    ((ast.Try,), "try"),
)


@attrs.frozen
class Block:
    """A block that may be skipped: what opens it, and on which line."""

    part: Part
    line: int


def block_around(tree: ast.Module | None, line: int, reader: int | None) -> Block | None:
    """Give the innermost block that holds a line but not the line of the reader."""
    found = [
        Block(part, node.lineno)
        for node in (nodes(tree) if tree else ())
        for kinds, part in _PARTS
        if isinstance(node, kinds) and _holds(node, line) and not (reader and _holds(node, reader))
    ]
    return max(found, key=lambda block: block.line, default=None)


def _holds(node: ast.AST, line: int) -> bool:
    first, last = getattr(node, "lineno", 0), getattr(node, "end_lineno", 0) or 0
    return first < line <= last


def classes(tree: ast.Module | None) -> dict[str, ast.ClassDef]:
    """Give the classes of a file by name."""
    return {node.name: node for node in nodes(tree) if isinstance(node, ast.ClassDef)} if tree else {}


def methods(owner: ast.ClassDef) -> list[FunctionNode]:
    """Give the methods of a class, in order."""
    return [node for node in owner.body if isinstance(node, FunctionNode)]


def kept(owner: ast.ClassDef) -> Iterator[tuple[str, FunctionNode, int]]:
    """List what methods keep in the object with `self.name = …`: the name, the method and the line."""
    for method in methods(owner):
        for node in ast.walk(method):
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and _is_self(node.value):
                yield node.attr, method, node.lineno


def _is_self(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "self"


def class_values(owner: ast.ClassDef) -> dict[str, int]:
    """Give the names that a class itself sets, with their lines."""
    targets = [
        target
        for node in owner.body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
    ]
    return {target.id: target.lineno for target in targets if isinstance(target, ast.Name)}


def owner_of(tree: ast.Module | None, line: int | None) -> ast.ClassDef | None:
    """Give the class whose body holds a line."""
    around = [node for node in classes(tree).values() if line and node.lineno <= line <= (node.end_lineno or line)]
    return max(around, key=lambda node: node.lineno, default=None)


def comprehension_line(tree: ast.Module | None, name: str) -> int | None:
    """Give the line of a comprehension that uses a name for its items."""
    for node in nodes(tree) if tree else ():
        for part in getattr(node, "generators", ()):
            if any(isinstance(item, ast.Name) and item.id == name for item in ast.walk(part.target)):
                return getattr(node, "lineno", None)
    return None


def deleted_on(tree: ast.Module | None, name: str) -> int | None:
    """Give the line of a `del` that takes a name away."""
    for node in nodes(tree) if tree else ():
        if isinstance(node, ast.Delete) and any(isinstance(it, ast.Name) and it.id == name for it in node.targets):
            return node.lineno
    return None


def handler_of(tree: ast.Module | None, name: str) -> int | None:
    """Give the line of an `except … as name`."""
    for node in nodes(tree) if tree else ():
        if isinstance(node, ast.ExceptHandler) and node.name == name:
            return node.lineno
    return None
