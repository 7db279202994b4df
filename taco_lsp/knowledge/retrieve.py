"""Finds the passages that fit a question: by words always, by meaning where there are vectors, joined by rank.

The store ranks passages by weighted words; documents are ordered by what their best passages score together, so
that a document which is about the matter comes before one that mentions it. Each document gives its best passage
first. Ranks of both kinds are fused reciprocally (Cormack, Clarke and Büttcher 2009).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

import attrs

from storage import KnowledgeEntry
from taco_lsp.knowledge import library
from taco_lsp.knowledge.embedding import Embedder, Vector, nearest
from taco_lsp.knowledge.question import Query, weighted_terms
from taco_lsp.models.errors import ModelError

if TYPE_CHECKING:
    from storage import Store

logger = logging.getLogger(__name__)

CANDIDATES = 60
"""Passages to look at of each kind."""

MAX_VECTORS = 4_000
"""Vectors to compare with, oldest passages first: more than any class has; the words search all the same."""

EMBED_WAIT_S = 2.0
"""How long the question's own vector may take; the student waits meanwhile."""

_NEXT = 0.4
"""How much a document's second-best passage counts beside its best, the third beside the second, and so on."""

_RANK_OFFSET = 60
"""The constant of reciprocal rank fusion, as published."""


@attrs.frozen(kw_only=True)
class Passage:
    """What was found: its text, what stands above it, and the document's name (empty when it came from no file)."""

    text: str
    title: str
    source: str
    entry_id: UUID


async def retrieve(
    store: Store,
    *,
    query: Query,
    organization_id: UUID,
    class_id: UUID | None,
    challenge_id: UUID | None,
    limit: int = 3,
    embed: Embedder | None = None,
    for_teachers: bool = False,
) -> tuple[Passage, ...]:
    """Find the passages that fit best among those that hold for this class and challenge, best first.

    What is for teachers only is never found unless `for_teachers`. An embedder that fails or is slow is done
    without.

    Raises:
        StoreError: the store cannot be read.
    """
    terms = weighted_terms(query)
    vector = await _vector(query, embed) if embed else None
    where = (organization_id, class_id, challenge_id)
    async with store.read() as tx:
        scored = await tx.knowledge.search(terms, *where, for_teachers=for_teachers, limit=CANDIDATES)
        by_words = _by_document(scored)
        by_meaning: list[KnowledgeEntry] = []
        if embed and vector:
            packed = await tx.knowledge.vectors(embed.model, *where, for_teachers=for_teachers, limit=MAX_VECTORS)
            ids = await asyncio.to_thread(nearest, vector, packed, CANDIDATES)
            found = {entry.id: entry for entry in await tx.knowledge.get_many(ids)}
            by_meaning = _by_document([(found[id_], 1.0 / rank) for rank, id_ in enumerate(ids, 1) if id_ in found])
    return tuple(_passage(entry) for entry in _fused(by_words, by_meaning)[:limit])


async def _vector(query: Query, embed: Embedder) -> Vector | None:
    text = "\n\n".join(part for part in (query.text, query.error) if part.strip())
    if not text:
        return None
    try:
        async with asyncio.timeout(EMBED_WAIT_S):
            return (await embed.embed([text]))[0]
    except ModelError as error:
        logger.info("searching by words alone: %s", error)
    except TimeoutError:
        logger.info("searching by words alone: the question's vector took longer than %g s", EMBED_WAIT_S)
    return None


def _by_document(scored: Iterable[tuple[KnowledgeEntry, float]]) -> list[KnowledgeEntry]:
    """Order passages, best first, so that the best of each document come first, documents by their sum."""
    gathered: dict[object, list[tuple[KnowledgeEntry, float]]] = {}
    for entry, score in scored:
        key = (entry.class_id, entry.challenge_id, library.source(entry) or entry.id)
        gathered.setdefault(key, []).append((entry, score))
    ordered = sorted(gathered.values(), key=lambda passages: -_sum(score for _, score in passages))
    depth = max(map(len, ordered), default=0)
    return [passages[at][0] for at in range(depth) for passages in ordered if at < len(passages)]


def _sum(scores: Iterable[float]) -> float:
    return sum(score * _NEXT**at for at, score in enumerate(scores))


def _fused(*rankings: Sequence[KnowledgeEntry]) -> list[KnowledgeEntry]:
    scores: dict[UUID, float] = {}
    for ranking in rankings:
        for rank, entry in enumerate(ranking, 1):
            scores[entry.id] = scores.get(entry.id, 0.0) + 1 / (_RANK_OFFSET + rank)
    entries = {entry.id: entry for ranking in rankings for entry in ranking}
    return sorted(entries.values(), key=lambda entry: -scores[entry.id])


def _passage(entry: KnowledgeEntry) -> Passage:
    return Passage(text=entry.text, title=library.heading(entry), source=library.source(entry), entry_id=entry.id)
