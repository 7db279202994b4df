"""`taco note`: pin a note to a moment of a student's journey, and read the notes there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, cast, get_args

import typer

from storage import Moment, Note
from taco_lsp.accounts.school import acting_user
from taco_lsp.cli.output import AsJson, OfChallenge, OfEvent, print_json
from taco_lsp.cli.school import AtStore, at_school
from taco_lsp.errors import Forbidden, InvalidParams
from taco_lsp.journey.notes import add_note
from taco_lsp.journey.teaching import check_teaches
from taco_lsp.journey.text import visible
from taco_lsp.journey.whose import whose
from taco_lsp.wire.converter import to_wire

if TYPE_CHECKING:
    from storage import Store

app = typer.Typer(no_args_is_help=True, help="Pin notes to moments of a student's journey.")


@app.command("add")
def add(  # noqa: PLR0917 - the command line's, by name
    event: OfEvent,
    text: Annotated[str, typer.Argument(help="What you want to say, in Markdown.")],
    line: Annotated[int | None, typer.Option(min=1, help="The line of the code of that moment.")] = None,
    kind: Annotated[str | None, typer.Option(help="Which of two moments with one id: question, close.")] = None,
    store_url: AtStore = None,
    as_json: AsJson = False,
) -> None:
    """Pin a note to a moment: `taco note add EVENT "What is the last value of i?" --line 3`."""
    if kind is not None and kind not in get_args(Moment):
        raise typer.BadParameter(f"{kind} is not one of {', '.join(get_args(Moment))}.", param_hint="--kind")

    async def put(store: Store) -> Note:
        author = await acting_user(store)
        if author is None:
            raise Forbidden("A note needs somebody who says it.", "Use your own account, not the database's owner.")
        async with store.write() as tx:
            place = await tx.notes.place(event)
            await check_teaches(tx, author, place.session.class_id)
            return await add_note(
                tx, author, place, event, kind=cast("Moment | None", kind), line=line, text=text
            )  # fmt: skip

    note = at_school(store_url, put)
    if as_json:
        print_json(to_wire(note))
    else:
        typer.echo(f"Pinned to {note.event_kind} {note.event_id}.")


@app.command("list")
def list_(
    student: Annotated[str | None, typer.Option(metavar="EMAIL", help="Notes on this student's work.")] = None,
    challenge: OfChallenge = None,
    store_url: AtStore = None,
    as_json: AsJson = False,
) -> None:
    """List the notes on your work, or on a student's: `taco note list --student ada@school.example`."""

    async def read(store: Store) -> list[Note]:
        reader = await acting_user(store)
        if reader is None and student is None:
            raise InvalidParams("Whose notes?", "Name a student with --student.")
        user = await whose(store, reader, student) if reader else None
        async with store.read() as tx:
            whom = user or await tx.users.by_email(student or "")
            if whom is None:
                return []
            return await (tx.notes.for_challenge(whom.id, challenge) if challenge else tx.notes.for_user(whom.id))

    notes = at_school(store_url, read)
    if as_json:
        print_json({"notes": to_wire(notes)})
        return
    for note in notes:
        where = f", line {note.line}" if note.line else ""
        typer.echo(f"{note.created_at.astimezone():%Y-%m-%d %H:%M}  {note.event_kind} {note.event_id}{where}")
        typer.echo(f"  {visible(note.text)}")
    if not notes:
        typer.echo("No notes.")
