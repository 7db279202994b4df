"""What a teacher does with stored challenges: add, edit, remove, restore, each in one transaction.

At a school a student does so with practice of their own alone (`accounts.rights`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from operator import itemgetter
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

import attrs

from storage import Challenge, Class
from storage.errors import NotFound as NoRow
from taco_lsp.accounts import rights
from taco_lsp.authoring import shelf
from taco_lsp.authoring.draft import Draft
from taco_lsp.authoring.places import Place, author, challenges_at, find_place, person, place_to_fill
from taco_lsp.authoring.shelf import Shelved
from taco_lsp.errors import InvalidParams, NotFound

if TYPE_CHECKING:
    from storage import Store, Transaction
    from storage.values import ChallengeSource

T = TypeVar("T", Challenge, "ChallengeSource")

_LIST = "`taco challenge list` names them."


@attrs.frozen(kw_only=True)
class Removed:
    """A removed challenge, and the class it is of; None for practice."""

    challenge: ChallengeSource
    class_: Class | None


async def add(store: Store, draft: Draft, class_name: str | None) -> tuple[Place, Shelved]:
    """Add a challenge to a class, made if need be, or to one's own practice.

    Raises:
        Forbidden: somebody at a school may not add it, or not here.
        InvalidParams: it is there already.
    """
    actor = await author(store)
    async with store.write() as tx:
        place = await place_to_fill(tx, actor, class_name)
        known = await tx.challenges.sources(place.class_id, place.user_id)
        there = shelf.find(known, draft)
        if there is not None and there.deleted_at is None:
            raise InvalidParams(
                f"There is a challenge {draft.source.slug} already: {there.title} ({there.id}).",
                "`taco challenge edit FOLDER` brings it up to date. If this is another one, give it a slug of its own.",
            )
        return place, await shelf.put(tx, draft, place, known, model_id=await shelf.usual_model(tx))


async def edit(store: Store, draft: Draft, *, id_: UUID | None, class_name: str | None) -> Shelved:
    """Replace the content of a challenge: the one that is named, or the one that was made from the same folder.

    Raises:
        Forbidden: a student of a school, and a challenge of a class.
        InvalidParams: several were made from it, or students' saved work would no longer fit.
        NotFound: there is none.
    """
    actor = await author(store)
    async with store.write() as tx:
        place = await find_place(tx, actor, class_name)
        if id_ is not None:
            found = await _kept_here(tx, id_, place)
        else:
            found = await _of_folder(tx, draft, place, everywhere=class_name is None)
        rights.check_keeper(actor, found)
        # It stays what it was made from: importing its track again must find it.
        draft = attrs.evolve(draft, source=shelf.source_of(found) or draft.source)
        return await shelf.replace(tx, found, draft, place)


async def remove(store: Store, names: Iterable[str], class_name: str | None) -> tuple[Challenge, ...]:
    """Hide challenges from everybody; the journeys through them stay readable.

    Args:
        store: where they are.
        names: ids, titles or slugs.
        class_name: only look in this class.

    Raises:
        Forbidden: a student of a school, and a challenge of a class; nothing was removed.
        InvalidParams: a name fits several.
        NotFound: a name fits none; nothing was removed.
    """
    actor = await author(store)
    async with store.write() as tx:
        known = await challenges_at(tx, await find_place(tx, actor, class_name))
        chosen = {it.id: it for it in (_named(known, name) for name in names)}
        for id_, challenge in chosen.items():
            rights.check_keeper(actor, challenge)
            await tx.challenges.delete(id_)
    return tuple(chosen.values())


async def restore(store: Store, name: str, class_name: str | None) -> Challenge:
    """Bring a removed challenge back, named by id, title or slug.

    Raises:
        Forbidden: a student of a school, and a challenge of a class.
        InvalidParams: the name fits several.
        NotFound: it was not removed, or there is none.
    """
    actor = await author(store)
    async with store.write() as tx:
        gone = [it.challenge for it in await _removed(tx, await find_place(tx, actor, class_name))]
        back = await tx.challenges.restore(_named(gone, name, removed=True).id)
        rights.check_keeper(actor, back)
        return back


async def get(store: Store, id_: UUID) -> Challenge:
    """Read one.

    Raises:
        NotFound: there is none.
    """
    await author(store)
    async with store.read() as tx:
        return await _get(tx, id_)


async def list_(store: Store, class_name: str | None) -> tuple[tuple[Challenge, ...], Mapping[UUID, str]]:
    """Read the challenges of a class, or all that one may see, newest first; and the names of their classes.

    Raises:
        NotFound: there is no such class.
    """
    actor = await person(store)
    async with store.read() as tx:
        place = await find_place(tx, actor, class_name)
        classes = await tx.classes.of_organization(place.organization_id)
        found = await challenges_at(tx, place)
    return tuple(found), {class_.id: class_.name for class_ in classes}


async def list_removed(store: Store, class_name: str | None) -> tuple[Removed, ...]:
    """Read what was removed from a class, or from all that one keeps, the latest first.

    Raises:
        Forbidden: a student's login.
        NotFound: there is no such class.
    """
    actor = await author(store)
    async with store.read() as tx:
        return await _removed(tx, await find_place(tx, actor, class_name))


async def _removed(tx: Transaction, place: Place) -> tuple[Removed, ...]:
    classes = [place.class_] if place.class_ else [None, *await tx.classes.of_organization(place.organization_id)]
    found = [
        (row.deleted_at, Removed(challenge=row, class_=class_))
        for class_ in classes
        for row in await tx.challenges.sources(class_.id if class_ else None, place.user_id)
        if row.deleted_at is not None
    ]
    return tuple(removed for _, removed in sorted(found, key=itemgetter(0), reverse=True))


async def _get(tx: Transaction, id_: UUID, *, to_change: bool = False) -> Challenge:
    try:
        return await tx.challenges.get(id_, to_change=to_change)
    except NoRow as error:
        raise NotFound(f"There is no challenge {id_}.", _LIST) from error


async def _kept_here(tx: Transaction, id_: UUID, place: Place) -> Challenge:
    """Read a challenge to change it; on a store that several accounts share, not one of another's school."""
    found = await _get(tx, id_, to_change=True)
    if found.class_id not in {None, *(it.id for it in await tx.classes.of_organization(place.organization_id))}:
        raise NotFound(f"There is no challenge {id_}.", _LIST)
    return found


async def _of_folder(tx: Transaction, draft: Draft, place: Place, *, everywhere: bool) -> Challenge:
    classes = [place.class_id]
    if everywhere:
        classes += [class_.id for class_ in await tx.classes.of_organization(place.organization_id)]
    rows = [shelf.find(await tx.challenges.sources(class_id, place.user_id), draft) for class_id in classes]
    found = [row for row in rows if row is not None and row.deleted_at is None]
    if not found:
        hint = "Add it with `taco challenge add FOLDER`, or say which one it is: `taco challenge edit ID FOLDER`."
        raise NotFound(f"No challenge was made from a folder {draft.source.slug}.", hint)
    if len(found) > 1:
        hint = "Say which one with --class NAME, or `taco challenge edit ID FOLDER`."
        raise InvalidParams(f"{len(found)} challenges were made from this folder.", hint)
    return await tx.challenges.get(found[0].id, to_change=True)


def _named(known: Iterable[T], name: str, *, removed: bool = False) -> T:
    found = [it for it in known if name in (str(it.id), it.title, _slug(it))]
    if not found and removed:
        raise NotFound(f"There is no removed challenge {name}.", "`taco challenge list --removed` names them.")
    if not found:
        raise NotFound(f"There is no challenge {name}.", _LIST)
    if len(found) > 1:
        ids = ", ".join(str(it.id) for it in found)
        raise InvalidParams(f"There are {len(found)} challenges {name}.", f"Give an id: {ids}.")
    return found[0]


def _slug(challenge: Challenge | ChallengeSource) -> str | None:
    source = shelf.source_of(challenge)
    return source.slug if source else None
