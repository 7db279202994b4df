"""`taco export progsnap2`: the journeys of students as a data set for research."""

from __future__ import annotations

import os
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer
from rich.console import Console

from storage.exporting import ExportFilter
from taco_lsp.accounts.school import acting_user, class_named, organization
from taco_lsp.cli.output import AsJson, OfChallenge, counted, print_json
from taco_lsp.cli.school import AtStore, OfOrganization, at_school
from taco_lsp.cli.usage import moment
from taco_lsp.errors import Forbidden
from taco_lsp.export.progsnap2.dataset import Exported
from taco_lsp.export.progsnap2.dataset import export as export_dataset
from taco_lsp.export.progsnap2.pseudonyms import KEY_VARIABLE, find_key

if TYPE_CHECKING:
    from storage import Store

app = typer.Typer(no_args_is_help=True, help="Export journeys for research, under pseudonyms.")


@app.callback()
def _root() -> None:
    """Export journeys for research, under pseudonyms."""


@app.command("progsnap2")
def progsnap2(  # noqa: PLR0917 - the command line's, by name
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.")],
    class_: Annotated[str | None, typer.Option("--class", metavar="NAME", help="Only this class (name or id).")] = None,
    challenge: OfChallenge = None,
    since: Annotated[str | None, typer.Option(help="A day (2026-03-01), or so long ago: 12h, 7d, 4w.")] = None,
    key_file: Annotated[
        Path | None, typer.Option(help=f"The key of the pseudonyms; made if missing. Or {KEY_VARIABLE}.")
    ] = None,
    redact: Annotated[
        bool, typer.Option("--redact-text", help="Leave out all texts but programs, and their comments.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace an earlier export in DIR.")] = False,
    named: OfOrganization = None,
    store_url: AtStore = None,
    as_json: AsJson = False,
) -> None:
    """Write a ProgSnap2 data set: `taco export progsnap2 study --class 9b --key-file study.key`."""
    start = moment(since, datetime.now(UTC)) if since else None
    key = find_key(key_file, os.environ)
    errors = Console(stderr=True, highlight=False)

    async def write(store: Store) -> Exported:
        chosen = ExportFilter(
            class_id=await _class(store, class_, named), challenge_id=challenge, since=start
        )  # fmt: skip
        with errors.status("Exporting …") as status:
            return await export_dataset(
                store, folder, key=key or secrets.token_bytes(32), chosen=chosen, redact=redact, force=force,
                progress=lambda events: status.update(f"Exporting … {events:,} events"),
            )  # fmt: skip

    made = at_school(store_url, write)
    if key is None:
        errors.print(f"The pseudonyms are new: name a --key-file or set {KEY_VARIABLE} to get the same ones again.")
    if as_json:
        print_json({
            "folder": str(folder.absolute()), "subjects": made.subjects, "events": made.events,
            "codeStates": made.code_states, "problems": made.problems, "redacted": redact, "stableKey": key is not None,
        })  # fmt: skip
        return
    typer.echo(f"Wrote {counted(made.events, 'event')} of {counted(made.subjects, 'student')} to {folder.absolute()}.")


async def _class(store: Store, class_: str | None, named: str | None) -> UUID | None:
    actor = await acting_user(store)
    if actor is not None and actor.role == "student" and store.info.path is None:
        raise Forbidden("Only those who teach may export.", "Sign in with a teacher's account.")
    if class_ is None:
        return None
    async with store.read() as tx:
        return (await class_named(tx, await organization(tx, actor, named), class_)).id
