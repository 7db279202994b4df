"""Attributes that objects of the student's own classes lack: never kept, kept too late, or kept by another class.

Asked by `attribute_errors` when no similar name was found.
"""

from __future__ import annotations

import ast
from typing import Any

from taco_lsp.tutor.builtin.failure import Cause, Failure
from taco_lsp.tutor.builtin.places import class_values, classes, kept, methods
from taco_lsp.tutor.builtin.source import FunctionNode
from taco_lsp.tutor.builtin.wording import joined

_NEARLY_INIT = frozenset(
    {"__int__", "_init_", "__init", "init__", "__inti__", "__ini__", "__intit__", "init", "__Init__"}
)


def on_own_class(failure: Failure, kind: str, attribute: str) -> Cause | None:
    """Explain an attribute that an object of a class in the student's file does not have."""
    owner = classes(failure.source.tree).get(kind)
    if owner is None:
        return None
    for explain in (_hidden, _init_misspelled, _kept_elsewhere, _kept_by_base, _only_a_variable):
        cause = explain(failure, owner, attribute)
        if cause:
            return cause
    names = dict.fromkeys([*(name for name, _, _ in kept(owner)), *class_values(owner)])
    names |= dict.fromkeys(method.name for method in methods(owner) if not method.name.startswith("__"))
    shown = failure.texts.listed([f"`{name}`" for name in [*names][:6]])
    has = failure.words("own_classes.has", names=shown) if names else ""
    return failure.cause("own_classes.never_kept", attribute=attribute, **_about(owner), has=has)


def _about(owner: ast.ClassDef) -> dict[str, Any]:
    return {"owner": owner.name, "owner_line": owner.lineno}


def _hidden(failure: Failure, owner: ast.ClassDef, attribute: str) -> Cause | None:
    found = next((line for name, _, line in kept(owner) if name == attribute), None)
    if found is None or not attribute.startswith("__"):
        return None
    return failure.cause("own_classes.hidden", attribute=attribute, **_about(owner), kept_line=found)


def _init_misspelled(failure: Failure, owner: ast.ClassDef, attribute: str) -> Cause | None:
    for name, method, _ in kept(owner):
        if name == attribute and method.name in _NEARLY_INIT:
            method_line = method.lineno
            return failure.cause(
                "own_classes.init_misspelled", attribute=attribute, method=method.name, method_line=method_line
            )
    return None


def _kept_elsewhere(failure: Failure, owner: ast.ClassDef, attribute: str) -> Cause | None:
    """Explain what a method keeps that has not run, or not so far."""
    setting = [(method, line) for name, method, line in kept(owner) if name == attribute]
    if not setting:
        return None
    method, line = setting[0]
    during = failure.words("own_classes.still_running") if method.name == "__init__" else ""
    return failure.cause(
        "own_classes.kept_elsewhere",
        attribute=attribute,
        method=method.name,
        kept_line=line,
        during=during,
        **_about(owner),
    )


def _kept_by_base(failure: Failure, owner: ast.ClassDef, attribute: str) -> Cause | None:
    known = classes(failure.source.tree)
    bases = [known[base.id] for base in owner.bases if isinstance(base, ast.Name) and base.id in known]
    own = next((method for method in methods(owner) if method.name == "__init__"), None)
    for base in bases:
        found = next((line for name, method, line in kept(base) if name == attribute), None)
        if found and own and not _calls_super(own, base.name):
            return failure.cause(
                "own_classes.base_not_run",
                attribute=attribute,
                base=base.name,
                kept_line=found,
                init_line=own.lineno,
                **_about(owner),
            )
    return None


def _calls_super(init: FunctionNode, base: str) -> bool:
    names = {node.id for node in ast.walk(init) if isinstance(node, ast.Name)}
    return bool(names & {"super", base})


def _only_a_variable(failure: Failure, owner: ast.ClassDef, attribute: str) -> Cause | None:
    """Explain a value that a method has as a parameter or a variable of its own, and never keeps."""
    for method in methods(owner):
        stored = [
            node.lineno
            for node in ast.walk(method)
            if isinstance(node, ast.Name) and node.id == attribute and isinstance(node.ctx, ast.Store)
        ]
        given = attribute in {argument.arg for argument in (*method.args.args, *method.args.kwonlyargs)}
        if stored or (given and method.name == "__init__"):
            line = failure.texts.on_line((stored or [method.lineno])[0])
            lost = failure.words("own_classes.as_parameter" if given else "own_classes.as_variable", where=line)
            return failure.cause(
                "own_classes.only_a_variable",
                attribute=attribute,
                method=method.name,
                lost=joined(lost),
                **_about(owner),
            )
    return None
