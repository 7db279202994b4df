"""`taco overview`: how a class is getting on, in the terminal or as a page with pictures."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer
from rich.console import Console

from taco_lsp.accounts.school import acting_user, class_named, organization
from taco_lsp.cli.journeys import check_page_name
from taco_lsp.cli.output import AsJson, counted, print_json
from taco_lsp.cli.school import AtStore, OfOrganization, at_school
from taco_lsp.errors import CannotWrite, NotFound
from taco_lsp.journey.reading import read_with_code
from taco_lsp.journey.report import render as render_journey
from taco_lsp.journey.teaching import check_teaches
from taco_lsp.overview import text
from taco_lsp.overview.page import render
from taco_lsp.overview.reading import read_overview
from taco_lsp.wire.converter import to_wire
from taco_lsp.wire.types import ClassOverview, EventRef

if TYPE_CHECKING:
    from storage import Store

MOST_JOURNEYS = 500
"""From here on the journeys of those who have finished are left out."""

InClass = Annotated[str, typer.Option("--class", metavar="NAME", help="The class (name or id).")]
AtChallenge = Annotated[str | None, typer.Option("--challenge", metavar="TITLE", help="Only this one (title or id).")]


def overview(  # noqa: PLR0917 - the command line's, by name
    class_: InClass,
    challenge: AtChallenge = None,
    html: Annotated[Path | None, typer.Option(help="Write it as one HTML page.")] = None,
    journeys: Annotated[bool, typer.Option(help="Write the journeys that the page links to beside it.")] = True,
    named: OfOrganization = None,
    store_url: AtStore = None,
    as_json: AsJson = False,
) -> None:
    """Tell who has started, is stuck or has finished, and why: `taco overview --class 9b --html class.html`."""

    async def read(store: Store) -> tuple[ClassOverview, int]:
        found = await _read(store, class_, challenge, named)
        return found, await _write(store, found, html, journeys=journeys) if html else 0

    found, written = at_school(store_url, read)
    if as_json:
        print_json(to_wire(found))
        return
    console = Console()
    if html:
        console.print(
            f"Page: {html.absolute()} ({counted(written, 'journey')})", markup=False, highlight=False, soft_wrap=True
        )
        return
    if missing := _missing(found):
        console.print(*missing, sep="\n", markup=False, highlight=False, soft_wrap=True)
        return
    wide = Console(width=max(console.width, text.WIDTH))
    for table in text.tables(found, wide.width):
        wide.print(table)


def _missing(found: ClassOverview) -> list[str]:
    """Say what a class lacks for there to be anything to tell."""
    if found.seats:
        return []
    nobody = f"Nobody is in {found.class_name} yet. Enrol people with `taco enrol EMAIL… --class NAME`."
    nothing = f"{found.class_name} has no challenge yet. Add one with `taco challenge add FOLDER --class NAME`."
    return [*([] if found.students else [nobody]), *([] if found.challenges else [nothing])]


async def _read(store: Store, class_: str, challenge: str | None, named: str | None) -> ClassOverview:
    actor = await acting_user(store)
    async with store.read() as tx:
        chosen = await class_named(tx, await organization(tx, actor, named), class_)
        if actor is not None:
            await check_teaches(tx, actor, chosen.id)
        tasks = await tx.challenges.list_in([chosen.id]) if challenge else []
    only = None
    if challenge:
        same = [task for task in tasks if challenge.casefold() in (task.title.casefold(), str(task.id))]
        if len(same) != 1:
            problem = f"There is no challenge {challenge}" if not same else f"Several challenges are called {challenge}"
            raise NotFound(f"{problem} in {chosen.name}.", "`taco challenge list` names them with their ids.")
        only = same[0].id
    return await read_overview(store, chosen.id, only)


async def _write(store: Store, found: ClassOverview, file: Path, *, journeys: bool) -> int:
    """Write the page, and the journeys it links to into a folder beside it; return how many."""
    check_page_name(file)
    folder = file.with_name(f"{file.stem}-journeys")
    wanted = _linked(found) if journeys else []
    try:
        if wanted:
            folder.mkdir(exist_ok=True)
        for user_id, challenge_id in wanted:
            journey = await read_with_code(store, user_id, challenge_id=challenge_id)
            page = await asyncio.to_thread(render_journey, journey)
            _put(folder / _name(user_id, challenge_id), page)
        there = set(wanted)

        def link(ref: EventRef) -> str | None:
            if (ref.user_id, ref.challenge_id) not in there:
                return None
            return f"{folder.name}/{_name(ref.user_id, ref.challenge_id)}#{ref.kind}-{ref.id}"

        _put(file, render(found, link))
    except OSError as error:
        raise CannotWrite(f"{file} cannot be written ({error.strerror}).", "Name another file.") from error
    return len(wanted)


def _linked(found: ClassOverview) -> list[tuple[UUID, UUID]]:
    """Whose journeys at which challenge the page links to: for whatever it says, but not for thousands who finished."""
    stuck, finished = (
        [ref for seat in found.seats if seat.state == state for signal in seat.signals for ref in signal.events]
        for state in ("stuck", "finished")
    )
    examples = [ref for topic in (*found.errors, *found.themes) for ref in topic.examples]
    wanted = dict.fromkeys((ref.user_id, ref.challenge_id) for ref in (*stuck, *examples))
    for ref in finished:
        if len(wanted) < MOST_JOURNEYS:
            wanted[ref.user_id, ref.challenge_id] = None
    return list(wanted)


def _name(user_id: UUID, challenge_id: UUID) -> str:
    return f"{user_id}_{challenge_id}.html"


def _put(file: Path, page: str) -> None:
    file.write_text(page, encoding="utf-8", errors="replace", newline="\n")
