"""What can be read from the student's Python file without running it: lines, and a syntax tree if it parses.

Analyses the first part of a very long file only, so that no file can slow the tutor down. Says nothing about
errors or style.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from functools import cached_property, lru_cache
from typing import Literal

import attrs

MAX_CODE = 200_000
"""Characters of a file that are split into lines."""

MAX_TREE = 40_000
"""Characters up to which a file is parsed: about 20 ms."""

_EOL = re.compile(r"\r\n|\r|\n")

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


@attrs.frozen(kw_only=True)
class Source:
    """A file as lines and, when it is valid Python of moderate size, as a tree."""

    lines: tuple[str, ...] = ()
    tree: ast.Module | None = None

    @cached_property
    def bindings(self) -> tuple[Binding, ...]:
        """Every place where a name gets a value, in line order; found once, on first use."""
        return bindings(self.tree)


@attrs.frozen
class Binding:
    """A place where a name gets a value; `scope` is the function or class it happens in, "" for the file itself."""

    name: str
    line: int
    scope: str


def read_source(code: str) -> Source:
    """Split and, where possible, parse a file."""
    tree = parse(code) if 0 < len(code) <= MAX_TREE else None
    return Source(lines=split_lines(code), tree=tree)


def split_lines(code: str) -> tuple[str, ...]:
    """Split at the line ends that editors and compilers know; form feeds and the like are part of a line."""
    return tuple(_EOL.split(code[:MAX_CODE])) if code else ()


def parse(code: str) -> ast.Module | None:
    """Parse Python; None for text that is not Python."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def parse_line(text: str) -> ast.Module | None:
    """Parse one line out of its context: a block header gets an empty block, `elif` is read as `if`."""
    line = text.strip()[:400]
    if line.startswith("elif "):
        line = line[2:]
    body = line + " pass" if line.endswith(":") else line
    # Inside an async function `return`, `await` and `yield` are at home; the tree is only looked at.
    for attempt in (body, f"async def _():\n {body}", f"{body})", f"({body}"):
        tree = parse(attempt)
        if tree:
            return tree
    return None


def unparse(node: ast.AST) -> str:
    """Write a node as code; empty when it is nested too deeply to write."""
    try:
        return ast.unparse(node)
    except (RecursionError, ValueError):
        return ""


def line_at(source: Source, line: int | None) -> str:
    """Give a line without its end; empty when there is no such line."""
    return source.lines[line - 1] if line and 0 < line <= len(source.lines) else ""


@lru_cache(maxsize=2)
def nodes(tree: ast.Module) -> tuple[ast.AST, ...]:
    """Give every node of a tree; it is walked once, since many rules ask about the same tree."""
    return tuple(ast.walk(tree))


def scoped_nodes(tree: ast.Module) -> Iterator[tuple[ast.AST, str]]:
    """Walk a tree, telling for each node the function or class it stands in."""
    stack: list[tuple[ast.AST, str]] = [(tree, "")]
    while stack:
        node, scope = stack.pop()
        yield node, scope
        inner = node.name if isinstance(node, FunctionNode | ast.ClassDef) else scope
        stack.extend((child, inner) for child in ast.iter_child_nodes(node))


def bindings(tree: ast.Module | None) -> tuple[Binding, ...]:
    """List every place where a name gets a value, in line order."""
    found: list[Binding] = []
    for node, scope in scoped_nodes(tree) if tree else ():
        found.extend(Binding(name, getattr(node, "lineno", 1), scope) for name in _bound_names(node))
    return tuple(sorted(found, key=lambda binding: binding.line))


def _bound_names(node: ast.AST) -> tuple[str, ...]:
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        return (node.id,)
    if isinstance(node, FunctionNode | ast.ClassDef):
        return (node.name,)
    if isinstance(node, ast.arg):
        return (node.arg,)
    if isinstance(node, ast.Import | ast.ImportFrom):
        return tuple((alias.asname or alias.name).partition(".")[0] for alias in node.names)
    if isinstance(node, ast.ExceptHandler) and node.name:
        return (node.name,)
    return ()


def functions(tree: ast.Module | None) -> dict[str, FunctionNode]:
    """Give the functions and methods of a file by name."""
    return {node.name: node for node in nodes(tree) if isinstance(node, FunctionNode)} if tree else {}


def function_around(tree: ast.Module | None, line: int | None) -> FunctionNode | None:
    """Give the innermost function that holds a line."""
    if tree is None or line is None:
        return None
    around = [node for node in functions(tree).values() if node.lineno <= line <= (node.end_lineno or line)]
    return max(around, key=lambda node: node.lineno, default=None)


def loops_around(tree: ast.Module | None, line: int | None) -> list[ast.For | ast.While]:
    """Give the loops that hold a line, innermost first."""
    if tree is None or line is None:
        return []
    loops = [
        node
        for node in nodes(tree)
        if isinstance(node, ast.For | ast.While) and node.lineno <= line <= (node.end_lineno or line)
    ]
    return sorted(loops, key=lambda node: -node.lineno)


def last_value(tree: ast.Module | None, name: str, before: int | None) -> ast.expr | None:
    """Give what was last written to a plain name above a line (or anywhere, if only below)."""
    if tree is None:
        return None
    assigned = [
        (node.lineno, node.value)
        for node in nodes(tree)
        if isinstance(node, ast.Assign)
        and any(isinstance(target, ast.Name) and target.id == name for target in node.targets)
    ]
    above = [pair for pair in assigned if before is None or pair[0] <= before]
    return max(above or assigned, key=lambda pair: pair[0])[1] if assigned else None


def gives_back(function: FunctionNode) -> Literal["always", "sometimes", "never"]:
    """Tell whether a function returns a value on every path, on some, or on none."""
    inner = {
        descendant
        for node in ast.walk(function)
        if isinstance(node, FunctionNode | ast.Lambda) and node is not function
        for descendant in ast.walk(node)
    }
    own = [node for node in ast.walk(function) if node not in inner]
    if any(isinstance(node, ast.Yield | ast.YieldFrom) for node in own):
        return "always"
    if not any(isinstance(node, ast.Return) and not _is_none(node.value) for node in own):
        return "never"
    return "always" if _always_leaves(function.body) else "sometimes"


def _is_none(value: ast.expr | None) -> bool:
    return value is None or (isinstance(value, ast.Constant) and value.value is None)


def _always_leaves(body: list[ast.stmt]) -> bool:
    """Tell whether control cannot run off the end of a block without returning a value."""
    return any(_leaves(statement) for statement in body)


def _leaves(statement: ast.stmt) -> bool:  # noqa: PLR0911 - one return per kind of statement
    match statement:
        case ast.Return():
            return not _is_none(statement.value)
        case ast.Raise():
            return True
        case ast.If(body=body, orelse=orelse):
            return _always_leaves(body) and _always_leaves(orelse)
        case ast.While(test=ast.Constant(value=True)):
            return True
        case ast.With(body=body) | ast.AsyncWith(body=body):
            return _always_leaves(body)
        case ast.Try():
            blocks = [statement.body, *(handler.body for handler in statement.handlers)]
            return _always_leaves(statement.finalbody) or all(_always_leaves(block) for block in blocks)
        case ast.Match():
            wild = any(
                isinstance(case.pattern, ast.MatchAs) and case.pattern.pattern is None for case in statement.cases
            )
            return wild and all(_always_leaves(case.body) for case in statement.cases)
        case _:
            return False
