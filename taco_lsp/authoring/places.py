"""Where challenges go: into a class of the school, found by its name, or among one's own practice."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

import attrs

from storage import Class, StoreReadOnly, User
from taco_lsp.accounts import rights, school
from taco_lsp.errors import InvalidParams, NotFound

if TYPE_CHECKING:
    from storage import Challenge, Store, Transaction


@attrs.frozen(kw_only=True)
class Place:
    """A school, whose rights one has (None for the owner of its database), and a class, or none for practice."""

    organization_id: UUID
    user_id: UUID | None
    class_: Class | None = None
    is_new: bool = False
    """Whether the class was just made."""

    @property
    def class_id(self) -> UUID | None:
        """The class's id."""
        return self.class_.id if self.class_ else None


async def person(store: Store) -> User | None:
    """Tell whose rights one has here; None for the owner of a school's database, who is nobody in it."""
    return await school.acting_user(store) or await _alone(store)


async def author(store: Store) -> User | None:
    """Tell who keeps challenges here, as `person` does.

    Raises:
        Forbidden: a student's login.
    """
    login = await school.acting_user(store)
    if not school.is_local(store):  # there a student keeps practice of their own
        rights.check_teacher(login)
    return login or await _alone(store)


async def _alone(store: Store) -> User | None:
    """Give the profile of who keeps a database for themselves: nobody but them is in it."""
    async with store.read() as tx:
        schools = {organization.id for organization in await tx.organizations.list()}
        try:
            profile = await tx.users.local_profile()
        except StoreReadOnly:  # there is none yet
            profile = None
    if profile is None:
        return None if schools else await store.local_profile()
    return profile if schools == {profile.organization_id} else None


async def find_place(tx: Transaction, actor: User | None, named: str | None) -> Place:
    """Find a class by its name or id; one's own practice without a name.

    Raises:
        InvalidParams: the name is empty, or several classes have it.
        NotFound: there is no such class.
    """
    organization = await school.organization(tx, actor)
    practice = Place(organization_id=organization.id, user_id=actor.id if actor else None)
    if named is None:
        return practice
    if not named.strip():
        raise InvalidParams("The name of the class is empty.", "Give a name: --class NAME.")
    return attrs.evolve(practice, class_=await school.class_named(tx, organization, named))


async def place_to_fill(tx: Transaction, actor: User | None, named: str | None) -> Place:
    """Find where challenges are added, as `find_place` does; a class that is missing is made.

    Raises:
        Forbidden: a student of a school.
        InvalidParams: the name is empty, or several classes have it.
    """
    if named is not None:
        rights.check_teacher(actor)
    try:
        return await find_place(tx, actor, named)
    except NotFound:
        if named is None:  # it is the school that is missing
            raise
    practice = await find_place(tx, actor, None)
    class_ = Class(organization_id=practice.organization_id, name=named.strip(), created_by_user_id=practice.user_id)
    await tx.classes.add(class_)
    await rights.become_teacher(tx, actor)
    return attrs.evolve(practice, class_=class_, is_new=True)


async def challenges_at(tx: Transaction, place: Place) -> list[Challenge]:
    """Read the challenges of a class; of practice and every class when the place is none."""
    if place.class_ is not None:
        return await tx.challenges.list_in([place.class_.id])
    classes = await tx.classes.of_organization(place.organization_id)
    practice = await tx.challenges.list_practice(place.user_id)
    return [*await tx.challenges.list_in([class_.id for class_ in classes]), *practice]
