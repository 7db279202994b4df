"""Values of the right type that cannot be used: conversions, unpacking, searching, calculating.

Covers `ValueError` and its relatives, `ZeroDivisionError` and `OverflowError`.
"""

from __future__ import annotations

import ast
import re
from typing import TypeGuard

from taco_lsp.tutor.builtin.failure import Cause, Failure, Rule, rule, say
from taco_lsp.tutor.builtin.origins import called_name, nodes_in_line, why_type
from taco_lsp.tutor.builtin.sizes import value_of
from taco_lsp.tutor.builtin.source import functions, loops_around, unparse
from taco_lsp.tutor.builtin.wording import joined, quote

_MATH = {
    "sqrt": "square_root",
    "log": "logarithm",
    "log10": "logarithm",
    "log2": "logarithm",
    "acos": "one",
    "asin": "one",
    "pow": "any",
    "fmod": "any",
    "factorial": "any",
}
"""Functions of `math` that accept only some numbers."""


def _number_from_text(failure: Failure, match: re.Match[str]) -> Cause:
    function, text = match[1], match[2]
    content = text.strip("'\"")
    return failure.cause(
        "value_errors.number_from_text",
        function=function,
        value=quote(text, 40),
        wrong=_what_is_wrong(failure, function, content),
        story=_argument_story(failure, function),
    )


def _what_is_wrong(failure: Failure, function: str, content: str) -> str:
    content = content.replace("\\n", "\n").replace("\\t", "\t")
    if not content.strip():
        return failure.words("value_errors.is_empty")
    if function == "int" and re.fullmatch(r"\s*[-+]?\d*\.\d*\s*", content):
        return failure.words("value_errors.is_decimal")
    if re.fullmatch(r"\s*[-+]?\d*,\d*\s*", content):
        return failure.words("value_errors.has_comma")
    if re.fullmatch(r"[-+.\d]+(?:[\s,;]+[-+.\d]+)+\s*", content):
        return failure.words("value_errors.several_numbers")
    if re.search(r"\d", content):
        return failure.words("value_errors.other_characters")
    return failure.words("value_errors.not_digits")


def _argument_story(failure: Failure, function: str) -> str:
    for call in nodes_in_line(failure, ast.Call):
        if isinstance(call.func, ast.Name) and call.func.id == function and call.args:
            argument = call.args[0]
            if "input(" in unparse(argument):
                return failure.words("value_errors.typed")
            return why_type(failure, argument)
    return ""


def _unpack(failure: Failure, match: re.Match[str]) -> Cause:
    few = match[1] == "not enough"
    wanted, got = int(match[2] or 0), match[3]
    values = failure.words("value_errors.fewer" if few else "value_errors.more")
    if got and got.isdigit():
        values = failure.texts.count(int(got), "value")
    targets = [node.targets[0] for node in nodes_in_line(failure, ast.Assign)] + [
        node.target for node in nodes_in_line(failure, ast.For)
    ]
    right = [node.value for node in nodes_in_line(failure, ast.Assign)] + [
        node.iter for node in nodes_in_line(failure, ast.For)
    ]
    names = quote(unparse(targets[0]).strip("()"), 40) if targets else failure.words("value_errors.left_side")
    story = why_type(failure, right[0]) if right else ""
    story = joined(story, _returned(failure, right[0], wanted)) if right else story
    if right and isinstance(value_of(failure, right[0]), ast.Dict):
        story = joined(story, failure.words("value_errors.keys_only"))
    source = quote(unparse(right[0]), 40) if right else failure.words("value_errors.right_side")
    return failure.cause(
        "value_errors.unpack",
        names=names,
        wanted=failure.texts.count(wanted, "value"),
        source=source,
        values=values,
        story=story,
    )


def _returned(failure: Failure, node: ast.expr, wanted: int) -> str:
    """Say how many values a function of the student's gives back, where its `return` shows it."""
    function = functions(failure.source.tree).get(called_name(node)) if isinstance(node, ast.Call) else None
    for part in ast.walk(function) if function else ():
        if isinstance(part, ast.Return) and isinstance(part.value, ast.Tuple) and len(part.value.elts) != wanted:
            count = failure.texts.count(len(part.value.elts), "value")
            return failure.words("value_errors.returned", count=count, return_line=part.lineno)
    return ""


def _malformed(failure: Failure, match: re.Match[str]) -> Cause:
    given = _argument_of(failure, match[1])
    value = quote(unparse(given), 40) if given else failure.words("value_errors.the_value")
    return failure.cause("value_errors.malformed", function=match[1], value=value, story=why_type(failure, given))


def _not_in_list(failure: Failure, match: re.Match[str]) -> Cause:
    method = "remove" if "remove" in match[0] else "index"
    given = _argument_of(failure, method)
    shown = match[2] or (unparse(given) if given else "")
    item = quote(shown, 30) if shown else failure.words("value_errors.the_value")
    story = joined(why_type(failure, given), _holder_story(failure, method))
    return failure.cause("value_errors.not_in_list", method=method, item=item, story=story)


def _argument_of(failure: Failure, *names: str) -> ast.expr | None:
    """Give the first value in a call of a function or method."""
    for call in nodes_in_line(failure, ast.Call):
        if called_name(call) in names and call.args:
            return call.args[0]
    return None


def _holder_story(failure: Failure, method: str) -> str:
    holders = [call.func for call in nodes_in_line(failure, ast.Call) if isinstance(call.func, ast.Attribute)]
    return next((why_type(failure, func.value) for func in holders if func.attr == method), "")


def _no_such_part(failure: Failure, _: re.Match[str]) -> Cause:
    part = _argument_of(failure, "index", "rindex")
    shown = quote(unparse(part), 30) if part else failure.words("value_errors.a_part")
    return failure.cause("value_errors.no_such_part", part=shown, story=_holder_story(failure, "index"))


def _empty_extreme(failure: Failure, match: re.Match[str]) -> Cause:
    argument = _argument_of(failure, match[1])
    name = quote(unparse(argument), 40) if argument else failure.words("value_errors.a_collection")
    return failure.cause("value_errors.empty_extreme", function=match[1], name=name, story=why_type(failure, argument))


def _math_domain(failure: Failure, _: re.Match[str]) -> Cause:
    calls = [call for call in nodes_in_line(failure, ast.Call) if called_name(call) in _MATH]
    name = called_name(calls[0]) if calls else ""
    limit = failure.words(f"value_errors.limits.{_MATH[name]}" if name else "value_errors.limits.any")
    given = quote(unparse(calls[0].args[0]), 30) if calls and calls[0].args else ""
    story = why_type(failure, calls[0].args[0]) if calls and calls[0].args else ""
    return failure.cause("value_errors.math_domain", name=name, given=given, limit=limit, story=story)


def _zero(failure: Failure, match: re.Match[str]) -> Cause:
    divisions = [
        node for node in nodes_in_line(failure, ast.BinOp) if isinstance(node.op, ast.Div | ast.FloorDiv | ast.Mod)
    ]
    augmented = [
        node.value
        for node in nodes_in_line(failure, ast.AugAssign)
        if isinstance(node.op, ast.Div | ast.FloorDiv | ast.Mod)
    ]
    calls = [
        node.args[1]
        for node in nodes_in_line(failure, ast.Call)
        if isinstance(node.func, ast.Name) and node.func.id == "divmod" and len(node.args) > 1
    ]
    below = calls or augmented or [node.right for node in divisions]
    name = quote(unparse(below[0]), 40) if below else failure.words("value_errors.number_below")
    empty = failure.words("value_errors.empty_length") if "len(" in name else ""
    floor = failure.words("value_errors.floor") if "//" in name else ""
    return failure.cause("value_errors.zero", name=name, empty=empty, floor=floor, story=_why_zero(failure, below))


def _why_zero(failure: Failure, below: list[ast.expr]) -> str:
    """Say where the value below comes from, or the names that it is worked out of."""
    if not below:
        return ""
    names = [part for part in ast.walk(below[0]) if isinstance(part, ast.Name)]
    told = list(dict.fromkeys(filter(None, (why_type(failure, name) for name in names))))[:2]
    ranges = [loop for loop in loops_around(failure.source.tree, failure.line) if _counts_from_zero(loop, names)]
    begins = failure.words("value_errors.begins_at_zero", header=quote(unparse(ranges[0].iter), 30)) if ranges else ""
    return joined(*told, begins)


def _counts_from_zero(loop: ast.For | ast.While, names: list[ast.Name]) -> TypeGuard[ast.For]:
    match loop:
        case ast.For(target=ast.Name(id=name), iter=ast.Call(func=ast.Name(id="range"), args=[_])):
            return any(part.id == name for part in names)
    return False


ZERO_RULES: tuple[Rule, ...] = (
    rule(
        r"cannot be raised to a negative power|negative power",
        say("value_errors.zero_power"),
    ),
    rule(r"", _zero),
)

OVERFLOW_RULES: tuple[Rule, ...] = (
    rule(
        r"[Rr]esult (?:too large|out of range)|math range error|too large to convert to float|int too large"
        r"|cannot convert float infinity",
        say("value_errors.overflow"),
    ),
    rule(
        r"too large to (?:convert|fit)|cannot fit|too (?:big|large|many)",
        say("value_errors.too_large"),
    ),
)

DECIMAL_RULES: tuple[Rule, ...] = (rule(r"", say("value_errors.decimal")),)

VALUE_RULES: tuple[Rule, ...] = (
    rule(r"invalid literal for (int)\(\) with base \d+: (.*)$", _number_from_text),
    rule(r"could not convert string to (float|complex): ?(.*)$", _number_from_text),
    rule(r"(complex)\(\) arg is a malformed string", _malformed),
    rule(r"(not enough|too many) values to unpack \(expected (?:at least )?(\d+)(?:, got (\d+))?", _unpack),
    rule(
        r"need more than (\d+) values? to unpack",
        say("value_errors.few_values", "count"),
    ),
    rule(
        r"list\.remove\((x)\): x not in list|(?:array|tuple|list)\.(?:index|remove)\(x\): x not in|(.+) is not in "
        r"(?:list|deque|range)",
        _not_in_list,
    ),
    rule(
        r"substring not found|subsection not found",
        _no_such_part,
    ),
    rule(
        r"(max|min)\(\) (?:arg is an empty sequence|iterable argument is empty)",
        _empty_extreme,
    ),
    rule(
        r"math domain error|expected a (?:nonnegative|positive) (?:input|number)|expected a (?:number|finite) .*range",
        _math_domain,
    ),
    rule(
        r"empty range (?:for|in) randr?a?n?g?e?|non-integer arg \d for randrange|empty range for",
        say("value_errors.random_range"),
    ),
    rule(r"(.+?) is not a valid (\w+)", say("value_errors.enum_member", "value", "kind")),
    rule(r"base must be >= 2", say("value_errors.number_base")),
    rule(
        r"requires? at least (\w+ )?(?:one|two|\d+) data points?|no (?:mean|median|mode) for empty data",
        say("value_errors.no_data"),
    ),
    rule(
        r"empty separator",
        say("value_errors.empty_separator"),
    ),
    rule(
        r"range\(\) arg 3 must not be zero|slice step cannot be zero",
        say("value_errors.zero_step"),
    ),
    rule(
        r"I/O operation on closed file",
        say("value_errors.closed_file"),
    ),
    rule(
        r"time data (.+) does not match format (.+)",
        say("value_errors.date_format", "value", "format"),
    ),
    rule(
        r"(day|month|year|hour|minute|second)[\w ]* (?:is out of range|must be in)",
        say("value_errors.calendar", "unit"),
    ),
    rule(
        r"Unknown format code '(.)' for object of type '(\w+)'",
        say("value_errors.format_code", "code", "kind"),
    ),
    rule(
        r"Invalid format specifier|[Uu]nsupported format character|Single '[{}]' encountered|expected '}' before "
        r"end",
        say("value_errors.format_form"),
    ),
    rule(
        r"'(\w+)' in __slots__ conflicts with class variable",
        say("value_errors.slots", "name"),
    ),
    rule(
        r"cannot convert float (NaN|infinity) to integer",
        say("value_errors.nan", "value"),
    ),
    rule(
        r"Exceeds the limit",
        say("value_errors.many_digits"),
    ),
    rule(
        r"dictionary update sequence element #(\d+) has length (\d+)",
        say("value_errors.not_pairs", "position", "count"),
    ),
    rule(
        r"chr\(\) arg not in range|negative shift count|must be non-negative|must be positive|negative",
        say("value_errors.outside_range"),
    ),
    rule(
        r"[Ii]nvalid mode|must have exactly one of create/read/write",
        say("value_errors.file_mode"),
    ),
    rule(
        r"list modified during sort|arrays used as indices|truth value of an? .* is ambiguous",
        say("value_errors.ambiguous"),
    ),
    rule(
        r"embedded null|source code string cannot contain null",
        say("value_errors.null_character"),
    ),
    rule(
        r"Sample larger than population",
        say("value_errors.sample"),
    ),
)

JSON_RULES: tuple[Rule, ...] = (
    rule(
        r"(Expecting .+?|Extra data|Unterminated .+?|Invalid .+?): line (\d+) column (\d+)",
        say("value_errors.json", "detail", "row", "column"),
    ),
)
