"""Names Python does not know: misspelled, used too early, out of reach, or never imported.

Covers `NameError` and `UnboundLocalError`.
"""

from __future__ import annotations

import builtins
import keyword
import re
import sys

from taco_lsp.tutor.builtin.failure import Cause, Failure, Rule, rule
from taco_lsp.tutor.builtin.library_names import MODULE_OF, PYTHON_2
from taco_lsp.tutor.builtin.places import (
    block_around,
    class_values,
    classes,
    comprehension_line,
    deleted_on,
    handler_of,
    kept,
    methods,
    owner_of,
)
from taco_lsp.tutor.builtin.source import function_around, functions
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
        _gone_again,
        _used_too_early,
        _set_in_a_part,
        _other_language,
        _part_of_a_class,
        _inside_other_function,
        _in_a_comprehension,
        _not_imported,
        _similar,
        _of_a_module,
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
    known = functions(failure.source.tree)
    scopes = {
        item.scope: item.line
        for item in failure.source.bindings
        if item.name == name and (not item.scope or item.scope in known)
    }
    if not scopes or "" in scopes or (here and here.name in scopes):
        return None
    scope, line = next(iter(scopes.items()))
    return failure.cause("name_errors.inside_other_function", name=name, scope=scope, scope_line=line)


def _gone_again(failure: Failure, name: str) -> Cause | None:
    """Explain a name that had a value and lost it."""
    tree = failure.source.tree
    deleted, handler = deleted_on(tree, name), handler_of(tree, name)
    if deleted and failure.line and deleted < failure.line:
        return failure.cause("name_errors.deleted", name=name, deleted=deleted)
    if handler and failure.line and handler < failure.line:
        return failure.cause("name_errors.only_in_except", name=name, handler=handler)
    return None


def _set_in_a_part(failure: Failure, name: str) -> Cause | None:
    """Explain a name of the file that gets its value above, in a part that did not run."""
    above = [
        item.line
        for item in failure.source.bindings
        if item.name == name and not item.scope and failure.line and item.line < failure.line
    ]
    block = block_around(failure.source.tree, above[-1], failure.line) if above else None
    if block is None:
        return None
    part = failure.words(f"name_errors.parts.{block.part}", block_line=block.line)
    return failure.cause("name_errors.set_in_a_part", name=name, set_line=above[-1], part=part)


def _part_of_a_class(failure: Failure, name: str) -> Cause | None:
    here = owner_of(failure.source.tree, failure.line)
    owners = [here] if here else [*classes(failure.source.tree).values()]
    for owner in owners:
        holder = failure.words("name_errors.the_class", name=owner.name)
        if any(method.name == name for method in methods(owner)):
            return failure.cause("name_errors.method_without_self", name=name, holder=holder)
        own = [line for kept_name, _, line in kept(owner) if kept_name == name]
        if own or name in class_values(owner):
            line = own[0] if own else class_values(owner)[name]
            return failure.cause("name_errors.kept_in_object", name=name, holder=holder, kept_line=line)
    if f"self.{name}" in failure.message:
        holder = failure.words("name_errors.the_object")
        return failure.cause("name_errors.method_without_self", name=name, holder=holder)
    return None


def _in_a_comprehension(failure: Failure, name: str) -> Cause | None:
    line = comprehension_line(failure.source.tree, name)
    if line is None:
        return None
    return failure.cause("name_errors.in_a_comprehension", name=name, comprehension_line=line)


def _of_a_module(failure: Failure, name: str) -> Cause | None:
    if name not in MODULE_OF:
        return None
    return failure.cause("name_errors.of_a_module", name=name, module=MODULE_OF[name])


def _not_imported(failure: Failure, name: str) -> Cause | None:
    if name not in sys.stdlib_module_names and "forget to import" not in failure.message:
        return None
    return failure.cause("name_errors.not_imported", name=name)


def _similar(failure: Failure, name: str) -> Cause | None:
    if name in PYTHON_2:
        return failure.cause("name_errors.python_2", name=name, known=PYTHON_2[name])
    similar = _likely(failure, name)
    if similar is None or (name in MODULE_OF and similar in _BUILTINS):
        return None
    known = next((item.line for item in failure.source.bindings if item.name == similar), None)
    what = failure.words("name_errors.part_of_python") if similar in _BUILTINS else ""
    if known:
        what = failure.words("name_errors.set_on", set_line=known)
    return failure.cause("name_errors.similar", name=name, similar=similar, what=what)


def _likely(failure: Failure, name: str) -> str | None:
    """Find the name that was meant; one of Python's own only if it is very close, or many words would have one."""
    own = [item.name for item in failure.source.bindings] or _words(failure)
    suggested = re.search(r"Did you mean: '([^']+)'", failure.message)
    if suggested and (suggested[1] in own or suggested[1] not in _BUILTINS):
        return suggested[1]
    return closest(name, own) or closest(name, [*_BUILTINS, *_keywords(name)], cutoff=0.78)


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
    block = block_around(failure.source.tree, set_on[0], failure.line) if set_on else None
    part = failure.words(f"name_errors.parts.{block.part}", block_line=block.line) if block else ""
    part = part or failure.words("name_errors.parts.unknown")
    return failure.cause("name_errors.not_set_yet", name=name, owner=owner, where=where, look=look, part=part)


NAME_RULES: tuple[Rule, ...] = (
    rule(r"free variable '([^']+)'", _free_variable),
    rule(r"name '([^']+)' is not defined", _undefined),
    rule(r"local variable '([^']+)'", _unbound),
)
