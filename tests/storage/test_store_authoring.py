"""Challenges a teacher keeps in a store: what is recognised, what changes, and what stays with the student."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import attrs
import pytest
from store_samples import Open
from store_track import write_track

from storage import Session, SessionOwner, Store, now
from taco_lsp.authoring import upkeep
from taco_lsp.authoring.challenge_folder import read_draft
from taco_lsp.authoring.draft import Draft, Source
from taco_lsp.authoring.exercism.importing import import_track
from taco_lsp.authoring.exercism.track import read_track
from taco_lsp.authoring.places import author, place_to_fill
from taco_lsp.authoring.shelf import MOST_EARLIER
from taco_lsp.authoring.skeleton import write_skeleton
from taco_lsp.errors import InvalidParams, NotFound
from taco_lsp.knowledge.question import Query
from taco_lsp.knowledge.retrieve import retrieve
from taco_lsp.tutor.materials import materials

OWNER = SessionOwner(host="here", pid=1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A challenge folder."""
    write_skeleton(tmp_path / "double")
    return tmp_path / "double"


@pytest.fixture
def track(tmp_path: Path) -> Path:
    """A track of one exercise and one concept."""
    return write_track(tmp_path / "track")


@pytest.fixture
def draft(folder: Path) -> Draft:
    """The content of a challenge folder."""
    return read_draft(folder)


async def count(store: Store, class_name: str | None = None) -> int:
    """How many challenges the teacher has."""
    found, _ = await upkeep.list_(store, class_name)
    return len(found)


async def test_a_challenge_is_added_once(store: Store, draft: Draft) -> None:
    place, added = await upkeep.add(store, draft, "10B")
    assert (added.outcome, place.is_new) == ("added", True)
    assert added.challenge.class_id == place.class_id
    with pytest.raises(InvalidParams, match="There is a challenge double already") as caught:
        await upkeep.add(store, draft, "10b")
    assert "taco challenge edit" in caught.value.hint
    assert await count(store) == 1


async def test_the_same_folder_in_another_class_is_another_challenge(store: Store, draft: Draft) -> None:
    challenges = [(await upkeep.add(store, draft, name))[1].challenge for name in ("10B", "10C", None)]
    assert len({it.id for it in challenges}) == 3
    with pytest.raises(InvalidParams, match="3 challenges were made from this folder"):
        await upkeep.edit(store, draft, id_=None, class_name=None)
    edited = await upkeep.edit(store, attrs.evolve(draft, title="X"), id_=None, class_name="10C")
    assert edited.challenge.id == challenges[1].id


async def test_an_edit_says_what_changed_and_keeps_the_rest(store: Store, draft: Draft) -> None:
    _, added = await upkeep.add(store, draft, None)
    changed = attrs.evolve(
        draft,
        statement=draft.statement + "More.\n",
        files=draft.files | {"data.txt": "1\n"},
        tests={},
        policy={"hint_ceiling": 3},
        hints=draft.hints[:4],
    )
    edited = await upkeep.edit(store, changed, id_=None, class_name=None)
    assert edited.outcome == "updated"
    assert {(it.what, it.how) for it in edited.changes} == {
        ("statement", "changed"),
        ("starter/data.txt", "added"),
        ("tests/test_double.py", "removed"),
        ("hints/5", "removed"),
        ("policy.hint_ceiling", "added"),
    }
    assert [(it.lines_added, it.lines_removed) for it in edited.changes if it.what == "statement"] == [(1, 0)]
    before, after = added.challenge, edited.challenge
    assert (after.id, after.created_at, after.created_by_user_id) == (
        before.id, before.created_at, before.created_by_user_id,
    )  # fmt: skip
    assert after.updated_at > before.updated_at
    assert (await upkeep.edit(store, changed, id_=after.id, class_name=None)).outcome == "unchanged"


async def test_students_work_stays_with_an_edited_challenge(store: Store, draft: Draft) -> None:
    _, added = await upkeep.add(store, draft, None)
    user = await store.local_profile()
    session = Session(user_id=user.id, challenge_id=added.challenge.id)
    async with store.write() as tx:
        await tx.sessions.start(session, owner=OWNER)
        await tx.solutions.save(
            session_id=session.id, user_id=user.id, challenge_id=added.challenge.id, solution="mine", at=now()
        )
    await upkeep.edit(store, attrs.evolve(draft, files={"double.py": "other"}), id_=None, class_name=None)
    async with store.read() as tx:
        current = await tx.solutions.current(user.id, added.challenge.id)
    assert current is not None
    assert current.solution == "mine"


async def test_a_removed_challenge_keeps_its_journeys_and_comes_back_whole(store: Store, draft: Draft) -> None:
    _, added = await upkeep.add(store, draft, None)
    user = await store.local_profile()
    async with store.write() as tx:
        await tx.sessions.start(Session(user_id=user.id, challenge_id=added.challenge.id), owner=OWNER)
    [gone] = await upkeep.remove(store, ["double"], None)
    assert gone.id == added.challenge.id
    assert await count(store) == 0
    async with store.read() as tx:
        journey = await tx.journey.rows(user_id=user.id, challenge_id=gone.id)
    assert [it.id for it in journey.challenges] == [gone.id]
    with pytest.raises(NotFound, match="There is no challenge double"):
        await upkeep.remove(store, ["double"], None)
    assert (await upkeep.restore(store, str(gone.id), None)).id == gone.id
    with pytest.raises(NotFound, match="no removed challenge"):
        await upkeep.restore(store, str(gone.id), None)


async def test_adding_a_removed_challenge_again_brings_it_back(store: Store, draft: Draft) -> None:
    _, added = await upkeep.add(store, draft, "10B")
    await upkeep.remove(store, [str(added.challenge.id)], "10B")
    _, again = await upkeep.add(store, attrs.evolve(draft, title="Twice"), "10B")
    assert (again.outcome, again.challenge.id, again.challenge.title) == ("restored", added.challenge.id, "Twice")
    assert await count(store) == 1


async def test_a_name_that_fits_several_removes_none(store: Store, draft: Draft) -> None:
    await upkeep.add(store, draft, None)
    await upkeep.add(store, draft, "10B")
    with pytest.raises(InvalidParams, match="There are 2 challenges double"):
        await upkeep.remove(store, ["double"], None)
    with pytest.raises(NotFound):
        await upkeep.remove(store, ["double", "gone"], "10B")
    assert await count(store) == 2
    await upkeep.remove(store, ["double"], "10B")
    assert await count(store) == 1


async def test_files_that_saved_work_would_not_fit_are_refused(store: Store, draft: Draft) -> None:
    two = attrs.evolve(draft, files={"a.py": "", "b.py": ""}, main="a.py")
    _, added = await upkeep.add(store, two, None)
    with pytest.raises(InvalidParams, match="had several files and would have one"):
        await upkeep.edit(store, attrs.evolve(two, files={"a.py": ""}), id_=None, class_name=None)
    assert materials(await upkeep.get(store, added.challenge.id)).paths == ("a.py", "b.py")


async def test_what_files_held_before_is_remembered_within_bounds(store: Store, draft: Draft) -> None:
    _, added = await upkeep.add(store, draft, None)
    for number in range(MOST_EARLIER + 3):
        changed = attrs.evolve(draft, files={"double.py": f"# {number}"})
        await upkeep.edit(store, changed, id_=None, class_name=None)
    given = materials(await upkeep.get(store, added.challenge.id))
    assert len(given.earlier["double.py"]) == MOST_EARLIER
    assert given.was_given("double.py", f"# {MOST_EARLIER + 1}")
    assert not given.was_given("double.py", f"# {MOST_EARLIER + 2}")  # that is what it holds now
    assert not given.was_given("double.py", "a student's own")


async def test_materials_are_what_the_tutor_may_quote_at_this_challenge(store: Store, draft: Draft) -> None:
    place, added = await upkeep.add(store, draft, "10B")

    async def found() -> list[str]:
        scope = {"organization_id": place.organization_id, "class_id": place.class_id}
        query = Query(text="What does return give to the caller?")
        passages = await retrieve(store, query=query, challenge_id=added.challenge.id, **scope)
        elsewhere = await retrieve(store, query=query, challenge_id=None, **scope)
        assert elsewhere == ()
        return [passage.source for passage in passages]

    assert await found() == ["functions.md"]
    await upkeep.edit(store, attrs.evolve(draft, documents={}), id_=None, class_name="10B")
    assert await found() == []


async def test_a_class_that_is_not_there_is_only_made_for_new_challenges(store: Store, draft: Draft) -> None:
    with pytest.raises(NotFound, match="There is no class 10B"):
        await upkeep.edit(store, draft, id_=None, class_name="10B")
    with pytest.raises(InvalidParams, match="name of the class is empty"):
        await upkeep.add(store, draft, " ")


async def test_two_teachers_who_add_the_same_at_once_get_one_challenge(
    store_url: str, opened: Open, draft: Draft
) -> None:
    stores = [await opened(store_url) for _ in range(2)]
    await stores[0].local_profile()
    await upkeep.add(stores[0], attrs.evolve(draft, source=Source(collection="folder", slug="first")), "10B")
    done = await asyncio.gather(*(upkeep.add(one, draft, "10B") for one in stores), return_exceptions=True)
    assert [type(one) for one in done if isinstance(one, Exception)] == [InvalidParams]
    assert await count(stores[0], "10B") == 2


async def test_a_track_is_imported_and_brought_up_to_date(store: Store, track: Path) -> None:
    actor = await author(store)
    async with store.write() as tx:
        place = await place_to_fill(tx, actor, "10B")
    outcomes = []
    for statement in ("Do a.", "Do a.", "Do it."):
        (track / "exercises/practice/a/.docs/instructions.md").write_text(statement)
        imported, knowledge = await import_track(store, read_track(track), place, step=lambda: None)
        outcomes.append((dict(imported.outcomes), knowledge))
    assert outcomes == [({"added": 1}, 1), ({"unchanged": 1}, 1), ({"updated": 1}, 1)]
    assert await count(store) == 1


def test_a_slug_of_its_own_keeps_two_folders_of_one_name_apart(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere" / "double"
    shutil.copytree(folder, other)
    (other / "challenge.toml").write_text('slug = "double-again"\n' + (other / "challenge.toml").read_text())
    assert read_draft(folder).source.key == ("folder", "double")
    assert read_draft(other).source.key == ("folder", "double-again")
