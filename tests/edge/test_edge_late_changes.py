"""Changes that arrive in another order than their versions say, as a real editor sends them."""

from __future__ import annotations

import asyncio
import random
from typing import Any

import oracle
import pytest
from edge_harness import Client, ready
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types
from pygls.workspace import Workspace

from taco_lsp.edge.recent import REMEMBERED

URI = "file:///w/a.md"
QUESTION = "Why does it count from 0?"
SENT = [1, 2, 4, 6, 5, 3, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 23, 24, 20, 21, 22, 25]
"""The order in which Helix 25.01 once sent the keys of that question."""


def typed(version: int, at: int, key: str) -> dict[str, Any]:
    place = {"line": 0, "character": at}
    return {"version": version, "contentChanges": [{"range": {"start": place, "end": place}, "text": key}]}


def send(client: Client, *messages: dict[str, Any]) -> None:
    for message in messages:
        client.change(URI, *message["contentChanges"], version=message["version"])


async def opened(text: str = "") -> Client:
    client = await ready()
    client.note("textDocument/didOpen", {"textDocument": _item(text)})
    return client


def _item(text: str) -> dict[str, Any]:
    return {"uri": URI, "languageId": "markdown", "version": 0, "text": text}


async def test_keys_that_overtook_each_other_stand_where_they_were_typed() -> None:
    client = await opened()
    send(client, *(typed(version, version - 1, QUESTION[version - 1]) for version in SENT))
    document = client.server.documents[URI]
    assert (document.text, document.version) == (QUESTION, 25)


def test_stock_pygls_mixes_them_up() -> None:
    workspace = Workspace(None, types.TextDocumentSyncKind.Incremental)
    workspace.put_text_document(types.TextDocumentItem(**_snake(_item(""))))
    for version in SENT:
        place = types.Position(0, version - 1)
        change = types.TextDocumentContentChangePartial(types.Range(place, place), QUESTION[version - 1])
        workspace.update_text_document(types.VersionedTextDocumentIdentifier(version, URI), change)
    assert workspace.text_documents[URI].source != QUESTION


def _snake(item: dict[str, Any]) -> dict[str, Any]:
    return {"language_id" if name == "languageId" else name: value for name, value in item.items()}


CHARS = ["a", "b", "\n", "\r", "\r\n", "é", "😀"]


@given(seed=st.integers(0, 2**32), late=st.integers(1, REMEMBERED - 1), step=st.integers(1, 5))
def test_whatever_order_they_arrive_in_the_text_is_the_typed_one(seed: int, late: int, step: int) -> None:
    dice = random.Random(seed)
    text = start = "".join(dice.choices(CHARS, k=dice.randrange(20)))
    messages: list[dict[str, Any]] = []
    version = 0
    for _ in range(dice.randrange(2, 40)):
        changes = []
        for _ in range(dice.choice([1, 1, 1, 2, 3])):
            low, high = ((dice.randrange(4), dice.randrange(8)) for _ in range(2))
            new = "".join(dice.choices(CHARS, k=dice.randrange(4)))
            text = oracle.replace(text, low, high, new, "utf-16")
            places = ({"line": line, "character": character} for line, character in sorted((low, high)))
            changes.append({"range": dict(zip(("start", "end"), places, strict=True)), "text": new})
        version += dice.randint(1, step)
        messages.append({"version": version, "contentChanges": changes})
    arriving = sorted(range(len(messages)), key=lambda number: number + dice.random() * late / 3)

    async def deliver() -> tuple[str, int | None]:
        client = await opened(start)
        send(client, *(messages[number] for number in arriving))
        return client.server.documents[URI].text, client.server.documents[URI].version

    assert asyncio.run(deliver()) == (text, version)


@pytest.mark.parametrize("versions", [[5, 5, 5], [3, 2, 1, 0], [10, 1, 2, 3], [-1, -2, -3]])
async def test_a_client_that_counts_in_its_own_way_is_taken_at_its_word(versions: list[int]) -> None:
    client = await opened()
    for at, version in enumerate(versions):
        client.change(URI, {"text": "abcd"[: at + 1]}, version=version)
    assert client.server.documents[URI].text == "abcd"[: len(versions)]


async def test_a_change_too_large_to_be_taken_back_is_a_line_nothing_crosses() -> None:
    client = await opened("one\n" * 100_000)
    most = {"start": {"line": 0, "character": 0}, "end": {"line": 99_000, "character": 0}}
    client.change(URI, {"range": most, "text": ""}, version=3)
    send(client, typed(2, 0, "late "), typed(4, 0, "first "))
    assert client.server.documents[URI].text == "first late one\n" + "one\n" * 999
