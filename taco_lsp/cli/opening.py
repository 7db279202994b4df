"""`taco challenge open`: puts a challenge into a folder, for students whose editor has no command for it.

The session starts when the editor opens the file, which is bound to the challenge.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from storage.records import Challenge
from taco_lsp.cli.output import AsJson, print_json
from taco_lsp.cli.session import with_store
from taco_lsp.errors import InvalidParams, NotFound
from taco_lsp.features.challenges import Placed, place

if TYPE_CHECKING:
    from storage import Store


def open_(
    words: Annotated[list[str] | None, typer.Argument(help="Words of its title, or its id.")] = None,
    folder: Annotated[Path, typer.Option("--in", help="Where its folder is made.", file_okay=False)] = Path(),
    as_json: AsJson = False,
) -> None:
    """Put a challenge here to work at it: `taco challenge open average`; without words, list those you can open."""
    if not words:
        _list(with_store(_all), as_json=as_json)
        return
    challenge, placed = with_store(lambda store: _open(store, " ".join(words), folder.absolute()))
    files = [str(placed.folder / path) for path in placed.files]
    kept = [str(placed.folder / path) for path in placed.kept]
    if as_json:
        opened = {"challengeId": str(challenge.id), "title": challenge.title, "folder": str(placed.folder)}
        print_json({**opened, "files": files, "kept": kept, "restored": placed.restored})
        return
    typer.echo(f"{challenge.title}: {'your latest version' if placed.restored else 'ready'} in {placed.folder}.")
    for file in kept:
        typer.echo(f"Left as it is, because it holds newer work: {file}")
    typer.echo(f"Read {placed.folder / 'README.md'}, then open in your editor: {files[0] if files else placed.folder}")


async def _all(store: Store) -> list[Challenge]:
    user = await store.local_profile()
    async with store.read() as tx:
        return await tx.challenges.list_for_user(user.id)


async def _open(store: Store, words: str, parent: Path) -> tuple[Challenge, Placed]:
    challenge = _named(await _all(store), words)
    return challenge, await place(store, await store.local_profile(), challenge, parent)


def _named(challenges: list[Challenge], words: str) -> Challenge:
    """The one with this id, or with these words in its title.

    Raises:
        NotFound: there is none.
        InvalidParams: there are several.
    """
    wanted = words.casefold()
    found = [one for one in challenges if str(one.id) == wanted or one.title.casefold() == wanted]
    found = found or [one for one in challenges if wanted in one.title.casefold()]
    if not found:
        raise NotFound(f"You have no challenge with “{words}” in its title.", "`taco challenge open` lists them.")
    if len(found) > 1:
        titles = ", ".join(f"{one.title} ({one.id})" for one in found)
        raise InvalidParams(f"Several challenges fit: {titles}.", "Give more of the title, or the id.")
    return found[0]


def _list(challenges: list[Challenge], *, as_json: bool) -> None:
    if as_json:
        print_json({"challenges": [{"id": str(one.id), "title": one.title} for one in challenges]})
        return
    for one in challenges:
        typer.echo(f"{one.id}  {one.title}")
    if not challenges:
        typer.echo("There are no challenges yet. Your teacher adds them.")
