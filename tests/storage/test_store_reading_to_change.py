"""Whoever changes what they have read loses nobody's change that came between, on each engine and in any process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import attrs
import pytest

from storage import Organization, Store, open_store
from taco_lsp.authoring import upkeep
from taco_lsp.authoring.challenge_folder import read_draft
from taco_lsp.authoring.draft import Draft
from taco_lsp.authoring.skeleton import write_skeleton


@pytest.fixture
async def stores(store: Store, store_url: str) -> AsyncIterator[list[Store]]:
    """The same store as several processes have it open."""
    others = [await open_store(store_url) for _ in range(3)]
    yield [store, *others]
    for other in others:
        await other.close()


@pytest.fixture
def draft(tmp_path: Path) -> Draft:
    """The content of a challenge folder."""
    write_skeleton(tmp_path / "double")
    return read_draft(tmp_path / "double")


@pytest.mark.parametrize("by_id", [True, False])
async def test_edits_of_a_challenge_at_once_all_remember_what_they_replaced(
    stores: list[Store], draft: Draft, by_id: bool
) -> None:
    _, added = await upkeep.add(stores[0], draft, "10B")
    name = next(iter(draft.files))

    async def edit(number: int) -> None:
        changed = attrs.evolve(draft, files={**draft.files, name: f"# version {number}\n"})
        id_, class_ = (added.challenge.id, None) if by_id else (None, "10B")
        await upkeep.edit(stores[number % len(stores)], changed, id_=id_, class_name=class_)

    await asyncio.gather(*(edit(number) for number in range(8)))
    kept = (await upkeep.get(stores[0], added.challenge.id)).support_materials
    assert kept is not None
    assert len(kept["earlier"][name]) == 8  # the first text and seven of the eight; the eighth is the content


async def test_keys_of_a_policy_set_at_once_are_all_kept(stores: list[Store]) -> None:
    school = Organization(name="School")
    async with stores[0].write() as tx:
        await tx.organizations.add(school)

    async def put(number: int) -> None:
        async with stores[number % len(stores)].write() as tx:
            read = await tx.organizations.get(school.id, to_change=True)
            await tx.organizations.set_policy(school.id, {**(read.tutor_policy or {}), f"key {number}": number})

    await asyncio.gather(*(put(number) for number in range(12)))
    async with stores[0].read() as tx:
        assert (await tx.organizations.get(school.id)).tutor_policy == {f"key {n}": n for n in range(12)}
