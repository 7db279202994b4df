"""`taco challenge`: make, check and keep challenges. Importing many at once is in `imports`."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer

from storage import Challenge
from taco_lsp.authoring import upkeep
from taco_lsp.authoring.challenge_folder import read_draft
from taco_lsp.authoring.changes import Change
from taco_lsp.authoring.checking import Checked, check
from taco_lsp.authoring.problems import Problem
from taco_lsp.authoring.skeleton import write_skeleton
from taco_lsp.authoring.writing import write_folder
from taco_lsp.cli import imports, opening
from taco_lsp.cli.output import AsJson, as_id, counted
from taco_lsp.cli.school import AtStore, at_school
from taco_lsp.errors import InvalidParams
from taco_lsp.wire.converter import to_wire

app = typer.Typer(no_args_is_help=True, help="Work at challenges; make, check and keep them (docs/authoring.md).")
app.add_typer(imports.app, name="import")
app.command("open")(opening.open_)
Folder = Annotated[Path, typer.Argument(help="A challenge folder as docs/authoring.md describes it.", file_okay=False)]
ForClass = Annotated[str | None, typer.Option("--class", metavar="NAME", help="Of this class only (name or id).")]
_ABOUT = ("difficulty", "prerequisites", "concepts", "source")
_SIGNS = {"added": "+", "removed": "-", "changed": "~"}


@app.command("new")
def new(
    folder: Annotated[Path, typer.Argument(help="A folder that does not exist yet.")], as_json: AsJson = False
) -> None:
    """Write a folder to start from: `taco challenge new sum-of-two`."""
    files = write_skeleton(folder)
    if as_json:
        _print_json({"folder": str(folder), "files": list(files)})
        return
    typer.echo(f"Made {folder} with {counted(len(files), 'file')}. Change them, then: taco challenge check {folder}")


@app.command("check")
def check_(folders: Annotated[list[Path], typer.Argument(help="Challenge folders.")], as_json: AsJson = False) -> None:
    """Check folders: `taco challenge check challenges/*`. Their tests and solutions are run on this machine."""

    async def check_all() -> list[Checked]:
        return [await check(folder) for folder in folders]

    found = asyncio.run(check_all())
    if as_json:
        _print_json({"challenges": [_checked(one) for one in found]})
    else:
        for one in found:
            _show_checked(one)
    if not all(one.ok for one in found):
        raise typer.Exit(1)


@app.command("add")
def add(
    folder: Folder,
    class_name: Annotated[
        str | None, typer.Option("--class", metavar="NAME", help="For this class, made if need be; else for practice.")
    ] = None,
    store_url: AtStore = None,
    as_json: AsJson = False,
) -> None:
    """Add a challenge from a folder: `taco challenge add sum-of-two --class 10B`."""
    draft = read_draft(folder)
    place, shelved = at_school(store_url, lambda store: upkeep.add(store, draft, class_name))
    imports.tell_new_class(place)
    if as_json:
        _print_json(_as_json(shelved.challenge))
    else:
        typer.echo(f"Added {shelved.challenge.title} ({shelved.challenge.id}).")


@app.command("edit")
def edit(
    target: Annotated[str, typer.Argument(metavar="FOLDER|ID", help="The folder, or the challenge's id.")],
    folder: Annotated[Path | None, typer.Argument(help="The folder, after an id.", file_okay=False)] = None,
    class_name: ForClass = None,
    store_url: AtStore = None,
    as_json: AsJson = False,
) -> None:
    """Bring a challenge up to date from its folder; students' work stays: `taco challenge edit sum-of-two`."""
    id_ = _id(target)
    if id_ is not None and folder is None:
        raise InvalidParams(
            "Which folder is it to be read from?",
            f"taco challenge edit {id_} FOLDER; `taco challenge export {id_} FOLDER` writes one.",
        )
    if id_ is None and folder is not None:
        raise InvalidParams(f"{target} is not an id.", "Give one folder, or an id and a folder.")
    draft = read_draft(folder or Path(target))
    shelved = at_school(store_url, lambda store: upkeep.edit(store, draft, id_=id_, class_name=class_name))
    if as_json:
        _print_json({"challenge": _as_json(shelved.challenge), "changed": to_wire(shelved.changes)})
        return
    typer.echo(f"{shelved.outcome.capitalize()}: {shelved.challenge.title} ({shelved.challenge.id}).")
    for change in shelved.changes:
        typer.echo(_change(change))


@app.command("list")
def list_(
    class_name: ForClass = None,
    removed: Annotated[bool, typer.Option("--removed", help="Those that were removed, the latest first.")] = False,
    store_url: AtStore = None,
    as_json: AsJson = False,
) -> None:
    """List the challenges you keep, newest first: `taco challenge list --class 10B`."""
    if removed:
        _show_removed(at_school(store_url, lambda store: upkeep.list_removed(store, class_name)), as_json=as_json)
        return
    challenges, names = at_school(store_url, lambda store: upkeep.list_(store, class_name))
    if as_json:
        _print_json({"challenges": [_as_json(it) for it in challenges]})
        return
    for it in challenges:
        typer.echo(f"{it.id}  {it.title}  ({names[it.class_id] if it.class_id else 'practice'})")
    if not challenges:
        typer.echo("No challenges yet. Add one with `taco challenge add FOLDER`.")


@app.command("remove")
def remove(
    names: Annotated[list[str], typer.Argument(help="Ids, titles or slugs of challenges.")],
    class_name: ForClass = None,
    store_url: AtStore = None,
    as_json: AsJson = False,
) -> None:
    """Take challenges away from students; what was recorded stays readable: `taco challenge remove sum-of-two`."""
    gone = at_school(store_url, lambda store: upkeep.remove(store, names, class_name))
    if as_json:
        _print_json({"removed": [_as_json(it) for it in gone]})
        return
    for it in gone:
        typer.echo(f"Removed {it.title}. `taco challenge restore {it.id}` brings it back.")


@app.command("restore")
def restore(
    name: Annotated[str, typer.Argument(help="Id, title or slug of the challenge.")],
    class_name: ForClass = None,
    store_url: AtStore = None,
    as_json: AsJson = False,
) -> None:
    """Bring a removed challenge back, with everybody's work: `taco challenge restore sum-of-two`."""
    back = at_school(store_url, lambda store: upkeep.restore(store, name, class_name))
    if as_json:
        _print_json(_as_json(back))
    else:
        typer.echo(f"{back.title} is back ({back.id}).")


@app.command("export")
def export(
    challenge: Annotated[UUID, typer.Argument(parser=as_id, metavar="ID", help="The challenge's id.")],
    folder: Annotated[Path, typer.Argument(help="A folder that does not exist yet.")],
    store_url: AtStore = None,
    as_json: AsJson = False,
) -> None:
    """Write a challenge as a folder, with its solutions: `taco challenge export ID sum-of-two`."""
    found = at_school(store_url, lambda store: upkeep.get(store, challenge))
    files = write_folder(found, folder)
    if as_json:
        _print_json({"folder": str(folder), "files": list(files)})
    else:
        typer.echo(f"Wrote {found.title} to {folder} ({counted(len(files), 'file')}).")


def _show_removed(found: Sequence[upkeep.Removed], *, as_json: bool) -> None:
    if as_json:
        _print_json({"removed": [_removed(it) for it in found]})
        return
    for it in found:
        challenge, place = it.challenge, it.class_.name if it.class_ else "practice"
        typer.echo(f"{challenge.id}  {challenge.title}  ({place})  removed {challenge.deleted_at:%Y-%m-%d}")
    typer.echo("`taco challenge restore ID` brings one back." if found else "No challenge was removed.")


def _removed(one: upkeep.Removed) -> dict[str, Any]:
    challenge = one.challenge
    return {
        "id": str(challenge.id),
        "title": challenge.title,
        "classId": str(one.class_.id) if one.class_ else None,
        "removedAt": to_wire(challenge.deleted_at),
    }


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _change(change: Change) -> str:
    counts = f"  (+{change.lines_added} -{change.lines_removed} lines)" if change.how == "changed" else ""
    return f"  {_SIGNS[change.how]} {change.what}{counts}"


def _as_json(challenge: Challenge) -> dict[str, Any]:
    """The challenge as on the wire, with what the teacher said about it; never its files or solutions."""
    given = challenge.support_materials or {}
    return {**to_wire(challenge), **{key: given[key] for key in _ABOUT if given.get(key)}}


def _checked(one: Checked) -> dict[str, Any]:
    return {
        "folder": str(one.folder),
        "title": one.title,
        "ok": one.ok,
        "problems": _problems(one.problems, "error"),
        "warnings": _problems(one.problems, "warning"),
    }


def _problems(problems: Sequence[Problem], level: str) -> list[Any]:
    return [
        {key: value for key, value in to_wire(problem).items() if key != "level" and value != ""}
        for problem in problems
        if problem.level == level
    ]


def _show_checked(one: Checked) -> None:
    typer.secho(f"{'ok' if one.ok else 'not ok'}  {one.title} ({one.folder})", bold=True)
    for problem in one.problems:
        typer.echo(f"  {problem.level}: {problem}")
        if problem.hint:
            typer.echo(f"    {problem.hint}")


def _print_json(value: dict[str, Any]) -> None:
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False))
