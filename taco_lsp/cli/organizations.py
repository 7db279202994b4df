"""`taco org`: the school, and the tutor policy of all its classes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import attrs
import typer

from storage import Organization
from taco_lsp.accounts import rights, school
from taco_lsp.cli.output import AsJson, counted, print_json
from taco_lsp.cli.school import AtStore, OfOrganization, at_school
from taco_lsp.errors import InvalidParams
from taco_lsp.tutor.policy import Policy, misfits

if TYPE_CHECKING:
    from storage import Store

app = typer.Typer(no_args_is_help=True, help="See your school and set its tutor policy.")


@app.command("show")
def show(store_url: AtStore = None, as_json: AsJson = False) -> None:
    """Show the schools you may see, and how many people and classes they have: `taco org show`."""

    async def look(store: Store) -> list[dict[str, Any]]:
        actor = await school.acting_user(store)
        async with store.read() as tx:
            found = [await tx.organizations.get(actor.organization_id)] if actor else await tx.organizations.list()
            return [
                {
                    **_as_json(it),
                    "users": len(await tx.users.of_organization(it.id)),
                    "classes": len(await tx.classes.of_organization(it.id)),
                }
                for it in found
            ]

    rows = at_school(store_url, look)
    if as_json:
        print_json({"organizations": rows})
        return
    for row in rows:
        size = f"{counted(row['classes'], 'class', 'classes')}, {counted(row['users'], 'account')}"
        typer.echo(f"{row['name']} ({row['id']}): {size}")
    if not rows:
        typer.echo("There is no school yet. Begin with `taco admin init URL`.")


@app.command("policy")
def policy(
    changes: Annotated[
        list[str] | None,
        typer.Argument(metavar="[KEY=VALUE…]", help="What to set; `KEY=` takes it out (docs/policy.md)."),
    ] = None,
    named: OfOrganization = None,
    store_url: AtStore = None,
    as_json: AsJson = False,
) -> None:
    """Show or change the tutor policy of every class: `taco org policy hint_ceiling=3 allow_code=none`."""
    told = _changes(changes or ())

    async def change(store: Store) -> Mapping[str, Any]:
        actor = await school.acting_user(store)
        if told:
            rights.check_admin(actor)
            rights.check_reaches_school(store, actor)
        async with store.write() if told else store.read() as tx:
            organization = await school.organization(tx, actor, named)
            if told:  # nobody else may change it between reading and writing
                organization = await tx.organizations.get(organization.id, to_change=True)
            merged = {**(organization.tutor_policy or {}), **told}
            kept = {key: value for key, value in merged.items() if value is not None}
            if told:
                await tx.organizations.set_policy(organization.id, kept or None)
            return kept

    now_set = at_school(store_url, change)
    if as_json:
        print_json({"policy": dict(now_set)})
        return
    for key, value in now_set.items():
        typer.echo(f"{key:<20} {json.dumps(value, ensure_ascii=False)}")
    if not now_set:
        typer.echo("No policy is set: the defaults of docs/policy.md hold.")


def _changes(given: Sequence[str]) -> dict[str, Any]:
    known = {field.name for field in attrs.fields(Policy)}
    changes: dict[str, Any] = {}
    for word in given:
        key, sign, value = word.partition("=")
        if not sign:
            raise InvalidParams(f"{word} is no KEY=VALUE.", "Write it like hint_ceiling=3.")
        if key not in known:
            raise InvalidParams(f"There is no policy {key}.", f"There are: {', '.join(sorted(known))}.")
        changes[key] = _value(value)
    if wrong := misfits({key: value for key, value in changes.items() if value is not None}):
        raise InvalidParams(f"This value does not fit: {wrong[0]}.", "docs/policy.md has the values of each key.")
    return changes


def _value(text: str) -> Any:
    """Read a value as JSON where it is some; everything else is text, and nothing is nothing."""
    if not text:
        return None
    try:
        return json.loads(text)
    except ValueError:
        return text


def _as_json(organization: Organization) -> dict[str, Any]:
    policy = organization.tutor_policy
    return {
        "id": str(organization.id),
        "name": organization.name,
        "policy": dict(policy) if policy else None,
    }
