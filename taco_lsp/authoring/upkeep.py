"""What a teacher does with stored challenges: add, edit, remove, restore, each in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING
from uuid import UUID

import attrs

from storage import Challenge
from storage.errors import NotFound as NoRow
from taco_lsp.authoring import shelf
from taco_lsp.authoring.draft import Draft
from taco_lsp.authoring.places import Place, author, challenges_at, find_place, person
from taco_lsp.authoring.shelf import Shelved
from taco_lsp.errors import InvalidParams, NotFound

if TYPE_CHECKING:
    from storage import Store, Transaction

_LIST = "`taco challenge list` names them."


async def add(store: Store, draft: Draft, class_name: str | None) -> tuple[Place, Shelved]:
    """Add a challenge to a class, made if need be, or to one's own practice.

    Raises:
        InvalidParams: it is there already.
    """
    actor = await author(store)
    async with store.write() as tx:
        place = await find_place(tx, actor, class_name, create=True)
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
        InvalidParams: several were made from it, or students' saved work would no longer fit.
        NotFound: there is none.
    """
    actor = await author(store)
    async with store.write() as tx:
        place = await find_place(tx, actor, class_name)
        if id_ is not None:
            found = await _get(tx, id_, to_change=True)
        else:
            found = await _of_folder(tx, draft, place, everywhere=class_name is None)
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
        InvalidParams: a name fits several.
        NotFound: a name fits none; nothing was removed.
    """
    actor = await author(store)
    async with store.write() as tx:
        known = await challenges_at(tx, await find_place(tx, actor, class_name))
        chosen = {it.id: it for it in (_named(known, name) for name in names)}
        for id_ in chosen:
            await tx.challenges.delete(id_)
    return tuple(chosen.values())


async def restore(store: Store, id_: UUID) -> Challenge:
    """Bring a removed challenge back.

    Raises:
        NotFound: it was not removed, or there is none.
    """
    await author(store)
    async with store.write() as tx:
        try:
            return await tx.challenges.restore(id_)
        except NoRow as error:
            raise NotFound(f"There is no removed challenge {id_}.", _LIST) from error


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


async def _get(tx: Transaction, id_: UUID, *, to_change: bool = False) -> Challenge:
    try:
        return await tx.challenges.get(id_, to_change=to_change)
    except NoRow as error:
        raise NotFound(f"There is no challenge {id_}.", _LIST) from error


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


def _named(known: Iterable[Challenge], name: str) -> Challenge:
    found = [it for it in known if name in (str(it.id), it.title) or _has_slug(it, name)]
    if not found:
        raise NotFound(f"There is no challenge {name}.", _LIST)
    if len(found) > 1:
        ids = ", ".join(str(it.id) for it in found)
        raise InvalidParams(f"There are {len(found)} challenges {name}.", f"Give an id: {ids}.")
    return found[0]


def _has_slug(challenge: Challenge, name: str) -> bool:
    source = shelf.source_of(challenge)
    return source is not None and source.slug == name
