"""`taco challenge import`: a whole track, or a folder of challenges, into a class."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from taco_lsp.authoring.collection import challenge_folders, read_folders
from taco_lsp.authoring.exercism.importing import import_track
from taco_lsp.authoring.exercism.track import read_track
from taco_lsp.authoring.importing import Imported, import_all
from taco_lsp.authoring.places import Place, author, place_to_fill
from taco_lsp.cli.output import AsJson, counted
from taco_lsp.cli.school import AtStore, at_school

if TYPE_CHECKING:
    from storage import Store

app = typer.Typer(no_args_is_help=True, help="Import many challenges at once; doing it again brings them up to date.")
ClassName = Annotated[str, typer.Option("--class", metavar="NAME", help="The class (name or id), made if need be.")]


@app.command("exercism")
def exercism(
    track: Annotated[Path, typer.Argument(help="A track's folder, such as a clone of exercism/python.")],
    class_name: ClassName,
    store_url: AtStore = None,
    as_json: AsJson = False,
) -> None:
    """Import the exercises and concepts of an Exercism track: `taco challenge import exercism python --class 10B`."""
    found = read_track(track)
    with _progress(len(found.listings) + len(found.skipped) + 1, shown=not as_json) as step:

        async def import_(store: Store) -> tuple[Imported, int]:
            return await import_track(store, found, await _place(store, class_name), step=step)

        imported, knowledge = at_school(store_url, import_)
    _end(imported, knowledge, as_json=as_json)


@app.command("folder")
def folder(
    folder: Annotated[Path, typer.Argument(help="A folder of challenge folders (docs/authoring.md).")],
    class_name: ClassName,
    store_url: AtStore = None,
    as_json: AsJson = False,
) -> None:
    """Import a folder of challenges: `taco challenge import folder challenges --class 10B`."""
    folders = challenge_folders(folder)
    with _progress(len(folders), shown=not as_json) as step:

        async def import_(store: Store) -> Imported:
            return await import_all(store, read_folders(folders), await _place(store, class_name), step=step)

        imported = at_school(store_url, import_)
    _end(imported, 0, as_json=as_json)


def tell_new_class(place: Place) -> None:
    """Say that a class was made, where it does not spoil JSON."""
    if place.class_ is not None and place.is_new:
        typer.echo(f"Made the class {place.class_.name} ({place.class_.id}).", err=True)


async def _place(store: Store, class_name: str) -> Place:
    actor = await author(store)
    async with store.write() as tx:
        place = await place_to_fill(tx, actor, class_name)
    tell_new_class(place)
    return place


@contextmanager
def _progress(total: int, *, shown: bool) -> Iterator[Callable[[], None]]:
    """Show a bar on a terminal, and nothing elsewhere."""
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not (shown and console.is_terminal)) as bar:
        task = bar.add_task("Importing", total=total)
        yield lambda: bar.advance(task)


def _end(imported: Imported, knowledge: int, *, as_json: bool) -> None:
    """Say what came of it; nothing at all is a failure."""
    _show(imported, knowledge, as_json=as_json)
    if imported.skipped and not imported.imported and not knowledge:
        typer.echo("taco: Nothing was imported: every one was skipped, for the reason given.", err=True)
        raise typer.Exit(1)


def _show(imported: Imported, knowledge: int, *, as_json: bool) -> None:
    if as_json:
        skipped = [{"slug": item.slug, "reason": item.reason} for item in imported.skipped]
        result = {"imported": imported.imported, "skipped": skipped, "knowledge": knowledge}
        typer.echo(json.dumps(result, indent=2, ensure_ascii=False))
        return
    counts = ", ".join(f"{count} {outcome}" for outcome, count in sorted(imported.outcomes.items()))
    typer.echo(f"Imported {counted(imported.imported, 'challenge')}{f' ({counts})' if counts else ''}.")
    if knowledge:
        typer.echo(f"The tutor may draw on {counted(knowledge, 'concept page')}.")
    for item in imported.skipped:
        typer.echo(f"Skipped {item.slug}: {item.reason}.")
