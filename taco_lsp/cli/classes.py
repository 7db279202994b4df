"""`taco class`: classes and who is in them. Getting people in is in `enrolling`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from storage import Class
from storage.values import Member
from taco_lsp.accounts import rights, school
from taco_lsp.cli.output import AsJson, counted, print_json
from taco_lsp.cli.school import AtStore, OfOrganization, at_school
from taco_lsp.errors import InvalidParams

if TYPE_CHECKING:
    from storage import Store

app = typer.Typer(no_args_is_help=True, help="Keep classes: add, list, remove, see who is in them.")
Name = Annotated[str, typer.Argument(metavar="NAME", help="The class (name or id).")]


@app.command("add")
def add(  # noqa: PLR0917 - the command line's, by name
    name: Annotated[str, typer.Argument(help="The name of the class, such as 10B.")],
    subject: Annotated[str | None, typer.Option(help="What is taught.")] = None,
    description: Annotated[str | None, typer.Option(help="A sentence about it.")] = None,
    named: OfOrganization = None,
    store_url: AtStore = None,
    as_json: AsJson = False,
) -> None:
    """Make a class that you teach: `taco class add 10B --subject Informatics`."""
    if not name.strip():
        raise InvalidParams("The name of the class is empty.", "Give it a name.")

    async def make(store: Store) -> tuple[Class, bool]:
        actor = await school.acting_user(store)
        async with store.write() as tx:
            rights.check_teacher(actor)
            promoted = await rights.become_teacher(tx, actor)
            organization = await school.organization(tx, actor, named)
            known = await tx.classes.of_organization(organization.id)
            if any(it.name.casefold() == name.strip().casefold() for it in known):
                raise InvalidParams(f"There is a class {name} already.", "Choose another name.")
            class_ = Class(
                organization_id=organization.id,
                name=name.strip(),
                subject=subject,
                description=description,
                created_by_user_id=actor.id if actor else None,
            )
            await tx.classes.add(class_)
        return class_, promoted

    class_, promoted = at_school(store_url, make)
    if as_json:
        print_json(_as_json(class_))
        return
    typer.echo(f"Made class {class_.name} ({class_.id}).")
    if promoted:
        typer.echo("You are a teacher on this machine now.")


@app.command("list")
def list_(named: OfOrganization = None, store_url: AtStore = None, as_json: AsJson = False) -> None:
    """List the classes you may see, with their number of students: `taco class list`."""

    async def find(store: Store) -> list[dict[str, Any]]:
        actor = await school.acting_user(store)
        async with store.read() as tx:
            organization = await school.organization(tx, actor, named)
            found = await tx.classes.of_organization(organization.id)
            sizes = await tx.classes.sizes([it.id for it in found])
        return [{**_as_json(it), "students": sizes.get(it.id, 0)} for it in found]

    rows = at_school(store_url, find)
    if as_json:
        print_json({"classes": rows})
        return
    for row in rows:
        students = counted(row["students"], "student")
        typer.echo(f"{row['id']}  {row['name']:<20} {students:<13} {row['subject'] or ''}".rstrip())
    if not rows:
        typer.echo("No classes yet. Make one with `taco class add NAME`.")


@app.command("remove")
def remove(name: Name, named: OfOrganization = None, store_url: AtStore = None, as_json: AsJson = False) -> None:
    """Close a class; what was done in it stays readable: `taco class remove 10B`."""

    async def close(store: Store) -> Class:
        actor = await school.acting_user(store)
        async with store.write() as tx:
            class_ = await school.class_named(tx, await school.organization(tx, actor, named), name)
            rights.check_teacher(actor)
            await tx.classes.remove(class_.id)
        return class_

    class_ = at_school(store_url, close)
    if as_json:
        print_json({"removed": _as_json(class_)})
    else:
        typer.echo(f"Closed class {class_.name}.")


@app.command("roster")
def roster(name: Name, named: OfOrganization = None, store_url: AtStore = None, as_json: AsJson = False) -> None:
    """List who is in a class: `taco class roster 10B`."""

    async def find(store: Store) -> tuple[Class, list[Member]]:
        actor = await school.acting_user(store)
        async with store.read() as tx:
            class_ = await school.class_named(tx, await school.organization(tx, actor, named), name)
            rights.check_teacher(actor)
            return class_, await tx.classes.members(class_.id)

    class_, members = at_school(store_url, find)
    if as_json:
        print_json({"class": _as_json(class_), "members": [_member(it) for it in members]})
        return
    for member in members:
        typer.echo(f"{member.role:<8} {member.email:<40} since {member.enrolled_at:%Y-%m-%d}")
    if not members:
        typer.echo(f"Nobody is in {class_.name}. Enrol people with `taco enrol EMAIL… --class {class_.name}`.")


def _as_json(class_: Class) -> dict[str, Any]:
    return {
        "id": str(class_.id),
        "name": class_.name,
        "subject": class_.subject,
        "description": class_.description,
    }


def _member(member: Member) -> dict[str, Any]:
    return {
        "userId": str(member.user_id),
        "email": member.email,
        "role": member.role,
        "enrolledAt": member.enrolled_at.isoformat(),
    }
