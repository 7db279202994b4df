"""Organizations, users, classes and models."""

import attrs
import pytest
from store_samples import Seat, minute, student

from storage import (
    PLACEHOLDER_EMAIL_DOMAIN,
    UNUSABLE_PASSWORD,
    Class,
    Conflict,
    Enrollment,
    NotFound,
    Organization,
    Store,
    StoreReadOnly,
    new_id,
    open_store,
)


async def test_an_organization_comes_back_as_it_was_added(store: Store) -> None:
    organization = Organization(name="École № 1", tutor_policy={"enabled": True, "hint_ceiling": 3})
    async with store.write() as tx:
        await tx.organizations.add(organization)
    async with store.read() as tx:
        assert await tx.organizations.get(organization.id) == organization


@pytest.mark.parametrize("repository", ["organizations", "users", "classes", "models", "challenges", "sessions"])
async def test_a_missing_row_is_named_in_the_error(store: Store, repository: str) -> None:
    id_ = new_id()
    async with store.read() as tx:
        with pytest.raises(NotFound, match=str(id_)):
            await getattr(tx, repository).get(id_)


async def test_a_deleted_row_is_not_found(store: Store) -> None:
    organization = Organization(name="Closed", deleted_at=minute(0))
    async with store.write() as tx:
        await tx.organizations.add(organization)
        with pytest.raises(NotFound):
            await tx.organizations.get(organization.id)


async def test_an_email_is_taken_until_its_user_is_deleted(store: Store, at_work: Seat) -> None:
    email = "ada@school.example"
    gone = student(at_work.organization, email=email, deleted_at=minute(1))
    async with store.write() as tx:
        await tx.users.add(gone)
        await tx.users.add(student(at_work.organization, email=email))
    with pytest.raises(Conflict, match="users"):
        async with store.write() as tx:
            await tx.users.add(student(at_work.organization, email=email))


async def test_the_local_profile_is_made_once_and_remembered(store: Store, store_url: str) -> None:
    async with store.write() as tx:
        made = await tx.users.local_profile()
        organization = await tx.organizations.get(made.organization_id)
    assert (made.role, made.password_hash, organization.name) == ("student", UNUSABLE_PASSWORD, "Local")
    assert made.email == f"{made.id}@{PLACEHOLDER_EMAIL_DOMAIN}"
    await store.close()
    again = await open_store(store_url)
    async with again.read() as tx:
        assert await tx.users.local_profile() == made
    await again.close()


async def test_the_first_local_profile_needs_a_write_transaction(store: Store) -> None:
    with pytest.raises(StoreReadOnly):
        async with store.read() as tx:
            await tx.users.local_profile()


async def test_a_user_sees_the_classes_enrolled_in_or_created(store: Store, at_work: Seat) -> None:
    organization, user = at_work.organization, at_work.user
    own = Class(organization_id=organization.id, name="a own", created_by_user_id=user.id)
    closed = Class(organization_id=organization.id, name="closed", created_by_user_id=user.id, deleted_at=minute(0))
    foreign = Class(organization_id=organization.id, name="foreign")
    async with store.write() as tx:
        for class_ in (own, closed, foreign):
            await tx.classes.add(class_)
        await tx.classes.enrol(Enrollment(user_id=user.id, class_id=at_work.class_.id))
        assert await tx.classes.list_for_user(user.id) == [at_work.class_, own]


async def test_nobody_is_enrolled_twice_or_nowhere(store: Store, at_work: Seat) -> None:
    place = Enrollment(user_id=at_work.user.id, class_id=at_work.class_.id)
    async with store.write() as tx:
        await tx.classes.enrol(place)
    with pytest.raises(Conflict):
        async with store.write() as tx:
            await tx.classes.enrol(attrs.evolve(place, enrolled_at=minute(9)))
    with pytest.raises(Conflict):
        async with store.write() as tx:
            await tx.classes.enrol(Enrollment(user_id=at_work.user.id, class_id=new_id()))


async def test_a_new_store_knows_the_builtin_tutor(store: Store) -> None:
    async with store.read() as tx:
        assert [(model.name, model.version) for model in await tx.models.list()] == [("taco-builtin", "1")]


async def test_a_model_is_ensured_once_per_version(store: Store) -> None:
    async with store.write() as tx:
        first = await tx.models.ensure("llama", "3", description="local", prices={"input": 0.1})
        again = await tx.models.ensure("llama", "3", description="something else")
        other = await tx.models.ensure("llama", "4")
        assert again == first == await tx.models.get(first.id)
        assert other.id != first.id
        assert [model.name for model in await tx.models.list()] == ["llama", "llama", "taco-builtin"]
