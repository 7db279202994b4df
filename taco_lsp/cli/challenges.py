"""`taco challenge`: put challenges into the store and list them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from storage import Challenge
from taco_lsp.authoring.challenge_folder import read_challenge
from taco_lsp.cli.session import with_store
from taco_lsp.tutor import builtin
from taco_lsp.wire.converter import to_wire

if TYPE_CHECKING:
    from storage import Store

app = typer.Typer(no_args_is_help=True, help="Add and list challenges.")
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]


@app.command("add")
def add(
    folder: Annotated[Path, typer.Argument(help="A folder as docs/challenges.md describes it.", file_okay=False)],
    as_json: AsJson = False,
) -> None:
    """Add a challenge from a folder of plain files."""

    async def put(store: Store) -> Challenge:
        async with store.write() as tx:
            model = await tx.models.ensure(builtin.NAME, builtin.VERSION)
            challenge = read_challenge(folder, model_id=model.id)
            await tx.challenges.add(challenge)
        return challenge

    challenge = with_store(put)
    typer.echo(json.dumps(to_wire(challenge), indent=2) if as_json else f"Added {challenge.title} ({challenge.id}).")


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """List the challenges you can open."""

    async def find(store: Store) -> list[Challenge]:
        user = await store.local_profile()
        async with store.read() as tx:
            return list(await tx.challenges.list_for_user(user.id))

    challenges = with_store(find)
    if as_json:
        typer.echo(json.dumps({"challenges": to_wire(challenges)}, indent=2, ensure_ascii=False))
        return
    for challenge in challenges:
        typer.echo(f"{challenge.id}  {challenge.title}")
    if not challenges:
        typer.echo("No challenges yet. Add one with `taco challenge add FOLDER`.")
