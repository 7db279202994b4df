"""Full-text search on SQLite, by FTS5: how often words occur, and BM25 of the passages that hold them.

FTS5 finds ten thousand rows in a millisecond, also those that hold several words, but takes three for the BM25 of a
thousand: so many words are looked for, and few passages scored. The statements are text, written once for each number
of words: putting them together anew takes longer than running them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import sqlalchemy as sa

from storage.repositories.knowledge_search import (
    HEADING,
    MAX_COUNT,
    MAX_EXACT,
    MAX_RANKED,
    MAX_TOGETHER,
    TEXT,
    TITLE,
    Clues,
    Ranking,
    Scope,
    clues,
)
from storage.rows import Rows
from storage.tables import knowledge_base as table

MAX_ROWS = 1_500
"""How many occurrences of rare words may be looked at."""

_LOOKED_UP = 400
"""Of how many passages it is looked up whose they are, best first."""

_BM25 = f"bm25(knowledge_search, {TITLE}, {HEADING}, {TEXT})"


async def scores(rows: Rows, terms: Mapping[str, float], scope: Scope, limit: int) -> Ranking | None:
    """Say how to find the best passages that hold any of the words, None when no passage can.

    Words are counted in all passages, whosever they are: the index knows nothing else.
    """
    chosen = clues(terms, await _counts(rows, terms), MAX_ROWS)
    if chosen is None:
        return None
    more, condition = _more(chosen), scope.condition("audience")
    values = {**_parameters("word", chosen.rare), **_parameters("more", more), "limit": limit}
    if not chosen.common and chosen.occurrences <= MAX_EXACT:
        return Ranking(statement=_scoring_all(len(chosen.rare), condition), values=values)
    rarity = {f"rare{n}": _rarity(chosen, term) for n, term in enumerate(chosen.rare)}
    statement = _scoring_best(len(chosen.rare), len(more), condition)
    return Ranking(statement=statement, values={**values, **rarity})


async def _counts(rows: Rows, terms: Iterable[str]) -> dict[str, int]:
    words = {f"word{n}": _quoted(term) for n, term in enumerate(terms)}
    if not words:
        return {}
    result = await rows.execute(_counting(len(words)), words, about=table.name)
    return dict(zip(terms, result.one(), strict=True))


def _rarity(chosen: Clues, term: str) -> float:
    return chosen.rare[term] * math.log(1 + 4 * MAX_COUNT / chosen.counts[term])


def _more(chosen: Clues) -> dict[str, float]:
    """Say what common words tell: together with a rare one, or two of them; what is common counts as it weighs."""
    if not chosen.rare:
        return {_all_of(words): sum(chosen.common[word] for word in words) for words in chosen.together}
    rare = " OR ".join(map(_quoted, chosen.rare))
    return {f"({rare}) AND {_quoted(term)}": weight for term, weight in chosen.common.items()}


def _parameters(name: str, matches: Mapping[str, float]) -> dict[str, Any]:
    words = {f"{name}{n}": match if " " in match else _quoted(match) for n, match in enumerate(matches)}
    return {**words, **{f"{name}_weight{n}": weight for n, weight in enumerate(matches.values())}}


def _quoted(term: str) -> str:
    return f'"{term}"'


def _all_of(terms: Iterable[str]) -> str:
    return " AND ".join(map(_quoted, terms))


@cache
def _counting(words: int) -> sa.TextClause:
    hits = (f"(SELECT count(*) FROM ({_hits('1', f'word{n}', MAX_COUNT)}))" for n in range(words))  # noqa: S608 - numbers
    return sa.text(f"SELECT {', '.join(hits)}")


@cache
def _scoring_all(rare: int, condition: str) -> str:
    """Score every passage that holds a word, then see which are in scope."""
    hits = [_hits(f"{_bm25(f'word_weight{n}')}", f"word{n}", MAX_ROWS) for n in range(rare)]
    return (
        f"SELECT entry_id AS id, score FROM ({_sum(hits)}) JOIN knowledge_index USING (row) WHERE {condition}"  # noqa: S608 - names and numbers
        " ORDER BY score DESC, id LIMIT :limit"
    )


@cache
def _scoring_best(rare: int, more: int, condition: str) -> str:
    """Choose passages by the weightiest and rarest words they hold, however often; score those in scope."""
    at_most = MAX_ROWS if rare else MAX_TOGETHER
    hits = [_hits(f"rowid AS row, :rare{n} AS score", f"word{n}", MAX_ROWS) for n in range(rare)]
    hits += [_hits(f"rowid AS row, :more_weight{n} AS score", f"more{n}", at_most) for n in range(more)]
    return (
        f"WITH coarse AS ({_sum(hits)} ORDER BY score DESC LIMIT {_LOOKED_UP}), chosen AS MATERIALIZED ("  # noqa: S608 - names and numbers
        f" SELECT row, entry_id FROM coarse JOIN knowledge_index USING (row) WHERE {condition}"
        f" ORDER BY score DESC LIMIT {MAX_RANKED})"
        f" SELECT entry_id AS id, score FROM chosen JOIN ({_sum(_scored(rare, more))}) USING (row)"
        " ORDER BY score DESC, id LIMIT :limit"
    )


def _scored(rare: int, more: int) -> list[str]:
    if rare:
        # The plus keeps SQLite from looking each row up anew, for which FTS5 would read the words again.
        only = " AND +rowid IN (SELECT row FROM chosen)"
        hits = [_hits(_bm25(f"word_weight{n}"), f"word{n}", MAX_ROWS, only) for n in range(rare)]
        return hits + [
            _hits(f"rowid AS row, :more_weight{n} AS score", f"more{n}", MAX_ROWS, only) for n in range(more)
        ]
    # BM25 tells apart passages that hold the same common words; only of two of them, for it has to count them all.
    told = [_bm25("more_weight0"), *(f"rowid AS row, :more_weight{n} AS score" for n in range(1, more))]
    return [_hits(columns, f"more{n}", MAX_TOGETHER) for n, columns in enumerate(told)]


def _bm25(weight: str) -> str:
    return f"rowid AS row, {_BM25} * -:{weight} AS score"


def _hits(columns: str, name: str, most: int, only: str = "") -> str:
    """Find a match; the limit also keeps SQLite from merging this into a query in which there is no BM25."""
    return f"SELECT {columns} FROM knowledge_search WHERE knowledge_search MATCH :{name}{only} LIMIT {most}"  # noqa: S608 - names and numbers


def _sum(hits: Iterable[str]) -> str:
    every = " UNION ALL ".join(f"SELECT * FROM ({each})" for each in hits)  # noqa: S608 - names and numbers
    return f"SELECT row, sum(score) AS score FROM ({every}) GROUP BY row"  # noqa: S608 - names and numbers
