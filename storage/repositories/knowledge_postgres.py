"""Full-text search on PostgreSQL, by `tsvector` and GIN: how often words occur, and what a passage scores.

How often a common word occurs in a large table is taken from the statistics that the server keeps for its planner:
counting would read every passage that holds it. All other words are counted; so is every word of a table that is small
or new, and under row-level security, which hides the statistics. What is looked for is decided in `knowledge_search`.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from functools import cache
from typing import Any

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
    Scope,
    clues,
    found,
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
    SELECT c.reltuples AS passages,
      (SELECT array_agg(coalesce(k.share, CASE WHEN w.lexeme IS NULL THEN 0 END) ORDER BY w.place)
       FROM wanted w LEFT JOIN common k USING (lexeme)) AS shares
    FROM pg_class c WHERE c.oid = 'knowledge_base'::regclass
    """
).bindparams(sa.bindparam("words", type_=postgresql.ARRAY(sa.Text)))


async def scores(rows: Rows, terms: Mapping[str, float], scope: Scope, limit: int) -> sa.Subquery | None:
    """Build a subquery `(id, score)` of the best passages that hold any of the words, None when no passage can."""
    if not terms:
        return None
    common = await _known_counts(rows, terms)
    counts = {**common, **await _counts(rows, [term for term in terms if term not in common], scope)}
    chosen = clues(terms, counts, MAX_ROWS)
    if chosen is None:
        return None
    commonest = max(counts.values())
    occurring = {**chosen.rare, **chosen.common}
    rarity = {term: weight * math.log(1 + commonest / counts[term]) for term, weight in occurring.items()}
    ranked = dict(sorted(rarity.items(), key=lambda item: -item[1])[:_RANKED_TERMS])
    values = {**_parameters("ranked", ranked), "limit": limit}
    if not chosen.common and chosen.occurrences <= MAX_EXACT:
        values = {**_parameters("ranked", rarity), "limit": limit, "any": " | ".join(rarity)}
        return found(_scoring_all(len(rarity), scope.condition(_AUDIENCE)), scope, values)
    words = {term: rarity[term] for term in chosen.rare} or {
        " & ".join(pair): sum(rarity[word] for word in pair) for pair in chosen.together
    }
    most = MAX_ROWS if chosen.rare else MAX_TOGETHER
    statement = _scoring_best(len(words), len(ranked), most, scope.condition(_AUDIENCE))
    return found(statement, scope, {**values, **_parameters("word", words)})


async def _known_counts(rows: Rows, terms: Mapping[str, float]) -> dict[str, int]:
    """Tell in how many passages words occur, as far as the server knows without counting."""
    known = (await rows.execute(_STATISTICS, {"words": list(terms)}, about=table.name)).one()
    if known.passages < _SMALL:
        return {}
    shares = zip(terms, known.shares, strict=True)
    return {term: math.ceil(share * known.passages) for term, share in shares if share is not None}


async def _counts(rows: Rows, terms: Collection[str], scope: Scope) -> dict[str, int]:
    """Count passages that hold a word, up to a bound."""
    if not terms:
        return {}
    words: list[sa.BindParameter[str]] = [sa.bindparam(f"word{n}", term) for n, term in enumerate(terms)]
    counting = sa.text(_counting(len(words), scope.condition(_AUDIENCE))).bindparams(*scope.parameters(), *words)
    return dict(zip(terms, (await rows.execute(counting, about=table.name)).one(), strict=True))


def _parameters(name: str, terms: Mapping[str, float]) -> dict[str, Any]:
    weights = {f"{name}_weight{n}": weight for n, weight in enumerate(terms.values())}
    return {**{f"{name}{n}": term for n, term in enumerate(terms)}, **weights}


@cache
def _counting(words: int, condition: str) -> str:
    hits = (_hits("1", f"word{n}", condition, MAX_COUNT) for n in range(words))
    return "SELECT " + ", ".join(f"(SELECT count(*) FROM ({each}) AS hits)" for each in hits)  # noqa: S608 - names and numbers


@cache
def _scoring_all(words: int, condition: str) -> str:
    """Score every passage that holds a word."""
    where = f"search @@ {_query('any')} AND {condition}"
    return f"SELECT id, {_score(words)} AS score FROM knowledge_base WHERE {where} ORDER BY score DESC, id LIMIT :limit"  # noqa: S608 - names and numbers


@cache
def _scoring_best(words: int, ranked: int, most: int, condition: str) -> str:
    """Choose passages by the weightiest and rarest words they hold, however often; score these."""
    hits = (_hits(f"id, CAST(:word_weight{n} AS float8) AS score", f"word{n}", condition, most) for n in range(words))
    every = " UNION ALL ".join(f"({each})" for each in hits)
    chosen = f"SELECT id FROM ({every}) AS hits GROUP BY id ORDER BY sum(score) DESC, id LIMIT {MAX_RANKED}"  # noqa: S608 - names and numbers
    return (
        f"SELECT id, {_score(ranked)} AS score FROM ({chosen}) AS chosen JOIN knowledge_base USING (id)"  # noqa: S608 - names and numbers
        " ORDER BY score DESC, id LIMIT :limit"
    )


def _hits(columns: str, name: str, condition: str, most: int) -> str:
    return f"SELECT {columns} FROM knowledge_base WHERE search @@ {_query(name)} AND {condition} LIMIT {most}"  # noqa: S608 - names and numbers


def _score(words: int) -> str:
    ranks = (f"ts_rank({_BY_LABEL}, search, {_query(f'ranked{n}')}, 1)" for n in range(words))
    return " + ".join(f"CAST(:ranked_weight{n} AS float8) * {rank}" for n, rank in enumerate(ranks))


def _query(name: str) -> str:
    return f"to_tsquery('english', :{name})"
