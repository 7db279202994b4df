"""Positions and keys that are not there.

Covers `IndexError` and `KeyError`.
"""

from __future__ import annotations

import ast
import re

from taco_lsp.tutor.builtin.failure import Cause, Failure, Rule, rule, say
from taco_lsp.tutor.builtin.origins import base_name, nodes_in_line
from taco_lsp.tutor.builtin.source import last_value, loops_around, unparse
from taco_lsp.tutor.builtin.wording import closest, count, on_line, quote

_ITEM_OF = {"list": "item", "tuple": "item", "string": "letter", "range object": "number", "bytes": "byte"}


def _out_of_range(failure: Failure, match: re.Match[str]) -> Cause:
    kind = match[1]
    nodes = [node for node in nodes_in_line(failure, ast.Subscript) if not isinstance(node.slice, ast.Slice)]
    # Of several candidates the one with the largest literal position, else the first, is the likeliest.
    node = max(nodes, key=_literal_position, default=None)
    noun = _ITEM_OF.get(kind, "item")
    if node is None:
        return Cause(
            summary=f"A {kind} is asked for a position{on_line(failure.line)} that it does not have.",
            why=f"A {kind} with n {noun}s has the positions 0 to n - 1, and the one asked for is outside of them.",
            look=f"In {quote(failure.text)}, how many {noun}s are there at that moment, and which position is asked "
            "for?",
        )
    name, index = base_name(node.value), quote(unparse(node.slice), 30)
    others = f" The line has {len(nodes)} places with brackets; any of them may be the one." if len(nodes) > 1 else ""
    reason = " ".join(filter(None, (_size_known(failure, node, noun), _loop_bound(failure, node))))
    return Cause(
        summary=f"{name} is asked for position {index}{on_line(failure.line)}, and it does not have that many {noun}s.",
        why=f"A {kind} with n {noun}s has the positions 0 to n - 1. {reason}{others}".strip(),
        look=f"How long is {name} when line {failure.line} runs, and what is the largest value that {index} takes?"
        if failure.line
        else f"How long is {name}, and what is the largest value that {index} takes?",
    )


def _literal_position(node: ast.Subscript) -> int:
    value = node.slice.value if isinstance(node.slice, ast.Constant) else -1
    return value if isinstance(value, int) else -1


def _size_known(failure: Failure, node: ast.Subscript, noun: str) -> str:
    if not isinstance(node.value, ast.Name):
        return ""
    value = last_value(failure.source.tree, node.value.id, failure.line)
    if isinstance(value, ast.List | ast.Tuple) and not any(isinstance(item, ast.Starred) for item in value.elts):
        size = len(value.elts)
    elif isinstance(value, ast.Constant) and isinstance(value.value, str):
        size = len(value.value)
    else:
        return ""
    if size == 0:
        return (
            f"`{node.value.id}` starts empty on line {value.lineno}, so it has no position at all until something is "
            "added."
        )
    return f"`{node.value.id}` gets {count(size, noun)} on line {value.lineno}, numbered 0 to {size - 1}."


def _loop_bound(failure: Failure, node: ast.Subscript) -> str:
    names = {part.id for part in ast.walk(node.slice) if isinstance(part, ast.Name)}
    shifted = isinstance(node.slice, ast.BinOp) and isinstance(node.slice.op, ast.Add)
    for loop in loops_around(failure.source.tree, failure.line):
        header = quote(unparse(loop.iter if isinstance(loop, ast.For) else loop.test), 40)
        if isinstance(loop, ast.While) and "<=" in header and names:
            return f"The loop on line {loop.lineno} goes on while {header} is true, and `<=` includes the end itself."
        if not isinstance(loop, ast.For) or not isinstance(loop.target, ast.Name) or loop.target.id not in names:
            continue
        if "range" not in header:
            return (
                f"`{loop.target.id}` runs through the items of {header} (line {loop.lineno}): it is an item, not a "
                "position."
            )
        if re.search(r"len\(.*\)\s*\+", header):
            return f"The loop on line {loop.lineno} counts over {header}, which goes past the last position."
        if shifted:
            return f"In the last round of the loop on line {loop.lineno} ({header}), the position looks beyond the end."
        return f"`{loop.target.id}` counts over {header} (line {loop.lineno})."
    return ""


def _missing_key(failure: Failure, match: re.Match[str]) -> Cause:
    shown, key = quote(match[0], 40), match[0].strip("'\"")
    nodes = nodes_in_line(failure, ast.Subscript)
    node = nodes[-1] if nodes else None
    called = [call.func for call in nodes_in_line(failure, ast.Call) if isinstance(call.func, ast.Attribute)]
    if node is None and called:
        node_name, how = base_name(called[0].value), f"`.{called[0].attr}()`"
    else:
        node_name, how = (base_name(node.value) if node else "the dictionary"), "the square brackets"
    keys = _known_keys(failure, node)
    reason = f"Reading with {how} works only for keys that are in it already."
    summary = f"{node_name} has no key {shown}{on_line(failure.line)}"
    same = [known for known in keys if str(known) == key and repr(known) != match[0]]
    similar = closest(key, [known for known in keys if isinstance(known, str)])
    if same:
        reason += (
            f" It holds {quote(repr(same[0]))}, which is of another type: text and numbers are never the same key."
        )
    elif similar:
        summary += f"; the key {quote(repr(similar))} looks similar"
    elif key.isdigit():
        other = "the text" if match[0] == key else "the number"
        reason += (
            f" Numbers and text are never the same key: {other} {quote(repr(key) if match[0] == key else key)} would "
            "be another one."
        )
    elif keys:
        reason += " The keys written in the code are " + ", ".join(quote(repr(known), 20) for known in keys[:5]) + "."
    index = quote(unparse(node.slice), 30) if node else shown
    return Cause(
        summary=f"{summary}.",
        why=reason,
        look=f"Which keys does {node_name} hold when {quote(failure.text)} runs, and where does {index} come from? "
        "Capitals and spaces count.",
    )


def _known_keys(failure: Failure, node: ast.Subscript | None) -> list[object]:
    if node is None or not isinstance(node.value, ast.Name):
        return []
    value = last_value(failure.source.tree, node.value.id, failure.line)
    if not isinstance(value, ast.Dict):
        return []
    return [key.value for key in value.keys if isinstance(key, ast.Constant)]


INDEX_RULES: tuple[Rule, ...] = (
    rule(
        r"pop from (?:an )?empty (\w+)",
        say(
            "An item is taken out of an empty {0}{on}.",
            "`pop` removes an item and gives it back; here there was no item left to give.",
            "How often does {text} run, and what is still in the collection at the last time?",
        ),
    ),
    rule(
        r"pop index out of range",
        say(
            "`pop`{on} is given a position that the list does not have.",
            "A list with n items has the positions 0 to n - 1, and it gets shorter with each `pop`.",
            "How long is the list when {text} runs, and which position is asked for?",
        ),
    ),
    rule(r"(list) assignment index out of range", _out_of_range),
    rule(
        r"(list|string|tuple|range object|bytes|bytearray|deque|array)(?: assignment)? index out of range",
        _out_of_range,
    ),
    rule(
        r"index (\S+) is out of bounds for axis (\d+) with size (\d+)",
        say(
            "Position {0} is asked for{on}, but that side of the array holds only {2} values.",
            "With n values the positions go from 0 to n - 1.",
            "How is the position in {text} worked out, and how large can it get?",
        ),
    ),
    rule(
        r"Replacement index (\d+) out of range",
        say(
            "The text{on} has more places to fill than `format` gets values: place {0} has none.",
            "Each pair of braces in the text takes one value from the brackets of `format`.",
            "Count the braces and the values in {text}.",
        ),
    ),
    rule(
        r"Cannot choose from an empty",
        say(
            "A random choice is made{on} from a collection that is empty.",
            "`choice` picks one of the items, and there are none.",
            "What should the collection in {text} hold by then, and which line fills it?",
        ),
    ),
    rule(
        r"no such group",
        say(
            "The match{on} is asked for a group that the pattern does not have.",
            "Groups are the parts of a pattern in round brackets, counted from 1.",
            "How many round brackets does the pattern used for {text} have?",
        ),
    ),
)

KEY_RULES: tuple[Rule, ...] = (
    rule(
        r"(popitem|pop)(?:\(\): | from an? )(?:dictionary is )?empty",
        say(
            "`{0}`{on} takes something out of a collection that is empty.",
            "`{0}` removes an entry and gives it back; here there was none left.",
            "How often does {text} run, and what is still in the collection at the last time?",
        ),
    ),
    rule(r"^.+$", _missing_key),
)
