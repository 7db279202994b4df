"""Which passages hold where, and how an embedding is kept."""

import sqlite3

import attrs
import pytest
from store_samples import Seat, minute

from storage import Class, Conflict, KnowledgeEntry, Store, new_id


async def test_passages_hold_in_their_scope_and_below(store: Store, at_work: Seat) -> None:
    organization, class_, challenge = at_work.organization.id, at_work.class_.id, at_work.challenge.id
    other_class = Class(organization_id=organization, name="9c")
    everywhere = KnowledgeEntry(organization_id=organization, text="everywhere", created_at=minute(1))
    in_class = KnowledgeEntry(organization_id=organization, class_id=class_, text="class", created_at=minute(2))
    in_challenge = KnowledgeEntry(
        organization_id=organization, class_id=class_, challenge_id=challenge, text="challenge", created_at=minute(3)
    )
    elsewhere = KnowledgeEntry(organization_id=organization, class_id=other_class.id, text="elsewhere")
    async with store.write() as tx:
        await tx.classes.add(other_class)
        for entry in (in_challenge, in_class, everywhere, elsewhere):
            await tx.knowledge.add(entry)
        assert await tx.knowledge.for_scopes(organization, None, None) == [everywhere]
        assert await tx.knowledge.for_scopes(organization, class_, None) == [everywhere, in_class]
        assert await tx.knowledge.for_scopes(organization, class_, challenge) == [everywhere, in_class, in_challenge]
        assert await tx.knowledge.for_scopes(new_id(), class_, challenge) == []


async def test_an_embedding_is_kept_as_packed_float32(store: Store, at_work: Seat) -> None:
    entry = KnowledgeEntry(
        organization_id=at_work.organization.id,
        text="loops",
        metadata={"model": "minilm"},
        embedding=(0.5, -1.0, 3.25),
    )
    async with store.write() as tx:
        await tx.knowledge.add(entry)
        assert await tx.knowledge.for_scopes(at_work.organization.id, None, None) == [entry]
    connection = sqlite3.connect(str(store.info.path))
    (packed,) = connection.execute("SELECT embedding FROM knowledge_base").fetchone()
    connection.close()
    assert packed.hex() == "0000003f" + "000080bf" + "00005040"


async def test_a_passage_needs_an_organization(store: Store, at_work: Seat) -> None:
    entry = KnowledgeEntry(organization_id=at_work.organization.id, text="loops")
    with pytest.raises(Conflict, match="knowledge_base"):
        async with store.write() as tx:
            await tx.knowledge.add(attrs.evolve(entry, organization_id=new_id()))
