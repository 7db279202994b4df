"""How a connection begins and ends, and whether what is sent is LSP at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from cattrs import Converter
from lsprotocol import types as lsp

from taco_lsp.conformance.checks.check import Problems
from taco_lsp.conformance.conversation import Conversation, Sent
from taco_lsp.edge import edge_converter

METHOD_NOT_FOUND = -32601
_FREE = {lsp.EXIT, lsp.SHUTDOWN, lsp.WORKSPACE_EXECUTE_COMMAND, lsp.PROGRESS}
"""They carry nothing, or anything."""


def speaks_lsp(it: Conversation) -> Problems:
    """Frames, JSON-RPC, ids and the params of plain LSP."""
    entries = [entry for entry in it.entries if entry.by == "client" and (entry.fault or entry.message is not None)]
    if not entries:
        return None
    problems = [entry.fault for entry in entries if entry.fault]
    problems += [f"not JSON-RPC 2.0: {str(entry.message)[:80]}" for entry in entries if _is_odd(entry.message)]
    used = Counter(repr(sent.id) for sent in it.of("client") if sent.is_request)
    problems += [f"the id {id_} is used for {count} requests" for id_, count in used.items() if count > 1]
    return [*problems, *_invalid(it)]


def _is_odd(message: Any) -> bool:
    return message is not None and (not isinstance(message, Mapping) or message.get("jsonrpc") != "2.0")


def _invalid(it: Conversation) -> Iterator[str]:
    for sent in it.of("client"):
        kind: Any = lsp.METHOD_TO_TYPES.get(sent.method, (None, None, None))[2]
        if not isinstance(kind, type) or sent.method in _FREE:
            continue
        try:
            _converter().structure(sent.params, kind)
        except Exception as error:  # noqa: BLE001 - cattrs raises what the hooks raise
            yield f"{sent.method}: its params are not {kind.__name__}{_first(error)}"


def _first(error: BaseException) -> str:
    """The innermost reason, short."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    said = str(error).splitlines()
    return f" ({said[0][:120]})" if said else ""


@cache
def _converter() -> Converter:
    return edge_converter()


def initializes(it: Conversation) -> Problems:
    """`initialize` comes first, once, with capabilities and a folder."""
    sent = it.of("client")
    if not sent:
        return None
    first = sent[0]
    if first.method != lsp.INITIALIZE:
        return [f"{first.method} was sent before initialize"]
    problems = ["initialize was sent twice"] if len(it.of("client", lsp.INITIALIZE)) > 1 else []
    if not isinstance(first.named.get("capabilities"), Mapping):
        problems.append("initialize has no capabilities")
    encodings = (it.capabilities.get("general") or {}).get("positionEncodings")
    if encodings is not None and "utf-16" not in encodings:
        problems.append("positionEncodings lacks utf-16, which every client must understand")
    has_files = any(sent.uri.startswith("file:") for sent in it.of("client", lsp.TEXT_DOCUMENT_DID_OPEN))
    if has_files and not first.named.get("workspaceFolders") and not first.named.get("rootUri"):
        problems.append("initialize names no folder: neither workspaceFolders nor rootUri")
    return problems


def says_initialized(it: Conversation) -> Problems:
    """`initialized` comes once, after the reply and before anything else."""
    begun = it.initialize
    if begun is None or begun.replied is None or begun.error:
        return None
    later = [sent for sent in it.of("client") if sent is not begun and sent.method != "$/cancelRequest"]
    if not later:
        return ["nothing came after initialize"]
    said = [sent for sent in later if sent.method == lsp.INITIALIZED]
    if not said:
        return ["initialized was never sent"]
    problems = [f"{sent.method} was sent before initialized" for sent in later if sent.place < said[0].place]
    if said[0].place < begun.replied:
        problems.append("initialized was sent before the reply to initialize")
    return problems + (["initialized was sent twice"] if len(said) > 1 else [])


def asks_for_what_there_is(it: Conversation) -> Problems:
    """Requests name methods that exist."""
    asked = [sent for sent in it.of("client") if sent.is_request]
    if not asked:
        return None
    return [f"{sent.method}: {_named(sent)}there is no such thing" for sent in asked if _is_unknown(sent)]


def _is_unknown(sent: Sent) -> bool:
    return bool(sent.error and sent.error.get("code") == METHOD_NOT_FOUND)


def _named(sent: Sent) -> str:
    return f"{sent.named['command']}: " if sent.named.get("command") else ""


def ends(it: Conversation) -> Problems:
    """`shutdown`, its reply, `exit`; the server has then ended well."""
    if it.initialize is None:
        return None
    shutdowns, exits = it.of("client", lsp.SHUTDOWN), it.of("client", lsp.EXIT)
    if not shutdowns:
        # A page is closed without a word; its server ends the sessions when the connection closes.
        closed = it.door == "ws" and any(entry.left for entry in it.entries)
        return [] if closed else ["the client left without shutdown"]
    down, problems = shutdowns[0], []
    # A client may kill the process once `shutdown` is answered; an `exit` sent just before is then not heard.
    killed = down.replied is not None and not any(entry.left or entry.exit is not None for entry in it.entries)
    if not exits and not killed:
        problems.append("exit was never sent")
    if exits and (down.replied is None or exits[0].place < down.replied):
        problems.append("exit was sent before the reply to shutdown")
    late = [sent for sent in it.of("client") if sent.place > down.place and sent.method not in {lsp.EXIT, lsp.SHUTDOWN}]
    problems += [f"{sent.method} was sent after shutdown" for sent in late if sent.is_request]
    codes = [entry.exit for entry in it.entries if entry.exit is not None]
    if codes and codes[0] != 0 and not problems:
        problems.append(f"the server ended with exit code {codes[0]}")
    return problems
