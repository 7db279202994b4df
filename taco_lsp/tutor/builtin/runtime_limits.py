"""Programs that run too long, too deep or out of input, and those that stop themselves.

Covers `RecursionError`, `KeyboardInterrupt`, `EOFError`, `AssertionError`, errors raised on purpose, and time-outs.
"""

from __future__ import annotations

import ast
import re

from taco_lsp.tutor.builtin.failure import Cause, Failure, Rule, rule
from taco_lsp.tutor.builtin.source import (
    FunctionNode,
    Source,
    functions,
    line_at,
    loops_around,
    unparse,
)
from taco_lsp.tutor.builtin.wording import listed, on_line, quote


def _recursion(failure: Failure, _: re.Match[str]) -> Cause:
    cycle = list(
        dict.fromkeys(frame.function for frame in failure.frames[-6:] if frame.function not in {"", "<module>"})
    )
    names = [f"`{name}`" for name in cycle[:3]]
    function = functions(failure.source.tree).get(cycle[0]) if cycle else None
    reason = ""
    if function is not None and len(cycle) == 1:
        reason = _no_way_out(function)
    who = (
        f"{names[0]} calls itself"
        if len(names) == 1
        else f"{listed(names)} call each other"
        if names
        else "A function calls itself"
    )
    return Cause(
        summary=f"{who}{on_line(failure.line)} again and again, and no call ever comes back.",
        why="A function that calls itself needs a case in which it does not, and every call has to get closer to "
        f"it. {reason}".strip(),
        look=f"For which value should the calls stop? Follow {quote(failure.text)} for a small example: which values "
        "are passed on?",
    )


def _no_way_out(function: FunctionNode) -> str:
    branches = any(
        isinstance(node, ast.If | ast.IfExp | ast.While | ast.For | ast.Match) for node in ast.walk(function)
    )
    if not branches:
        return f"`{function.name}` (line {function.lineno}) has no `if`, so nothing ever stops it."
    parameters = [argument.arg for argument in function.args.args]
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == function.name:
            passed = [argument.id for argument in node.args if isinstance(argument, ast.Name)]
            if passed and passed == parameters[: len(passed)] and len(node.args) == len(passed):
                return (
                    f"On line {node.lineno} it passes on exactly the values it was given, so nothing changes from "
                    "call to call."
                )
    return ""


def endless_loop(source: Source, line: int | None = None) -> tuple[int, str] | None:
    """Find a `while` loop that may never end: its line, and why."""
    loops: list[ast.For | ast.While] = loops_around(source.tree, line)
    everywhere = [node for node in ast.walk(source.tree) if isinstance(node, ast.While)] if source.tree else []
    for loop in (*loops, *everywhere):
        reason = _never_ends(loop) if isinstance(loop, ast.While) else ""
        if reason:
            return loop.lineno, reason
    return None


def _never_ends(loop: ast.While) -> str:
    inside = [node for statement in loop.body for node in ast.walk(statement)]
    leaves = any(isinstance(node, ast.Break | ast.Return | ast.Raise) for node in inside)
    if isinstance(loop.test, ast.Constant) and loop.test.value:
        return (
            ""
            if leaves
            else f"Its condition {quote(unparse(loop.test))} is always true, and nothing inside leaves the loop."
        )
    watched = {node.id for node in ast.walk(loop.test) if isinstance(node, ast.Name)}
    called = any(isinstance(node, ast.Call) for node in ast.walk(loop.test))
    changed = {node.id for node in inside if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    touched = {
        node.value.id
        for node in inside
        if isinstance(node, ast.Attribute | ast.Subscript) and isinstance(node.value, ast.Name)
    }
    if watched and not leaves and not watched & (changed | touched) and not (called and inside_calls(inside)):
        names = listed(sorted(f"`{name}`" for name in watched))
        return (
            f"Its condition {quote(unparse(loop.test))} depends on {names}, and nothing inside the loop changes that."
        )
    return ""


def inside_calls(nodes: list[ast.AST]) -> bool:
    """Tell whether any call could change what a condition asks."""
    return any(isinstance(node, ast.Call) and not isinstance(node.func, ast.Name) for node in nodes)


def timeout_cause(source: Source) -> tuple[int | None, Cause]:
    """Explain a program that was stopped because it ran too long."""
    found = endless_loop(source)
    if found:
        line, reason = found
        return line, Cause(
            summary=f"The program was still running when its time was up: the loop on line {line} never ends.",
            why=f"{reason} So it goes round and round.",
            look=f"What has to change in each round so that the loop on line {line} can end, and which line does that?",
        )
    loops = [node.lineno for node in ast.walk(source.tree) if isinstance(node, ast.While)] if source.tree else []
    asks = next((number for number, text in enumerate(source.lines, 1) if "input(" in text), None)
    if loops:
        why = (
            f"A `while` loop runs as long as its condition is true; there is one on line {loops[0]}. It may also "
            "wait for input."
        )
    elif asks:
        why = f"Line {asks} waits for input, and a program that waits is running, too."
    else:
        why = (
            "Usually a loop does not end, a function keeps calling itself, or the work grows very fast with the "
            "size of the data."
        )
    return (loops[0] if loops else asks), Cause(
        summary="The program was still running when its time was up, so it was stopped.",
        why=why,
        look="Print the value that the loop depends on in each round. Does it move towards the end?",
        specific=bool(loops or asks),
    )


def _interrupted(failure: Failure, _: re.Match[str]) -> Cause:
    if "input(" in failure.text:
        return Cause(
            summary=f"The program was stopped while it waited for input{on_line(failure.line)}.",
            why=f"{quote(failure.text)} waits until a line is typed. Nothing came, and somebody stopped the program.",
            look="Did you see that the program was waiting? A text inside the brackets of `input` can ask for what "
            "it wants.",
        )
    found = endless_loop(failure.source, failure.line)
    reason = (
        f"It was inside the loop on line {found[0]}. {found[1]}"
        if found
        else "It was stopped from outside while it was busy there."
    )
    return Cause(
        summary=f"The program was stopped by hand while it was running{on_line(failure.line)}: "
        f"{quote(failure.text, 40)}.",
        why=f"{reason} That is no mistake in itself, but people stop programs that do not end.",
        look="Which loop was running, and what makes it end? Print the value it depends on in each round.",
        specific=bool(failure.text),
    )


def _no_input(failure: Failure, _: re.Match[str]) -> Cause:
    calls = sum(text.count("input(") for text in failure.source.lines[:5000])
    counted = f" The program holds {calls} calls of `input()`." if calls > 1 else ""
    loops = loops_around(failure.source.tree, failure.line)
    looped = (
        f" This one stands in the loop that begins on line {loops[0].lineno}, so it reads once per round."
        if loops
        else ""
    )
    return Cause(
        summary=f"`input()`{on_line(failure.line)} wants another line, but no input is left.",
        why="Each `input()` takes one line of what was given to the program, and all lines were used up or none "
        f"were given.{counted}{looped}",
        look=f"How many lines of input does a run provide, and how often does {quote(failure.text)} run?",
    )


def _assertion(failure: Failure, _: re.Match[str]) -> Cause:
    condition = re.match(r"assert\s+(.+?)(?:,\s*[\"'f].*)?$", failure.text)
    told = f" The message is: {quote(failure.message, 80)}." if failure.message else ""
    if not condition:
        return raised_on_purpose(failure) or Cause(
            summary=f"A check with `assert` failed{on_line(failure.line)}.",
            why=f"`assert` stops the program when its condition is false.{told}",
            look="Which values did the check look at, and which did it expect?",
            specific=bool(failure.message),
        )
    return Cause(
        summary=f"The check {quote(condition[1])}{on_line(failure.line)} is false.",
        why=f"`assert` stops the program when its condition does not hold; often it is a test of your code.{told}",
        look="Work out both sides of the condition by hand for these values. Which side differs from what you "
        "expect, and where is it made?",
    )


def raised_on_purpose(failure: Failure) -> Cause | None:
    """Explain an error that a `raise` in the code itself started."""
    raised = re.match(r"raise\b\s*(.*)", failure.text)
    if not raised:
        return None
    told = f", with the message {quote(failure.message, 80)}" if failure.message else ""
    around = _condition_above(failure)
    guard = f" It is reached when {quote(around[1], 50)} on line {around[0]} is true." if around else ""
    return Cause(
        summary=f"The code itself raises this `{failure.error_type}`{on_line(failure.line)}{told}.",
        why=f"A `raise` line stops the program on purpose: somebody wrote it for a case that must not go on.{guard}",
        look=f"In which case is {quote(failure.text)} reached, and which value led there? Nothing above it caught "
        "the error either.",
    )


def _condition_above(failure: Failure) -> tuple[int, str] | None:
    line = failure.line or 0
    indent = len(line_at(failure.source, line)) - len(line_at(failure.source, line).lstrip())
    for number in range(line - 1, max(0, line - 30), -1):
        text = line_at(failure.source, number)
        if text.strip() and len(text) - len(text.lstrip()) < indent:
            found = re.match(r"\s*(?:if|elif)\s+(.+):", text)
            return (number, found[1]) if found else None
    return None


def _changed_size(failure: Failure, match: re.Match[str]) -> Cause:
    loops = loops_around(failure.source.tree, failure.line)
    where = f" on line {loops[0].lineno}" if loops else on_line(failure.line)
    return Cause(
        summary=f"The {match[1]} that the loop{where} goes through grows or shrinks during the loop.",
        why="A loop keeps its place in the collection. When entries come or go meanwhile, that place means nothing "
        "any more.",
        look="Which line inside the loop adds or removes something? Could the loop go through something that stays "
        "the same?",
    )


RECURSION_RULES: tuple[Rule, ...] = (rule(r"", _recursion),)
INTERRUPT_RULES: tuple[Rule, ...] = (rule(r"", _interrupted),)
EOF_RULES: tuple[Rule, ...] = (rule(r"", _no_input),)
ASSERTION_RULES: tuple[Rule, ...] = (rule(r"", _assertion),)
RUNTIME_RULES: tuple[Rule, ...] = (
    rule(r"(dictionary|[Ss]et|deque|OrderedDict)(?: changed size| mutated| keys changed)", _changed_size),
)
