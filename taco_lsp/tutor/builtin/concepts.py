"""Short notes on the ideas beginners ask about by name.

A look-up by word; notes tied to something seen in the code are in `pattern_notes`.
"""

from __future__ import annotations

import re
from functools import cache

from taco_lsp.tutor.builtin.texts import Texts, entries

_PLAIN = re.compile(r"\b(?:for|if|else|while|set|se|si|sets|para|e|o|a)\b")
"""Words that are also plain language; they count only between backquotes, or when nothing else is named."""


def concept_for(text: str, texts: Texts) -> str | None:
    """Find the note for the most particular idea named in a student's words, in their language or in English.

    Particular ideas stand before general ones in the catalogue: recursion before functions.
    """
    words = text[:2000].lower()
    found = [
        (match.start(), texts.say(f"concepts.{name}.note"))
        for name, pattern in _patterns(texts.language)
        if (match := pattern.search(words))
    ]
    specific = [pair for pair in found if not _PLAIN.match(words, pair[0])]
    chosen = specific or [pair for pair in found if words[: pair[0]].endswith("`")]
    return chosen[0][1] if chosen else None


@cache
def _patterns(language: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    own, english = entries(language, "concepts"), entries("en", "concepts")
    names = [key.removesuffix(".words") for key in english if key.endswith(".words")]
    return tuple((name, re.compile(rf"\b(?:{own[f'{name}.words']}|{english[f'{name}.words']})\b")) for name in names)
