"""Small helpers for safe Markdown in any language.

Knows nothing of errors or code; every text a student reads passes through `quote` and `limit_words`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches


def quote(text: str, limit: int = 60) -> str:
    """Show code inline on one line, cut after `limit` characters."""
    flat = re.sub(r"\s+", " ", text).strip()
    if len(flat) > limit:
        flat = flat[: limit - 1].rstrip() + "\u2026"
    if not flat:
        return "`\u2026`"
    return f"`` {flat} ``" if "`" in flat else f"`{flat}`"


def joined(*sentences: str) -> str:
    """Put sentences after one another, leaving out empty ones."""
    return " ".join(filter(None, sentences))


def sentence_start(text: str) -> str:
    """Begin with a capital letter, unless the text begins with code."""
    return text[:1].upper() + text[1:]


def closest(word: str, candidates: Sequence[str], cutoff: float = 0.72) -> str | None:
    """Find the most similar other word; a difference in capitals alone counts as most similar."""
    others = [candidate for candidate in dict.fromkeys(candidates) if candidate != word]
    for candidate in others:
        if candidate.lower() == word.lower():
            return candidate
    matches = get_close_matches(word, others[:2000], n=1, cutoff=cutoff) if len(word) <= 60 else []
    return matches[0] if matches else None


def word_count(text: str) -> int:
    """Count words as a reader would: runs of non-space that hold a letter or a digit."""
    return sum(1 for word in text.split() if any(character.isalnum() for character in word))


def limit_words(text: str, limit: int) -> str:
    """Cut Markdown after `limit` words, at the end of a line or sentence where one is near."""
    if word_count(text) <= limit:
        return text
    kept: list[str] = []
    used = 0
    for piece in re.split(r"(?<=[.!?])(?=\s)|(?=\n)", text):
        used += word_count(piece)
        if used > limit:
            break
        kept.append(piece)
    result = "".join(kept).strip() or " ".join(text.split()[:limit]) + "\u2026"
    return result + "\n```" if result.count("```") % 2 else result
