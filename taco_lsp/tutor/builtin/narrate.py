"""Tells in plain words what Python code does, statement by statement.

Describes what is written, not what it is for; other languages and unreadable code are told apart by the caller.
"""

from __future__ import annotations

import ast

from taco_lsp.tutor.builtin.source import FunctionNode, Source, unparse
from taco_lsp.tutor.builtin.wording import listed, quote

MAX_STEPS = 6


def narrate(source: Source, selection: tuple[int, int] | None) -> list[str]:
    """Describe the statements of a file, or those on the selected lines; at most `MAX_STEPS` of them."""
    if source.tree is None:
        return []
    first, last = selection or (1, len(source.lines))
    if selection is None and len(source.tree.body) == 1 and isinstance(source.tree.body[0], FunctionNode):
        first += 1 if len(source.lines) > 1 else 0
    statements = [node for node in ast.walk(source.tree) if isinstance(node, ast.stmt) and first <= node.lineno <= last]
    if selection is None:
        wanted = list(source.tree.body)
        if len(wanted) <= 2:
            wanted += [inner for node in source.tree.body for inner in getattr(node, "body", [])]
        statements = [node for node in wanted if not _is_docstring(node)]
    statements.sort(key=lambda node: node.lineno)
    return [f"Line {node.lineno}: {describe(node)}." for node in statements if not _is_docstring(node)][:MAX_STEPS]


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def describe(node: ast.stmt) -> str:  # noqa: PLR0911 - one return per kind of statement
    """Say what one statement does, without its full stop."""
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            names = [f"`{item.arg}`" for item in node.args.args]
            takes = f"which takes {listed(names)}" if names else "which takes nothing"
            return f"defines the function `{node.name}`, {takes}; its block runs only when it is called"
        case ast.ClassDef():
            return f"defines the class `{node.name}`, a plan for objects"
        case ast.For():
            return (
                f"starts a loop that puts each item of {quote(unparse(node.iter), 40)} in turn into "
                f"{quote(unparse(node.target), 20)} and runs the block below for it"
            )
        case ast.While():
            return f"repeats the block below for as long as {quote(unparse(node.test), 50)} is true"
        case ast.If():
            other = ", and another block if it is not" if node.orelse else ""
            return f"runs the block below only if {quote(unparse(node.test), 50)} is true{other}"
        case ast.Return(value=None):
            return "leaves the function and gives back `None`"
        case ast.Return(value=value) if value is not None:
            return f"leaves the function and gives back {quote(unparse(value), 50)}"
        case _:
            return _describe_simple(node)


def _describe_simple(node: ast.stmt) -> str:  # noqa: PLR0911 - one return per kind of statement
    match node:
        case ast.Assign():
            return f"works out {quote(unparse(node.value), 50)} and stores it in {quote(unparse(node.targets[0]), 30)}"
        case ast.AugAssign():
            verb = {ast.Add: "adds", ast.Sub: "takes away", ast.Mult: "multiplies by"}.get(type(node.op), "combines in")
            return f"{verb} {quote(unparse(node.value), 40)} and keeps the result in {quote(unparse(node.target), 30)}"
        case ast.AnnAssign():
            return (
                f"declares {quote(unparse(node.target), 30)} with the type note {quote(unparse(node.annotation), 30)}"
            )
        case ast.Expr(value=ast.Call(func=function)):
            return f"calls {quote(unparse(function), 40)} with {_arguments(node)}"
        case ast.Import() | ast.ImportFrom():
            return f"brings in {listed([f'`{item.name}`' for item in node.names])} from outside this file"
        case ast.Raise():
            return "stops on purpose by raising an error"
        case ast.Try():
            return "tries the block below and, if an error comes up, goes on with the matching `except`"
        case ast.With():
            return (
                f"opens {quote(unparse(node.items[0].context_expr), 40)} for the block below and cleans up afterwards"
            )
        case _:
            return _describe_word(node)


def _describe_word(node: ast.stmt) -> str:
    words: dict[type[ast.stmt], str] = {
        ast.Pass: "does nothing; it only holds a place",
        ast.Break: "leaves the loop around it at once",
        ast.Continue: "skips the rest of this round of the loop",
        ast.Global: "says that a name belongs to the whole file",
        ast.Nonlocal: "says that a name belongs to the function around",
        ast.Assert: "checks that a condition holds and stops the program if not",
        ast.Delete: "removes a name or an item",
        ast.Match: "compares a value with several patterns, from top to bottom",
    }
    return words.get(type(node)) or f"works out {quote(unparse(node), 50)}"


def _arguments(node: ast.stmt) -> str:
    call = node.value if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) else None
    if call is None or not (call.args or call.keywords):
        return "no values"
    return listed([quote(unparse(item), 30) for item in call.args[:3]]) if call.args else "named values"
