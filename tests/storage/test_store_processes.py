"""Several processes on one store, and processes that die."""

import asyncio
import os

import attrs
import pytest
from store_processes import child
from store_samples import Seat
from store_sql import plain

from storage import Store


async def test_two_processes_write_one_store_and_no_update_is_lost(store: Store, store_url: str, at_work: Seat) -> None:
    challenge = at_work.challenge
    async with store.write() as tx:
        await tx.challenges.update(attrs.evolve(challenge, title="0"))
    await asyncio.gather(*(child("count", store_url, challenge.id, 60) for _ in range(2)))
    async with store.read() as tx:
        assert (await tx.challenges.get(challenge.id)).title == "120"


KILLS = {"sqlite": 60, "postgresql": 15}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills processes the POSIX way")
async def test_no_acknowledged_row_is_lost_when_its_writer_is_killed(
    store: Store, store_url: str, at_work: Seat
) -> None:
    async with store.write() as tx:
        await tx.interactions.add(at_work.interaction())
    [answer] = await child("kill", store_url, at_work.session.id, KILLS[store.info.dialect])
    acknowledged = set(answer["acknowledged"])
    assert answer["kills"] == KILLS[store.info.dialect]
    assert len(acknowledged) >= 3 * answer["kills"]
    async with store.read() as tx:
        kept = await tx.interactions.for_challenge(at_work.user.id, at_work.challenge.id)
    assert acknowledged - {interaction.id.hex for interaction in kept} == set()
    if store.info.path:
        assert await plain(store, "PRAGMA integrity_check") == [("ok",)]
