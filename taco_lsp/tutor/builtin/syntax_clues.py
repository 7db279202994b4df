"""Bare "invalid syntax": finds the cause in the line itself, clue by clue, most telling first.

Each clue is a pattern on the line with its strings blanked out. Mistakes that come from other languages are in
`syntax_habits`, those in imports and headers in `syntax_headers`.
"""

from __future__ import annotations

import builtins
import keyword
import re

from taco_lsp.tutor.builtin.failure import Cause, Failure, Rule, first_cause, rule, say
from taco_lsp.tutor.builtin.syntax_details import (
    condition_with_one_equals,
    equals_in_dictionary,
    explain_block_without_colon,
    explain_forgotten_comma,
    unfinished_line_above,
)
from taco_lsp.tutor.builtin.syntax_habits import HABITS
from taco_lsp.tutor.builtin.syntax_headers import HEADER_CLUES
from taco_lsp.tutor.builtin.text_scan import first_word, mask, open_brackets
from taco_lsp.tutor.builtin.wording import closest, on_line, quote

_KEYWORD = "|".join(keyword.kwlist)
_KEYWORD_ASSIGNED = re.compile(rf"(?:{_KEYWORD})\s*=[^=]")
_STARTERS = [
    "for",
    "while",
    "if",
    "elif",
    "else",
    "def",
    "class",
    "return",
    "import",
    "from",
    "try",
    "except",
    "finally",
    "with",
    "raise",
    "break",
    "continue",
    "pass",
    "del",
    "global",
]
"""Keywords that a line may begin with."""

_HEADER = r"^(?:async )?(?:if|elif|else|for|while|def|class|try|except|finally|with)\b"
_STATEMENT_START = re.compile(
    r"^(?:def|class|for|while|if|return|import|from|with|try|print|break|continue|pass|raise|del|global)\b|^\w+\s*=[^=]"
)


def _line_above_unfinished(failure: Failure, _: re.Match[str]) -> Cause | None:
    if (
        _KEYWORD_ASSIGNED.match(failure.text)
        or not _STATEMENT_START.match(failure.text)
        or not failure.frame
        or not failure.frame.caret
    ):
        return None
    word = first_word(failure.text)
    if failure.frame.caret[0] > len(word):
        return None
    known = unfinished_line_above(failure)
    if known or failure.frame.caret[0] > 0 or failure.source.lines or not keyword.iskeyword(word):
        return known
    return Cause(
        summary=f"Python was surprised by the very first word{on_line(failure.line)}, `{word}`: something above it "
        "is not finished.",
        why="A line that starts well but cannot be read usually means that the line before it still waits for its "
        "end: a closing bracket, for example.",
        look="Look at the end of the nearest line above that holds code. Are all its brackets and quotes closed?",
    )


def _misspelled_keyword(failure: Failure, match: re.Match[str]) -> Cause | None:
    word = match[1]
    if keyword.iskeyword(word) or hasattr(builtins, word):
        return None
    loop = closest(word, ["for"], cutoff=0.6) if " in " in failure.text else None
    similar = loop or closest(word, [*_STARTERS, "print"], cutoff=0.6)
    if similar is None or len(word) < 2:
        return None
    on = on_line(failure.line)
    return Cause(
        summary=f"Python does not know `{word}`, the first word{on}; it looks similar to `{similar}`.",
        why="Keywords must be spelled exactly, small letters included. Otherwise Python takes the word for the name "
        "of a variable and cannot make sense of what follows it.",
        look=f"Read the first word of {quote(failure.text)} letter by letter.",
    )


def _header_with_open_bracket(failure: Failure, _: re.Match[str]) -> Cause | None:
    still_open = open_brackets([failure.text])
    if not still_open:
        return None
    bracket = still_open[-1].character
    return Cause(
        summary=f"The `{bracket}`{on_line(failure.line)} is still open when the colon at the end of the header comes.",
        why="A colon inside brackets does not open a block, so every bracket has to be closed before it.",
        look=f"Pair up the brackets in {quote(failure.text)} one by one. Which one has no partner?",
    )


def _lonely_branch(failure: Failure, match: re.Match[str]) -> Cause | None:
    if failure.frame and failure.frame.caret and failure.frame.caret[0] > 0:
        return None
    partner = {"else": "`if`, `for`, `while` or `try`", "elif": "`if`"}.get(match[1], "`try`")
    return Cause(
        summary=f"The `{match[1]}`{on_line(failure.line)} has no {partner} directly before it at the same indentation.",
        why=f"`{match[1]}` continues a block that was opened with {partner}. Another line in between, a different "
        "indentation, or a missing header separates the two.",
        look=f"Which line should this `{match[1]}` belong to? Compare where both lines start, and what stands "
        "between them.",
    )


def _word_out_of_place(failure: Failure, _: re.Match[str]) -> Cause | None:
    if not failure.frame or not failure.frame.caret:
        return None
    word = first_word(failure.text[failure.frame.caret[0] :]) if failure.marked[:1].isalpha() else ""
    if not keyword.iskeyword(word):
        return None
    return Cause(
        summary=f"The keyword `{word}`{on_line(failure.line)} stands where Python expects a value or the end of the "
        "line.",
        why=f"`{word}` has a fixed meaning and fixed places where it may stand. What comes right before it in "
        f"{quote(failure.text)} does not lead up to it.",
        look=f"What should `{word}` do here, and what belongs before and after it?",
    )


_NO_BLOCK_WORD = say(
    "The code{on} ends with a colon, but no word such as `if` or `while` begins it.",
    "A colon at the end opens a block, and the first word of the line says which kind of block that is.",
    "When should the lines below {text} run?",
)

_CLUES: tuple[Rule, ...] = (
    rule(
        r"(?<!\.)\.\s*([(\[.])(?!\.)",
        say(
            "A dot{on} is followed by `{0}` and not by a name.",
            "After a dot comes the name of something that belongs to the value before it.",
            "What should stand between the dot and the `{0}` in {text}, or is one of the two too many?",
        ),
    ),
    rule(
        r"\b(\d+\.\d+\.\d[\d.]*)",
        say(
            "The number `{0}`{on} has more than one decimal point.",
            "A number has one point at most. Version numbers, dates and addresses are text to Python.",
            "Is `{0}` meant to be a number to calculate with?",
        ),
    ),
    rule(
        r"^(?:import|from)\s+[\w.]*-",
        say(
            "The name in the import{on} has a hyphen, which no name in Python can have.",
            "A hyphen is a minus sign. The name under which a package is installed and the one to import can differ.",
            "Under which name does the documentation of that package import it?",
        ),
    ),
    rule(
        r"^for\s*\(.*\bin\b|^for\b[^:]*[^=]=[^=]",
        say(
            "The part between `for` and the colon{on} is not of the form *name* `in` *collection*.",
            "In each round the loop itself puts the next item under the name; there is no `=` and no bracket around "
            "all.",
            "In {text}, what is the name for one item, and what holds the items?",
        ),
    ),
    *HEADER_CLUES,
    rule(
        r"={3,}|!==",
        say(
            "There are too many equals signs in a row{on}.",
            "Python's comparisons are two characters long; a third `=` belongs to other languages.",
            "What should be compared in {text}?",
        ),
    ),
    rule(
        r"(=<|=>|=!)",
        say(
            "The two signs of the comparison `{0}`{on} are in an order that Python does not know.",
            "Each comparison has one fixed spelling. Say it in words, “less than or equal”: the signs come in that "
            "order.",
            "Which comparison do you want in {text}?",
        ),
    ),
    rule(r"^(?:if|elif|while)\b[^=]*[^=!<>:]=[^=]", condition_with_one_equals),
    rule(
        r"^(return|del|assert|global|nonlocal|raise)\b[^=(]*[^=!<>:]=[^=]",
        say(
            "A single `=` stands in the `{0}` line{on}, which cannot store a value at the same time.",
            "A single `=` stores a value and is a statement of its own.",
            "What should {text} do: store, compare, or {0}?",
        ),
    ),
    rule(r"\{[^{}:]*[\w\"']\s*=[^=]", equals_in_dictionary),
    rule(r"\bif\b[^=]*[^=!<>:]=[^=]", condition_with_one_equals),
    rule(
        r"[\[(].*\bfor\b.+\bin\b.+\bif\b.+\belse\b",
        say(
            "The `if` at the end of the comprehension{on} has an `else`, which that place does not allow.",
            "After the loop part, `if` only decides which items are taken at all. Choosing between two values is "
            "done elsewhere.",
            "In {text}, do you want to leave some items out, or to give them another value?",
        ),
    ),
    rule(
        r"(\*\*|//|[<>!=+\-*/%:]) =(?!=)",
        say(
            "The operator `{0} =`{on} is split by a space.",
            "The signs of one operator have to touch, or Python reads two operators in a row.",
            "Which operator did you mean in {text}?",
        ),
    ),
    rule(
        r"(,\s*,|[(\[{]\s*,(?=\s*\S))",
        say(
            "A comma{on} has no value next to it.",
            "Commas separate values, so between two commas, or between a bracket and a comma, there must be one.",
            "Is a value missing in {text}, or is a comma too many?",
        ),
    ),
    rule(
        r"[\[({][^\])}]*;",
        say(
            "A semicolon stands inside brackets{on}.",
            "The items between brackets are separated by commas. A semicolon ends a whole statement.",
            "Look at the marks between the items in {text}.",
        ),
    ),
    rule(
        r"(\*{3,}|/{3,}|%{2,}|<{3,}|>{3,}|[-+*/%]\s*[*/%](?<!\*\*)(?<!//)|[-+*/%=<>]\s*(?:==|!=|<=|>=))",
        say(
            "Two operators stand in a row{on}: `{0}`.",
            "An operator needs a value on both sides, and here another operator follows instead.",
            "Is a value missing in {text}, or is a sign too many?",
        ),
    ),
    rule(
        r"([=!<>]=|\*\*|//|[-+*/%=<>&|.,@]|\b(?:and|or|not|in|is))\s*:?$|\b(else|as|if|from|import)$",
        say(
            "The code{on} ends with `{0}{1}`, and nothing follows it.",
            "An operator needs a value on its right side as well, and the line stops too early.",
            "What belongs on the right of the `{0}{1}` in {text}?",
        ),
    ),
    rule(
        r"\b(bf|fb|ub|bu|uf|fu|ur|ru)[\"']",
        say(
            "The letters `{0}` before the quote mark{on} cannot be combined.",
            "A letter in front of a text changes its kind: `f` fills in values, `b` makes bytes, `r` keeps "
            "backslashes. Not all of them go together.",
            "Which kind of text do you need in {text}?",
        ),
    ),
    rule(
        r"^except\s+\w+\s*,",
        say(
            "The `except`{on} has a comma after the error type.",
            "In Python 3 a comma there no longer introduces the name of the error, and several types need parentheses.",
            "Do you want to name the error, or to catch several types?",
        ),
    ),
    rule(
        r"(?:^|[^\w.\])])(\?|\$|!)|(\?)",
        say(
            "The sign `{0}{1}`{on} has no meaning in Python.",
            "Only certain signs are operators; this one is not among them outside of texts and comments.",
            "What should it do in {text}? Say it in words first.",
        ),
    ),
    rule(r"^(else|elif|except|finally)\b", _lonely_branch),
    rule(r"^([^\W\d]\w*)(?:\s+[\w\"']|\s*:\s*$|\s*\(.*:\s*$)", _misspelled_keyword),
    rule(
        r"\b(and|or|not|in|is)\s+(==|!=|<=|>=|<|>)",
        say(
            "After `{0}`{on} a comparison sign `{1}` follows at once, with nothing before it to compare.",
            "`and` and `or` join whole questions. Each needs both of its sides, also when one was named before.",
            "Say each of the questions in {text} as a full sentence of its own.",
        ),
    ),
    rule(
        r"(;\s*;|^\s*;)",
        say(
            "A semicolon{on} has no statement in front of it.",
            "A semicolon separates statements on one line, and Python rarely needs any.",
            "Which marks at the end of {text} belong to Python?",
        ),
    ),
    rule(rf"{_HEADER}.*:", _header_with_open_bracket),
    rule(rf"{_HEADER}.*;\s*$", explain_block_without_colon),
    rule(rf"{_HEADER}[^:]*$", explain_block_without_colon),
    rule(r"^([^:{\[(\"'=]*(?:==|!=|<=|>=|<|>)[^:]*):\s*$", _NO_BLOCK_WORD),
    rule(r"", explain_forgotten_comma),
    rule(r"", _word_out_of_place),
)

_HINTED: tuple[Rule, ...] = (rule(r"", explain_forgotten_comma),)


def explain_invalid_syntax(failure: Failure, match: re.Match[str]) -> Cause | None:
    """Find out what "invalid syntax" means on this line."""
    above = _line_above_unfinished(failure, match)
    if above:
        return above
    hinted = _HINTED if "forgot a comma" in failure.message else ()
    return first_cause((*HABITS, *hinted, *_CLUES), failure, mask(failure.text))


def explain_unreadable(failure: Failure, _: re.Match[str]) -> Cause:
    """Say honestly that the cause is not known, and where Python stopped."""
    at = f" It stopped at {quote(failure.marked)}." if failure.marked.strip() else ""
    told = "" if failure.message in {"", "invalid syntax"} else f" ({quote(failure.message, 80)})"
    return Cause(
        summary=f"Python cannot read the code{on_line(failure.line)}: {quote(failure.text)}{told}.",
        why=f"Some sign or word is missing, or stands where Python does not expect it.{at} The mistake is often just "
        "before that place, or on the line above.",
        look="Read the line aloud, sign by sign, and compare it with a similar line that works.",
        specific=False,
    )


RULES: tuple[Rule, ...] = (
    rule(r"invalid syntax|forgot a comma|illegal", explain_invalid_syntax),
    rule(r"", explain_unreadable),
)
