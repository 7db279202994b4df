"""Positions and keys that are not there.

Covers `IndexError` and `KeyError`.
"""

from __future__ import annotations

import ast
import re

from taco_lsp.tutor.builtin.failure import Cause, Failure, Rule, rule, say
from taco_lsp.tutor.builtin.origins import KIND_OF, base_name, nodes_in_line
from taco_lsp.tutor.builtin.source import last_value, loops_around, unparse
from taco_lsp.tutor.builtin.wording import closest, joined, quote

_ITEM_OF = {"list": "item", "tuple": "item", "string": "letter", "range object": "number", "bytes": "byte"}


def _out_of_range(failure: Failure, match: re.Match[str]) -> Cause:
    kind = match[1]
    nodes = [node for node in nodes_in_line(failure, ast.Subscript) if not isinstance(node.slice, ast.Slice)]
    # Of several candidates the one with the largest literal position, else the first, is the likeliest.
    node = max(nodes, key=_literal_position, default=None)
    noun = _ITEM_OF.get(kind, "item")
    if node is None:
        return failure.cause(
            "lookup_errors.some_position",
            kind=failure.texts.kind(KIND_OF.get(kind, kind)),
            nouns=failure.words(f"common.nouns.{noun}.many"),
        )
    name, index = base_name(node.value), quote(unparse(node.slice), 30)
    others = failure.words("lookup_errors.several_places", count=len(nodes)) if len(nodes) > 1 else ""
    reason = " ".join(filter(None, (_size_known(failure, node, noun), _loop_bound(failure, node))))
    return failure.cause(
        "lookup_errors.out_of_range",
        name=name,
        index=index,
        nouns=failure.words(f"common.nouns.{noun}.many"),
        reason=reason,
        others=others,
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
        return failure.words("lookup_errors.starts_empty", name=node.value.id, set_line=value.lineno)
    return failure.words(
        "lookup_errors.size",
        name=node.value.id,
        count=failure.texts.count(size, noun),
        set_line=value.lineno,
        last=size - 1,
    )


def _loop_bound(failure: Failure, node: ast.Subscript) -> str:
    names = {part.id for part in ast.walk(node.slice) if isinstance(part, ast.Name)}
    shifted = isinstance(node.slice, ast.BinOp) and isinstance(node.slice.op, ast.Add)
    for loop in loops_around(failure.source.tree, failure.line):
        header = quote(unparse(loop.iter if isinstance(loop, ast.For) else loop.test), 40)
        if isinstance(loop, ast.While) and "<=" in header and names:
            return failure.words("lookup_errors.includes_end", loop_line=loop.lineno, header=header)
        if not isinstance(loop, ast.For) or not isinstance(loop.target, ast.Name) or loop.target.id not in names:
            continue
        if "range" not in header:
            return failure.words("lookup_errors.is_an_item", name=loop.target.id, header=header, loop_line=loop.lineno)
        if re.search(r"len\(.*\)\s*\+", header):
            return failure.words("lookup_errors.past_end", loop_line=loop.lineno, header=header)
        if shifted:
            return failure.words("lookup_errors.looks_beyond", loop_line=loop.lineno, header=header)
        return failure.words("lookup_errors.counts_over", name=loop.target.id, loop_line=loop.lineno, header=header)
    return ""


def _missing_key(failure: Failure, match: re.Match[str]) -> Cause:
    shown, key = quote(match[0], 40), match[0].strip("'\"")
    nodes = nodes_in_line(failure, ast.Subscript)
    node = nodes[-1] if nodes else None
    called = [call.func for call in nodes_in_line(failure, ast.Call) if isinstance(call.func, ast.Attribute)]
    if node is None and called:
        node_name, how = base_name(called[0].value), f"`.{called[0].attr}()`"
    else:
        node_name, how = (
            (base_name(node.value) if node else failure.words("lookup_errors.the_dictionary")),
            failure.words("lookup_errors.square_brackets"),
        )
    keys = _known_keys(failure, node)
    reason = failure.words("lookup_errors.reading", how=how)
    hint = ""
    same = [known for known in keys if str(known) == key and repr(known) != match[0]]
    similar = closest(key, [known for known in keys if isinstance(known, str)])
    if same:
        reason = joined(reason, failure.words("lookup_errors.other_type", key=quote(repr(same[0]))))
    elif similar:
        hint = failure.words("lookup_errors.looks_similar", key=quote(repr(similar)))
    elif key.isdigit():
        other = (
            failure.words("lookup_errors.the_text") if match[0] == key else failure.words("lookup_errors.the_number")
        )
        other_key = quote(repr(key) if match[0] == key else key)
        reason = joined(reason, failure.words("lookup_errors.other_key", other=other, key=other_key))
    elif keys:
        shown_keys = ", ".join(quote(repr(known), 20) for known in keys[:5])
        reason = joined(reason, failure.words("lookup_errors.written_keys", keys=shown_keys))
    index = quote(unparse(node.slice), 30) if node else shown
    return failure.cause(
        "lookup_errors.missing_key", key=shown, hint=hint, reason=reason, node_name=node_name, index=index
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
        say("lookup_errors.pop_empty", "kind"),
    ),
    rule(
        r"pop index out of range",
        say("lookup_errors.pop_index"),
    ),
    rule(r"(list) assignment index out of range", _out_of_range),
    rule(
        r"(list|string|tuple|range object|bytes|bytearray|deque|array)(?: assignment)? index out of range",
        _out_of_range,
    ),
    rule(
        r"index (\S+) is out of bounds for axis (\d+) with size (\d+)",
        say("lookup_errors.array_index", "index", "axis", "size"),
    ),
    rule(
        r"Replacement index (\d+) out of range",
        say("lookup_errors.format_places", "index"),
    ),
    rule(
        r"Cannot choose from an empty",
        say("lookup_errors.choice_empty"),
    ),
    rule(
        r"no such group",
        say("lookup_errors.no_group"),
    ),
)

KEY_RULES: tuple[Rule, ...] = (
    rule(
        r"(popitem|pop)(?:\(\): | from an? )(?:dictionary is )?empty",
        say("lookup_errors.popitem_empty", "method"),
    ),
    rule(r"^.+$", _missing_key),
)
