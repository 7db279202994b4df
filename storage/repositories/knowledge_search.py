"""Full-text search in the knowledge base: which words are worth looking for, and how passages are chosen.

Both engines index three fields of a passage (its title and source, its headings, its text) and give a sum over
words of `weight x rarity x frequency in the passage`: BM25 on SQLite (Robertson and Zaragoza 2009, as FTS5 computes
it), and its nearest relative on PostgreSQL, whose own ranking knows no rarity. How they do it is in
`knowledge_sqlite` and `knowledge_postgres`. Visibility is the caller's.

Time has a bound whatever the words. Passages are found by the rare ones; common words only tell more of passages that
were found, and find some themselves, two together, where there is no rare one. When there are many occurrences each
counts the same at first, and only the passages that come out best are scored in full.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import attrs
import sqlalchemy as sa

TITLE, HEADING, TEXT = 2.0, 1.5, 1.0
"""How much a word counts by where it stands."""

MAX_TERMS = 16
"""How many words are looked at, the heaviest."""

MAX_COUNT = 1_000
"""No word is counted further: one that occurs in so many passages is common."""

MAX_EXACT = 1_500
"""Up to so many occurrences each is scored in full at once."""

MAX_RANKED = 100
"""Of more occurrences, how many passages are scored in full."""

MAX_TOGETHER = 300
"""How many passages two common words find."""

MAX_COMMON = 4
"""How many common words tell more of the passages that were found."""


@attrs.frozen(kw_only=True)
class Scope:
    """Whose passages to search: of an organization, and of a class and a challenge of it if they are given."""

    organization_id: UUID
    class_id: UUID | None
    challenge_id: UUID | None
    for_teachers: bool

    def condition(self, audience: str) -> str:
        """Write the limits as SQL for a table with columns of these names; `audience` is how to read whom it is for."""
        ids = "organization_id = :organization"
        for name in ("class", "challenge"):
            ids += f" AND ({name}_id IS NULL OR {name}_id = :{name})"
        return ids if self.for_teachers else f"{ids} AND {audience} = 'students'"

    @property
    def values(self) -> dict[str, UUID | None]:
        """What the condition's parameters stand for."""
        return {"organization": self.organization_id, "class": self.class_id, "challenge": self.challenge_id}


@attrs.frozen(kw_only=True)
class Ranking:
    """A statement that gives `(id, score)`, one of few, and the values of its parameters but for the scope's."""

    statement: str
    values: Mapping[str, Any]


@attrs.frozen(kw_only=True)
class Clues:
    """What to look for: rare words with their weights and counts, common words with their weights."""

    rare: Mapping[str, float]
    common: Mapping[str, float]
    counts: Mapping[str, int]

    @property
    def occurrences(self) -> int:
        """How many occurrences of rare words there are."""
        return sum(self.counts[term] for term in self.rare)

    @property
    def together(self) -> list[tuple[str, ...]]:
        """The heaviest common word with each of the next two; alone, if it is the only one."""
        first, *others = self.common
        return [(first, other) for other in others[:2]] or [(first,)]


def heaviest(terms: Mapping[str, float]) -> dict[str, float]:
    """Take the words that count most.

    Raises:
        ValueError: A word holds something else than letters and digits.
    """
    if bad := [term for term in terms if not term.isalnum()]:
        raise ValueError(f"words to search for are made of letters and digits: {bad[0]!r}")
    return dict(sorted(terms.items(), key=lambda item: -item[1])[:MAX_TERMS])


def clues(terms: Mapping[str, float], counts: Mapping[str, int], most: int) -> Clues | None:
    """Choose among words that were counted; None when none occurs.

    Args:
        terms: The words with their weights, heaviest first.
        counts: In how many passages each occurs; from `MAX_COUNT` on it is common.
        most: How many occurrences of rare words may be looked at, rarest words first.
    """
    left, rare = most, dict[str, float]()
    for term in sorted(filter(counts.get, terms), key=lambda term: (counts[term], -terms[term])):
        left -= counts[term]
        if counts[term] < MAX_COUNT and left >= 0:
            rare[term] = terms[term]
    common = [term for term in terms if counts[term] and term not in rare][:MAX_COMMON]
    if not rare and not common:
        return None
    return Clues(rare=rare, common={term: terms[term] for term in common}, counts=counts)


def in_scope(statement: str) -> sa.TextClause:
    """Make a statement of text that holds a scope's condition."""
    return sa.text(statement).bindparams(*(parameter(name) for name in ("organization", "class", "challenge")))


def parameter(name: str) -> sa.BindParameter[UUID]:
    """Stand for an id of the scope."""
    return sa.bindparam(name, type_=sa.Uuid())
