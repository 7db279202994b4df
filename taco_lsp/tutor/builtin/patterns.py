"""What can be noticed in a student's Python code: loop bounds, lost results, missing returns and the like.

Each detector reads the syntax tree and yields observations; the words for concepts and examples are in
`pattern_notes`. An observation is a reason to ask, never a verdict.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Iterator

import attrs

from taco_lsp.tutor.builtin.runtime_limits import endless_loop
from taco_lsp.tutor.builtin.source import FunctionNode, Source, bindings, functions, gives_back, last_value, unparse
from taco_lsp.tutor.builtin.wording import listed, quote

_SHADOW_MATTERS = frozenset(dir(builtins)) - {"copyright", "credits", "license", "exit", "quit", "help", "_"}
_GROWING = frozenset({"append", "remove", "pop", "insert", "extend", "clear", "add", "discard", "update"})
_PURE_METHODS = frozenset(
    {
        "upper",
        "lower",
        "strip",
        "lstrip",
        "rstrip",
        "replace",
        "split",
        "join",
        "title",
        "capitalize",
        "format",
        "copy",
        "union",
        "intersection",
        "difference",
        "zfill",
        "center",
    }
)
_PURE_FUNCTIONS = frozenset(
    {"sorted", "reversed", "len", "int", "float", "str", "round", "abs", "max", "min", "sum", "list"}
)


@attrs.frozen
class Observation:
    """Something worth asking about; `kind` is a key of `pattern_notes.NOTES`, `line` counts from 1."""

    kind: str
    line: int
    question: str


Detector = Callable[[ast.Module], Iterator[Observation]]


def _stubs(tree: ast.Module) -> Iterator[Observation]:
    for function in functions(tree).values():
        body = [
            item for item in function.body if not (isinstance(item, ast.Expr) and isinstance(item.value, ast.Constant))
        ]
        if all(isinstance(item, ast.Pass) for item in body):
            yield Observation(
                "stub",
                function.lineno,
                f"`{function.name}` (line {function.lineno}) does nothing yet. Take one small example: what goes in, "
                "what should come out, and what would you do by hand to get there?",
            )


def _missing_returns(tree: ast.Module) -> Iterator[Observation]:
    used = _used_calls(tree)
    for name, function in functions(tree).items():
        ending = gives_back(function)
        if ending == "sometimes":
            yield Observation(
                "missing_return",
                function.lineno,
                f"Does every way through `{name}` (line {function.lineno}) end with a `return` that gives a value? "
                "What comes back when none of the conditions is true?",
            )
        elif ending == "never" and name in used:
            prints = next((call.lineno for call in _calls_in(function, "print")), None)
            question = (
                f"Line {prints} in `{name}` prints a value, and line {used[name]} wants to go on with the result. "
                "What does a function give back when it only prints?"
                if prints
                else f"Line {used[name]} uses the result of `{name}`. What does `{name}` give back when it reaches "
                "its end?"
            )
            yield Observation("print_not_return" if prints else "missing_return", function.lineno, question)


def _used_calls(tree: ast.Module) -> dict[str, int]:
    """Name of each function whose result is used, with a line that does so."""
    dropped = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return {
        node.func.id: node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node not in dropped
    }


def _calls(node: ast.AST, *names: str) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names


def _calls_in(tree: ast.AST, name: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _calls(node, name):
            yield node


def _shadowed_builtins(tree: ast.Module) -> Iterator[Observation]:
    for item in bindings(tree):
        if item.name in _SHADOW_MATTERS:
            yield Observation(
                "shadowed_builtin",
                item.line,
                f"Line {item.line} uses `{item.name}` as a name of your own. What did `{item.name}` mean in Python "
                "before that line, and can you still use it afterwards?",
            )


def _mutating_while_iterating(tree: ast.Module) -> Iterator[Observation]:
    for loop in (node for node in ast.walk(tree) if isinstance(node, ast.For) and isinstance(node.iter, ast.Name)):
        name = unparse(loop.iter)
        for node in ast.walk(loop):
            changes = (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in _GROWING
                and unparse(node.func.value) == name
            ) or (
                isinstance(node, ast.Delete) and any(unparse(target).startswith(f"{name}[") for target in node.targets)
            )
            if changes and isinstance(node, ast.expr | ast.stmt):
                yield Observation(
                    "mutating_loop",
                    node.lineno,
                    f"The loop on line {loop.lineno} goes through `{name}`, and line {node.lineno} changes `{name}` "
                    "meanwhile. Which item comes next after an item has been added or taken away?",
                )
                break


def _loop_bounds(tree: ast.Module) -> Iterator[Observation]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _calls(node, "range") and "len(" in unparse(node):
            text = unparse(node)
            shifted = any(isinstance(argument, ast.BinOp) for argument in node.args)
            starts = len(node.args) > 1 and isinstance(node.args[0], ast.Constant) and node.args[0].value != 0
            if shifted or starts:
                yield Observation(
                    "loop_bounds",
                    node.lineno,
                    f"Which numbers does {quote(text)} on line {node.lineno} give for a list of three items? Compare "
                    "the first and the last of them with the positions of the list.",
                )
        elif (
            isinstance(node, ast.While) and isinstance(node.test, ast.Compare) and isinstance(node.test.ops[0], ast.LtE)
        ):
            if "len(" in unparse(node.test):
                yield Observation(
                    "loop_bounds",
                    node.lineno,
                    f"In the last round of the loop on line {node.lineno}, {quote(unparse(node.test))} is still "
                    "true. Which position is used then, and is there an item?",
                )
        elif isinstance(node, ast.For) and _calls(node.iter, "range") and "len(" not in unparse(node.iter):
            end = unparse(node.iter)
            if isinstance(node.iter, ast.Call) and any(not isinstance(item, ast.Constant) for item in node.iter.args):
                yield Observation(
                    "range_end",
                    node.lineno,
                    f"Which is the last number that {quote(end)} on line {node.lineno} gives? Is it the last one you "
                    "need?",
                )


def _integer_division(tree: ast.Module) -> Iterator[Observation]:
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.FloorDiv):
            yield Observation(
                "integer_division",
                node.lineno,
                f"What is {quote(unparse(node))} on line {node.lineno} when the division does not come out even? Is "
                "it right to drop the rest?",
            )


def _unused_results(tree: ast.Module) -> Iterator[Observation]:
    for node in (item for item in ast.walk(tree) if isinstance(item, ast.Expr)):
        value = node.value
        pure = (
            isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr in _PURE_METHODS
        ) or _calls(value, *_PURE_FUNCTIONS)
        if isinstance(value, ast.Compare):
            yield Observation(
                "comparison_statement",
                node.lineno,
                f"Line {node.lineno}, {quote(unparse(value))}, asks a question, and nobody uses the answer. Did you "
                "want to compare, or to store a value?",
            )
        elif pure or isinstance(value, ast.BinOp):
            yield Observation(
                "unused_result",
                node.lineno,
                f"Line {node.lineno} works out {quote(unparse(value))}. Where does the result go, and what has "
                "changed after that line?",
            )


def _unused_parameters(tree: ast.Module) -> Iterator[Observation]:
    for function in functions(tree).values():
        if len(function.body) == 1 and isinstance(function.body[0], ast.Pass):
            continue
        read = {node.id for statement in function.body for node in ast.walk(statement) if isinstance(node, ast.Name)}
        unused = [
            item.arg for item in function.args.args if item.arg not in read and item.arg not in {"self", "cls", "_"}
        ]
        if unused:
            names = listed([f"`{name}`" for name in unused])
            yield Observation(
                "unused_parameter",
                function.lineno,
                f"`{function.name}` (line {function.lineno}) receives {names} but never reads that. Should its "
                "result not depend on it?",
            )


def _mutable_defaults(tree: ast.Module) -> Iterator[Observation]:
    for function in functions(tree).values():
        if any(isinstance(default, ast.List | ast.Dict | ast.Set) for default in function.args.defaults):
            yield Observation(
                "mutable_default",
                function.lineno,
                f"The default value in the header of `{function.name}` (line {function.lineno}) is made only once. "
                "What does it hold at the second call?",
            )


def _accumulators(tree: ast.Module) -> Iterator[Observation]:
    for loop in (node for node in ast.walk(tree) if isinstance(node, ast.For | ast.While)):
        updated = {unparse(node.target) for node in ast.walk(loop) if isinstance(node, ast.AugAssign)}
        for statement in loop.body:
            if not isinstance(statement, ast.Assign) or not isinstance(statement.targets[0], ast.Name):
                continue
            name = statement.targets[0].id
            if name in updated and isinstance(statement.value, ast.Constant):
                yield Observation(
                    "reset_in_loop",
                    statement.lineno,
                    f"Line {statement.lineno} sets `{name}` inside the loop that begins on line {loop.lineno}. What "
                    "happens in each new round to what was collected before?",
                )
                continue
            first = last_value(tree, name, loop.lineno - 1)
            own = {node.id for node in ast.walk(statement.value) if isinstance(node, ast.Name)}
            started = isinstance(first, ast.Constant) and first.value in {0, 1, ""} and first.lineno < loop.lineno
            if started and name not in own and isinstance(loop, ast.For):
                yield Observation(
                    "overwritten",
                    statement.lineno,
                    f"Line {statement.lineno} gives `{name}` a new value in each round. After the loop, how much of "
                    f"the earlier rounds is still in `{name}`?",
                )


def _early_returns(tree: ast.Module) -> Iterator[Observation]:
    for loop in (node for node in ast.walk(tree) if isinstance(node, ast.For | ast.While)):
        last = loop.body[-1]
        both = (
            isinstance(last, ast.If)
            and last.orelse
            and all(isinstance(block[-1], ast.Return) for block in (last.body, last.orelse))
        )
        if isinstance(last, ast.Return) or both:
            yield Observation(
                "early_return",
                last.lineno,
                f"How many rounds does the loop on line {loop.lineno} make before a `return` inside it (see line "
                f"{last.lineno}) ends the whole function?",
            )


def _conditions(tree: ast.Module) -> Iterator[Observation]:
    for node in ast.walk(tree):
        if isinstance(node, ast.BoolOp) and any(
            isinstance(value, ast.Constant) and not isinstance(value.value, bool) for value in node.values[1:]
        ):
            yield Observation(
                "lonely_operand",
                node.lineno,
                f"Read {quote(unparse(node))} on line {node.lineno} as Python does: each side of the `and`/`or` is a "
                "question of its own. Is a bare value a question?",
            )
        elif (
            isinstance(node, ast.Compare)
            and isinstance(node.ops[0], ast.Is | ast.IsNot)
            and isinstance(node.comparators[0], ast.Constant)
            and node.comparators[0].value not in {None, True, False}
        ):
            yield Observation(
                "is_literal",
                node.lineno,
                f"Line {node.lineno} compares with `is`. Does it ask whether two values are equal, or whether they "
                "are one and the same object?",
            )


def _text_as_number(tree: ast.Module) -> Iterator[Observation]:
    for node in (item for item in ast.walk(tree) if isinstance(item, ast.Compare | ast.BinOp)):
        sides = [node.left, *node.comparators] if isinstance(node, ast.Compare) else [node.left, node.right]
        number = any(isinstance(side, ast.Constant) and isinstance(side.value, int | float) for side in sides)
        names = [side.id for side in sides if isinstance(side, ast.Name)]
        typed = [name for name in names if _calls(last_value(tree, name, node.lineno) or tree, "input")]
        if number and typed:
            yield Observation(
                "input_text",
                node.lineno,
                f"`{typed[0]}` comes from `input()`, and line {node.lineno} uses it together with a number. What "
                "kind of value does `input()` give?",
            )


_DETECTORS: tuple[Detector, ...] = (
    _mutating_while_iterating,
    _loop_bounds,
    _missing_returns,
    _early_returns,
    _accumulators,
    _text_as_number,
    _conditions,
    _unused_results,
    _mutable_defaults,
    _shadowed_builtins,
    _stubs,
    _unused_parameters,
    _integer_division,
)
_WEAK = ("range_end", "integer_division")
"""Often right as they are: asked about only when nothing better was seen."""


def observe(source: Source, near: int | None = None) -> tuple[Observation, ...]:
    """List what is worth asking about, most telling first; what stands near a line comes before the rest."""
    if source.tree is None:
        return ()
    found = [observation for detector in _DETECTORS for observation in detector(source.tree)]
    endless = endless_loop(source)
    if endless:
        line, reason = endless
        found.insert(0, Observation("endless_loop", line, f"When does the loop on line {line} end? {reason}"))
    unique = {(item.kind, item.line): item for item in found}.values()
    return tuple(sorted(unique, key=lambda item: (item.kind in _WEAK, near is not None and abs(item.line - near) > 2)))


def function_names(source: Source) -> list[str]:
    """Names of the functions of a file, in the order of their lines."""
    nodes: list[FunctionNode] = sorted(functions(source.tree).values(), key=lambda node: node.lineno)
    return [node.name for node in nodes]
