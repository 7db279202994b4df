"""Programs that run too long, too deep or out of input, and those that stop themselves.

Covers `RecursionError`, `KeyboardInterrupt`, `EOFError`, `AssertionError`, errors raised on purpose, and time-outs.
"""

from __future__ import annotations

import ast
import re

from taco_lsp.tutor.builtin.endless import endless_loop, why_endless
from taco_lsp.tutor.builtin.failure import Cause, Failure, Rule, rule, say
from taco_lsp.tutor.builtin.source import (
    FunctionNode,
    Source,
    function_around,
    functions,
    line_at,
    loops_around,
    unparse,
)
from taco_lsp.tutor.builtin.texts import Texts
from taco_lsp.tutor.builtin.wording import joined, quote


def _recursion(failure: Failure, _: re.Match[str]) -> Cause:
    cycle = list(
        dict.fromkeys(frame.function for frame in failure.frames[-6:] if frame.function not in {"", "<module>"})
    )
    names = [f"`{name}`" for name in cycle[:3]]
    function = functions(failure.source.tree).get(cycle[0]) if cycle else None
    reason = ""
    if function is not None and len(cycle) == 1:
        reason = _no_way_out(failure, function)
    who = (
        failure.words("runtime_limits.calls_itself", name=names[0])
        if len(names) == 1
        else failure.words("runtime_limits.call_each_other", names=failure.texts.listed(names))
        if names
        else failure.words("runtime_limits.some_function")
    )
    return failure.cause("runtime_limits.recursion", who=who, reason=reason)


def _no_way_out(failure: Failure, function: FunctionNode) -> str:
    branches = any(
        isinstance(node, ast.If | ast.IfExp | ast.While | ast.For | ast.Match) for node in ast.walk(function)
    )
    if not branches:
        return failure.words("runtime_limits.no_branch", name=function.name, function_line=function.lineno)
    parameters = [argument.arg for argument in function.args.args]
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == function.name:
            passed = [argument.id for argument in node.args if isinstance(argument, ast.Name)]
            if passed and passed == parameters[: len(passed)] and len(node.args) == len(passed):
                return failure.words("runtime_limits.same_values", call_line=node.lineno)
    return _never_there(failure, function)


def _never_there(failure: Failure, function: FunctionNode) -> str:
    """Set the stopping condition beside what the next call gets, so that the way between them can be followed."""
    tests = [node.test for node in ast.walk(function) if isinstance(node, ast.If | ast.IfExp)]
    calls = [
        node
        for node in ast.walk(function)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name | ast.Attribute)
        and unparse(node.func).rpartition(".")[2] == function.name
        and node.args
    ]
    if not tests or not calls:
        return ""
    return failure.words(
        "runtime_limits.never_there",
        condition=quote(unparse(tests[0]), 40),
        condition_line=tests[0].lineno,
        argument=quote(unparse(calls[-1].args[0]), 30),
        call_line=calls[-1].lineno,
    )


def timeout_cause(source: Source, texts: Texts) -> tuple[int | None, Cause]:
    """Explain a program that was stopped because it ran too long."""
    failure = Failure(error_type="time-out", message="", frames=(), frame=None, source=source, texts=texts)
    found = endless_loop(source)
    if found:
        reason = why_endless(found, texts)
        return found.line, failure.cause("runtime_limits.endless_loop", loop_line=found.line, reason=reason)
    loops = [node.lineno for node in ast.walk(source.tree) if isinstance(node, ast.While)] if source.tree else []
    asks = next((number for number, text in enumerate(source.lines, 1) if "input(" in text), None)
    if loops:
        why = failure.words("runtime_limits.while_loop", loop_line=loops[0])
    elif asks:
        why = failure.words("runtime_limits.waits_for_input", input_line=asks)
    else:
        why = failure.words("runtime_limits.grows_fast")
    line = loops[0] if loops else asks
    return line, failure.cause("runtime_limits.timed_out", why=why, specific=bool(line))


def _interrupted(failure: Failure, _: re.Match[str]) -> Cause:
    if "input(" in failure.text:
        return failure.cause("runtime_limits.interrupted_input")
    found = endless_loop(failure.source, failure.line)
    reason = failure.words("runtime_limits.stopped_outside")
    if found:
        why = why_endless(found, failure.texts)
        reason = failure.words("runtime_limits.inside_loop", loop_line=found.line, reason=why)
    return failure.cause(
        "runtime_limits.interrupted", text=quote(failure.text, 40), reason=reason, specific=bool(failure.text)
    )


def _no_input(failure: Failure, _: re.Match[str]) -> Cause:
    calls = sum(text.count("input(") for text in failure.source.lines[:5000])
    counted = failure.words("runtime_limits.input_calls", count=calls) if calls > 1 else ""
    loops = loops_around(failure.source.tree, failure.line)
    looped = failure.words("runtime_limits.input_in_loop", loop_line=loops[0].lineno) if loops else ""
    return failure.cause("runtime_limits.no_input", counted=counted, looped=looped)


def _assertion(failure: Failure, _: re.Match[str]) -> Cause:
    condition = re.match(r"assert\s+(.+?)(?:,\s*[\"'f].*)?$", failure.text)
    told = failure.words("runtime_limits.message_is", message=quote(failure.message, 80)) if failure.message else ""
    if not condition:
        return raised_on_purpose(failure) or failure.cause(
            "runtime_limits.assertion_without_line", told=told, specific=bool(failure.message)
        )
    return failure.cause("runtime_limits.assertion", condition=quote(condition[1]), told=told)


def _compared(failure: Failure, match: re.Match[str]) -> Cause | None:
    """A test framework compared two values; which side is the expected one, only the test knows."""
    return failure.cause("runtime_limits.compared", first=quote(match[1]), second=quote(match[2]))


def _expected(failure: Failure, match: re.Match[str]) -> Cause | None:
    if match[3]:
        return failure.cause("runtime_limits.not_inside", item=quote(match[3]), holder=quote(match[4]))
    return failure.cause("runtime_limits.not_so", value=quote(match[1]), wanted=quote(match[2]))


def raised_on_purpose(failure: Failure) -> Cause | None:
    """Explain an error that a `raise` in the code itself started."""
    raised = re.match(r"raise\b\s*(.*)", failure.text)
    if not raised or "must derive from BaseException" in failure.message:
        return None
    told = failure.words("runtime_limits.with_message", message=quote(failure.message, 80)) if failure.message else ""
    around = _condition_above(failure)
    guard = (
        failure.words("runtime_limits.reached_when", condition=quote(around[1], 50), condition_line=around[0])
        if around
        else ""
    )
    function = function_around(failure.source.tree, failure.line)
    inside = failure.words("runtime_limits.inside_function", name=function.name) if function else ""
    unwritten = failure.words("runtime_limits.unwritten") if failure.error_type == "NotImplementedError" else ""
    return failure.cause(
        "runtime_limits.raised_on_purpose",
        error_type=failure.error_type,
        told=told,
        inside=inside,
        guard=joined(guard, unwritten),
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
    where = failure.texts.on_line(loops[0].lineno if loops else failure.line)
    return failure.cause("runtime_limits.changed_size", word=match[1], where=where)


RECURSION_RULES: tuple[Rule, ...] = (rule(r"", _recursion),)
INTERRUPT_RULES: tuple[Rule, ...] = (rule(r"", _interrupted),)
EOF_RULES: tuple[Rule, ...] = (rule(r"", _no_input),)
ASSERTION_RULES: tuple[Rule, ...] = (
    rule(r"^(.{1,80}?) != (.{1,80})$", _compared),
    rule(r"assert (.{1,80}?) == (.{1,80}?)\)?$", _compared),
    rule(r"^(.{1,60}) is not (true|false|None)$|^(.{1,60}) not found in (.{1,60})$", _expected),
    rule(r"^(\w+) not raised", say("runtime_limits.not_raised", "name")),
    rule(r"", _assertion),
)
QUEUE_RULES: tuple[Rule, ...] = (rule(r"", say("runtime_limits.queue")),)
STOP_RULES: tuple[Rule, ...] = (rule(r"", say("runtime_limits.stop")),)
RUNTIME_RULES: tuple[Rule, ...] = (
    rule(r"(dictionary|[Ss]et|deque|OrderedDict)(?: changed size| mutated| keys changed)", _changed_size),
    rule(r"super\(\): (?:no arguments|__class__)", say("runtime_limits.super_outside")),
    rule(r"generator raised StopIteration", say("runtime_limits.stop")),
    rule(r"event loop|was never awaited", say("runtime_limits.event_loop")),
    rule(r"main thread is not in main loop|threads can only be started once", say("runtime_limits.threads")),
)
