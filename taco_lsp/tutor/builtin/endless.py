"""Finds `while` loops that may never end, by reading the code.

Says nothing about loops that end for reasons it cannot see.
"""

from __future__ import annotations

import ast

import attrs

from taco_lsp.tutor.builtin.source import Source, loops_around, unparse
from taco_lsp.tutor.builtin.texts import Texts
from taco_lsp.tutor.builtin.wording import quote


@attrs.frozen
class EndlessLoop:
    """A loop that may never end; `watched` are the names its condition depends on, none if it is always true."""

    line: int
    condition: str
    watched: tuple[str, ...] = ()


def endless_loop(source: Source, line: int | None = None) -> EndlessLoop | None:
    """Find a loop that may never end, one around the line first."""
    loops: list[ast.For | ast.While] = loops_around(source.tree, line)
    everywhere = [node for node in ast.walk(source.tree) if isinstance(node, ast.While)] if source.tree else []
    for loop in (*loops, *everywhere):
        found = _never_ends(loop) if isinstance(loop, ast.While) else None
        if found:
            return found
    return None


def why_endless(found: EndlessLoop, texts: Texts) -> str:
    """Say why the loop does not end."""
    condition = quote(found.condition)
    if not found.watched:
        return texts.say("runtime_limits.always_true", condition=condition)
    names = texts.listed([f"`{name}`" for name in found.watched])
    return texts.say("runtime_limits.never_changed", condition=condition, names=names)


def _never_ends(loop: ast.While) -> EndlessLoop | None:
    inside = [node for statement in loop.body for node in ast.walk(statement)]
    if any(isinstance(node, ast.Break | ast.Return | ast.Raise) for node in inside):
        return None
    if isinstance(loop.test, ast.Constant) and loop.test.value:
        return EndlessLoop(loop.lineno, unparse(loop.test))
    watched = {node.id for node in ast.walk(loop.test) if isinstance(node, ast.Name)}
    called = any(isinstance(node, ast.Call) for node in ast.walk(loop.test))
    changed = {node.id for node in inside if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    touched = {
        node.value.id
        for node in inside
        if isinstance(node, ast.Attribute | ast.Subscript) and isinstance(node.value, ast.Name)
    }
    if not watched or watched & (changed | touched) or (called and _calls_methods(inside)):
        return None
    return EndlessLoop(loop.lineno, unparse(loop.test), tuple(sorted(watched)))


def _calls_methods(nodes: list[ast.AST]) -> bool:
    """Tell whether any call could change what a condition asks."""
    return any(isinstance(node, ast.Call) and not isinstance(node.func, ast.Name) for node in nodes)
