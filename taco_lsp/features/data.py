"""`taco/data/*`: what is recorded of the student, as a page and as a file, and its deletion."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING

from taco_lsp.context import Context, bindings
from taco_lsp.errors import CannotWrite, InvalidParams
from taco_lsp.journey.own_data.deletion import delete_at, told
from taco_lsp.journey.own_data.recorded import as_rows, read_recorded
from taco_lsp.wire.converter import to_wire
from taco_lsp.wire.types import (
    DataDeleteParams,
    DataDeleteResult,
    DataExportParams,
    DataExportResult,
    DataShowParams,
    DataShowResult,
)
from taco_lsp.wire.uris import path_of

if TYPE_CHECKING:
    from taco_lsp.journey.own_data.recorded import Recorded

NAME = "recorded.md"


async def show(ctx: Context, params: DataShowParams) -> DataShowResult:
    """Tell what is recorded of the student and who may see it, and put a page that says so beside the work.

    Raises:
        CannotWrite: the page cannot be written.
    """
    recorded = await read_recorded(await ctx.store.get(), await ctx.user())
    folder = _folder(ctx, params)
    uri, shown = None, False
    if folder is not None:
        file = folder / bindings.FOLDER / NAME
        await _write(file, await asyncio.to_thread(_page, recorded))
        uri, shown = file.as_uri(), await ctx.editor.show(file)
    return DataShowResult(
        uri=uri,
        shown=shown,
        store=recorded.store,
        recording=recorded.state.recording,
        meaning=recorded.state.meaning,
        recorded=recorded.at,
        deletions=recorded.unsettled,
    )


async def present(ctx: Context, _: DataShowParams, result: DataShowResult) -> None:
    """Tell where the page is when the editor could not open it."""
    if not result.shown:
        where = f" {path_of(result.uri)} says more." if result.uri else ""
        ctx.editor.say(f"{result.meaning}{where}")


async def export(ctx: Context, params: DataExportParams) -> DataExportResult:
    """Write everything that is recorded of the student into one JSON file.

    Raises:
        InvalidParams: `path` is not the absolute path of a .json file.
        CannotWrite: the file cannot be written.
    """
    file = Path(params.path)
    if not file.is_absolute() or file.suffix.lower() != ".json" or "\0" in params.path:
        raise InvalidParams("`path`: must be the absolute path of a .json file.", field="path")
    rows = as_rows(await read_recorded(await ctx.store.get(), await ctx.user()))
    await _write(file, json.dumps(to_wire(rows), ensure_ascii=False, indent=1) + "\n")
    return DataExportResult(uri=file.as_uri(), rows={name: len(found) for name, found in rows.items()})


async def delete(ctx: Context, params: DataDeleteParams) -> DataDeleteResult:
    """Delete the student's own work: sessions with all that happened in them, and saved solutions.

    What this store may not erase by the school's policy is kept, and the result says which and why. A store that syncs
    erases its own rows and asks the school to; what the school kept can be asked for again.

    Raises:
        InvalidParams: not confirmed.
    """
    if not params.confirmed:
        raise InvalidParams("`confirmed`: deleting cannot be undone; set it to true.", field="confirmed")
    user = await ctx.user()
    store = await ctx.store.get()
    async with store.read() as tx:
        chosen = [id_ for id_ in await tx.own_data.deletable(user.id) if params.challenge_id in (None, id_)]
    await ctx.seats.end_at(chosen)
    async with store.write() as tx:
        return DataDeleteResult(deletions=await delete_at(tx, user.id, chosen))


async def present_deletion(ctx: Context, _: DataDeleteParams, result: DataDeleteResult) -> None:
    """Tell what was deleted, and what was not."""
    ctx.editor.say(told(result.deletions))


def _folder(ctx: Context, params: DataShowParams) -> Path | None:
    if params.text_document is None:
        return next(iter(ctx.editor.folders), None)
    path = ctx.document(params.text_document).path
    return path.parent if path else None


def _page(recorded: Recorded) -> str:
    from taco_lsp.journey.own_data.page import markdown  # noqa: PLC0415 - a Markdown parser, for this alone

    return markdown(recorded)


async def _write(file: Path, text: str) -> None:
    try:
        await asyncio.to_thread(bindings.write_whole, file, text)
    except OSError as error:
        raise CannotWrite(f"{file.name} cannot be written ({error.strerror}).", "Name another path.") from error
