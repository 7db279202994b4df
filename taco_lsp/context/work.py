"""The texts of a student's work, as the editor shows them and in the form in which they are stored."""

from __future__ import annotations

from collections.abc import Mapping

from taco_lsp.context.context import Context
from taco_lsp.context.editor import Document
from taco_lsp.context.seats import Seat
from taco_lsp.tutor.materials import materials
from taco_lsp.tutor.solution_text import pack


def paths_of(seat: Seat) -> tuple[str, ...]:
    """The paths of a challenge's files, the main one first."""
    return materials(seat.challenge).paths


def work_of(ctx: Context, seat: Seat, document: Document) -> Mapping[str, str]:
    """The texts by path: open documents as the editor shows them, the others from disk.

    The one file of a challenge is the document, whatever its name.
    """
    paths = paths_of(seat)
    if len(paths) <= 1 or seat.folder is None:
        return {paths[0] if paths else "untitled": document.text}
    shown = {other.path: other.text for other in ctx.editor.documents() if other.path}
    files: dict[str, str] = {}
    for path in paths:
        file = seat.folder / path
        if file in shown:
            files[path] = shown[file]
        elif file.is_file():
            files[path] = file.read_text(encoding="utf-8", errors="replace")
    return files


def solution_of(ctx: Context, seat: Seat, document: Document) -> str:
    """The same as one text, as it is saved."""
    return pack(work_of(ctx, seat, document), paths_of(seat))
