"""What detectors yield: something seen in the code at a line, still without words.

Holds the record and the small questions about a tree that several detectors ask.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping

import attrs

from taco_lsp.tutor.builtin.wording import quote


@attrs.frozen
class Seen:
    """Something worth asking about; `kind` has a note in `pattern_notes` and, unless `entry` is set, a question.

    `values` fill the places of the question, besides `{line}`.
    """

    kind: str
    line: int
    values: Mapping[str, object] = attrs.Factory(dict)
    entry: str = ""


Detector = Callable[[ast.Module], Iterator[Seen]]


def calls(node: ast.AST | None, *names: str) -> bool:
    """Tell whether a node is a call of one of these plain names."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names


def method_called(node: ast.AST) -> str:
    """Give the name of the method that a node calls; empty when it is no such call."""
    return node.func.attr if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else ""


def shown(node: ast.AST, limit: int = 60) -> str:
    """Write a node as inline code; three dots when it is nested too deeply to write."""
    try:
        return quote(ast.unparse(node), limit)
    except (RecursionError, ValueError):
        return "`…`"


def loops(tree: ast.Module) -> Iterator[ast.For | ast.While]:
    """Go through the loops of a file."""
    return (node for node in ast.walk(tree) if isinstance(node, ast.For | ast.While))
