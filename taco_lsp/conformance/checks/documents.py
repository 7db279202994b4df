"""Whether the server sees the text that the student sees."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from taco_lsp.conformance.checks.check import Problems
from taco_lsp.conformance.conversation import Conversation, Sent
from taco_lsp.conformance.documents import Misplaced, changed

OPEN, CHANGE, SAVE, CLOSE = (f"textDocument/{name}" for name in ("didOpen", "didChange", "didSave", "didClose"))
BOM = "\ufeff"


@attrs.define
class Paper:
    """One document as the client told it; `sound` until a change could not be applied."""

    text: str
    version: int
    sound: bool = True


@attrs.define(kw_only=True)
class Desk:
    """What happened to the documents of a connection, found in one pass over it."""

    opened: list[str] = attrs.Factory(list)
    changes: list[str] = attrs.Factory(list)
    saves: list[str] = attrs.Factory(list)
    closes: list[str] = attrs.Factory(list)
    saved: list[tuple[Sent, str]] = attrs.Factory(list)
    papers: dict[str, Paper] = attrs.Factory(dict)


def opens(it: Conversation) -> Problems:
    """Documents are opened before they are spoken of, and once."""
    desk = _read(it)
    return [*desk.opened, *_unopened(it)] if it.of("client", OPEN) else None


def changes(it: Conversation) -> Problems:
    """Changes count up and fit."""
    return _read(it).changes if it.of("client", CHANGE) else None


def saves(it: Conversation) -> Problems:
    """What was saved is what the server was told."""
    if not it.of("client", SAVE):
        return None
    desk = _read(it)
    return [*desk.saves, *(_differing(desk))]


def closes(it: Conversation) -> Problems:
    """Only what is open is closed."""
    return _read(it).closes if it.of("client", CLOSE) else None


def _read(it: Conversation) -> Desk:
    desk = Desk()
    for sent in it.of("client", OPEN, CHANGE, SAVE, CLOSE):
        paper = desk.papers.get(sent.uri)
        if sent.method == OPEN:
            _open(desk, sent, paper)
        elif sent.method == CHANGE and paper:
            _change(desk, sent, paper, it.encoding)
        elif sent.method == SAVE and paper:
            _save(desk, sent, paper)
        elif sent.method == CLOSE:
            if paper is None:
                desk.closes.append(f"{_name(sent.uri)} was closed and is not open")
            desk.papers.pop(sent.uri, None)
        else:
            desk.opened.append(f"{sent.method} of {_name(sent.uri)}, which is not open")
    return desk


def _open(desk: Desk, sent: Sent, paper: Paper | None) -> None:
    document = sent.named.get("textDocument") or {}
    if paper:
        desk.opened.append(f"{_name(sent.uri)} was opened twice")
    if not document.get("languageId"):
        desk.opened.append(f"{_name(sent.uri)} was opened without a languageId")
    text, version = document.get("text"), document.get("version")
    if isinstance(text, str) and isinstance(version, int):
        desk.papers[sent.uri] = Paper(text, version)


def _change(desk: Desk, sent: Sent, paper: Paper, encoding: str) -> None:
    version = (sent.named.get("textDocument") or {}).get("version")
    if isinstance(version, int):
        if version <= paper.version:
            desk.changes.append(f"{_name(sent.uri)}: version {version} follows {paper.version}; it must grow")
        paper.version = version
    try:
        paper.text = changed(paper.text, sent.named.get("contentChanges") or [], encoding)
    except Misplaced as error:
        paper.sound = False
        desk.changes.append(f"{_name(sent.uri)}, version {version}: {error}")


def _save(desk: Desk, sent: Sent, paper: Paper) -> None:
    if not paper.sound:
        return
    desk.saved.append((sent, paper.text))
    included = sent.named.get("text")
    if included is not None and included != paper.text:
        desk.saves.append(f"{_name(sent.uri)}: the text in didSave is not what was opened and changed")


def _differing(desk: Desk) -> Iterator[str]:
    """Files that held something else on disk; one may already have been saved again when it was looked at."""
    for number, (sent, text) in enumerate(desk.saved):
        later = {told for other, told in desk.saved[number:] if other.uri == sent.uri}
        if sent.disk is not None and sent.disk.removeprefix(BOM) not in {told.removeprefix(BOM) for told in later}:
            where = _first_difference(sent.disk.removeprefix(BOM), text.removeprefix(BOM))
            yield f"{_name(sent.uri)}: the saved file is not what the server was told (line {where}, from 1)"


def _first_difference(disk: str, told: str) -> int:
    same = 0
    while same < min(len(disk), len(told)) and disk[same] == told[same]:
        same += 1
    return disk.count("\n", 0, same) + 1


def _unopened(it: Conversation) -> Iterator[str]:
    """Requests about documents that are not open at that moment."""
    open_: set[str] = set()
    for sent in it.of("client"):
        if sent.method == OPEN:
            open_.add(sent.uri)
        elif sent.method == CLOSE:
            open_.discard(sent.uri)
        elif sent.is_request and sent.method.startswith("textDocument/") and sent.uri and sent.uri not in open_:
            yield f"{sent.method} about {_name(sent.uri)}, which is not open"


def _name(uri: str) -> str:
    return uri.rpartition("/")[2] or "a document without a uri"
