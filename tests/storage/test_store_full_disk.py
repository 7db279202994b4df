"""A full disk costs what did not fit, is reported, and no row that was there before."""

import pytest
import sqlalchemy as sa
from store_samples import Seat, minute
from store_sql import plain

from storage import Store, StoreUnavailable


async def fill(store: Store) -> None:
    """Make the engine's own "disk full" happen at the next large row."""
    if store.info.path is None:
        await plain(
            store,
            "DO $$ BEGIN CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS"
            " 'BEGIN RAISE disk_full; END';"
            " CREATE TRIGGER full_disk BEFORE INSERT ON llm_interactions FOR EACH ROW"
            " WHEN (length(new.code) > 100000) EXECUTE FUNCTION full_disk(); END $$",
        )
        return
    await limit(store, pages_more=8)


async def free(store: Store) -> None:
    """Make room again."""
    if store.info.path is None:
        await plain(store, "DROP TRIGGER full_disk ON llm_interactions")
        return
    await limit(store, pages_more=1000)


async def limit(store: Store, *, pages_more: int) -> None:
    async with store._connections.writer.transaction() as connection:
        pages = (await connection.execute(sa.text("PRAGMA page_count"))).scalar_one()
        await connection.execute(sa.text(f"PRAGMA max_page_count = {pages + pages_more}"))


async def test_a_full_disk_is_reported_and_keeps_what_was_recorded(store: Store, at_work: Seat) -> None:
    kept = at_work.interaction(created_at=minute(1))
    async with store.write() as tx:
        await tx.interactions.add(kept)
    await fill(store)
    with pytest.raises(StoreUnavailable, match="full") as caught:
        async with store.write() as tx:
            await tx.interactions.add(at_work.interaction(code="x" * 200_000))
    assert "safe" in caught.value.hint
    async with store.read() as tx:
        assert await tx.interactions.for_challenge(at_work.user.id, at_work.challenge.id) == [kept]
    await free(store)
    async with store.write() as tx:
        await tx.interactions.add(at_work.interaction(code="x" * 200_000))
