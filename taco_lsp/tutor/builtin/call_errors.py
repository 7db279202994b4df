"""Calls whose arguments do not fit the function's parameters.

Covers those messages of `TypeError` that count or name arguments.
"""

from __future__ import annotations

import re

from taco_lsp.tutor.builtin.failure import Cause, Failure, Rule, rule
from taco_lsp.tutor.builtin.places import classes, methods, owner_of
from taco_lsp.tutor.builtin.source import FunctionNode, functions
from taco_lsp.tutor.builtin.wording import closest, joined, quote

_SETTINGS = frozenset({"sorted", "sort", "list.sort"})
"""Functions that take one collection, and all else by name."""


def _header(failure: Failure, called: str) -> tuple[FunctionNode | None, str]:
    """Find the function a message speaks of, and describe its header."""
    holder, _, name = called.rpartition(".")
    owner = classes(failure.source.tree).get(holder.rpartition(".")[2])
    own = [method for method in methods(owner) if method.name == name] if owner else []
    function = own[0] if own else functions(failure.source.tree).get(name)
    if function is None:
        return None, ""
    names = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
    shown = (
        failure.texts.listed([f"`{name}`" for name in names[:6]])
        if names
        else failure.words("call_errors.no_parameters")
    )
    return function, failure.words("call_errors.header", header_line=function.lineno, parameters=shown)


def _is_method(function: FunctionNode | None, called: str) -> bool:
    if function and function.args.args:
        return function.args.args[0].arg in {"self", "cls"}
    return "." in called.rpartition("<locals>.")[2]


def _too_many(failure: Failure, match: re.Match[str]) -> Cause:
    called, takes, given = match[1], match[2], int(match[3])
    function, header = _header(failure, called)
    name = called.rpartition(".")[2]
    note = ""
    takes_self = _is_method(function, called) or owner_of(failure.source.tree, function.lineno if function else None)
    if takes_self:
        note = failure.words("call_errors.passes_object")
    if takes_self and (takes == "0" or (function and function.args.args and function.args.args[0].arg != "self")):
        note = joined(note, failure.words("call_errors.needs_self"))
    return failure.cause(
        "call_errors.too_many",
        name=name,
        given=failure.texts.count(given, "value"),
        takes=takes.replace("from ", "").replace(" to ", "-"),
        header=header,
        note=note,
    )


def _missing(failure: Failure, match: re.Match[str]) -> Cause:
    called, missing = match[1], match[2]
    _, header = _header(failure, called)
    name = called.rpartition(".")[2]
    names = re.findall(r"'(\w+)'", missing)
    shown = failure.texts.listed([f"`{item}`" for item in names])
    note = ""
    if "self" in names:
        note = failure.words("call_errors.self_filled")
    if name == "__init__":
        needed = failure.words("call_errors.needed_by_class", name=called.rpartition(".")[0] or name)
        note = joined(note, needed)
    return failure.cause("call_errors.missing", name=name, shown=shown, header=header, note=note)


def _unexpected_keyword(failure: Failure, match: re.Match[str]) -> Cause:
    called, keyword = match["called"].replace("this function", "…"), match["name"]
    function, header = _header(failure, called)
    names = [argument.arg for argument in (*function.args.args, *function.args.kwonlyargs)] if function else []
    similar = closest(keyword, names)
    hint = failure.words("call_errors.looks_similar", name=similar) if similar else ""
    return failure.cause("call_errors.unexpected_keyword", called=called, keyword=keyword, hint=hint, header=header)


def _twice(failure: Failure, match: re.Match[str]) -> Cause:
    called, name = match[1], match[2]
    _, header = _header(failure, called)
    return failure.cause("call_errors.twice", called=called, name=name, header=header)


def _builtin_count(failure: Failure, match: re.Match[str]) -> Cause:
    called = match[1] or failure.words("call_errors.the_function")
    name = f"`{called}()`" if match[1] else called
    note = failure.words("call_errors.named_settings" if called in _SETTINGS else "call_errors.one_collection")
    return failure.cause("call_errors.builtin_count", name=name, told=quote(match[2]), note=note)


def _takes_none(failure: Failure, match: re.Match[str]) -> Cause:
    called = match[1]
    is_class = called[:1].isupper()
    note = failure.words("call_errors.class_without_init")
    return failure.cause("call_errors.takes_none", called=called, note=note if is_class else "")


CALL_RULES: tuple[Rule, ...] = (
    rule(r"([\w.<>]+)\(\) takes ((?:from )?\d+(?: to \d+)?) positional arguments? but (\d+)", _too_many),
    rule(r"([\w.<>]+)\(\) missing \d+ required (?:positional|keyword-only) arguments?: (.+)", _missing),
    rule(r"(?P<called>[\w.<>]+)\(\) got an unexpected keyword argument '(?P<name>\w+)'", _unexpected_keyword),
    rule(r"'(?P<name>\w+)' is an invalid keyword argument for (?P<called>this function|[\w.<>]+)", _unexpected_keyword),
    rule(r"([\w.<>]+)\(\) got multiple values for (?:keyword )?argument '(\w+)'", _twice),
    rule(r"([\w.<>]+)\(\) takes no (?:keyword )?arguments", _takes_none),
    rule(r"([\w.<>]+)\(\) (takes (?:exactly|at most|at least) .+)", _builtin_count),
    rule(r"^([\w.<>]*?)(?:\(\))? ?(expected (?:exactly |at most |at least )?\d+ arguments?, got \d+)", _builtin_count),
    rule(r"^([\w.<>]+)(?:\(\))? (expected (?:exactly|at least|at most) .+ arguments?, got \d+)", _builtin_count),
)
