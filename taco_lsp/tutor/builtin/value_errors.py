"""Values of the right type that cannot be used: conversions, unpacking, searching, calculating.

Covers `ValueError` and its relatives, `ZeroDivisionError` and `OverflowError`.
"""

from __future__ import annotations

import ast
import re

from taco_lsp.tutor.builtin.failure import Cause, Failure, Rule, rule, say
from taco_lsp.tutor.builtin.origins import nodes_in_line, why_type
from taco_lsp.tutor.builtin.source import unparse
from taco_lsp.tutor.builtin.wording import quote


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
    source = quote(unparse(right[0]), 40) if right else failure.words("value_errors.right_side")
    return failure.cause(
        "value_errors.unpack",
        names=names,
        wanted=failure.texts.count(wanted, "value"),
        source=source,
        values=values,
        story=story,
    )


def _not_in_list(failure: Failure, match: re.Match[str]) -> Cause:
    method = "remove" if "remove" in match[0] else "index"
    item = quote(match[2], 30) if match[2] else failure.words("value_errors.the_value")
    return failure.cause("value_errors.not_in_list", method=method, item=item)


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
    story = why_type(failure, below[0]) if below else ""
    return failure.cause("value_errors.zero", name=name, empty=empty, floor=floor, story=story)


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
        say("value_errors.no_such_part"),
    ),
    rule(
        r"(max|min)\(\) (?:arg is an empty sequence|iterable argument is empty)",
        say("value_errors.empty_extreme", "function"),
    ),
    rule(
        r"math domain error|expected a (?:nonnegative|positive) (?:input|number)",
        say("value_errors.math_domain"),
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
