"""Whose school is meant: the organization and the class a command works on, whoever runs it.

On a local file it is that of the person who works there, with a login that of its account. The owner of a school's
database belongs to none: with one organization it is that one, with several it has to be named.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage import Class, Organization, User
from taco_lsp.errors import InvalidParams, NotFound

if TYPE_CHECKING:
    from storage import Store, Transaction


def is_local(store: Store) -> bool:
    """Tell whether a store is a file on this machine, whose owner may do everything with it."""
    return store.info.path is not None


async def acting_user(store: Store) -> User | None:
    """Give whose rights a command has; None for the owner of a school's database."""
    if is_local(store):
        return await store.local_profile()
    async with store.read() as tx:
        return await tx.users.of_login()


async def organization(tx: Transaction, actor: User | None, named: str | None = None) -> Organization:
    """Find the organization a command is about.

    Raises:
        NotFound: there is none of this name, or none at all.
        InvalidParams: there are several, and none is named.
    """
    if actor is not None and named is None:
        return await tx.organizations.get(actor.organization_id)
    known = await tx.organizations.list()
    found = [it for it in known if named is None or named.strip().casefold() in (it.name.casefold(), str(it.id))]
    if not found:
        hint = "`taco org show` names them." if known else "Begin with `taco admin init`."
        raise NotFound(f"There is no organization {named}." if named else "There is no organization yet.", hint)
    if len(found) > 1:
        names = ", ".join(f"{it.name} ({it.id})" for it in found)
        raise InvalidParams("There are several organizations.", f"Say which with --org: {names}.")
    return found[0]


async def class_named(tx: Transaction, organization_: Organization, named: str) -> Class:
    """Find a class of an organization by its name or id.

    Raises:
        NotFound: there is none that this person may see.
        InvalidParams: several have the name.
    """
    known = await tx.classes.of_organization(organization_.id)
    found = [it for it in known if named.strip().casefold() in (it.name.casefold(), str(it.id))]
    if not found:
        names = ", ".join(it.name for it in known)
        raise NotFound(
            f"There is no class {named}.",
            f"There are: {names}." if known else "Make one with `taco class add NAME`.",
        )
    if len(found) > 1:
        ids = ", ".join(str(it.id) for it in found)
        raise InvalidParams(f"There are {len(found)} classes {named}.", f"Give the id instead: {ids}.")
    return found[0]
