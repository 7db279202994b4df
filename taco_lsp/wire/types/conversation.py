"""The conversation file."""

from __future__ import annotations

import attrs

from taco_lsp.wire.types.common import Range, TextDocument


@attrs.frozen(kw_only=True)
class ConversationParams:
    """Open the conversation file of a document, ready for a question about `range`.

    Attributes:
        range: the code asked about.
    """

    text_document: TextDocument
    range: Range | None = None


@attrs.frozen(kw_only=True)
class ConversationResult:
    """The conversation file; `shown` is false when the editor could not open it.

    Attributes:
        uri: the conversation file.
        shown: false when the editor could not open it.
    """

    uri: str
    shown: bool
