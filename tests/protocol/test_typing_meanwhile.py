"""A student who types into the conversation while an answer is on its way into it loses neither."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from tests.edge.edge_harness import until
from tests.protocol.conftest import CAPABILITIES, Connect, Session

PROGRAM = "def add(a, b):\n    return a\n"
QUESTION = "Why is it too small?"
NEXT = "And what ab"
"""What the student has begun to write when the answer arrives."""


class Buffer:
    """An editor's own copy of a document: it applies edits for its version, as real editors do."""

    def __init__(self, session: Session, uri: str, text: str) -> None:
        self.session, self.uri, self.text, self.version = session, uri, text, 1
        session.open(uri, text)

    def type(self, added: str) -> None:
        """Type at the end; the server hears of it."""
        self.text += added
        self.version += 1
        self.session.change(self.uri, {"text": self.text}, version=self.version)

    def apply(self, edit: dict[str, Any]) -> bool:
        """Apply an edit meant for this version; refuse any other."""
        (change,) = edit["documentChanges"]
        if change["textDocument"] != {"uri": self.uri, "version": self.version}:
            return False
        lines = self.text.split("\n")
        (made,) = change["edits"]
        low, high = ((made["range"][end]["line"], made["range"][end]["character"]) for end in ("start", "end"))
        low_at, high_at = (sum(len(line) + 1 for line in lines[:line]) + column for line, column in (low, high))
        self.text = self.text[:low_at] + made["newText"] + self.text[high_at:]
        self.type("")
        return True


def as_vs_code(buffer: Buffer, edit: dict[str, Any]) -> bool:
    return buffer.apply(edit)


def as_neovim(buffer: Buffer, edit: dict[str, Any]) -> bool:
    """Neovim drops an edit for another version, and says that it was applied."""
    buffer.apply(edit)
    return True


@pytest.mark.parametrize("habit", [as_vs_code, as_neovim])
async def test_neither_the_answer_nor_what_was_typed_is_lost(
    habit: Callable[[Buffer, dict[str, Any]], bool], connect: Connect
) -> None:
    versions = {"workspaceEdit": {"documentChanges": True}}
    session = await connect(capabilities={**CAPABILITIES, "workspace": {**CAPABILITIES["workspace"], **versions}})
    uri = session.file("add.py", PROGRAM)
    page = session.workspace / ".taco" / "conversation.md"
    page.parent.mkdir()
    page.write_text("## You\n\n" + QUESTION + "\n")
    buffer = Buffer(session, page.as_uri(), page.read_text())
    typed = False

    async def edit_asked_for() -> dict[str, Any]:
        asked = lambda: [m for m in session.sent if m.get("method") == "workspace/applyEdit"]  # noqa: E731
        await until(lambda: len(asked()) > answered)
        return asked()[answered]

    answered = 0
    session.note("textDocument/didSave", {"textDocument": {"uri": page.as_uri()}})
    while "### TACO" not in buffer.text or not typed:
        message = await asyncio.wait_for(edit_asked_for(), 5)
        answered += 1
        if not typed:
            typed = True
            buffer.type(f"\n## You\n\n{NEXT}")
        session.give(id=message["id"], result={"applied": habit(buffer, message["params"]["edit"])})

    await until(lambda: session.server.documents[page.as_uri()].text == buffer.text)
    assert buffer.text.endswith(f"## You\n\n{NEXT}\n")
    assert [row["user_prompt"] for row in session.rows("SELECT user_prompt FROM llm_interactions")] == [QUESTION]
    assert uri
