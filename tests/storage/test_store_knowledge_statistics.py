"""How often common words occur in a large knowledge base on PostgreSQL: its statistics tell, nobody counts them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pytest
from store_samples import Seat

from storage import Store
from storage.repositories import knowledge_postgres
from tests.support.postgres import connected

PASSAGES = 6_000
WORDS = {"rarity": 1.0, "lists": 1.0, "tuples": 1.0, "the": 1.0, "nowhere": 1.0}


@pytest.fixture
def store_url(postgres_url: str) -> str:
    return postgres_url


async def fill(url: str, at: Seat, count: int) -> None:
    """Add passages: all of them hold one word, every fourth another, and one of them a third."""
    async with connected(url) as db:
        await db.execute(
            "INSERT INTO knowledge_base (id, organization_id, text, created_at) SELECT gen_random_uuid(), $1,"
            " 'A list of the ' || CASE WHEN i % 4 = 0 THEN 'tuples' ELSE 'numbers' END"
            " || CASE WHEN i = 7 THEN ', a rarity' ELSE '' END || ' x' || i, now() FROM generate_series(1, $2) i",
            at.organization.id, count,
        )  # fmt: skip


async def fill_two_words(url: str, at: Seat, without_apples: str, without_pears: str) -> None:
    """Add passages of different lengths that hold two words, but for those that meet a condition on their number."""
    async with connected(url) as db:
        await db.execute(
            "INSERT INTO knowledge_base (id, organization_id, text, created_at) SELECT gen_random_uuid(), $1,"
            f" repeat('fruit ', i % 7) || CASE WHEN {without_apples} THEN '' ELSE 'apples ' END"
            f" || CASE WHEN {without_pears} THEN '' ELSE 'pears' END, now() FROM generate_series(1, $2) i",
            at.organization.id, PASSAGES,
        )  # fmt: skip


async def analyse(url: str) -> None:
    """Have the server look at the table, as it does by itself now and then."""
    async with connected(url) as db:
        await db.execute("ANALYZE knowledge_base")


async def known(store: Store) -> dict[str, int]:
    """What the statistics tell of the words."""
    async with store.read() as tx:
        return dict((await knowledge_postgres._known(tx.knowledge._rows, WORDS)).counts)


async def best(store: Store, at: Seat) -> str:
    """The passage that is found first."""
    async with store.read() as tx:
        (entry, _), *_ = await tx.knowledge.search(WORDS, at.organization.id, None, None, limit=3)
    return entry.text


async def test_the_statistics_tell_of_common_words(store: Store, at_work: Seat, store_url: str) -> None:
    await fill(store_url, at_work, PASSAGES)
    await analyse(store_url)
    told = await known(store)
    assert told == {"lists": PASSAGES, "tuples": pytest.approx(PASSAGES / 4, rel=0.1), "the": 0}


async def test_what_the_statistics_tell_is_not_counted(
    store: Store, at_work: Seat, store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[set[str]] = []
    counts = knowledge_postgres._counts

    async def watched(rows: Any, terms: Collection[str], scope: Any) -> dict[str, int]:
        counted.append(set(terms))
        return await counts(rows, terms, scope)

    monkeypatch.setattr(knowledge_postgres, "_counts", watched)
    await fill(store_url, at_work, PASSAGES)
    assert "rarity" in await best(store, at_work)
    await analyse(store_url)
    assert "rarity" in await best(store, at_work)
    assert counted == [set(WORDS), {"rarity", "nowhere"}]


async def test_a_small_knowledge_base_is_counted_exactly(store: Store, at_work: Seat, store_url: str) -> None:
    await fill(store_url, at_work, 100)
    await analyse(store_url)
    assert await known(store) == {}


@pytest.mark.parametrize(
    ("without_apples", "without_pears"),
    [
        pytest.param("i % 4 = 0", "i % 4 = 1", id="on the first pages"),
        pytest.param("i > 4500", "i <= 1500", id="further back"),
    ],
)
async def test_what_two_very_common_words_find_is_the_same_with_and_without_the_index(
    store: Store,
    at_work: Seat,
    store_url: str,
    monkeypatch: pytest.MonkeyPatch,
    without_apples: str,
    without_pears: str,
) -> None:
    words = {"apples": 1.0, "pears": 1.0}
    await fill_two_words(store_url, at_work, without_apples, without_pears)
    await analyse(store_url)
    async with store.read() as tx:
        told = await knowledge_postgres._known(tx.knowledge._rows, words)
        assert told.edge(list(words)) is not None
        first = await tx.knowledge.search(words, at_work.organization.id, None, None, limit=60)
        monkeypatch.setattr(knowledge_postgres.Known, "edge", lambda *_: None)
        indexed = await tx.knowledge.search(words, at_work.organization.id, None, None, limit=60)
    assert len(first) == 60
    assert first == indexed


def test_the_index_finds_words_that_are_seldom_together_or_were_counted() -> None:
    told = knowledge_postgres.Known(counts={"a": 40_000, "b": 40_000, "c": 2_000}, passages=100_000, pages=20_000)
    assert told.edge(["a", "b"]) == "(563,0)"
    assert told.edge(["a", "c"]) is None
    assert told.edge(["a", "counted"]) is None
