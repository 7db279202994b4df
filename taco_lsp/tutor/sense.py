"""Does a model's answer make sense: is it text, does it go anywhere, is it in a language the student reads?

Cheap, deterministic and cautious: an odd answer passes, noise does not. Whether an answer is *right* is not
judged here, and what it may give away is the guard's business.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable
from typing import Literal

from taco_lsp.tutor.languages import is_other, prose

Nonsense = Literal["garbled", "repeating", "language"]

LONGEST_ANSWER = 8_000
"""Characters. Ten times what a good hint needs; what goes on longer is cut."""
LOOK_EVERY = 800
"""Characters between two looks at an answer that is still coming."""

_REPEATS_FROM = 1_200
_REPEATS_BELOW = 0.12
"""Prose of any language compresses to a third or half; only the same again and again gets below an eighth."""
_SHORTEST = 20
_RULE = re.compile(r"^[\s|:=_*~#+-]+$", re.MULTILINE)
"""Lines that Markdown draws: rules, and the second line of a table."""


def nonsense(text: str, *, languages: Iterable[str]) -> Nonsense | None:
    """Say what is wrong with an answer, whole or so far; None when it may be shown.

    Args:
        text: Markdown.
        languages: tags of the languages that are fine.
    """
    if _is_garbled(text):
        return "garbled"
    if _repeats(text):
        return "repeating"
    return "language" if is_other(text, languages) else None


def _is_garbled(text: str) -> bool:
    """Hardly a letter, or characters that nobody writes."""
    words = prose(text)
    said = _RULE.sub("", words)
    shown = "".join((said if said.strip() else words).split())
    if len(shown) < _SHORTEST:
        return False
    odd = sum(character == "\ufffd" or not character.isprintable() for character in shown)
    letters = sum(character.isalpha() for character in shown)
    unbroken = max(map(len, words.split()))
    return odd > 0.02 * len(shown) or letters < 0.35 * len(shown) or (unbroken > 300 and shown.isascii())


def _repeats(text: str) -> bool:
    if len(text) < _REPEATS_FROM:
        return False
    data = text.encode("utf-8", "replace")
    return len(zlib.compress(data)) < _REPEATS_BELOW * len(data)
