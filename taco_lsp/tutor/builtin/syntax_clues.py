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
from taco_lsp.tutor.builtin.wording import closest, quote

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
    return failure.cause("syntax_clues.line_above_unfinished", word=word)


def _misspelled_keyword(failure: Failure, match: re.Match[str]) -> Cause | None:
    word = match[1]
    if keyword.iskeyword(word) or hasattr(builtins, word):
        return None
    loop = closest(word, ["for"], cutoff=0.6) if " in " in failure.text else None
    similar = loop or closest(word, [*_STARTERS, "print"], cutoff=0.6)
    if similar is None or len(word) < 2:
        return None
    return failure.cause("syntax_clues.misspelled_keyword", word=word, similar=similar)


def _header_with_open_bracket(failure: Failure, _: re.Match[str]) -> Cause | None:
    still_open = open_brackets([failure.text])
    if not still_open:
        return None
    bracket = still_open[-1].character
    return failure.cause("syntax_clues.header_with_open_bracket", bracket=bracket)


def _lonely_branch(failure: Failure, match: re.Match[str]) -> Cause | None:
    if failure.frame and failure.frame.caret and failure.frame.caret[0] > len(match[1]):
        return None
    partners = {"else": ("if", "for", "while", "try"), "elif": ("if",)}.get(match[1], ("try",))
    partner = ", ".join(f"`{word}`" for word in partners)
    return failure.cause("syntax_clues.lonely_branch", word=match[1], partner=partner)


def _word_out_of_place(failure: Failure, _: re.Match[str]) -> Cause | None:
    if not failure.frame or not failure.frame.caret:
        return None
    word = first_word(failure.text[failure.frame.caret[0] :]) if failure.marked[:1].isalpha() else ""
    if not keyword.iskeyword(word):
        return None
    return failure.cause("syntax_clues.word_out_of_place", word=word)


_NO_BLOCK_WORD = say("syntax_clues.no_block_word")

_CLUES: tuple[Rule, ...] = (
    rule(
        r"(?<!\.)\.\s*([(\[.])(?!\.)",
        say("syntax_clues.dot", "sign"),
    ),
    rule(
        r"\b(\d+\.\d+\.\d[\d.]*)",
        say("syntax_clues.two_points", "number"),
    ),
    rule(
        r"^(?:import|from)\s+[\w.]*-",
        say("syntax_clues.import_hyphen"),
    ),
    rule(
        r"^for\s*\(.*\bin\b|^for\b[^:]*[^=]=[^=]",
        say("syntax_clues.for_form"),
    ),
    *HEADER_CLUES,
    rule(
        r"={3,}|!==",
        say("syntax_clues.many_equals"),
    ),
    rule(
        r"(=<|=>|=!)",
        say("syntax_clues.swapped_signs", "sign"),
    ),
    rule(r"^(?:if|elif|while)\b[^=]*[^=!<>:]=[^=]", condition_with_one_equals),
    rule(
        r"^(return|del|assert|global|nonlocal|raise)\b[^=(]*[^=!<>:]=[^=]",
        say("syntax_clues.equals_in_statement", "word"),
    ),
    rule(r"\{[^{}:]*[\w\"']\s*=[^=]", equals_in_dictionary),
    rule(r"\bif\b[^=]*[^=!<>:]=[^=]", condition_with_one_equals),
    rule(
        r"[\[(].*\bfor\b.+\bin\b.+\bif\b.+\belse\b",
        say("syntax_clues.comprehension_else"),
    ),
    rule(
        r"(\*\*|//|[<>!=+\-*/%:]) =(?!=)",
        say("syntax_clues.split_operator", "sign"),
    ),
    rule(
        r"(,\s*,|[(\[{]\s*,(?=\s*\S))",
        say("syntax_clues.empty_comma"),
    ),
    rule(
        r"[\[({][^\])}]*;",
        say("syntax_clues.semicolon_in_brackets"),
    ),
    rule(
        r"(\*{3,}|/{3,}|%{2,}|<{3,}|>{3,}|[-+*/%]\s*[*/%](?<!\*\*)(?<!//)|[-+*/%=<>]\s*(?:==|!=|<=|>=))",
        say("syntax_clues.operators_in_row", "signs"),
    ),
    rule(
        r"([=!<>]=|\*\*|//|[-+*/%=<>&|.,@]|\b(?:and|or|not|in|is))\s*:?$|\b(else|as|if|from|import)$",
        say("syntax_clues.operator_at_end", "sign", "sign"),
    ),
    rule(
        r"\b(bf|fb|ub|bu|uf|fu|ur|ru)[\"']",
        say("syntax_clues.text_prefix", "letters"),
    ),
    rule(
        r"^except\s+\w+\s*,",
        say("syntax_clues.except_comma"),
    ),
    rule(
        r"(?:^|[^\w.\])])(\?|\$|!)|(\?)",
        say("syntax_clues.foreign_sign", "sign", "sign"),
    ),
    rule(r"^from\s+\S+\s+import\s+(?:\*\s*,|.*,\s*\*)", say("syntax_clues.star_import_more")),
    rule(r"^[^\W\d][\w.\[\]]*\s*:=", say("syntax_clues.walrus_statement")),
    rule(r"^async\s+(?!def\b|for\b|with\b)", say("syntax_clues.async_place")),
    rule(r"^=(?!=)", say("syntax_clues.no_target")),
    rule(r"\{\s*:", say("syntax_clues.key_missing")),
    rule(r"[^\W\d]\w*\.\d", say("syntax_clues.number_after_dot")),
    rule(r"\blambda\b[^:]*:\s*(?:$|[,)\]}])", say("syntax_clues.lambda_body")),
    rule(
        r"([-+*/%<>=&,]|\b(?:and|or|not|in|is|if|else))\s*([)\]}])",
        say("syntax_clues.value_missing", "sign", "bracket"),
    ),
    rule(r"([<>])\s+([<>=])", say("syntax_clues.comparisons_in_row", "sign", "other")),
    rule(r"\bnot\s*=", say("syntax_clues.not_equals", "sign")),
    rule(r"\blambda\b.*\b(return|print\s+[^(])", say("syntax_clues.return_in_lambda", "word")),
    rule(r"=\s*[^=]+\bif\b(?!.*\belse\b)[^:]*$", say("syntax_clues.if_without_else")),
    rule(r"=\s*(if|for|while|def|class)\b", say("syntax_clues.if_as_value", "word")),
    rule(r"\bfor\s+\w+\s*[)\]}]", say("syntax_clues.generator_half")),
    rule(r"[\[({]\s*for\b", say("syntax_clues.comprehension_empty")),
    rule(r"(?<![\w.])(\d+[^\W\d_]\w*)", say("syntax_clues.number_letters", "word")),
    rule(r"^\w+\s*:\s*\w+\s*,\s*\w+\s*:", say("syntax_clues.two_annotations")),
    rule(r"^(else|elif|except|finally)\b", _lonely_branch),
    rule(r"^([^\W\d]\w*)(?:\s+[\w\"']|\s*:\s*$|\s*\(.*:\s*$)", _misspelled_keyword),
    rule(
        r"\b(and|or|not|in|is)\s+(==|!=|<=|>=|<|>)",
        say("syntax_clues.compare_after_word", "word", "sign"),
    ),
    rule(
        r"(;\s*;|^\s*;)",
        say("syntax_clues.lonely_semicolon"),
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
    at = failure.words("syntax_clues.stopped_at") if failure.marked.strip() else ""
    told = "" if failure.message in {"", "invalid syntax"} else f"({quote(failure.message, 80)})"
    return failure.cause("syntax_clues.unreadable", told=told, at=at, specific=False)


RULES: tuple[Rule, ...] = (
    rule(r"invalid syntax|forgot a comma|illegal", explain_invalid_syntax),
    rule(r"", explain_unreadable),
)
