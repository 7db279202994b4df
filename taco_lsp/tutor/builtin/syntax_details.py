"""Syntax errors where the line itself tells more than Python's message: quotes, brackets, `=`, colons.

Each function explains one message; `syntax_tokens`, `syntax_blocks` and `syntax_statements` say which.
"""

from __future__ import annotations

import re
import unicodedata

from taco_lsp.tutor.builtin.failure import Cause, Failure
from taco_lsp.tutor.builtin.source import line_at
from taco_lsp.tutor.builtin.text_scan import first_word, mask, neighbours, open_brackets
from taco_lsp.tutor.builtin.wording import quote


def explain_open_string(failure: Failure, _: re.Match[str]) -> Cause:
    """A text without its closing quote mark."""
    text = failure.text
    tail = failure.text[failure.frame.caret[0] :] if failure.frame and failure.frame.caret else text
    if re.search(r"\\[\"']", tail):
        return failure.cause("syntax_details.escaped_quote", text=quote(text))
    inner = re.search(r"[^\W\d]'[^\W\d]", text)
    if inner and text.count("'") % 2:
        return failure.cause("syntax_details.apostrophe", near=quote(inner[0]))
    return failure.cause("syntax_details.open_string", text=quote(text))


def explain_open_bracket(failure: Failure, match: re.Match[str]) -> Cause:
    """A bracket that is never closed."""
    bracket = match[1]
    if bracket == "{" and re.search(r"\)\s*\{$|^(?:else|do|try)\s*\{$", mask(failure.text)):
        return explain_curly_block(failure, match)
    return failure.cause("syntax_details.open_bracket", bracket=bracket)


def explain_curly_block(failure: Failure, _: re.Match[str]) -> Cause:
    """Curly braces around a block, as in C or JavaScript."""
    return failure.cause("syntax_details.curly_block")


def explain_stray_bracket(failure: Failure, match: re.Match[str]) -> Cause:
    """A closing bracket that nothing opened."""
    bracket = match[1]
    return failure.cause("syntax_details.stray_bracket", bracket=bracket)


def explain_bracket_mismatch(failure: Failure, match: re.Match[str]) -> Cause:
    """A bracket closed by one of another kind."""
    closing, opening = match[1], match[2]
    opened = failure.texts.on_line(int(match[3]) if match[3] else None)
    return failure.cause("syntax_details.bracket_mismatch", opening=opening, opened=opened, closing=closing)


def explain_forgotten_comma(failure: Failure, match: re.Match[str]) -> Cause | None:
    """Two values side by side, or square brackets after the name of a function."""
    call = re.search(r"\b(print|sum|len|max|min|sorted|range|list|set|input|any|all|int|str)\[", mask(failure.text))
    if call:
        return failure.cause("syntax_details.item_of_function", name=call[1])
    return side_by_side(failure, match)


def side_by_side(failure: Failure, _: re.Match[str]) -> Cause | None:
    """Two values with nothing between them."""
    start = failure.frame.caret[0] if failure.frame and failure.frame.caret else None
    pair = neighbours(failure.marked) if len(failure.marked) > 2 else None
    pair = pair or neighbours(failure.text, start)
    if pair is None:
        return None
    left, right = quote(pair[0], 30), quote(pair[1], 30)
    if pair[0][0] in "'\"" and re.match(r"[^\W\d]", pair[1]) and f"{pair[0]}{pair[1]}" in failure.text:
        return failure.cause("syntax_details.quote_inside", left=left, right=right)
    return failure.cause("syntax_details.side_by_side", left=left, right=right)


def explain_condition_assignment(failure: Failure, match: re.Match[str]) -> Cause:
    """A single equals sign where a value or a comparison is expected."""
    text = failure.text
    word = first_word(text)
    if word in {"if", "elif", "while"} or "':='" in match[0]:
        return condition_with_one_equals(failure, match)
    return failure.cause(
        "syntax_details.argument_name", marked=quote(failure.marked.rstrip("= ") or text), text=quote(text)
    )


def condition_with_one_equals(failure: Failure, _: re.Match[str]) -> Cause:
    """`if x = 1`: storing where a comparison is meant."""
    word = first_word(failure.text)
    place = failure.words("syntax_details.an_expression")
    if word in {"if", "elif", "while"}:
        place = failure.words("syntax_details.condition_of", word=word)
    return failure.cause("syntax_details.condition_with_one_equals", place=place)


def explain_assignment_target(failure: Failure, match: re.Match[str]) -> Cause:
    """Something on the left of `=` that cannot hold a value."""
    if first_word(failure.text) in {"if", "elif", "while"}:
        return condition_with_one_equals(failure, match)
    kind = match[1].strip()
    before = mask(failure.text)[: failure.frame.caret[0]] if failure.frame and failure.frame.caret else ""
    if before.count("{") > before.count("}"):
        return equals_in_dictionary(failure, match)
    one_character = failure.frame and failure.frame.caret and failure.frame.caret[1] - failure.frame.caret[0] == 1
    marked = "" if one_character else failure.marked
    marked = marked or failure.text.partition("=")[0]
    rule_of = {"function call": "call_gives", "literal": "fixed_value", "f-string expression": "fixed_text"}
    hyphen = re.match(r"^[^\W\d]\w*-[^\W\d]\w*$", marked.strip())
    reason = failure.words("syntax_details." + ("hyphen" if hyphen else rule_of.get(kind, "only_names")))
    sides = failure.words("syntax_details.left_receives") if failure.text.count("=") == 1 else ""
    place = failure.words("syntax_details." + ("left_side" if "=" in mask(failure.text) else "receiving_place"))
    return failure.cause(
        "syntax_details.assignment_target",
        place=place,
        marked=quote(marked),
        term=failure.texts.term(kind),
        reason=reason,
        sides=sides,
    )


def equals_in_dictionary(failure: Failure, _: re.Match[str]) -> Cause:
    """`{'a' = 1}`."""
    return failure.cause("syntax_details.equals_in_dictionary")


def explain_block_without_colon(failure: Failure, _: re.Match[str]) -> Cause:
    """A block header without the colon at its end."""
    text = failure.text
    word = first_word(text)
    named = failure.words("syntax_details.word_line", word=word) if word else failure.words("syntax_details.a_line")
    if mask(text).rstrip().endswith(";"):
        return failure.cause("syntax_details.semicolon_for_colon", word=word, text=quote(text))
    if word in {"if", "elif", "while"} and re.search(r"[^=!<>:]=[^=]", mask(text)) and text.rstrip().endswith(":"):
        return condition_with_one_equals(failure, _)
    if word == "else" and re.search(r"^else\s+\S", mask(text)):
        return else_with_condition(failure, _)
    return failure.cause("syntax_details.block_without_colon", named=named, text=quote(text))


def else_with_condition(failure: Failure, _: re.Match[str]) -> Cause:
    """`else x > 3:`."""
    return failure.cause("syntax_details.else_with_condition")


def explain_number_name(failure: Failure, match: re.Match[str]) -> Cause:
    """`2pi`: a name that starts with a digit, or a number with a unit."""
    words = re.findall(r"(?<![\w.])\d[\w.]*[^\W\d_]\w*", mask(failure.text))
    return failure.cause("syntax_details.number_name", shown=quote(words[0] if words else failure.text))


def explain_invalid_character(failure: Failure, match: re.Match[str]) -> Cause:
    """A character from a word processor or another script."""
    character = match[1] or next((letter for letter in failure.text if ord(letter) > 127), "")
    name = unicodedata.name(character, "").lower() if len(character) == 1 else ""
    shown = f"`{character}` (U+{ord(character):04X})" if len(character) == 1 else quote(failure.marked or failure.text)
    like = ""
    if any(word in name for word in ("quotation", "apostrophe", "prime")):
        like = failure.words("syntax_details.like_quote")
    elif any(word in name for word in ("dash", "minus", "hyphen")):
        like = failure.words("syntax_details.like_minus")
    elif "full" in name or "comma" in name or "semicolon" in name:
        like = failure.words("syntax_details.like_wide")
    return failure.cause("syntax_details.invalid_character", shown=shown, like=like)


def explain_keyword_suggestion(failure: Failure, match: re.Match[str]) -> Cause:
    """A misspelled keyword that Python recognised."""
    return failure.cause("syntax_details.keyword_suggestion", similar=match[1])


def unfinished_line_above(failure: Failure) -> Cause | None:
    """A new statement met while a bracket of an earlier line is still open."""
    above = failure.source.lines[: max(0, (failure.line or 1) - 1)]
    still_open = open_brackets(above[-300:])
    if not still_open:
        return None
    bracket = still_open[-1]
    opened = bracket.line + max(0, len(above) - 300)
    return failure.cause(
        "syntax_details.unfinished_line_above",
        bracket=bracket.character,
        opened=opened,
        opener=quote(line_at(failure.source, opened)),
    )
