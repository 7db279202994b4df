"""Calls whose arguments do not fit the function's parameters.

Covers those messages of `TypeError` that count or name arguments.
"""

from __future__ import annotations

import re

from taco_lsp.tutor.builtin.failure import Cause, Failure, Rule, rule
from taco_lsp.tutor.builtin.source import FunctionNode, functions
from taco_lsp.tutor.builtin.wording import closest, count, listed, on_line, quote


def _header(failure: Failure, called: str) -> tuple[FunctionNode | None, str]:
    """Find the function a message speaks of, and describe its header."""
    function = functions(failure.source.tree).get(called.rpartition(".")[2])
    if function is None:
        return None, ""
    names = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
    shown = listed([f"`{name}`" for name in names[:6]]) if names else "no parameters"
    return function, f"Its header on line {function.lineno} names {shown}."


def _is_method(function: FunctionNode | None, called: str) -> bool:
    if function and function.args.args:
        return function.args.args[0].arg in {"self", "cls"}
    return "." in called.rpartition("<locals>.")[2]


def _too_many(failure: Failure, match: re.Match[str]) -> Cause:
    called, takes, given = match[1], match[2], int(match[3])
    function, header = _header(failure, called)
    name = called.rpartition(".")[2]
    note = ""
    takes_self = _is_method(function, called)
    if takes_self:
        note = " In a call through an object, Python passes the object itself as one more value, in front of yours."
    if takes == "0" and takes_self:
        note += " A method needs a parameter for that object."
    return Cause(
        summary=f"`{name}()`{on_line(failure.line)} gets {count(given, 'value')}, but its header makes room for "
        f"{takes.replace('from ', '')}.",
        why=f"Each value in a call needs a parameter to go to. {header}{note}".strip(),
        look=f"Compare the values in {quote(failure.text)} with the parameters of `{name}`, one by one.",
    )


def _missing(failure: Failure, match: re.Match[str]) -> Cause:
    called, missing = match[1], match[2]
    _, header = _header(failure, called)
    name = called.rpartition(".")[2]
    names = re.findall(r"'(\w+)'", missing)
    shown = listed([f"`{item}`" for item in names])
    note = ""
    if "self" in names:
        note = " `self` is filled in by itself only when the method is called on an object, not on the class."
    if name == "__init__":
        note += f" `{called.rpartition('.')[0] or '__init__'}` needs it when an object is made."
    return Cause(
        summary=f"`{name}()` is called{on_line(failure.line)} without a value for {shown}.",
        why=f"Every parameter without a default has to get a value in the call. {header}{note}".strip(),
        look=f"Match the values in {quote(failure.text)} with the parameters of `{name}`. Which value should become "
        f"{shown}?",
    )


def _unexpected_keyword(failure: Failure, match: re.Match[str]) -> Cause:
    called, keyword = match["called"], match["name"]
    function, header = _header(failure, called)
    names = [argument.arg for argument in (*function.args.args, *function.args.kwonlyargs)] if function else []
    similar = closest(keyword, names)
    hint = f"; the parameter `{similar}` looks similar" if similar else ""
    return Cause(
        summary=f"`{called}()` is given an argument named `{keyword}`{on_line(failure.line)}, but has no such "
        f"parameter{hint}.",
        why=f"With `name=value`, the name must be one that the function's header lists. {header}".strip(),
        look=f"Compare the names in {quote(failure.text)} with those in the header of `{called}`.",
    )


def _twice(failure: Failure, match: re.Match[str]) -> Cause:
    called, name = match[1], match[2]
    _, header = _header(failure, called)
    return Cause(
        summary=f"`{called}()`{on_line(failure.line)} gets two values for the same parameter `{name}`.",
        why=f"One value reached `{name}` by its place in the call and another one by its name. {header}".strip(),
        look=f"Count the values before the `{name}=` in {quote(failure.text)}: which parameters do they fill?",
    )


def _builtin_count(failure: Failure, match: re.Match[str]) -> Cause:
    called = match[1] or "the function"
    name = f"`{called}()`" if match[1] else called
    return Cause(
        summary=f"{name}{on_line(failure.line)} is called with the wrong number of values: {match[2].strip()}.",
        why="Functions that are part of Python accept a fixed number of values. Several items often have to be "
        "handed over as one collection.",
        look=f"How many values stand between the brackets of {quote(failure.text)}? Mind where each bracket closes.",
    )


def _takes_none(failure: Failure, match: re.Match[str]) -> Cause:
    called = match[1]
    is_class = called[:1].isupper()
    note = " For a class, this means that it has no `__init__` that takes values; check how that name is spelled."
    return Cause(
        summary=f"`{called}()`{on_line(failure.line)} is given values, but it takes none.",
        why=f"There is no parameter that the values could go to.{note if is_class else ''}",
        look=f"Should `{called}` use the values in {quote(failure.text)}? Where would it receive them?",
    )


CALL_RULES: tuple[Rule, ...] = (
    rule(r"([\w.<>]+)\(\) takes ((?:from )?\d+(?: to \d+)?) positional arguments? but (\d+)", _too_many),
    rule(r"([\w.<>]+)\(\) missing \d+ required (?:positional|keyword-only) arguments?: (.+)", _missing),
    rule(r"(?P<called>[\w.<>]+)\(\) got an unexpected keyword argument '(?P<name>\w+)'", _unexpected_keyword),
    rule(r"'(?P<name>\w+)' is an invalid keyword argument for (?P<called>[\w.<>]+)\(\)", _unexpected_keyword),
    rule(r"([\w.<>]+)\(\) got multiple values for (?:keyword )?argument '(\w+)'", _twice),
    rule(r"([\w.<>]+)\(\) takes no (?:keyword )?arguments", _takes_none),
    rule(r"([\w.<>]+)\(\) (takes (?:exactly|at most|at least) .+)", _builtin_count),
    rule(r"^([\w.<>]*?)(?:\(\))? ?(expected (?:exactly |at most |at least )?\d+ arguments?, got \d+)", _builtin_count),
    rule(r"^([\w.<>]+)(?:\(\))? (expected (?:exactly|at least|at most) .+ arguments?, got \d+)", _builtin_count),
)
