"""Names Python does not know: misspelled, used too early, out of reach, or never imported.

Covers `NameError` and `UnboundLocalError`.
"""

from __future__ import annotations

import ast
import builtins
import keyword
import re
import sys

from taco_lsp.tutor.builtin.failure import Cause, Failure, Rule, rule
from taco_lsp.tutor.builtin.source import FunctionNode, function_around, functions
from taco_lsp.tutor.builtin.wording import closest

_BUILTINS = tuple(name for name in dir(builtins) if not name.startswith("_"))
_OTHER_LANGUAGES = {
    "true": "True",
    "false": "False",
    "null": "None",
    "nil": "None",
    "none": "None",
    "this": "self",
    "undefined": "None",
    "NULL": "None",
}


def _undefined(failure: Failure, match: re.Match[str]) -> Cause:
    name = match[1]
    for explain in (
        _used_too_early,
        _other_language,
        _inside_other_function,
        _method_without_self,
        _not_imported,
        _similar,
    ):
        cause = explain(failure, name)
        if cause:
            return cause
    return _never_set(failure, name)


def _used_too_early(failure: Failure, name: str) -> Cause | None:
    here = function_around(failure.source.tree, failure.line)
    lines = [item.line for item in failure.source.bindings if item.name == name and not item.scope]
    later = [line for line in lines if failure.line and line >= failure.line]
    if not later or len(later) < len(lines) or (here and here.name == name):
        return None
    if later[0] == failure.line:
        return failure.cause("name_errors.needs_itself", name=name)
    called = failure.words("name_errors.by_call") if here else ""
    return failure.cause("name_errors.used_too_early", name=name, called=called, later=later[0])


def _other_language(failure: Failure, name: str) -> Cause | None:
    if name not in _OTHER_LANGUAGES:
        return None
    known = _OTHER_LANGUAGES[name]
    return failure.cause("name_errors.other_language", name=name, known=known)


def _inside_other_function(failure: Failure, name: str) -> Cause | None:
    here = function_around(failure.source.tree, failure.line)
    scopes = {item.scope: item.line for item in failure.source.bindings if item.name == name}
    if not scopes or "" in scopes or (here and here.name in scopes):
        return None
    scope, line = next(iter(scopes.items()))
    return failure.cause("name_errors.inside_other_function", name=name, scope=scope, scope_line=line)


def _method_without_self(failure: Failure, name: str) -> Cause | None:
    suggested = f"self.{name}" in failure.message
    owner = next(
        (
            node.name
            for node in ast.walk(failure.source.tree or ast.Module([], []))
            if isinstance(node, ast.ClassDef)
            and any(isinstance(item, FunctionNode) and item.name == name for item in node.body)
        ),
        "",
    )
    if not owner and not suggested:
        return None
    holder = failure.words("name_errors.the_class", name=owner) if owner else failure.words("name_errors.the_object")
    return failure.cause("name_errors.method_without_self", name=name, holder=holder)


def _not_imported(failure: Failure, name: str) -> Cause | None:
    if name not in sys.stdlib_module_names and "forget to import" not in failure.message:
        return None
    return failure.cause("name_errors.not_imported", name=name)


def _similar(failure: Failure, name: str) -> Cause | None:
    suggested = re.search(r"Did you mean: '([^']+)'", failure.message)
    own = [item.name for item in failure.source.bindings] or _words(failure)
    similar = suggested[1] if suggested else closest(name, [*own, *_BUILTINS, *_keywords(name)])
    if similar is None:
        return None
    known = next((item.line for item in failure.source.bindings if item.name == similar), None)
    what = failure.words("name_errors.part_of_python") if similar in _BUILTINS else ""
    if known:
        what = failure.words("name_errors.set_on", set_line=known)
    return failure.cause("name_errors.similar", name=name, similar=similar, what=what)


def _keywords(name: str) -> list[str]:
    return [word for word in keyword.kwlist if word.lower() == name.lower()]


def _words(failure: Failure) -> list[str]:
    """Words of a file that does not parse, that are followed by an equals sign."""
    return re.findall(r"^\s*([^\W\d]\w*)\s*=[^=]", "\n".join(failure.source.lines[:2000]), re.MULTILINE)


def _never_set(failure: Failure, name: str) -> Cause:
    called = re.search(rf"\b{re.escape(name)}\s*\(", failure.text)
    if called:
        return failure.cause("name_errors.function_never_defined", name=name)
    return failure.cause("name_errors.never_set", name=name)


def _free_variable(failure: Failure, match: re.Match[str]) -> Cause:
    name = match[1]
    return failure.cause("name_errors.free_variable", name=name)


def _unbound(failure: Failure, match: re.Match[str]) -> Cause:
    name = match[1]
    function = functions(failure.source.tree).get(failure.frame.function if failure.frame else "")
    set_on = [
        item.line for item in failure.source.bindings if function and item.name == name and item.scope == function.name
    ]
    outside = [item.line for item in failure.source.bindings if item.name == name and not item.scope]
    where = failure.words("name_errors.at_line", set_line=set_on[0]) if set_on else ""
    owner = f"`{function.name}`" if function else failure.words("name_errors.the_function")
    look = failure.words("name_errors.own_variable", name=name)
    if outside:
        return failure.cause("name_errors.other_than_outside", name=name, outside=outside[0], owner=owner, where=where)
    if hasattr(builtins, name):
        return failure.cause("name_errors.hides_builtin", name=name, owner=owner, where=where)
    if re.match(rf"{re.escape(name)}\s*(?:[-+*/%]|//|\*\*)?=", failure.text):
        return failure.cause("name_errors.needs_own_value", name=name, owner=owner, look=look)
    return failure.cause("name_errors.not_set_yet", name=name, owner=owner, where=where, look=look)


NAME_RULES: tuple[Rule, ...] = (
    rule(r"free variable '([^']+)'", _free_variable),
    rule(r"name '([^']+)' is not defined", _undefined),
    rule(r"local variable '([^']+)'", _unbound),
)
