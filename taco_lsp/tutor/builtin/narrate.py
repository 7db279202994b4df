"""Tells in plain words what Python code does, statement by statement.

Describes what is written, not what it is for; other languages and unreadable code are told apart by the caller.
"""

from __future__ import annotations

import ast

from taco_lsp.tutor.builtin.source import Source, unparse
from taco_lsp.tutor.builtin.texts import Texts
from taco_lsp.tutor.builtin.wording import quote

MAX_STEPS = 6

_OPERATIONS: dict[type[ast.operator], str] = {ast.Add: "adds", ast.Sub: "takes_away", ast.Mult: "multiplies"}
_WORDS: dict[type[ast.stmt], str] = {
    ast.Pass: "pass",
    ast.Break: "break",
    ast.Continue: "continue",
    ast.Global: "global",
    ast.Nonlocal: "nonlocal",
    ast.Assert: "assert",
    ast.Delete: "delete",
    ast.Match: "match",
    ast.Raise: "raise",
    ast.Try: "try",
}


def narrate(source: Source, selection: tuple[int, int] | None, texts: Texts) -> list[str]:
    """Describe the statements of a file, or those on the selected lines; at most `MAX_STEPS` of them."""
    if source.tree is None:
        return []
    chosen = _selected(source.tree, selection) if selection else _outline(source.tree)
    told = sorted((node for node in chosen if not _is_docstring(node)), key=lambda node: node.lineno)[:MAX_STEPS]
    return [texts.say("narrate.step", line=node.lineno, does=describe(node, texts)) for node in told]


def _selected(tree: ast.Module, selection: tuple[int, int]) -> list[ast.stmt]:
    first, last = selection
    return [node for node in ast.walk(tree) if isinstance(node, ast.stmt) and first <= node.lineno <= last]


def _outline(tree: ast.Module) -> list[ast.stmt]:
    """The statements of the file itself; of a short one, also what is inside them."""
    inner = [part for node in tree.body for part in getattr(node, "body", [])] if len(tree.body) <= 2 else []
    return [*tree.body, *inner]


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def describe(node: ast.stmt, texts: Texts) -> str:
    """Say what one statement does, without its full stop."""
    if type(node) in _WORDS:
        return texts.say(f"narrate.{_WORDS[type(node)]}")
    return _describe_block(node, texts) or _describe_simple(node, texts)


def _describe_block(node: ast.stmt, texts: Texts) -> str | None:  # noqa: PLR0911 - one return per kind of statement
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            names = [f"`{item.arg}`" for item in node.args.args]
            takes = (
                texts.say("narrate.takes", names=texts.listed(names)) if names else texts.say("narrate.takes_nothing")
            )
            return texts.say("narrate.function", name=node.name, takes=takes)
        case ast.ClassDef():
            return texts.say("narrate.class", name=node.name)
        case ast.For():
            return texts.say("narrate.for", items=_code(node.iter, 40), name=_code(node.target, 20))
        case ast.While():
            return texts.say("narrate.while", condition=_code(node.test))
        case ast.If():
            other = texts.say("narrate.else") if node.orelse else ""
            return texts.say("narrate.if", condition=_code(node.test), other=other)
        case ast.With():
            return texts.say("narrate.with", what=_code(node.items[0].context_expr, 40))
        case _:
            return None


def _describe_simple(node: ast.stmt, texts: Texts) -> str:  # noqa: PLR0911 - one return per kind of statement
    match node:
        case ast.Return(value=value):
            return texts.say("narrate.return", value=_code(value)) if value else texts.say("narrate.return_none")
        case ast.Assign():
            return texts.say("narrate.assign", value=_code(node.value), name=_code(node.targets[0], 30))
        case ast.AugAssign():
            operation = _OPERATIONS.get(type(node.op), "combines")
            return texts.say(f"narrate.{operation}", value=_code(node.value, 40), name=_code(node.target, 30))
        case ast.AnnAssign():
            return texts.say("narrate.declare", name=_code(node.target, 30), note=_code(node.annotation, 30))
        case ast.Expr(value=ast.Call() as call):
            return texts.say("narrate.call", name=_code(call.func, 40), values=_arguments(call, texts))
        case ast.Import() | ast.ImportFrom():
            return texts.say("narrate.import", names=texts.listed([f"`{item.name}`" for item in node.names]))
        case _:
            return texts.say("narrate.other", code=_code(node))


def _code(node: ast.AST, limit: int = 50) -> str:
    return quote(unparse(node), limit)


def _arguments(call: ast.Call, texts: Texts) -> str:
    if call.args:
        return texts.listed([_code(item, 30) for item in call.args[:3]])
    return texts.say("narrate.named_values" if call.keywords else "narrate.no_values")
