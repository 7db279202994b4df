"""`taco/journey/report`: writes the journey as one HTML file and has it opened in a browser.

What the page holds is the business of `taco_lsp.journey.report`; this decides which moments and which file.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from taco_lsp.context import Context, Seat, bindings
from taco_lsp.errors import CannotWrite, InvalidParams, NotFound
from taco_lsp.journey.reading import read_with_code
from taco_lsp.wire.types import JourneyReportParams, JourneyReportResult
from taco_lsp.wire.uris import path_of

if TYPE_CHECKING:
    from taco_lsp.journey.reading import Journey

NAME = "journey.html"


async def write(ctx: Context, params: JourneyReportParams) -> JourneyReportResult:
    """Write the journey as one HTML file that needs nothing else, and have the editor open it in a browser.

    Raises:
        NotFound: no such session or challenge, or nothing is recorded yet.
        InvalidParams: `path` is no HTML file of this machine, or there is no folder to write to.
        CannotWrite: the file cannot be written.
    """
    seat = await _seat(ctx, params)
    user = await ctx.user()
    store = await ctx.store.get()
    challenge_id = params.challenge_id or (seat.challenge.id if seat and not params.session_id else None)
    journey = await read_with_code(store, user.id, session_id=params.session_id, challenge_id=challenge_id)
    if not journey.events:
        raise NotFound("Nothing is recorded yet.", "Ask something, run or save first.")
    file = _file(ctx, params, seat, journey)
    page = await asyncio.to_thread(_render, journey)
    try:
        await asyncio.to_thread(bindings.write_whole, file, page)
    except OSError as error:
        raise CannotWrite(f"{file.name} cannot be written ({error.strerror}).", "Name another path.") from error
    return JourneyReportResult(uri=file.as_uri(), shown=await ctx.editor.show(file, external=True))


async def present(ctx: Context, _: JourneyReportParams, result: JourneyReportResult) -> None:
    """Tell where the page is when the editor could not open it."""
    if not result.shown:
        ctx.editor.say(f"The report of your journey is {path_of(result.uri)}. Open it in a browser.")


async def _seat(ctx: Context, params: JourneyReportParams) -> Seat | None:
    """The seat of the document that is named."""
    if params.text_document is None or params.session_id or params.challenge_id:
        return None
    seat = await ctx.seats.join(ctx.document(params.text_document))
    if seat is None:
        raise NotFound("Nothing is recorded of this file yet.", "Ask something, run or save first.")
    return seat


def _file(ctx: Context, params: JourneyReportParams, seat: Seat | None, journey: Journey) -> Path:
    if params.path is not None:
        file = Path(params.path)
        # Nothing else is ever replaced: neither a program of the student's nor anything of the machine.
        if not file.is_absolute() or file.suffix.lower() not in (".html", ".htm") or "\0" in params.path:
            raise InvalidParams("`path`: must be the absolute path of an .html file.", field="path")
        return file
    seat = seat or next(filter(None, (ctx.seats.by_session(event.session_id) for event in journey.events)), None)
    folder = seat.folder if seat else None
    if folder is None and not ctx.editor.folders:
        raise InvalidParams("`path`: no folder is open in the editor; name a file.", field="path")
    return (folder or ctx.editor.folders[0]) / bindings.FOLDER / NAME


def _render(journey: Journey) -> str:
    from taco_lsp.journey.report import render  # noqa: PLC0415 - Pygments and a Markdown parser, for this alone

    return render(journey)
