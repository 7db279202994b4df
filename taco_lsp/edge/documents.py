"""Open documents: pygls' `TextDocument` and `Workspace` over the text store of `text.py`.

There is one copy of every document. pygls' own handlers (didOpen, didChange, didClose, notebooks) and everything
that takes a `TextDocument` work on it unchanged. Not here: how text is split, edited and measured.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from lsprotocol import types
from pygls.uris import to_fs_path
from pygls.workspace import PositionCodec, ServerTextPosition, ServerTextRange, TextDocument, Workspace

from taco_lsp.edge.lines import WIDTHS, Width, units_of
from taco_lsp.edge.recent import RecentChanges
from taco_lsp.edge.text import Place, Text, Undo

ServerPosition = ServerTextPosition | types.Position
"""A position whose character counts characters, as pygls' TextDocument takes it."""


class EdgeDocument(TextDocument):
    """A text document whose edits cost the same whatever its length.

    Attributes:
        uri: As the client sent it.
        path: File system path, or None if the URI is not a file.
        language_id: From didOpen; None for a document that is not open.
        version: As of the last change; None for a document that is not open.

    Methods with "client" in pygls' names take or return `types.Position` in the negotiated encoding; an offset is
    an index into `text`. A document that is not open reads its file once, on first use.
    """

    path: str | None
    version: int | None
    language_id: str | None

    def __init__(self, uri: str, source: str | None = None, **options: Any) -> None:
        super().__init__(uri, None, **options)
        self.path = to_fs_path(uri)
        self._lines: Text | None = None if source is None else Text(source)
        self._width = width_of(self.position_codec)
        self._recent = RecentChanges(self._apply, self._take_back)

    @property
    def lines(self) -> Text:
        """The lines with their line ends; never empty, the last one has no line end."""
        if self._lines is None:
            source = "" if self.path is None else Path(self.path).read_bytes().decode("utf-8", "replace")
            self._lines = Text(source)
        return self._lines

    @property
    def text(self) -> str:
        """The whole text; put together when first asked for after a change."""
        return self.lines.joined()

    @property
    def source(self) -> str:
        """The whole text, under pygls' name."""
        return self.text

    def edit(self, start: tuple[int, int], end: tuple[int, int], text: str) -> Undo | None:
        """Replace a range, given as (line, character) in the negotiated encoding and clamped to the text."""
        lines, width = self.lines, self._width
        return lines.replace(lines.locate(*start, width), lines.locate(*end, width), text)

    def reset(self, text: str) -> None:
        """Replace the whole text."""
        self._lines = Text(text)

    def change_to(self, version: int, change: types.TextDocumentContentChangeEvent) -> None:
        """Apply one content change of didChange, in the order of the versions if it arrives late."""
        self.version = self._recent.add(version, change, opened_at=self.version)

    def apply_change(self, change: types.TextDocumentContentChangeEvent) -> None:
        """Apply one content change as it comes."""
        self._recent.forget(self.version)
        self._apply(change)

    def _apply(self, change: types.TextDocumentContentChangeEvent) -> Undo | None:
        if isinstance(change, types.TextDocumentContentChangePartial):
            start, end = change.range.start, change.range.end
            return self.edit((start.line, start.character), (end.line, end.character), change.text)
        self.reset(change.text)
        return None

    def _take_back(self, edit: Undo) -> None:
        self.lines.take_back(edit)

    def offset_at_position(self, client_position: types.Position) -> int:
        """Convert a client's position to an index into `text`."""
        return self.lines.offset_of(self._locate(client_position))

    def offset_at_server_position(self, server_position: ServerPosition) -> int:
        """Convert a position in characters to an index into `text`."""
        return self.lines.offset_of(self._place(server_position))

    def server_position_at_offset(self, offset: int) -> ServerTextPosition:
        """Convert an index into `text` to a position in characters."""
        return ServerTextPosition(*self.lines.place_at(offset))

    def position_from_client_units(self, position: types.Position) -> ServerTextPosition:
        """Convert a client's position to one in characters, moved into the text."""
        return ServerTextPosition(*self._locate(position))

    def position_to_client_units(self, position: ServerPosition) -> types.Position:
        """Convert a position in characters, moved into the text, to a client's position."""
        line, index = self._place(position)
        return types.Position(line, units_of(self.lines[line], index, self._width))

    def range_from_client_units(self, range: types.Range) -> ServerTextRange:  # noqa: A002 - pygls' name
        """Convert a client's range to one in characters."""
        return ServerTextRange(self.position_from_client_units(range.start), self.position_from_client_units(range.end))

    def range_to_client_units(self, range: ServerTextRange | types.Range) -> types.Range:  # noqa: A002 - pygls' name
        """Convert a range in characters to a client's range."""
        return types.Range(self.position_to_client_units(range.start), self.position_to_client_units(range.end))

    def text_in_range(self, where: types.Range) -> str:
        """Return the text in a client's range; a reversed range is read forwards."""
        return self.lines.between(self._locate(where.start), self._locate(where.end))

    def text_in_client_range(self, range: types.Range) -> str:  # noqa: A002 - pygls' name
        """Return the text in a client's range, under pygls' name."""
        return self.text_in_range(range)

    def text_in_server_range(self, range: ServerTextRange) -> str:  # noqa: A002 - pygls' name
        """Return the text in a range given in characters."""
        return self.lines.between(self._place(range.start), self._place(range.end))

    def word_at_position(self, client_position: types.Position, *args: Any, **kwargs: Any) -> str:
        """Return the word at a client's position (see pygls for the patterns)."""
        line, index = self._locate(client_position)
        if client_position.line > line:
            return ""
        # pygls' own conversion would measure the position a second time: hand it the line and characters.
        single = TextDocument(self.uri, self.lines[line], position_codec=_CHARACTERS)
        return single.word_at_position(types.Position(0, index), *args, **kwargs)

    def _locate(self, position: types.Position) -> Place:
        return self.lines.locate(position.line, position.character, self._width)

    def _place(self, position: ServerPosition) -> Place:
        return self.lines.locate(position.line, position.character, len)


_CHARACTERS = PositionCodec(types.PositionEncodingKind.Utf32)


def width_of(codec: PositionCodec) -> Width:
    """Return the measure for the encoding that pygls has negotiated (utf-16 unless it says otherwise)."""
    encoding = codec.encoding
    name = encoding.value if isinstance(encoding, types.PositionEncodingKind) else encoding
    return WIDTHS.get(name or "utf-16", WIDTHS["utf-16"])


class NotOpenError(LookupError):
    """A change of a document that is not open."""


class EdgeWorkspace(Workspace):
    """pygls' workspace, made of `EdgeDocument`s."""

    def _create_text_document(
        self, doc_uri: str, source: str | None = None, version: int | None = None, language_id: str | None = None
    ) -> EdgeDocument:
        return EdgeDocument(
            doc_uri, source, version=version, language_id=language_id, position_codec=self.position_codec
        )

    def update_text_document(
        self, text_doc: types.VersionedTextDocumentIdentifier, change: types.TextDocumentContentChangeEvent
    ) -> None:
        """Apply a change to an open document; raises NotOpenError."""
        document = self.text_documents.get(unquote(text_doc.uri))
        if document is None:
            raise NotOpenError("the document is not open")
        document.change_to(text_doc.version, change)


class OpenDocuments(Mapping[str, EdgeDocument]):
    """A live view of the documents that are open, by URI; %-escapes in a URI make no difference."""

    def __init__(self, workspace: Workspace | None) -> None:
        self._open: Mapping[str, Any] = {} if workspace is None else workspace.text_documents

    def __getitem__(self, uri: str) -> EdgeDocument:
        document: EdgeDocument = self._open[unquote(uri)]
        return document

    def __iter__(self) -> Iterator[str]:
        return (document.uri for document in self._open.values())

    def __len__(self) -> int:
        return len(self._open)
