"""An editor in memory: what features say to it is kept in lists, and its documents are set by hand.

It implements `taco_lsp.context.Editor` and no protocol; the editor over LSP is tested in `tests/protocol`.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import attrs

from taco_lsp.context import Document, Mark
from taco_lsp.context.editor import Level
from taco_lsp.wire.types import Token


class FakeEditor:
    """An obliging editor; set `shows` or `edits` to False for one that refuses."""

    def __init__(self, *folders: Path) -> None:
        self.folders = folders
        self.shows = True
        self.edits = True
        self.open: dict[str, Document] = {}
        self.said: list[tuple[str, Level]] = []
        self.sent: list[tuple[str, Any]] = []
        self.deltas: list[tuple[Token, str]] = []
        self.marks: dict[str, tuple[Mark, ...]] = {}
        self.shown: list[Path] = []
        self.shown_outside: list[Path] = []
        self.refreshed = 0

    def type(self, uri: str, text: str) -> Document:
        """Make a document hold this text."""
        self.open[uri] = attrs.evolve(self.open[uri], text=text)
        return self.open[uri]

    def streamed(self) -> str:
        """Everything that was streamed."""
        return "".join(text for _, text in self.deltas)

    def messages(self, level: Level | None = None) -> list[str]:
        """The messages shown so far."""
        return [text for text, of in self.said if level in (None, of)]

    # --- the Editor protocol ------------------------------------------------------------------

    def document(self, uri: str) -> Document | None:
        """An open document, or None."""
        return self.open.get(uri)

    def line(self, uri: str, number: int) -> str | None:
        """One line of an open document."""
        lines = self.open[uri].text.split("\n") if uri in self.open else []
        return lines[number].rstrip("\r") if number < len(lines) else None

    def documents(self) -> Iterable[Document]:
        """All open documents."""
        return list(self.open.values())

    def say(self, text: str, level: Level = "info") -> None:
        """Keep a message."""
        self.said.append((text, level))

    def send(self, method: str, value: Any) -> None:
        """Keep a notification."""
        self.sent.append((method, value))

    def delta(self, token: Token, text: str) -> None:
        """Keep a piece of an answer."""
        self.deltas.append((token, text))

    def mark(self, uri: str, marks: tuple[Mark, ...]) -> None:
        """Show these marks instead of those before."""
        self.marks[uri] = marks

    def refresh(self) -> None:
        """Count."""
        self.refreshed += 1

    async def show(self, path: Path, *, focus: bool = False, external: bool = False) -> bool:
        """Keep what was to be shown."""
        (self.shown_outside if external else self.shown).append(path)
        return self.shows

    async def replace(self, uri: str, text: str, *, label: str) -> bool:
        """Replace a document's text, unless this editor refuses edits."""
        if self.edits and uri in self.open:
            self.type(uri, text)
            return True
        return False
