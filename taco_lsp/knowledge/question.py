"""From a student's question, code and error message to weighted words to look for. Pure; `vocabulary` holds the words.

The question's own words count most. What textbooks call the matter is added with half the weight, links and plain
words with little: on hint-like queries this found the right document far more often than the words alone
(docs/knowledge.md, "How well it finds").
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

import attrs

from taco_lsp.knowledge.vocabulary import CODE, STOP_WORDS, TECHNICAL, WORDS

OWN, STORY, MATTER, AGAIN, LINK, PLAIN, PROGRAM = 1.0, 0.6, 0.6, 0.25, 0.5, 0.1, 0.15
"""Weights: a question's technical words, its others, what they mean, what is both, links, plain words, the program."""

MAX_CHARS = 2_000
"""How much of each text is read: a longer one is a paste, and its beginning or end says what it is about."""

_WORD = re.compile(r"[^\W_]+")
_LINK = re.compile(r"\]\(([^()\s]*)[^)]*\)|\]\[([^\]]*)\]")
_ADDRESS = re.compile(r"https?://\S+")
_LOCATION = re.compile(r'^\s*File "[^\n]*$|^Traceback[^\n]*$|^\s*[~^]+\s*$', re.MULTILINE)
_KEYWORDS = re.compile(
    r"and|as|assert|break|class|continue|def|del|do|elif|else|except|finally|for|from|global|if|import|in|is|lambda"
    r"|not|or|pass|raise|return|switch|try|while|with|yield"
)


@attrs.frozen(kw_only=True)
class Query:
    """What to find passages for: the question or hint, the program it is about, and the error it ended with."""

    text: str = ""
    code: str = ""
    error: str = ""


def weighted_terms(query: Query) -> dict[str, float]:
    """Give the words to look for, lower case and without accents, with their weights."""
    said = f"{query.text[:MAX_CHARS]}\n{_told(query.error[-MAX_CHARS:])}".lower()
    body = _ADDRESS.sub(" ", _LINK.sub(" ", said))
    terms = _own(body)
    for word in _words(_link_words(said)):
        terms.setdefault(word, LINK)
    for word in _meant(body, (CODE, WORDS)):
        terms[word] = terms[word] + AGAIN if word in terms else MATTER
    for word in _meant(query.code[:MAX_CHARS].lower(), (CODE,)):
        terms.setdefault(word, PROGRAM)
    return terms


def _own(body: str) -> dict[str, float]:
    code = " ".join(re.findall(r"`([^`\n]*)`", body))
    terms = {word: _weight(word) for word in _words(body)}
    return terms | {word: OWN for word in _words(code) if word not in STOP_WORDS or _KEYWORDS.fullmatch(word)}


def _weight(word: str) -> float:
    if word in STOP_WORDS:
        return PLAIN
    singular = word.removesuffix("s")
    return OWN if word in TECHNICAL or singular in TECHNICAL else STORY


def _told(error: str) -> str:
    """Leave of a traceback the lines of code and the message: file names say nothing."""
    return _LOCATION.sub("", error)


def _link_words(said: str) -> str:
    """Take what an address ends with: `…/stdtypes.html#str.join` is about `join`."""
    return " ".join(re.split(r"[/#]", address or key)[-1] for address, key in _LINK.findall(said))


def _meant(text: str, tables: Iterable[tuple[tuple[str, str], ...]]) -> list[str]:
    found = (meaning for table in tables for pattern, meaning in table if _compiled(pattern).search(text))
    return list(dict.fromkeys(word for meaning in found for word in _words(meaning)))


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _words(text: str) -> list[str]:
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return [word for word in _WORD.findall(plain) if len(word) > 1 and word.isalnum()]
