"""What a call handed to a parameter, read from the traceback: Python shows the line that called.

Reads the tree and the frames only; says nothing when it cannot know.
"""

from __future__ import annotations

import ast

import attrs

from taco_lsp.tutor.builtin.failure import Failure, Frame
from taco_lsp.tutor.builtin.places import classes
from taco_lsp.tutor.builtin.source import FunctionNode, function_around, line_at, parse_line


@attrs.frozen(kw_only=True)
class Handed:
    """A value given to a parameter on a line; `default` when the call left it out."""

    value: ast.expr
    line: int
    default: bool = False


def handed_over(failure: Failure, name: str) -> Handed | None:
    """Find what the call that led here gave to a parameter which still holds it."""
    function = function_around(failure.source.tree, failure.line)
    if function is None or name not in _parameters(function):
        return None
    if sum(item.name == name and item.scope == function.name for item in failure.source.bindings) != 1:
        return None
    caller = _caller(failure, function)
    call = _call_of(failure, caller, function) if caller else None
    return _matched(function, call, name, caller.line) if caller and call else None


def _parameters(function: FunctionNode) -> list[str]:
    return [argument.arg for argument in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)]


def _caller(failure: Failure, function: FunctionNode) -> Frame | None:
    """Give the frame before the last one of a function, if it is in the same file."""
    inside = [at for at, frame in enumerate(failure.frames) if frame.function.rpartition(".")[2] == function.name]
    before = failure.frames[inside[-1] - 1] if inside and inside[-1] else None
    return before if before and failure.frame and before.file == failure.frame.file else None


def _call_of(failure: Failure, caller: Frame, function: FunctionNode) -> ast.Call | None:
    tree = parse_line(caller.text or line_at(failure.source, caller.line))
    owner = _class_of(failure, function)
    wanted = {function.name, owner} if function.name == "__init__" else {function.name}
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and _called(node) in wanted] if tree else []
    return calls[0] if len(calls) == 1 else None


def _called(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _class_of(failure: Failure, function: FunctionNode) -> str:
    return next((name for name, owner in classes(failure.source.tree).items() if function in owner.body), "")


def _matched(function: FunctionNode, call: ast.Call, name: str, line: int) -> Handed | None:
    if any(isinstance(value, ast.Starred) for value in call.args) or any(item.arg is None for item in call.keywords):
        return None
    for item in call.keywords:
        if item.arg == name:
            return Handed(value=item.value, line=line)
    names = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
    given = names[1:] if names[:1] in (["self"], ["cls"]) else names
    if name in given and given.index(name) < len(call.args):
        return Handed(value=call.args[given.index(name)], line=line)
    defaults = dict(zip(reversed(names), reversed(function.args.defaults), strict=False))
    return Handed(value=defaults[name], line=line, default=True) if name in defaults else None
