"""Full-text search on PostgreSQL, by `tsvector` and GIN: how often words occur, and what a passage scores.

How often a common word occurs in a large table is taken from the statistics that the server keeps for its planner:
counting would read every passage that holds it. All other words are counted; so is every word of a table that is small
or new, and under row-level security, which hides the statistics. What is looked for is decided in `knowledge_search`.

The index gives all passages that hold two very common words before the first of them is read. Where there are that
many, enough of them stand on the first pages of the table, and these are read without the index.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from functools import cache
from typing import Any

import attrs
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from storage.repositories.knowledge_search import (
    HEADING,
    MAX_COUNT,
    MAX_EXACT,
    MAX_RANKED,
    MAX_TOGETHER,
    TEXT,
    TITLE,
    Ranking,
    Scope,
    clues,
    in_scope,
)
from storage.rows import Rows
from storage.tables import knowledge_base as table

MAX_ROWS = 1_500
"""How many occurrences of rare words may be looked at: each is read from the table."""

_BY_LABEL = f"'{{{TEXT / TITLE}, 0, {HEADING / TITLE}, 1}}'::float4[]"
"""The same weights by label: D (the text), C (unused), B (headings), A (title and source)."""

_AUDIENCE = "coalesce(metadata ->> 'audience', 'students')"

_SMALL = 5_000
"""In a table of so few passages counting is as fast as asking for statistics, and exact."""

_RANKED_TERMS = 6
"""For so many words, the weightiest and rarest, a passage is scored in full: each reads its index entry anew."""

_NEAR_ENOUGH = 1_200
"""From so many passages that hold what is looked for, times their share of all, reading without the index is faster."""

_SPARE = 1.5
"""How many times as many pages are read at most as should hold enough, for what is looked for is spread unevenly."""

_STATISTICS = sa.text(
    """
    WITH common AS (
      SELECT e.lexeme, e.share
      FROM pg_stats s, unnest(s.most_common_elems::text::text[], s.most_common_elem_freqs) AS e (lexeme, share)
      WHERE s.schemaname = current_schema() AND s.tablename = 'knowledge_base' AND s.attname = 'search'
    ), wanted AS (
      SELECT place, (tsvector_to_array(to_tsvector('english', word)))[1] AS lexeme
      FROM unnest(:words) WITH ORDINALITY AS w (word, place)
    )
    SELECT c.reltuples AS passages, c.relpages AS pages,
      (SELECT array_agg(coalesce(k.share, CASE WHEN w.lexeme IS NULL THEN 0 END) ORDER BY w.place)
       FROM wanted w LEFT JOIN common k USING (lexeme)) AS shares
    FROM pg_class c WHERE c.oid = 'knowledge_base'::regclass
    """
).bindparams(sa.bindparam("words", type_=postgresql.ARRAY(sa.Text)))


@attrs.frozen(kw_only=True)
class Known:
    """What the server's statistics tell: in how many passages words occur, of how many, on how many pages."""

    counts: Mapping[str, int]
    passages: float
    pages: int

    def edge(self, words: Collection[str]) -> str | None:
        """Say where the pages end that should hold enough passages with all of the words; None to use the index."""
        if not all(word in self.counts for word in words):
            return None
        share = math.prod(self.counts[word] / self.passages for word in words)
        if share * share * self.passages < _NEAR_ENOUGH:
            return None
        return f"({math.ceil(_SPARE * MAX_TOGETHER / share * self.pages / self.passages)},0)"


async def scores(rows: Rows, terms: Mapping[str, float], scope: Scope, limit: int) -> Ranking | None:
    """Say how to find the best passages that hold any of the words, None when no passage can."""
    if not terms:
        return None
    known = await _known(rows, terms)
    counts = {**known.counts, **await _counts(rows, [term for term in terms if term not in known.counts], scope)}
    chosen = clues(terms, counts, MAX_ROWS)
    if chosen is None:
        return None
    commonest = max(counts.values())
    occurring = {**chosen.rare, **chosen.common}
    rarity = {term: weight * math.log(1 + commonest / counts[term]) for term, weight in occurring.items()}
    ranked = dict(sorted(rarity.items(), key=lambda item: -item[1])[:_RANKED_TERMS])
    condition = scope.condition(_AUDIENCE)
    if not chosen.common and chosen.occurrences <= MAX_EXACT:
        values = {**_parameters("ranked", rarity), "limit": limit, "any": " | ".join(rarity)}
        return Ranking(statement=_scoring_all(len(rarity), condition), values=values)
    values = {**_parameters("ranked", ranked), "limit": limit}
    if chosen.rare:
        words = {term: rarity[term] for term in chosen.rare}
        statement = _scoring_best((False,) * len(words), len(ranked), MAX_ROWS, condition)
        return Ranking(statement=statement, values={**values, **_parameters("word", words)})
    words = {" & ".join(pair): sum(rarity[word] for word in pair) for pair in chosen.together}
    edges = {f"word{n}_edge": known.edge(pair) for n, pair in enumerate(chosen.together)}
    near = tuple(edge is not None for edge in edges.values())
    values |= {name: edge for name, edge in edges.items() if edge is not None}
    statement = _scoring_best(near, len(ranked), MAX_TOGETHER, condition)
    return Ranking(statement=statement, values={**values, **_parameters("word", words)})


async def _known(rows: Rows, terms: Mapping[str, float]) -> Known:
    """Tell in how many passages words occur, as far as the server knows without counting."""
    known = (await rows.execute(_STATISTICS, {"words": list(terms)}, about=table.name)).one()
    shares = zip(terms, known.shares, strict=True) if known.passages >= _SMALL else ()
    counts = {term: math.ceil(share * known.passages) for term, share in shares if share is not None}
    return Known(counts=counts, passages=known.passages, pages=known.pages)


async def _counts(rows: Rows, terms: Collection[str], scope: Scope) -> dict[str, int]:
    """Count passages that hold a word, up to a bound."""
    if not terms:
        return {}
    values = {**scope.values, **{f"word{n}": term for n, term in enumerate(terms)}}
    result = await rows.execute(_counting(len(terms), scope.condition(_AUDIENCE)), values, about=table.name)
    return dict(zip(terms, result.one(), strict=True))


def _parameters(name: str, terms: Mapping[str, float]) -> dict[str, Any]:
    weights = {f"{name}_weight{n}": weight for n, weight in enumerate(terms.values())}
    return {**{f"{name}{n}": term for n, term in enumerate(terms)}, **weights}


@cache
def _counting(words: int, condition: str) -> sa.TextClause:
    hits = (_hits("1", f"word{n}", condition, MAX_COUNT) for n in range(words))
    return in_scope("SELECT " + ", ".join(f"(SELECT count(*) FROM ({each}) AS hits)" for each in hits))  # noqa: S608 - names and numbers


@cache
def _scoring_all(words: int, condition: str) -> str:
    """Score every passage that holds a word."""
    where = f"search @@ {_query('any')} AND {condition}"
    return f"SELECT id, {_score(words)} AS score FROM knowledge_base WHERE {where} ORDER BY score DESC, id LIMIT :limit"  # noqa: S608 - names and numbers


@cache
def _scoring_best(near: tuple[bool, ...], ranked: int, most: int, condition: str) -> str:
    """Choose passages by the weightiest and rarest words they hold, however often; score these.

    `near` has an item for each of the words: whether to look at the first pages of the table before the index.
    """
    hits = (
        (_near_hits if first else _hits)(f"id, CAST(:word_weight{n} AS float8) AS score", f"word{n}", condition, most)
        for n, first in enumerate(near)
    )
    every = " UNION ALL ".join(f"({each})" for each in hits)
    chosen = f"SELECT id FROM ({every}) AS hits GROUP BY id ORDER BY sum(score) DESC, id LIMIT {MAX_RANKED}"  # noqa: S608 - names and numbers
    return (
        f"SELECT id, {_score(ranked)} AS score FROM ({chosen}) AS chosen JOIN knowledge_base USING (id)"  # noqa: S608 - names and numbers
        " ORDER BY score DESC, id LIMIT :limit"
    )


def _hits(columns: str, name: str, condition: str, most: int) -> str:
    return f"SELECT {columns} FROM knowledge_base WHERE search @@ {_query(name)} AND {condition} LIMIT {most}"  # noqa: S608 - names and numbers


def _near_hits(columns: str, name: str, condition: str, most: int) -> str:
    """Find the same as `_hits`, which are those that stand first, on the first pages if they hold enough."""
    near = _hits(columns, name, f"{condition} AND ctid < CAST(CAST(:{name}_edge AS text) AS tid)", most)
    every = _hits(columns, name, f"{condition} AND NOT (SELECT yes FROM enough)", most)  # noqa: S608 - names and numbers
    return (
        f"WITH near AS MATERIALIZED ({near}), enough AS (SELECT count(*) = {most} AS yes FROM near)"  # noqa: S608 - names and numbers
        f" (SELECT * FROM near WHERE (SELECT yes FROM enough)) UNION ALL ({every})"
    )


def _score(words: int) -> str:
    ranks = (f"ts_rank({_BY_LABEL}, search, {_query(f'ranked{n}')}, 1)" for n in range(words))
    return " + ".join(f"CAST(:ranked_weight{n} AS float8) * {rank}" for n, rank in enumerate(ranks))


def _query(name: str) -> str:
    return f"to_tsquery('english', :{name})"
