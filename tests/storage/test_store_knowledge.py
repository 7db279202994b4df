"""Which passages hold where and for whom, how they are found, and how an embedding is kept."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import UUID

import attrs
import pytest
import store_draft as draft
from store_samples import Open, Seat, minute, seat
from store_sql import plain

from storage import Challenge, Class, Conflict, KnowledgeEntry, Store, new_id


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
        assert await tx.knowledge.is_empty(new_id())
        assert not await tx.knowledge.is_empty(organization)


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
    [(packed,)] = await plain(store, "SELECT embedding FROM knowledge_base")
    assert packed.hex() == "0000003f" + "000080bf" + "00005040"


async def test_a_passage_needs_an_organization(store: Store, at_work: Seat) -> None:
    entry = KnowledgeEntry(organization_id=at_work.organization.id, text="loops")
    with pytest.raises(Conflict, match="knowledge_base"):
        async with store.write() as tx:
            await tx.knowledge.add(attrs.evolve(entry, organization_id=new_id()))


def passage(at: Seat, text: str, **changes: Any) -> KnowledgeEntry:
    return KnowledgeEntry(**{"organization_id": at.organization.id, "text": text, **changes})


async def found(store: Store, at: Seat, *words: str, for_teachers: bool = False, **scope: Any) -> list[str]:
    """What a student of this class, or a teacher, finds at this challenge."""
    where = {"class_id": at.class_.id, "challenge_id": at.challenge.id, **scope}
    async with store.read() as tx:
        hits = await tx.knowledge.search(
            dict.fromkeys(words, 1.0), at.organization.id, **where, for_teachers=for_teachers, limit=10
        )
    return [entry.text for entry, _ in hits]


async def add(store: Store, *entries: KnowledgeEntry) -> None:
    async with store.write() as tx:
        for entry in entries:
            await tx.knowledge.add(entry)


async def test_passages_are_found_by_stem_without_regard_to_case_and_accents(store: Store, at_work: Seat) -> None:
    await add(store, passage(at_work, "Iterating over LISTS"), passage(at_work, "Um laço de repetição"))
    assert await found(store, at_work, "list", "iterate") == ["Iterating over LISTS"]
    assert await found(store, at_work, "laco") == ["Um laço de repetição"]
    assert await found(store, at_work, "dictionary") == []


async def test_title_source_and_headings_are_searched_and_count_more_than_the_text(store: Store, at_work: Seat) -> None:
    text = "some of the many methods of sets are named add and discard"
    about = {"title": "Sets", "source": "notes/unique_things.md", "headings": ["Members", "How to `discard`"]}
    others = [passage(at_work, f"something else {n}") for n in range(8)]
    await add(store, passage(at_work, text), passage(at_work, "they are unordered", metadata=about), *others)
    assert await found(store, at_work, "unique") == ["they are unordered"]
    assert await found(store, at_work, "discard") == ["they are unordered", text]


async def test_a_heavier_word_decides_and_a_rare_one_tells_more(store: Store, at_work: Seat) -> None:
    texts = ("loop alpha", "loop beta", *(f"loop and item {n}" for n in range(5)), *(f"other {n}" for n in range(20)))
    await add(store, *(passage(at_work, text) for text in texts))
    async with store.read() as tx:
        where = (at_work.organization.id, None, None)
        heavy = await tx.knowledge.search({"alpha": 0.1, "beta": 1.0}, *where, limit=1)
        rare = await tx.knowledge.search({"loop": 1.0, "alpha": 1.0}, *where, limit=3)
        none = await tx.knowledge.search({}, *where, limit=3)
    assert [entry.text for entry, _ in heavy] == ["loop beta"]
    assert rare[0][0].text == "loop alpha"
    assert [score for _, score in rare] == sorted((score for _, score in rare), reverse=True)
    assert none == []


async def test_words_that_are_no_words_are_refused(store: Store, at_work: Seat) -> None:
    with pytest.raises(ValueError, match="letters and digits"):
        await found(store, at_work, 'loop" OR title:"x')


async def test_a_search_stays_in_its_scope(store: Store, at_work: Seat) -> None:
    other_class = Class(organization_id=at_work.organization.id, name="9c")
    other_challenge = Challenge(model_id=at_work.model.id, title="Other", statement="Other.")
    in_class, in_other = {"class_id": at_work.class_.id}, {"class_id": other_class.id}
    async with store.write() as tx:
        await tx.classes.add(other_class)
        await tx.challenges.add(other_challenge)
    await add(
        store,
        passage(at_work, "loop everywhere", created_at=minute(1)),
        passage(at_work, "loop class", created_at=minute(2), **in_class),
        passage(at_work, "loop challenge", created_at=minute(3), **in_class, challenge_id=at_work.challenge.id),
        passage(at_work, "loop of 9c", **in_other),
        passage(at_work, "loop of another challenge", challenge_id=other_challenge.id),
    )
    assert await found(store, at_work, "loop") == ["loop everywhere", "loop class", "loop challenge"]
    assert await found(store, at_work, "loop", challenge_id=None) == ["loop everywhere", "loop class"]
    assert await found(store, at_work, "loop", class_id=None, challenge_id=None) == ["loop everywhere"]
    async with store.read() as tx:
        assert await tx.knowledge.search({"loop": 1.0}, new_id(), None, None, limit=5) == []


@pytest.mark.parametrize("audience", ["teachers", "staff", ""])
async def test_only_teachers_find_what_is_not_for_students(store: Store, at_work: Seat, audience: str) -> None:
    secret = passage(at_work, "the loop solution", metadata={"audience": audience, "model": "m"}, embedding=(1.0,))
    await add(store, secret, passage(at_work, "a loop", metadata={"audience": "students"}))
    scope = (at_work.organization.id, at_work.class_.id, at_work.challenge.id)
    assert await found(store, at_work, "loop") == ["a loop"]
    assert await found(store, at_work, "solution", for_teachers=True) == ["the loop solution"]
    async with store.read() as tx:
        assert await tx.knowledge.vectors("m", *scope, limit=9) == []
        assert [id_ for id_, _ in await tx.knowledge.vectors("m", *scope, for_teachers=True, limit=9)] == [secret.id]
        assert [entry.text for entry in await tx.knowledge.for_scopes(*scope)] == ["a loop"]
        assert len(await tx.knowledge.of_organization(at_work.organization.id)) == 2


@pytest.mark.parametrize("parent", ["organizations", "classes", "challenges"])
async def test_nothing_of_a_deleted_parent_is_found(store: Store, at_work: Seat, parent: str) -> None:
    scope = {
        "organizations": {},
        "classes": {"class_id": at_work.class_.id},
        "challenges": {"challenge_id": at_work.challenge.id},
    }[parent]
    await add(store, passage(at_work, "loop", metadata={"model": "m"}, embedding=(1.0,), **scope))
    assert await found(store, at_work, "loop") == ["loop"]
    await plain(store, f"UPDATE {parent} SET deleted_at = '2026-03-02 12:00:00'")
    assert await found(store, at_work, "loop", for_teachers=True) == []
    async with store.read() as tx:
        where = (at_work.organization.id, at_work.class_.id, at_work.challenge.id)
        assert await tx.knowledge.vectors("m", *where, limit=9) == []


async def test_the_index_follows_whoever_changes_the_passages(store: Store, at_work: Seat) -> None:
    kept, gone = passage(at_work, "alpha"), passage(at_work, "beta")
    await add(store, kept, gone)
    async with store.write() as tx:
        await tx.knowledge.remove([gone.id, new_id()])
    assert await found(store, at_work, "beta") == []
    await plain(store, "UPDATE knowledge_base SET text = 'gamma', metadata = '{\"title\": \"Delta\"}'")
    assert await found(store, at_work, "alpha") == []
    assert await found(store, at_work, "gamma", "delta") == ["gamma"]
    await plain(store, "UPDATE knowledge_base SET metadata = '[\"no object\"]'")
    if store.info.path:
        await plain(store, "INSERT INTO knowledge_search (knowledge_search) VALUES ('integrity-check')")
    assert await found(store, at_work, "gamma") == ["gamma"]
    assert await found(store, at_work, "delta") == []


async def test_a_copied_file_finds_the_same(file_store: Store, tmp_path: Path, opened: Open) -> None:
    store = file_store
    async with store.write() as tx:
        at_work = await seat(tx)
    entries = [passage(at_work, f"word{n}") for n in range(4)]
    await add(store, *entries)
    async with store.write() as tx:
        await tx.knowledge.remove([entries[0].id])  # leaves a gap that a copy closes
    copy = tmp_path / "copy.db"
    with closing(sqlite3.connect(str(store.info.path))) as db:
        db.execute("VACUUM INTO ?", (str(copy),))
    other = await opened(f"sqlite:///{copy}")
    for entry in entries[1:]:
        assert await found(other, at_work, entry.text) == [entry.text]


async def test_passages_of_an_older_store_are_found_after_its_upgrade(tmp_path: Path, opened: Open) -> None:
    path = tmp_path / "school.db"
    draft.make_draft(path)
    draft.fill_draft(path)
    store = await opened(f"sqlite:///{path}")
    async with store.read() as tx:
        hits = await tx.knowledge.search({"repeat": 1.0}, UUID(draft.SCHOOL), UUID(draft.CLASS), None, limit=5)
    assert [entry.text for entry, _ in hits] == ["loops repeat"]


async def test_a_new_vector_replaces_the_old_and_names_its_model(store: Store, at_work: Seat) -> None:
    entry = passage(at_work, "loops", metadata={"title": "Loops", "model": "old"}, embedding=(1.0, 2.0))
    await add(store, entry)
    async with store.write() as tx:
        await tx.knowledge.embed(entry.id, (0.5,), {"title": "Loops", "model": "new"})
        where = (at_work.organization.id, None, None)
        assert await tx.knowledge.vectors("old", *where, limit=9) == []
        assert await tx.knowledge.vectors("new", *where, limit=9) == [(entry.id, bytes.fromhex("0000003f"))]
        (changed,) = await tx.knowledge.get_many([entry.id, new_id()])
    assert (changed.embedding, changed.metadata) == ((0.5,), {"title": "Loops", "model": "new"})
    assert await found(store, at_work, "loop") == ["loops"]


async def test_among_many_passages_rare_words_find_and_common_ones_tell_more(store: Store, at_work: Seat) -> None:
    other_class = Class(organization_id=at_work.organization.id, name="9c")
    crowd = [passage(at_work, f"a loop with a list, number {n} of many") for n in range(1_100)]
    others = [passage(at_work, f"zebra loop list {n}", class_id=other_class.id) for n in range(300)]
    own = [passage(at_work, text) for text in ("zebra crossing road", "zebra loop road", "zebra loop list")]
    async with store.write() as tx:
        await tx.classes.add(other_class)
        await tx.knowledge.add_all([*crowd, *others, *own])
    assert await found(store, at_work, "zebra", "loop", "list") == [entry.text for entry in reversed(own)]
    alone = await found(store, at_work, "loop")
    together = await found(store, at_work, "loop", "list", "number")
    assert len(alone) == len(together) == 10
    assert all("number" in text for text in together)
    assert await found(store, at_work, "loop", "xyzzy")
    assert await found(store, at_work, "xyzzy", "plugh") == []


async def test_where_every_word_is_common_passages_that_hold_two_of_them_are_found(store: Store, at_work: Seat) -> None:
    crowd = [passage(at_work, f"{word} number {n} of many") for word in ("loop", "list") for n in range(1_100)]
    both = {f"a loop over a list {n}" for n in range(3)}
    async with store.write() as tx:
        await tx.knowledge.add_all([*crowd, *(passage(at_work, text) for text in both)])
    assert set((await found(store, at_work, "loop", "list"))[: len(both)]) == both


async def test_what_is_found_comes_without_its_vector(store: Store, at_work: Seat) -> None:
    await add(store, passage(at_work, "a loop", metadata={"model": "m"}, embedding=(1.0, 2.0)))
    async with store.read() as tx:
        [(entry, _)] = await tx.knowledge.search({"loop": 1.0}, at_work.organization.id, None, None, limit=5)
        [whole] = await tx.knowledge.get_many([entry.id])
    assert entry == attrs.evolve(whole, embedding=None)
    assert whole.embedding == (1.0, 2.0)
