"""Who sees which challenge, and its upkeep."""

import attrs
import pytest
from store_samples import Seat, minute, student

from storage import Challenge, Class, Conflict, Enrollment, NotFound, Store, new_id


def standalone(at_work: Seat, **changes: object) -> Challenge:
    return attrs.evolve(at_work.challenge, id=new_id(), class_id=None, **changes)


async def test_a_challenge_comes_back_as_it_was_added(store: Store, at_work: Seat) -> None:
    challenge = standalone(
        at_work,
        support_materials={"files": {"main.py": "def add(a, b): ...\n"}, "hints": ["Möchtest du …?"]},
        possible_solutions={"main.py": "def add(a, b): return a + b\n"},
        tutor_policy={"hint_ceiling": 2},
    )
    async with store.write() as tx:
        await tx.challenges.add(challenge)
    async with store.read() as tx:
        assert await tx.challenges.get(challenge.id) == challenge


async def test_a_user_sees_challenges_of_own_classes_and_standalone_ones_newest_first(
    store: Store, at_work: Seat
) -> None:
    user, other = at_work.user, student(at_work.organization)
    other_class = Class(organization_id=at_work.organization.id, name="9c")
    mine = standalone(at_work, title="mine", created_by_user_id=user.id, created_at=minute(1))
    nobodys = standalone(at_work, title="nobody's", created_at=minute(2))
    hidden = [
        standalone(at_work, title="another's", created_by_user_id=other.id),
        standalone(at_work, title="deleted", deleted_at=minute(0)),
        attrs.evolve(at_work.challenge, id=new_id(), class_id=other_class.id),
    ]
    async with store.write() as tx:
        await tx.users.add(other)
        await tx.classes.add(other_class)
        for challenge in (mine, nobodys, *hidden):
            await tx.challenges.add(challenge)
        assert await tx.challenges.list_for_user(user.id) == [nobodys, mine]
        await tx.classes.enrol(Enrollment(user_id=user.id, class_id=at_work.class_.id))
        assert await tx.challenges.list_for_user(user.id) == [at_work.challenge, nobodys, mine]


async def test_an_update_replaces_the_content_and_notes_the_time(store: Store, at_work: Seat) -> None:
    before = at_work.challenge
    async with store.write() as tx:
        changed = await tx.challenges.update(attrs.evolve(before, title="Sum of many", created_at=minute(99)))
    async with store.read() as tx:
        after = await tx.challenges.get(before.id)
    assert (after.title, after.created_at) == ("Sum of many", before.created_at)
    assert after == changed
    assert after.updated_at > before.updated_at


async def test_a_deleted_challenge_is_hidden_but_its_row_stays(store: Store, at_work: Seat) -> None:
    id_ = at_work.challenge.id
    async with store.write() as tx:
        await tx.challenges.delete(id_)
    async with store.write() as tx:
        for forbidden in (tx.challenges.get(id_), tx.challenges.delete(id_), tx.challenges.update(at_work.challenge)):
            with pytest.raises(NotFound, match=str(id_)):
                await forbidden
        journey = await tx.journey.rows(user_id=at_work.user.id)
    assert [challenge.id for challenge in journey.challenges] == [id_]
    assert journey.challenges[0].deleted_at is not None


async def test_a_challenge_needs_a_class_and_a_model_that_exist(store: Store, at_work: Seat) -> None:
    known = attrs.evolve(at_work.challenge, id=new_id())
    wrong = [
        attrs.evolve(known, class_id=new_id()),
        attrs.evolve(known, model_id=new_id()),
        attrs.evolve(known, created_by_user_id=new_id()),
        at_work.challenge,
    ]
    for challenge in wrong:
        with pytest.raises(Conflict, match="challenges"):
            async with store.write() as tx:
                await tx.challenges.add(challenge)
    async with store.write() as tx:
        await tx.challenges.add(known)
