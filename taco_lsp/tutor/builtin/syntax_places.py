"""The last resort for unreadable code: what stood where Python stopped, and what it was waiting for there.

Asked only when neither the message nor the line gave the cause away.
"""

from __future__ import annotations

import keyword
import re

from taco_lsp.tutor.builtin.failure import Cause, Failure, Rule, rule
from taco_lsp.tutor.builtin.syntax_reread import stands_alone
from taco_lsp.tutor.builtin.text_scan import mask

_TOKEN = re.compile(r"\"[^\"]*\"?|'[^']*'?|\d[\w.]*|[^\W\d]\w*|\*\*=?|//=?|[-+*/%<>=!:&|^]=|->|\S")

_SIGNS = (
    dict.fromkeys(")]}", "closing")
    | dict.fromkeys("([{", "opening")
    | {
        ",": "comma",
        ":": "colon",
        "=": "equals",
        ";": "semicolon",
        ".": "dot",
    }
)


def _sound_line(failure: Failure, _: re.Match[str]) -> Cause | None:
    if not failure.text or not stands_alone(failure.text):
        return None
    return failure.cause("syntax_places.sound_line")


def _unexpected(failure: Failure, _: re.Match[str]) -> Cause | None:
    found = _token_at(failure)
    if found is None:
        return None
    before, token = found
    kind = _kind(token)
    if kind == "closing" and before and _kind(before) in {"operator", "comma", "colon"}:
        return failure.cause("syntax_places.value_missing", before=_shown(before), token=_shown(token))
    if not before:
        return failure.cause(
            "syntax_places.bad_start", token=_shown(token), kind=failure.words(f"syntax_places.{kind}")
        )
    return failure.cause(
        "syntax_places.unexpected",
        token=_shown(token),
        before=_shown(before),
        kind=failure.words(f"syntax_places.{kind}"),
        before_kind=failure.words(f"syntax_places.{_kind(before)}"),
    )


def _token_at(failure: Failure) -> tuple[str, str] | None:
    """The token that Python marked, and the one before it."""
    if failure.frame is None or failure.frame.caret is None:
        return None
    column = failure.frame.caret[0]
    tokens = [(match.start(), match.end(), match[0]) for match in _TOKEN.finditer(mask(failure.text))]
    # Old Pythons mark the end of a token, new ones its beginning.
    index = next((number for number, (start, end, _) in enumerate(tokens) if start <= column <= end - 1), None)
    if index is None:
        index = next((number for number, (_, end, _) in enumerate(tokens) if column <= end), None)
    if index is None:
        return None
    start, end, _ = tokens[index]
    return (failure.text[tokens[index - 1][0] : tokens[index - 1][1]] if index else ""), failure.text[start:end]


def _kind(token: str) -> str:
    if token[0] in "\"'":
        return "text"
    if token[0].isdigit():
        return "number"
    if keyword.iskeyword(token):
        return "keyword"
    if token[0].isalpha() or token[0] == "_":
        return "name"
    return _SIGNS.get(token, "operator")


def _shown(token: str) -> str:
    return token.replace("`", "'")[:30]


RULES: tuple[Rule, ...] = (rule(r"invalid syntax", _sound_line), rule(r"invalid syntax", _unexpected))
