"""Values of the wrong kind: operators, brackets, calls and loops that do not fit them.

Covers `TypeError`; wrong argument counts are in `call_errors`, messages that need no code in `type_messages`.
"""

from __future__ import annotations

import ast
import builtins
import re

from taco_lsp.tutor.builtin.call_errors import CALL_RULES
from taco_lsp.tutor.builtin.failure import Cause, Failure, Rule, rule
from taco_lsp.tutor.builtin.origins import base_name, nodes_in_line, why_none, why_type
from taco_lsp.tutor.builtin.type_messages import OTHER_RULES
from taco_lsp.tutor.builtin.wording import on_line, plain_type, quote

_NO_RETURN = (
    "It often comes from a function that ends without `return` on some path. Does yours have one on every path?"
)


def _operands(failure: Failure) -> tuple[ast.expr, ast.expr] | None:
    for node in nodes_in_line(failure, ast.BinOp):
        return node.left, node.right
    for augmented in nodes_in_line(failure, ast.AugAssign):
        return augmented.target, augmented.value
    for compare in nodes_in_line(failure, ast.Compare):
        return compare.left, compare.comparators[0]
    return None


def _stories(failure: Failure, left: str, right: str) -> str:
    """Say where the two sides of an operator come from."""
    sides = _operands(failure)
    if sides is None:
        return ""
    told = []
    for node, kind in zip(sides, (left, right), strict=True):
        story = why_none(failure, node) if kind == "NoneType" else why_type(failure, node)
        if story:
            told.append(story)
    return " ".join(dict.fromkeys(told))


def _inside_call(failure: Failure, operator: str) -> str:
    """Say so when the operator is not in the line: functions such as `sum` and `sorted` use one inside."""
    return " (used inside a call)" if failure.text and operator.rstrip("=") not in failure.text else ""


def _unsupported(failure: Failure, match: re.Match[str]) -> Cause:
    operator, left, right = match[1].split(" or ")[0], match[2], match[3]
    on, story = on_line(failure.line), _stories(failure, match[2], match[3])
    if "NoneType" in (left, right):
        side = "left" if left == "NoneType" else "right"
        return Cause(
            summary=f"The value on the {side} of `{operator}`{on} is `None`, and `None` cannot be used with it.",
            why=f"`None` means “no value”. {story or _NO_RETURN}",
            look=f"Follow the {side} side of the `{operator}` in {quote(failure.text)} back to the line where it "
            "gets its value.",
        )
    shown = f"`{operator}`{_inside_call(failure, operator)}"
    return Cause(
        summary=f"{shown}{on} is used with {plain_type(left)} on the left and {plain_type(right)} on the right.",
        why=f"Python has no rule for `{operator}` between these two kinds of value, and it never converts one into "
        f"the other by itself. {story}".strip(),
        look=f"Which kind should each side of the `{operator}` in {quote(failure.text)} be? `print(type(…))` shows "
        "what it is now.",
    )


def _concatenate(failure: Failure, match: re.Match[str]) -> Cause:
    kind, other = match[1], match[2]
    story = _stories(failure, kind, other)
    joins = "text" if kind == "str" else plain_type(kind)
    return Cause(
        summary=f"`+`{on_line(failure.line)} tries to join {joins} with {plain_type(other)}.",
        why=f"After {plain_type(kind)}, `+` means “join”, and then both sides have to be of the same kind. "
        f"{story}".strip(),
        look=f"Go through the parts of {quote(failure.text)} one by one: what kind of value is each?",
    )


def _multiply(failure: Failure, match: re.Match[str]) -> Cause:
    story = _stories(failure, "", "")
    return Cause(
        summary=f"`*`{on_line(failure.line)} is used with text or a list on one side and {plain_type(match[1])} on "
        "the other.",
        why=f"A text or a list can only be repeated a whole number of times. {story}".strip(),
        look=f"Did you mean to calculate in {quote(failure.text)}? Then check the kind of each value; text with "
        "digits is still text.",
    )


def _compare(failure: Failure, match: re.Match[str]) -> Cause:
    operator, left, right = match[1], match[2], match[3]
    story = _stories(failure, left, right)
    shown = f"`{operator}`{_inside_call(failure, operator)}{on_line(failure.line)}"
    return Cause(
        summary=f"{shown} compares {plain_type(left)} with {plain_type(right)}, which have no order.",
        why=f"“Smaller” and “larger” only make sense between values of the same kind. {story}".strip(),
        look=f"What kind should both sides of {quote(failure.text)} be, and where does the odd one come from?",
    )


def _not_subscriptable(failure: Failure, match: re.Match[str]) -> Cause:
    kind = match[1] or "type"
    nodes = nodes_in_line(failure, ast.Subscript)
    base = nodes[-1].value if nodes else None
    name = base_name(base) if base else "the value before the bracket"
    on = on_line(failure.line)
    if kind == "NoneType":
        return Cause(
            summary=f"{name} is `None`{on}, so no item can be taken from it with `[…]`.",
            why=f"`None` means “no value”. {why_none(failure, base) or _NO_RETURN}",
            look=f"Follow {name} in {quote(failure.text)} back to the line where it gets its value.",
        )
    if kind in {"function", "method", "builtin_function_or_method", "type"}:
        return Cause(
            summary=f"{name}{on} is {plain_type(kind)}, and square brackets after it do not call it.",
            why="Square brackets take an item out of a collection. Calling a function is written with round brackets.",
            look=f"Should {quote(failure.text)} call something, or take an item out of its result?",
        )
    return Cause(
        summary=f"{name}{on} is {plain_type(kind)}, and such a value has no items to take with `[…]`.",
        why=f"Only collections such as text, lists and dictionaries have items. {why_type(failure, base)}".strip(),
        look=f"Which name in {quote(failure.text)} should hold the collection?",
    )


def _not_callable(failure: Failure, match: re.Match[str]) -> Cause:
    kind = match[1]
    calls = [node for node in nodes_in_line(failure, ast.Call) if not _known_callable(failure, node.func)]
    called = calls[0].func if calls else None
    name = base_name(called) if called else "the value before the round brackets"
    on = on_line(failure.line)
    if isinstance(called, ast.Name) and hasattr(builtins, called.id):
        hidden = [item.line for item in failure.source.bindings if item.name == called.id]
        where = f" on line {hidden[0]}" if hidden else " earlier in the program"
        return Cause(
            summary=f"`{called.id}`{on} no longer means Python's own function: it was given a value{where} "
            f"({plain_type(kind)}).",
            why=f"A variable with the name of a built-in function hides that function. Here `{called.id}` now holds "
            f"{plain_type(kind)}, and that cannot be called.",
            look=f"Where is `{called.id}` used as a variable, and what could describe that value better?",
        )
    if kind == "NoneType":
        return Cause(
            summary=f"{name} is `None`{on}, so it cannot be called with `(…)`.",
            why="Round brackets call the value before them. "
            f"{why_none(failure, called) or 'Two pairs of brackets in a row call the result of the first call.'}",
            look=f"What stands right before each opening bracket in {quote(failure.text)}?",
        )
    missing = " Two values side by side, with a comma or an operator missing between them, look like a call as well."
    return Cause(
        summary=f"{name}{on} is {plain_type(kind)}, and the round brackets after it try to call it like a function.",
        why=f"A bracket right after a value means “call it”, and only functions can be called.{missing} "
        f"{why_type(failure, called)}".strip(),
        look=f"What should the brackets in {quote(failure.text)} do: call something, take an item, or multiply?",
    )


def _known_callable(failure: Failure, called: ast.expr) -> bool:
    return (
        isinstance(called, ast.Name)
        and hasattr(builtins, called.id)
        and bool(failure.source.tree)
        and not any(item.name == called.id for item in failure.source.bindings)
    )


def _not_iterable(failure: Failure, match: re.Match[str]) -> Cause:
    kind = match[1] or match[2]
    on = on_line(failure.line)
    loops = [node.iter for node in nodes_in_line(failure, ast.For)]
    node = loops[0] if loops else None
    name = base_name(node) if node else "a value"
    if kind == "NoneType":
        return Cause(
            summary=f"{name} is `None`{on}, so there is nothing to go through.",
            why=f"`None` means “no value”. {why_none(failure, node) or _NO_RETURN}",
            look=f"Follow the value in {quote(failure.text)} back to the line where it is set.",
        )
    counted = " A single number is not a row of numbers." if kind in {"int", "float"} else ""
    return Cause(
        summary=f"{name}{on} is {plain_type(kind)}, and one cannot go through it item by item.",
        why="Loops, unpacking and functions such as `sum` or `list` need something that holds several "
        f"items.{counted} {why_type(failure, node)}".strip(),
        look=f"Which collection should {quote(failure.text)} go through?",
    )


def _not_container(failure: Failure, match: re.Match[str]) -> Cause:
    compares = nodes_in_line(failure, ast.Compare)
    right = compares[0].comparators[-1] if compares else None
    name = base_name(right) if right else "the value on the right of `in`"
    story = why_none(failure, right) if match[1] == "NoneType" else why_type(failure, right)
    return Cause(
        summary=f"`in`{on_line(failure.line)} searches in {name}, which is {plain_type(match[1])} and holds no items.",
        why=f"`x in y` asks whether `x` is one of the items of `y`, so `y` has to be a collection or a text. "
        f"{story}".strip(),
        look=f"What stands on the right of `in` in {quote(failure.text)}, and what should it hold?",
    )


def _item_assignment(failure: Failure, match: re.Match[str]) -> Cause:
    kind, action = match[1], match[2]
    nodes = nodes_in_line(failure, ast.Subscript)
    name = base_name(nodes[0].value) if nodes else "the value"
    fixed = kind in {"str", "tuple", "bytes", "range"}
    reason = "A value of this kind never changes once it exists." if fixed else "A value of this kind has no items."
    return Cause(
        summary=f"{name}{on_line(failure.line)} is {plain_type(kind)}, so item {action} does not work on it.",
        why=f"{reason} {why_type(failure, nodes[0].value if nodes else None)}".strip(),
        look=f"Does {quote(failure.text)} need a value that can change, or could a new value be built from the old "
        "one?",
    )


def _wrong_index_type(failure: Failure, match: re.Match[str]) -> Cause:
    kind, given = match[1], match[2]
    nodes = nodes_in_line(failure, ast.Subscript)
    name = base_name(nodes[0].value) if nodes else f"a {kind}"
    index = quote(ast.unparse(nodes[0].slice), 30) if nodes else "what stands between the brackets"
    loop = (
        f" A `for` loop gives the items themselves, not their positions; is {index} such an item?"
        if given != "str"
        else ""
    )
    return Cause(
        summary=f"{name}{on_line(failure.line)} is asked for position {index}, which is {plain_type(given)} and not "
        "a whole number.",
        why=f"Items of a {kind} are found by their position. "
        f"{why_type(failure, nodes[0].slice if nodes else None)}{loop}".strip(),
        look=f"Is {name} really a {kind} and not a dictionary? And what does {index} hold at that moment?",
    )


def _conversion(failure: Failure, match: re.Match[str]) -> Cause:
    function, given = match[1], match[2]
    return Cause(
        summary=f"`{function}()`{on_line(failure.line)} gets {plain_type(given)}, which it cannot turn into a number.",
        why="It converts a single text or number. A collection has to be taken apart first, and `None` stands for "
        "no value at all.",
        look=f"What does the value inside the brackets of {quote(failure.text)} hold when the line runs?",
    )


def _whole_number(failure: Failure, match: re.Match[str]) -> Cause:
    given = match[1]
    names = [node.args for node in nodes_in_line(failure, ast.Call) if node.args]
    stories = [why_type(failure, node) for arguments in names for node in arguments]
    story = next((story for story in stories if story), "")
    return Cause(
        summary=f"A whole number is needed{on_line(failure.line)}, but {plain_type(given)} was given.",
        why=f"Functions such as `range` count, and counting needs whole numbers. {story}".strip()
        + (" Dividing with `/` always gives a decimal number." if given == "float" else ""),
        look=f"Which value in {quote(failure.text)} is not a whole number, and where does it come from?",
    )


def _unpack_non_iterable(failure: Failure, match: re.Match[str]) -> Cause:
    kind = match[1]
    assigned = [node.value for node in nodes_in_line(failure, ast.Assign)]
    story = why_none(failure, assigned[0]) if assigned and kind == "NoneType" else ""
    return Cause(
        summary=f"Several names{on_line(failure.line)} wait for a value each, but there is only {plain_type(kind)} "
        "to share out.",
        why=f"To fill several names at once, the right side has to hold several values. {story}".strip(),
        look=f"What does the right side of {quote(failure.text)} give: one value or several?",
    )


RULES: tuple[Rule, ...] = (
    rule(r"unsupported operand type\(s\) for (.+?): '([^']+)' and '([^']+)'", _unsupported),
    rule(r"can only concatenate (\w+) \(not \"([^\"]+)\"\)", _concatenate),
    rule(r"must be (str), not (\w+)$", _concatenate),
    rule(r"can't multiply sequence by non-int of type '([^']+)'", _multiply),
    rule(r"'(<|>|<=|>=)' not supported between instances of '([^']+)' and '([^']+)'", _compare),
    rule(r"'([^']+)' object is not subscriptable|type '([^']+)' is not subscriptable", _not_subscriptable),
    rule(r"'([^']+)' object is not callable", _not_callable),
    rule(r"argument of type '([^']+)' is not", _not_container),
    rule(r"cannot unpack non-(?:iterable|sequence) (\w+)", _unpack_non_iterable),
    rule(r"'([^']+)' object is not iterable|argument after \* must be an iterable, not (\w+)", _not_iterable),
    rule(r"'([^']+)' object does(?:n't| not) support item (assignment|deletion)", _item_assignment),
    rule(
        r"(list|string|tuple|byte|range object) ?ind(?:ices|ex) must be integers(?: or slices)?,? not '?(\w+)",
        _wrong_index_type,
    ),
    rule(r"(int|float|complex)\(\) argument must be .*, not '([^']+)'", _conversion),
    rule(r"'([^']+)' object cannot be interpreted as an integer", _whole_number),
    *CALL_RULES,
    *OTHER_RULES,
)
