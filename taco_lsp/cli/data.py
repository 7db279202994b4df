"""`taco data` and `taco recording`: what is recorded of you, all of it in a file, its deletion, and a pause."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from storage.records import now
from taco_lsp.cli.output import AsJson, OfChallenge, print_json
from taco_lsp.cli.session import with_store
from taco_lsp.errors import CannotWrite
from taco_lsp.journey.own_data.deletion import delete_at, told
from taco_lsp.journey.own_data.page import html as html_page
from taco_lsp.journey.own_data.page import markdown
from taco_lsp.journey.own_data.recorded import Recorded, as_rows, read_recorded
from taco_lsp.journey.recording import read_state
from taco_lsp.wire.converter import to_wire

if TYPE_CHECKING:
    from storage import Store
    from taco_lsp.wire.types import Deletion, RecordingState

app = typer.Typer(no_args_is_help=True, help="See, take with you and delete what is recorded of you.")
recording = typer.Typer(no_args_is_help=True, help="Pause the recording of your work, and go on with it.")


@app.command("show")
def show(
    html: Annotated[Path | None, typer.Option(help="Write it as an HTML page.")] = None, as_json: AsJson = False
) -> None:
    """Tell what is recorded and who may see it: `taco data show --html recorded.html`."""
    recorded = with_store(_read)
    if html:
        _write(html, html_page(recorded))
    if as_json:
        found = {"recorded": to_wire(recorded.at), "deletions": to_wire(recorded.unsettled)}
        print_json({"store": recorded.store, **to_wire(recorded.state), **found})
    else:
        typer.echo(f"Page: {html.absolute()}" if html else markdown(recorded))


@app.command("export")
def export(
    file: Annotated[Path, typer.Argument(help="The JSON file to write.", dir_okay=False)], as_json: AsJson = False
) -> None:
    """Write everything that is recorded of you into one file: `taco data export mine.json`."""
    rows = as_rows(with_store(_read))
    _write(file, json.dumps(to_wire(rows), ensure_ascii=False, indent=1) + "\n")
    counts = {name: len(found) for name, found in rows.items()}
    if as_json:
        print_json({"file": str(file.absolute()), "rows": counts})
    else:
        written = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
        typer.echo(f"Wrote {file.absolute()}: {written}.")


@app.command("delete")
def delete(
    challenge: OfChallenge = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Delete your work from this store, and ask your school to: `taco data delete --challenge ID`."""
    if not yes:
        what = "your work at this challenge" if challenge else "ALL your work"
        typer.confirm(f"Delete {what}? It cannot be brought back", abort=True, err=True)

    async def take_out(store: Store) -> tuple[Deletion, ...]:
        user = await store.local_profile()
        async with store.write() as tx:
            chosen = [id_ for id_ in await tx.own_data.deletable(user.id) if challenge in (None, id_)]
            return await delete_at(tx, user.id, chosen)

    deletions = with_store(take_out)
    if as_json:
        print_json({"deletions": to_wire(deletions)})
        return
    typer.echo(told(deletions))


@recording.command("pause")
def pause(as_json: AsJson = False) -> None:
    """Stop recording what you write, ask, run and save; the tutor goes on answering: `taco recording pause`."""
    _turn(paused=True, as_json=as_json)


@recording.command("resume")
def resume(as_json: AsJson = False) -> None:
    """Go on recording: `taco recording resume`."""
    _turn(paused=False, as_json=as_json)


def _turn(*, paused: bool, as_json: bool) -> None:
    async def turn(store: Store) -> RecordingState:
        user = await store.local_profile()
        async with store.write() as tx:
            if paused:
                await tx.own_data.pause(user.id, now())
            else:
                await tx.own_data.resume(user.id, now())
            return await read_state(tx, user)

    state = with_store(turn)
    if as_json:
        print_json(to_wire(state))
    else:
        typer.echo(state.meaning)


async def _read(store: Store) -> Recorded:
    return await read_recorded(store, await store.local_profile())


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8", errors="replace", newline="\n")
    except OSError as error:
        raise CannotWrite(f"{file} cannot be written ({error.strerror}).", "Name another file.") from error
