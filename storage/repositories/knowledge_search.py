"""Full-text search in the knowledge base, for either engine: how often a word occurs, and what a passage scores.

Both engines index three fields of a passage (its title and source, its headings, its text) and give a sum over
words of `weight x rarity x frequency in the passage`: BM25 on SQLite (Robertson and Zaragoza 2009, as FTS5 computes
it), and its nearest relative on PostgreSQL, whose own ranking knows no rarity. Visibility is the caller's.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from storage.rows import Condition, Rows
from storage.tables import knowledge_base as table

TITLE, HEADING, TEXT = 2.0, 1.5, 1.0
"""How much a word counts by where it stands."""

MAX_COUNT = 1_500
"""No word is counted further: beyond, it is common, and how common matters little."""

MAX_ROWS = 2_500
"""How many occurrences may be scored, rarest words first: about 6 ms on SQLite."""

MAX_TERMS = 24

_BY_LABEL = f"'{{{TEXT / TITLE}, 0, {HEADING / TITLE}, 1}}'::float4[]"
"""The same for PostgreSQL, by label: D (the text), C (unused), B (headings), A (title and source)."""


Visible = Callable[[Any], tuple[Condition, ...]]
"""What limits the passages, for columns `organization_id`, `class_id`, `challenge_id` and `audience`."""


async def scores(rows: Rows, terms: Mapping[str, float], visible: Visible, limit: int) -> sa.Subquery | None:
    """Build a subquery `(id, score)` of the best passages that hold any of the words, None when no passage can.

    Args:
        rows: Where to count.
        terms: Words of letters and digits, with their weights.
        visible: What limits the passages; SQLite counts words in all of them, because its index knows nothing else.
        limit: How many passages at most.

    Raises:
        ValueError: A word holds something else than letters and digits.
    """
    if bad := [term for term in terms if not term.isalnum()]:
        raise ValueError(f"words to search for are made of letters and digits: {bad[0]!r}")
    heaviest = sorted(terms.items(), key=lambda item: -item[1])[:MAX_TERMS]
    postgres = isinstance(rows.upsert(table), postgresql.Insert)
    counts = await _counts(rows, dict(heaviest), visible, postgres=postgres)
    chosen = _affordable({term: weight for term, weight in heaviest if counts[term]}, counts)
    if not chosen:
        return None
    found = _postgres_scores(chosen, counts, visible) if postgres else _sqlite_scores(chosen, visible)
    return found.order_by(sa.desc("score"), sa.asc("id")).limit(limit).subquery()


def _affordable(terms: Mapping[str, float], counts: Mapping[str, int]) -> dict[str, float]:
    """Take the rarest words as long as their occurrences fit, and one at least."""
    left, chosen = MAX_ROWS, dict[str, float]()
    for term in sorted(terms, key=lambda term: (counts[term], -terms[term])):
        left -= counts[term]
        if left < 0 and chosen:
            break
        chosen[term] = terms[term]
    return chosen


async def _counts(rows: Rows, terms: Mapping[str, float], visible: Visible, *, postgres: bool) -> dict[str, int]:
    if not terms:
        return {}
    counting = _postgres_counts(terms, visible) if postgres else _sqlite_counts(terms)
    result = await rows.execute(counting, about=table.name)
    return dict(zip(terms, result.one(), strict=True))


# SQLite

_fts = sa.table("knowledge_search", sa.column("rowid", sa.Integer()), sa.column("knowledge_search", sa.Text()))
_numbered = sa.table(
    "knowledge_index",
    sa.column("row", sa.Integer()),
    *(sa.column(name, sa.Uuid()) for name in ("entry_id", "organization_id", "class_id", "challenge_id")),
    sa.column("audience", sa.Text()),
)


def _sqlite_match(term: str) -> Condition:
    return sa.column("knowledge_search", sa.Text()).op("MATCH", is_comparison=True)(f'"{term}"')


def _sqlite_counts(terms: Iterable[str]) -> sa.TextClause:
    words = {f"word{number}": f'"{term}"' for number, term in enumerate(terms)}
    return _sqlite_counting(len(words)).bindparams(**words)


@cache
def _sqlite_counting(words: int) -> sa.TextClause:
    """Written once for each number of words: putting it together anew takes longer than counting."""
    hits = (
        f"SELECT 1 FROM knowledge_search WHERE knowledge_search MATCH :word{n} LIMIT {MAX_COUNT}"  # noqa: S608 - numbers only
        for n in range(words)
    )
    return sa.text("SELECT " + ", ".join(f"(SELECT count(*) FROM ({each}))" for each in hits))  # noqa: S608


def _sqlite_scores(terms: Mapping[str, float], visible: Visible) -> sa.Select[Any]:
    """Sum BM25 word by word: for one word it is the same number as within a query of several, but can be weighted."""
    bm25 = sa.func.bm25(sa.literal_column("knowledge_search"), TITLE, HEADING, TEXT, type_=sa.Float())
    per_term = [
        sa.select(_fts.c.rowid.label("row"), (bm25 * sa.literal(-weight)).label("score"))
        .where(_sqlite_match(term))
        .limit(MAX_ROWS)
        .subquery()
        for term, weight in terms.items()
    ]
    every = sa.union_all(*(sa.select(hits.c.row, hits.c.score) for hits in per_term)).subquery()
    total = sa.select(every.c.row, sa.func.sum(every.c.score).label("score")).group_by(every.c.row).subquery()
    return (
        sa.select(_numbered.c.entry_id.label("id"), total.c.score)
        .join_from(total, _numbered, _numbered.c.row == total.c.row)
        .where(*visible(_numbered.c))
    )


# PostgreSQL

_search: sa.ColumnElement[Any] = sa.literal_column("knowledge_base.search")


def _postgres_query(text: str) -> sa.ColumnElement[Any]:
    return sa.func.to_tsquery(sa.literal_column("'english'::regconfig"), text)


def _postgres_counts(terms: Iterable[str], visible: Visible) -> sa.Select[Any]:
    limits = visible(table.c)
    hits = (
        sa.select(table.c.id)
        .where(_search.op("@@", is_comparison=True)(_postgres_query(term)), *limits)
        .limit(MAX_COUNT)
        for term in terms
    )
    counts = (sa.select(sa.func.count()).select_from(each.subquery()).scalar_subquery() for each in hits)
    return sa.select(*counts)


def _postgres_scores(terms: Mapping[str, float], counts: Mapping[str, int], visible: Visible) -> sa.Select[Any]:
    commonest = max(counts.values())
    score: sa.ColumnElement[Any] = sa.literal(0.0)
    for term, weight in terms.items():
        rarity = math.log(1 + commonest / counts[term])
        rank = sa.func.ts_rank(sa.literal_column(_BY_LABEL), _search, _postgres_query(term), 1, type_=sa.Float())
        score = score + sa.literal(weight * rarity) * rank
    anywhere = _search.op("@@", is_comparison=True)(_postgres_query(" | ".join(terms)))
    return sa.select(table.c.id, score.label("score")).where(anywhere, *visible(table.c))
