"""Syntax errors where the line itself tells more than Python's message: quotes, brackets, `=`, colons.

Each function explains one message; `syntax_tokens`, `syntax_blocks` and `syntax_statements` say which.
"""

from __future__ import annotations

import re
import unicodedata

from taco_lsp.tutor.builtin.failure import Cause, Failure
from taco_lsp.tutor.builtin.source import line_at
from taco_lsp.tutor.builtin.text_scan import first_word, mask, neighbours, open_brackets
from taco_lsp.tutor.builtin.wording import on_line, quote

_BRACKET_NAMES = {"(": "round", ")": "round", "[": "square", "]": "square", "{": "curly", "}": "curly"}


def explain_open_string(failure: Failure, _: re.Match[str]) -> Cause:
    """A text without its closing quote mark."""
    text, on = failure.text, on_line(failure.line)
    tail = failure.text[failure.frame.caret[0] :] if failure.frame and failure.frame.caret else text
    if re.search(r"\\[\"']", tail):
        return Cause(
            summary=f"The closing quote mark{on} has a backslash in front of it, so the text never ends.",
            why="A backslash before a quote mark makes it part of the text instead of its end.",
            look=f"What is the backslash in {quote(text)} meant to do?",
        )
    inner = re.search(r"[^\W\d]'[^\W\d]", text)
    if inner and text.count("'") % 2:
        return Cause(
            summary=f"An apostrophe inside the text{on} ends the text too early, near {quote(inner[0])}.",
            why="The text is opened with a single quote mark, so the next one closes it, also in the middle of a "
            "word. The last quote mark then opens another text that never ends.",
            look="Which characters did you mean as the two ends of the text, and which is only an apostrophe?",
        )
    return Cause(
        summary=f"A text{on} is opened with a quote mark that has no partner on the same line.",
        why="Python reads everything after an opening quote as text until the same mark comes again. In "
        f"{quote(text)} the line ends first.",
        look="Count the quote marks on that line. Are the first and the last of the same kind?",
    )


def explain_open_bracket(failure: Failure, match: re.Match[str]) -> Cause:
    """A bracket that is never closed."""
    bracket = match[1]
    name = _BRACKET_NAMES[bracket]
    if bracket == "{" and re.search(r"\)\s*\{$|^(?:else|do|try)\s*\{$", mask(failure.text)):
        return explain_curly_block(failure, match)
    return Cause(
        summary=f"The {name} bracket `{bracket}` opened{on_line(failure.line)} is never closed.",
        why=f"Python looked for its partner to the very end and did not find it. It is the `{bracket}` in "
        f"{quote(failure.text)}.",
        look="Pair up the brackets of that line one by one, from the inside out. At which place should this one end?",
    )


def explain_curly_block(failure: Failure, _: re.Match[str]) -> Cause:
    """Curly braces around a block, as in C or JavaScript."""
    return Cause(
        summary=f"A curly brace{on_line(failure.line)} is used to mark a block of code, as in other languages.",
        why="Python marks blocks with a colon and indentation. Curly braces make dictionaries and sets.",
        look=f"Where does the block that belongs to {quote(failure.text)} begin and end? How does Python show it?",
    )


def explain_stray_bracket(failure: Failure, match: re.Match[str]) -> Cause:
    """A closing bracket that nothing opened."""
    bracket = match[1]
    return Cause(
        summary=f"There is a closing `{bracket}`{on_line(failure.line)} that no opening bracket belongs to.",
        why=f"When Python met this `{bracket}` in {quote(failure.text)}, every bracket opened before it was closed "
        "already.",
        look="Pair up the brackets from left to right. Is one closed twice, or is an opening one missing earlier?",
    )


def explain_bracket_mismatch(failure: Failure, match: re.Match[str]) -> Cause:
    """A bracket closed by one of another kind."""
    closing, opening = match[1], match[2]
    opened = on_line(int(match[3])) if match[3] else ""
    return Cause(
        summary=f"The `{opening}`{opened} is met by a `{closing}`{on_line(failure.line)}, a bracket of another kind.",
        why="Brackets close in the reverse order of opening, each with its own kind: round with round, square with "
        "square, curly with curly.",
        look=f"Follow the brackets in {quote(failure.text)} from the inside out. Is one missing, or of the wrong kind?",
    )


def explain_forgotten_comma(failure: Failure, match: re.Match[str]) -> Cause | None:
    """Two values side by side, or square brackets after the name of a function."""
    call = re.search(r"\b(print|sum|len|max|min|sorted|range|list|set|input|any|all|int|str)\[", mask(failure.text))
    if call:
        return Cause(
            summary=f"The function `{call[1]}` is followed by square brackets{on_line(failure.line)}.",
            why="Square brackets pick an item out of a collection. A function is called with round brackets around "
            "what it gets.",
            look=f"Which kind of bracket stands right after each name in {quote(failure.text)}?",
        )
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
        return Cause(
            summary=f"The text {left}{on_line(failure.line)} ends earlier than it seems to be meant: {right} follows "
            "directly.",
            why="A quote mark inside the text is the same kind as the one that opened it, so Python takes it for "
            "the end.",
            look=f"Which quote marks in {quote(failure.text)} are the ends of the text, and which belong inside it?",
        )
    return Cause(
        summary=f"{left} and {right} stand side by side{on_line(failure.line)} with nothing between them.",
        why="Two values or names next to each other mean nothing to Python: it expects an operator, a comma or a "
        "bracket between them, and a name may not contain a space.",
        look=f"What did you want the two to be in {quote(failure.text)}: one name, two items, or parts of a "
        "calculation?",
    )


def explain_condition_assignment(failure: Failure, match: re.Match[str]) -> Cause:
    """A single equals sign where a value or a comparison is expected."""
    on, text = on_line(failure.line), failure.text
    word = first_word(text)
    if word in {"if", "elif", "while"} or "':='" in match[0]:
        return condition_with_one_equals(failure, match)
    return Cause(
        summary=f"The left side of a `=` inside the call{on} is {quote(failure.marked.rstrip('= ') or text)}, which "
        "is not a plain name.",
        why="Inside the brackets of a call, `name=value` gives an argument by its name, and such a name is written "
        "without quotes, dots or operators.",
        look=f"What is the `=` in {quote(text)} meant to do: name an argument, or compare two values?",
    )


def condition_with_one_equals(failure: Failure, _: re.Match[str]) -> Cause:
    """`if x = 1`: storing where a comparison is meant."""
    word = first_word(failure.text)
    place = f"the condition of the `{word}`" if word in {"if", "elif", "while"} else "an expression"
    return Cause(
        summary=f"A single `=` is used in {place}{on_line(failure.line)}: it stores a value and does not compare.",
        why="One equals sign gives a name a value. Asking whether two values are the same is another operation with "
        "another sign.",
        look=f"In {quote(failure.text)}, do you want to store something or to ask a yes-or-no question?",
    )


def explain_assignment_target(failure: Failure, match: re.Match[str]) -> Cause:
    """Something on the left of `=` that cannot hold a value."""
    if first_word(failure.text) in {"if", "elif", "while"}:
        return condition_with_one_equals(failure, match)
    kind = match[1].strip()
    before = mask(failure.text)[: failure.frame.caret[0]] if failure.frame and failure.frame.caret else ""
    if before.count("{") > before.count("}"):
        return equals_in_dictionary(failure, match)
    on, marked = on_line(failure.line), failure.marked or failure.text.partition("=")[0]
    reason = {
        "function call": "A call gives a value back; it is not a place where a value can be kept.",
        "literal": "A fixed number or text always stands for itself and cannot be given another value.",
        "f-string expression": "A text always stands for itself and cannot be given another value.",
    }.get(kind, "Only a name, an item of a collection or an attribute can hold a value.")
    hyphen = re.match(r"^[^\W\d]\w*-[^\W\d]\w*$", marked.strip())
    if hyphen:
        reason = "A hyphen is a minus sign to Python, so this reads as one name minus another. Names hold no hyphen."
    kind = "fixed value" if kind == "literal" else kind
    article = "an" if kind[:1] in "aeiou" or kind.startswith("f-") else "a"
    sides = " Only what stands left of the `=` receives a value." if failure.text.count("=") == 1 else ""
    place = "The left side of the `=`" if "=" in mask(failure.text) else "The place that should receive a value"
    return Cause(
        summary=f"{place}{on}, {quote(marked)}, is {article} {kind}, which cannot be given a value.",
        why=f"{reason}{sides}",
        look=f"Read {quote(failure.text)} as “store the right side in the left side”. Is that what you mean, or a "
        "comparison?",
    )


def equals_in_dictionary(failure: Failure, _: re.Match[str]) -> Cause:
    """`{'a' = 1}`."""
    return Cause(
        summary=f"An equals sign is used inside the curly braces{on_line(failure.line)}.",
        why="In a dictionary, key and value form a pair that is not written with `=`.",
        look=f"How are keys and values separated in a dictionary that works? Compare it with {quote(failure.text)}.",
    )


def explain_block_without_colon(failure: Failure, _: re.Match[str]) -> Cause:
    """A block header without the colon at its end."""
    on, text = on_line(failure.line), failure.text
    word = first_word(text)
    named = f"`{word}` line" if word else "line"
    if mask(text).rstrip().endswith(";"):
        return Cause(
            summary=f"The `{word}` line{on} ends with a semicolon where Python expects a colon.",
            why="The two marks look alike. A semicolon separates statements; a colon announces the block that "
            "belongs to the header.",
            look=f"Look closely at the last character of {quote(text)}.",
        )
    if word in {"if", "elif", "while"} and re.search(r"[^=!<>:]=[^=]", mask(text)) and text.rstrip().endswith(":"):
        return condition_with_one_equals(failure, _)
    if word == "else" and re.search(r"^else\s+\S", mask(text)):
        return else_with_condition(failure, _)
    return Cause(
        summary=f"The {named}{on} opens a block, but no colon ends its header.",
        why=f"Python reads {quote(text)} and expects the `:` that tells where the header ends and its block begins.",
        look="Compare the end of this line with a block of yours that works. Are all brackets on the line closed, too?",
    )


def else_with_condition(failure: Failure, _: re.Match[str]) -> Cause:
    """`else x > 3:`."""
    return Cause(
        summary=f"The `else`{on_line(failure.line)} is followed by a condition, and `else` never takes one.",
        why="`else` stands for everything that the tests above it did not catch. A further test has its own word.",
        look=f"Is {quote(failure.text)} meant for all remaining cases, or only for some of them?",
    )


def explain_number_name(failure: Failure, match: re.Match[str]) -> Cause:
    """`2pi`: a name that starts with a digit, or a number with a unit."""
    words = re.findall(r"(?<![\w.])\d[\w.]*[^\W\d_]\w*", mask(failure.text))
    shown = f" {quote(words[0])}" if words else ""
    return Cause(
        summary=f"A number runs directly into letters{on_line(failure.line)}:{shown or ' ' + quote(failure.text)}.",
        why="What begins with a digit is read as a number, so a name cannot start with one. Putting a number in "
        "front of a name does not multiply them either.",
        look="Is this meant to be a name, a text, or a calculation with a number and a variable?",
    )


def explain_invalid_character(failure: Failure, match: re.Match[str]) -> Cause:
    """A character from a word processor or another script."""
    character = match[1] or next((letter for letter in failure.text if ord(letter) > 127), "")
    name = (
        unicodedata.name(character, "an unusual character").lower() if len(character) == 1 else "an unusual character"
    )
    shown = f"`{character}` ({name})" if character else name
    like = ""
    if any(word in name for word in ("quotation", "apostrophe", "prime")):
        like = " It looks like a quote mark, but Python knows only the straight ones."
    elif any(word in name for word in ("dash", "minus", "hyphen")):
        like = " It looks like a minus sign, but is another character."
    elif "full" in name or "comma" in name or "semicolon" in name:
        like = " It looks like an ordinary sign, but is a different, wider one."
    return Cause(
        summary=f"The character {shown}{on_line(failure.line)} has no meaning in Python code.",
        why=f"Only plain keyboard characters have a meaning outside of texts and comments.{like} Such characters "
        "often come along with copied code.",
        look=f"Find it in {quote(failure.text)}. Which sign from your keyboard did you want there?",
    )


def explain_keyword_suggestion(failure: Failure, match: re.Match[str]) -> Cause:
    """A misspelled keyword that Python recognised."""
    return Cause(
        summary=f"A word{on_line(failure.line)} is no keyword of Python, but looks similar to `{match[1]}`.",
        why="Python knows a short list of keywords, and each must be spelled exactly. It stopped at "
        f"{quote(failure.marked or failure.text)}.",
        look=f"Read {quote(failure.text)} letter by letter.",
    )


def unfinished_line_above(failure: Failure) -> Cause | None:
    """A new statement met while a bracket of an earlier line is still open."""
    above = failure.source.lines[: max(0, (failure.line or 1) - 1)]
    still_open = open_brackets(above[-300:])
    if not still_open:
        return None
    bracket = still_open[-1]
    line = bracket.line + max(0, len(above) - 300)
    return Cause(
        summary=f"The bracket `{bracket.character}` opened on line {line} is still open when line {failure.line} "
        "begins.",
        why=f"Python noticed it only at {quote(failure.text)}, but the trouble starts earlier: it takes this line "
        f"for a part of what was opened on line {line}.",
        look=f"Pair up the brackets of {quote(line_at(failure.source, line))}.",
    )
