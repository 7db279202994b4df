"""`taco journey`: what somebody did, as text, as JSON, or as a page that replays it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import attrs
import typer
from rich.console import Console

from taco_lsp.accounts.school import class_named, organization
from taco_lsp.cli.output import AsJson
from taco_lsp.cli.session import with_store
from taco_lsp.errors import CannotWrite, InvalidParams, NotFound
from taco_lsp.journey import text
from taco_lsp.journey.reading import Journey, read_with_code
from taco_lsp.journey.report import render
from taco_lsp.journey.report.facts import failed
from taco_lsp.journey.whose import whose
from taco_lsp.wire.converter import to_wire
from taco_lsp.wire.types import Event

if TYPE_CHECKING:
    from storage import Store

console = Console()


def journey(  # noqa: PLR0917 - the command line's, by name
    challenge: Annotated[str | None, typer.Option(help="Only this challenge (id).")] = None,
    session: Annotated[str | None, typer.Option(help="Only this session (id).")] = None,
    student: Annotated[str | None, typer.Option(help="Of this student (e-mail address); for teachers.")] = None,
    class_: Annotated[str | None, typer.Option("--class", help="Only in this class (name or id).")] = None,
    html: Annotated[Path | None, typer.Option(help="Write it as one HTML file, to replay it in a browser.")] = None,
    ids: Annotated[bool, typer.Option("--ids", help="Show the id of each moment, for `taco note add`.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show what you did, or a student: `taco journey --student ada@school.example --class 9b`."""
    found = read(challenge=challenge, session=session, student=student, class_=class_)
    page = write_page(found, html, student) if html else None
    if as_json:
        typer.echo(as_json_text(found))
        return
    if page:
        console.print(f"Report: {page}", markup=False, highlight=False, soft_wrap=True)
        return
    if not found.events:
        console.print(*_nothing(student), markup=False, highlight=False, soft_wrap=True)
    for words, event in text.told(_with_titles(found)):
        _print_line(words, _style(event))
        if ids and event:
            console.print(f"            {event.id}", style="dim", highlight=False, soft_wrap=True)


def _print_line(words: str, style: str) -> None:
    """Print one line, cut to the width of a terminal; a file and another program get the whole of it."""
    if console.is_terminal:
        console.print(words, style=style, markup=False, highlight=False, no_wrap=True, overflow="ellipsis")
    else:
        console.print(words, style=style, markup=False, highlight=False, soft_wrap=True)


def _with_titles(journey: Journey) -> tuple[Event, ...]:
    """The events; where there are several challenges, each opening names its own."""
    if len({event.challenge_id for event in journey.events}) < 2:
        return journey.events
    titles = {id_: challenge.title for id_, challenge in journey.challenges.items()}
    return tuple(
        attrs.evolve(event, summary=f"opened {titles[event.challenge_id]}") if event.kind == "open" else event
        for event in journey.events
    )


def _style(event: Event | None) -> str:
    """How a moment stands out in a terminal that has colours; what it says does not depend on them."""
    if event is None:
        return "bold"
    if event.kind == "run":
        return "red" if failed(event) else "green"
    return {"hint": "cyan", "note": "yellow", "open": "bold", "close": "dim"}.get(event.kind, "")


def read(
    *, challenge: str | None, session: str | None, student: str | None = None, class_: str | None = None
) -> Journey:
    """Read a journey: one's own, or a student's for those who teach.

    Raises:
        InvalidParams: an id is not an id.
        NotFound: there is no such session, student or class.
        Forbidden: a student asks for another's.
        StoreError: the store cannot be read.
    """
    challenge_id, session_id = _id(challenge), _id(session)

    async def reading(store: Store) -> Journey:
        reader = await store.local_profile()
        user = await whose(store, reader, student)
        found = await read_with_code(store, user.id, session_id=session_id, challenge_id=challenge_id)
        if class_ is None:
            return found
        async with store.read() as tx:
            wanted = await class_named(tx, await organization(tx, reader), class_)
        in_class = (event for event in found.events if found.challenges[event.challenge_id].class_id == wanted.id)
        return attrs.evolve(found, events=tuple(in_class))

    return with_store(reading)


def as_json_text(journey: Journey) -> str:
    """The events as one JSON object, in the form of the `taco/journey` verb."""
    return json.dumps({"events": to_wire(journey.events)}, indent=2, ensure_ascii=False)


def write_page(journey: Journey, file: Path, student: str | None = None) -> Path:
    """Write the journey as one HTML file; return its absolute path.

    Raises:
        InvalidParams: the name is not that of an HTML file.
        NotFound: there is nothing to show.
        CannotWrite: the file cannot be written.
    """
    check_page_name(file)
    if not journey.events:
        raise NotFound(*_nothing(student))
    try:
        file.write_text(render(journey), encoding="utf-8", errors="replace", newline="\n")
    except OSError as error:
        raise CannotWrite(f"{file} cannot be written ({error.strerror}).", "Name another file.") from error
    return file.absolute()


def _nothing(student: str | None) -> tuple[str, str]:
    """Say that there is no event, and what to do: to whoever works, or to who looks at a student's work."""
    if student is None:
        return "Nothing is recorded yet.", "Open a file in your editor and ask TACO something."
    return f"Nothing of {student} is recorded here.", "It shows once they have worked, and both of you have synced."


def check_page_name(file: Path) -> None:
    """Refuse to write a page over what is no page.

    Raises:
        InvalidParams: the name does not end like that of an HTML file.
    """
    if file.suffix.lower() not in (".html", ".htm"):
        raise InvalidParams(f"{file} is not the name of an HTML file.", "Let it end with .html.")


def _id(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise InvalidParams(f"{text} is not an id.", "Ids look like 01890a5d-ac96-774b-bcce-b302099a8057.") from None
