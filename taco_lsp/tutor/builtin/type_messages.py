"""Type errors that are explained by their message alone: lengths, hashing, formatting, arguments.

Those that need a look at the code are in `type_errors`, wrong argument counts in `call_errors`.
"""

from __future__ import annotations

from taco_lsp.tutor.builtin.failure import Rule, rule, say

OTHER_RULES: tuple[Rule, ...] = (
    rule(
        r"bad operand type for (unary .|abs\(\)): '([^']+)'",
        say("type_messages.unary", "sign", "kind"),
    ),
    rule(
        r"unhashable type: '([^']+)'",
        say("type_messages.unhashable", "kind"),
    ),
    rule(
        r"sequence item (\d+): expected (\w+) instance, (\w+) found",
        say("type_messages.join_item", "position", "wanted", "kind"),
    ),
    rule(
        r"slice indices must be integers",
        say("type_messages.slice_bounds"),
    ),
    rule(
        r"not all arguments converted during string formatting|not enough arguments for format string",
        say("type_messages.percent_count"),
    ),
    rule(
        r"%(\w) format: .* (?:is required|required), not (\w+)|must be real number, not (\w+)",
        say("type_messages.number_required", "-", "kind", "kind"),
    ),
    rule(r"ord\(\) expected a character, but string of length (\d+)", say("type_messages.one_character", "length")),
    rule(r"'(\w+)' object does not support indexing", say("type_messages.no_items_old", "kind")),
    rule(r"can't concat (\w+) to (\w+)", say("type_messages.bytes_join", "kind", "other")),
    rule(r"must use keyword argument for key|takes no positional arguments", say("type_messages.keyword_only")),
    rule(
        r"(isinstance|issubclass)\(\) arg (\d) must be a (?:type|class)",
        say("type_messages.type_check", "name", "position"),
    ),
    rule(r"'in <string>' requires string as left operand, not (\w+)", say("type_messages.in_text", "kind")),
    rule(r"object\.__init__\(\) takes|object\(\) takes no|__init__\(\) takes no", say("type_messages.object_init")),
    rule(r"string argument without an encoding", say("type_messages.no_encoding")),
    rule(r"argument after \*\* must be a mapping, not (\w+)", say("type_messages.mapping_wanted", "kind")),
    rule(r"expected string or (?:bytes-like object|buffer)", say("type_messages.string_wanted")),
    rule(r"must be str(?:ing)? or None, not (\w+)", say("type_messages.text_or_none", "kind")),
    rule(
        r"(\w+) first arg must be (?:str|bytes|a string).*not (\w+)",
        say("type_messages.first_arg_text", "name", "kind"),
    ),
    rule(r"a bytes-like object is required, not '(\w+)'", say("type_messages.bytes_wanted", "kind")),
    rule(r"'coroutine' object|coroutine '(\w+)' was never awaited", say("type_messages.await_missing")),
    rule(
        r"vars\(\) argument must have __dict__",
        say("type_messages.no_dict"),
    ),
    rule(
        r"exceptions must derive from|catching classes that do not inherit",
        say("type_messages.not_an_error_type"),
    ),
    rule(
        r"Can't instantiate abstract class (\w+) (?:with|without an implementation for) abstract methods? (.+)",
        say("type_messages.abstract", "name", "missing"),
    ),
    rule(
        r"Object of type '?(\w+)'? is not JSON serializable",
        say("type_messages.not_json", "kind"),
    ),
    rule(
        r"'(\w+)' object does not support the (?:asynchronous )?context manager|(__enter__)",
        say("type_messages.not_a_context"),
    ),
    rule(
        r"type (\w+) doesn't define (__\w+__) method",
        say("type_messages.unsupported", "kind"),
    ),
    rule(
        r"(\w+)\(\) argument (\d+|'\w+') ?must be (.+?), not (\w+)",
        say("type_messages.argument_kind", "name", "position", "wanted", "kind"),
    ),
    rule(
        r"expected (?:str|string|bytes)[\w, ]*(?:or os\.PathLike object|-like object)?,? ?(?:not|got|but) '?(\w+)",
        say("type_messages.text_expected", "kind"),
    ),
    rule(r"can't convert type '(\w+)' to numerator", say("type_messages.items_not_numbers", "kind")),
    rule(
        r"(?:an integer is required|integer argument expected).*?(?:got|not) (?:type )?'?(\w+)",
        say("type_messages.integer_not", "kind"),
    ),
    rule(r"an integer is required|integer argument expected", say("type_messages.integer")),
)
