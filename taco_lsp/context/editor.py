"""The editor as features see it: documents to read, and a handful of ways to talk back.

`taco_lsp.server.editor` implements it over LSP. Every request to the editor may be refused or never answered:
methods that ask return a plain answer within a few seconds and never raise.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal, Protocol

import attrs

from taco_lsp.wire.types import Token

Level = Literal["info", "warning", "error"]
Origin = Literal["run", "note"]


@attrs.frozen(kw_only=True)
class Document:
    """A document of the editor as the student saw it at one moment, unsaved edits included.

    `path` is None for an untitled buffer; `language_id` is the editor's name of the language, such as `python`.
    """

    uri: str
    path: Path | None
    language_id: str
    text: str


@attrs.frozen(kw_only=True)
class Mark:
    """A marked line: `line` counts from 0, `line_text` is that line as it was, `body` is Markdown for the hover.

    `origin` is what it comes from: the last run's error, or a teacher's note.
    """

    line: int
    line_text: str
    summary: str
    body: str
    code: str
    origin: Origin = "run"


class Editor(Protocol):
    """What features may do with the editor."""

    @property
    def folders(self) -> tuple[Path, ...]:
        """The workspace folders, the first one being the main one."""

    def document(self, uri: str) -> Document | None:
        """An open document, or None."""

    def line(self, uri: str, number: int) -> str | None:
        """One line (from 0) of an open document, without its line end; cheap at any length. None when not there."""

    def documents(self) -> Iterable[Document]:
        """All open documents."""

    def say(self, text: str, level: Level = "info") -> None:
        """Show a short message."""

    def send(self, method: str, value: Any) -> None:
        """Send a TACO notification; `value` is a wire record."""

    def delta(self, token: Token, text: str) -> None:
        """Stream a piece of an answer."""

    def mark(self, uri: str, marks: tuple[Mark, ...]) -> None:
        """Show these marks on a document, instead of those before."""

    def refresh(self) -> None:
        """Have lenses drawn anew."""

    async def show(self, path: Path, *, focus: bool = False, external: bool = False) -> bool:
        """Open a file, or have the system open it when `external`; False when the editor cannot or will not."""

    async def replace(self, uri: str, text: str, *, label: str) -> bool:
        """Replace a document's text as one undoable edit; False when refused."""
