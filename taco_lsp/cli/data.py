"""`taco data` and `taco recording`: what is recorded of you, all of it in a file, its deletion, and a pause."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from storage import DeletionRequest, RecordingPause
from storage.records import now
from taco_lsp.cli.output import AsJson, OfChallenge, print_json
from taco_lsp.cli.session import with_store
from taco_lsp.errors import CannotWrite
from taco_lsp.journey.own_data.page import html as html_page
from taco_lsp.journey.own_data.page import markdown
from taco_lsp.journey.own_data.recorded import Recorded, as_rows, read_recorded
from taco_lsp.journey.recording import state_of
from taco_lsp.wire.converter import to_wire

if TYPE_CHECKING:
    from storage import Store

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
        state = to_wire(state_of(recorded.pause))
        print_json({"store": recorded.store, **state, "recorded": to_wire(recorded.at)})
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
        told = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
        typer.echo(f"Wrote {file.absolute()}: {told}.")


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

    async def take_out(store: Store) -> tuple[list[DeletionRequest], dict[UUID, str]]:
        user = await store.local_profile()
        async with store.write() as tx:
            titles = await tx.usage.names("challenge")
            chosen = [id_ for id_ in await tx.own_data.worked_on(user.id) if challenge in (None, id_)]
            return [await tx.own_data.delete(user.id, id_, now()) for id_ in chosen], titles

    requests, titles = with_store(take_out)
    if as_json:
        print_json({"deletions": [{"title": titles[one.challenge_id], **_decided(one)} for one in requests]})
        return
    for one in requests:
        reason = f" {one.reason}" if one.reason else ""
        typer.echo(f"{one.decision}: {titles[one.challenge_id]}.{reason}")
    if not requests:
        typer.echo("There is nothing of yours to delete.")


@recording.command("pause")
def pause(as_json: AsJson = False) -> None:
    """Stop recording what you write, ask, run and save; the tutor goes on answering: `taco recording pause`."""
    _turn(paused=True, as_json=as_json)


@recording.command("resume")
def resume(as_json: AsJson = False) -> None:
    """Go on recording: `taco recording resume`."""
    _turn(paused=False, as_json=as_json)


def _turn(*, paused: bool, as_json: bool) -> None:
    async def turn(store: Store) -> RecordingPause | None:
        user = await store.local_profile()
        async with store.write() as tx:
            if paused:
                await tx.own_data.pause(user.id, now())
            else:
                await tx.own_data.resume(user.id, now())
            return await tx.own_data.paused(user.id)

    state = state_of(with_store(turn))
    if as_json:
        print_json(to_wire(state))
    else:
        typer.echo(state.meaning)


async def _read(store: Store) -> Recorded:
    return await read_recorded(store, await store.local_profile())


def _decided(request: DeletionRequest) -> dict[str, Any]:
    return {"challengeId": str(request.challenge_id), "decision": request.decision, "reason": request.reason}


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8", errors="replace", newline="\n")
    except OSError as error:
        raise CannotWrite(f"{file} cannot be written ({error.strerror}).", "Name another file.") from error
