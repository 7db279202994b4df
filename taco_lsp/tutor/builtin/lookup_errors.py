"""Positions and keys that are not there.

Covers `IndexError` and `KeyError`.
"""

from __future__ import annotations

import ast
import re
from typing import Any

from taco_lsp.tutor.builtin.callers import handed_over
from taco_lsp.tutor.builtin.failure import Cause, Failure, Rule, rule, say
from taco_lsp.tutor.builtin.origins import KIND_OF, base_name, nodes_in_line, why_type
from taco_lsp.tutor.builtin.sizes import number_of, shrinks_on, size_of, span_of, value_of
from taco_lsp.tutor.builtin.source import loops_around, unparse
from taco_lsp.tutor.builtin.wording import closest, joined, quote

_ITEM_OF = {"list": "item", "tuple": "item", "string": "letter", "range object": "number", "bytes": "byte"}


def _out_of_range(failure: Failure, match: re.Match[str]) -> Cause:
    kind = match[1]
    nodes = [node for node in nodes_in_line(failure, ast.Subscript) if not isinstance(node.slice, ast.Slice)]
    node = max(nodes, key=lambda item: _likely(failure, item), default=None)
    noun = _ITEM_OF.get(kind, "item")
    nouns = failure.words(f"common.nouns.{noun}.many")
    if node is None:
        return failure.cause(
            "lookup_errors.some_position", kind=failure.texts.kind(KIND_OF.get(kind, kind)), nouns=nouns
        )
    name, index = base_name(node.value), quote(unparse(node.slice), 30)
    others = failure.words("lookup_errors.several_places", count=len(nodes)) if len(nodes) > 1 else ""
    look = "lookup_errors.how_long" if number_of(failure, node.slice) is not None else "lookup_errors.how_far"
    return failure.cause(
        "lookup_errors.out_of_range",
        name=name,
        index=index,
        nouns=nouns,
        reason=joined(_where_from(failure, node, noun), _how_far(failure, node)),
        others=others,
        look=failure.words(look, name=name, index=index, nouns=nouns),
    )


def _likely(failure: Failure, node: ast.Subscript) -> tuple[int, bool, bool]:
    """Order candidates: a large position in figures, then one beyond a name, then what no loop header measures."""
    value = node.slice.value if isinstance(node.slice, ast.Constant) else -1
    beyond = isinstance(node.slice, ast.BinOp) and isinstance(node.slice.op, ast.Add)
    headers = (unparse(loop.iter if isinstance(loop, ast.For) else loop.test) for loop in _loops(failure))
    return value if isinstance(value, int) else -1, beyond, f"len({unparse(node.value)})" not in " ".join(headers)


def _loops(failure: Failure) -> list[ast.For | ast.While]:
    return loops_around(failure.source.tree, failure.line)


def _where_from(failure: Failure, node: ast.Subscript, noun: str) -> str:
    """Say how many items there are, as far as the code shows it, and where they come from."""
    if unparse(node.value) == "sys.argv":
        return failure.words("lookup_errors.argv")
    if not isinstance(node.value, ast.Name):
        return ""
    name = node.value.id
    value, size = value_of(failure, node.value), size_of(failure, node.value)
    handed = handed_over(failure, name)
    if handed:
        counted = failure.words("lookup_errors.that_is", count=failure.texts.count(size, noun)) if size else ""
        empty = failure.words("lookup_errors.that_is_empty") if size == 0 else ""
        return joined(why_type(failure, node.value), counted or empty)
    if size is None or value is None:
        split = isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr == "split"
        return joined(why_type(failure, node.value), failure.words("lookup_errors.pieces") if split else "")
    if size == 0:
        return failure.words("lookup_errors.starts_empty", name=name, set_line=value.lineno)
    count = failure.texts.count(size, noun)
    return failure.words("lookup_errors.size", name=name, count=count, set_line=value.lineno, last=size - 1)


def _how_far(failure: Failure, node: ast.Subscript) -> str:
    """Say how the position gets out of the range."""
    if isinstance(node.value, ast.Name) and (shrinking := shrinks_on(failure, node.value.id)):
        loop_line, line = shrinking
        return failure.words("lookup_errors.shrinks", name=node.value.id, loop_line=loop_line, taking_line=line)
    if (number_of(failure, node.slice) or 0) < 0:
        return failure.words("lookup_errors.from_the_end")
    names = {part.id for part in ast.walk(node.slice) if isinstance(part, ast.Name)}
    loops = _loops(failure) if names else []
    return next(filter(None, (_loop_bound(failure, node, loop, names) for loop in loops)), "")


def _loop_bound(failure: Failure, node: ast.Subscript, loop: ast.For | ast.While, names: set[str]) -> str:
    header = quote(unparse(loop.iter if isinstance(loop, ast.For) else loop.test), 40)
    told: dict[str, Any] = {"loop_line": loop.lineno, "header": header}
    if isinstance(loop, ast.While):
        return _while_bound(failure, loop, names, told)
    if not isinstance(loop.target, ast.Name) or loop.target.id not in names:
        return ""
    told["name"] = loop.target.id
    if "range" not in header:
        return failure.words("lookup_errors.is_an_item", **told)
    return _range_bound(failure, node, loop, told)


def _range_bound(failure: Failure, node: ast.Subscript, loop: ast.For, told: dict[str, Any]) -> str:
    header = told["header"]
    if re.search(r"len\(.*\)\s*\+", header):
        return failure.words("lookup_errors.past_end", **told)
    if isinstance(node.slice, ast.BinOp) and isinstance(node.slice.op, ast.Add):
        return failure.words("lookup_errors.looks_beyond", **told)
    measured = re.search(r"len\((\w+)\)", header)
    if measured and measured[1] != unparse(node.value):
        return failure.words("lookup_errors.counts_other", other=measured[1], own=base_name(node.value), **told)
    span = span_of(failure, loop.iter)
    reach = failure.words("lookup_errors.reach", first=span.first, last=span.last) if span else ""
    return failure.words("lookup_errors.counts_over", reach=reach, **told)


def _while_bound(failure: Failure, loop: ast.While, names: set[str], told: dict[str, Any]) -> str:
    if not names:
        return ""
    if "<=" in told["header"]:
        return failure.words("lookup_errors.includes_end", **told)
    grown = [node for node in ast.walk(loop) if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name)]
    grows = next((node for node in grown if unparse(node.target) in names), None)
    if grows is None:
        return ""
    name = unparse(grows.target)
    return failure.words("lookup_errors.grows", name=name, grows_line=grows.lineno, **told)


def _missing_key(failure: Failure, match: re.Match[str]) -> Cause:
    shown, key = quote(match[0], 40), match[0].strip("'\"")
    node = _subscript(failure, key)
    called = [call.func for call in nodes_in_line(failure, ast.Call) if isinstance(call.func, ast.Attribute)]
    method = called[0] if node is None and called else None
    if method and method.attr in {"format", "format_map"}:
        return failure.cause("lookup_errors.format_name", key=key.replace("`", "'"))
    if node and unparse(node.value) == "os.environ":
        return failure.cause("lookup_errors.environment", key=shown)
    holder = method.value if method else node.value if node else None
    how = f"`.{method.attr}()`" if method else failure.words("lookup_errors.square_brackets")
    name = base_name(holder) if holder else failure.words("lookup_errors.the_dictionary")
    if method and method.attr == "remove":
        return failure.cause("lookup_errors.not_in_set", key=shown, name=name)
    reason, hint = _about_keys(failure, match[0], holder)
    index = quote(unparse(node.slice), 30) if node else shown
    story = why_type(failure, node.slice) if node else ""
    return failure.cause(
        "lookup_errors.missing_key",
        key=shown,
        hint=hint,
        reason=joined(failure.words("lookup_errors.reading", how=how), reason, _counting(failure, node), story),
        node_name=name,
        index=index,
    )


def _subscript(failure: Failure, key: str) -> ast.Subscript | None:
    """Find the brackets that asked for a key: those with the key in them, else the outermost."""
    nodes = nodes_in_line(failure, ast.Subscript)
    literal = [node for node in nodes if isinstance(node.slice, ast.Constant) and str(node.slice.value) == key]
    return next(iter(literal or nodes), None)


def _about_keys(failure: Failure, shown: str, holder: ast.expr | None) -> tuple[str, str]:
    """Say what the keys in the code tell of the missing one, and which looks similar."""
    key, keys = shown.strip("'\""), _known_keys(failure, holder)
    same = [known for known in keys if str(known) == key and repr(known) != shown]
    similar = closest(key, [known for known in keys if isinstance(known, str)])
    if same:
        return failure.words("lookup_errors.other_type", key=quote(repr(same[0]))), ""
    if similar:
        return "", failure.words("lookup_errors.looks_similar", key=quote(repr(similar)))
    if keys:
        shown_keys = ", ".join(quote(repr(known), 20) for known in keys[:5])
        return failure.words("lookup_errors.written_keys", keys=shown_keys), ""
    if key.isdigit():
        other = failure.words("lookup_errors.the_text" if shown == key else "lookup_errors.the_number")
        other_key = quote(repr(key) if shown == key else key)
        return failure.words("lookup_errors.other_key", other=other, key=other_key), ""
    return "", ""


def _counting(failure: Failure, node: ast.Subscript | None) -> str:
    """Say so when the line needs an old value that the first round cannot have."""
    added = [item for item in nodes_in_line(failure, ast.AugAssign) if isinstance(item.target, ast.Subscript)]
    grown = added or re.search(r"\]\s*(?:\.(?:append|add|extend)\(|[-+*]=)", failure.text)
    return failure.words("lookup_errors.needs_old") if node and grown else ""


def _known_keys(failure: Failure, holder: ast.expr | None) -> list[object]:
    """List the keys that are written in the code; those of an inner dictionary for brackets after brackets."""
    if isinstance(holder, ast.Subscript) and isinstance(holder.slice, ast.Constant):
        outer = _dictionary(failure, holder.value) or ast.Dict([], [])
        pairs = zip(outer.keys, outer.values, strict=True)
        value: ast.expr | None = next((inner for key, inner in pairs if _is(key, holder.slice.value)), None)
    else:
        value = _dictionary(failure, holder)
    if not isinstance(value, ast.Dict):
        return []
    return [key.value for key in value.keys if isinstance(key, ast.Constant)]


def _is(key: ast.expr | None, value: object) -> bool:
    return isinstance(key, ast.Constant) and key.value == value


def _dictionary(failure: Failure, holder: ast.expr | None) -> ast.Dict | None:
    value = value_of(failure, holder) if isinstance(holder, ast.Name) else holder
    return value if isinstance(value, ast.Dict) else None


def _empty_pop(failure: Failure, match: re.Match[str]) -> Cause:
    called = [call.func for call in nodes_in_line(failure, ast.Call) if isinstance(call.func, ast.Attribute)]
    popped = [func for func in called if func.attr.startswith("pop")]
    name = base_name(popped[0].value) if popped else failure.words("lookup_errors.the_collection")
    loops = _loops(failure)
    looped = failure.words("lookup_errors.taken_each_round", loop_line=loops[0].lineno) if loops else ""
    story = why_type(failure, popped[0].value) if popped else ""
    return failure.cause("lookup_errors.pop_empty", kind=match[1], name=name, looped=looped or story)


def _pop_index(failure: Failure, _: re.Match[str]) -> Cause:
    calls = [call for call in nodes_in_line(failure, ast.Call) if isinstance(call.func, ast.Attribute) and call.args]
    popped = [call for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr == "pop"]
    if not popped or not isinstance(popped[0].func, ast.Attribute):
        return failure.cause("lookup_errors.pop_index", name=failure.words("lookup_errors.the_list"), index="", size="")
    base = popped[0].func.value
    size = size_of(failure, base)
    counted = failure.words("lookup_errors.starts_with", count=failure.texts.count(size, "item")) if size else ""
    index = quote(unparse(popped[0].args[0]), 30)
    return failure.cause("lookup_errors.pop_index", name=base_name(base), index=index, size=counted)


INDEX_RULES: tuple[Rule, ...] = (
    rule(
        r"pop from (?:an )?empty (\w+)",
        _empty_pop,
    ),
    rule(
        r"pop index out of range",
        _pop_index,
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
