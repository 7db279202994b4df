"""What a student gets to do: ask, run, save, stop, through either door."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from taco_lsp.conformance.checks.check import Problems
from taco_lsp.conformance.checks.documents import SAVE
from taco_lsp.conformance.conversation import EXECUTE, Conversation, Sent
from taco_lsp.errors import InvalidParams
from taco_lsp.wire.converter import from_wire

OFFERING = ("textDocument/codeAction", "textDocument/codeLens")
CONVERSATION_FILE = "/.taco/conversation.md"


def params(it: Conversation) -> Problems:
    """Verbs are given what they take."""
    calls = list(it.calls)
    if not calls:
        return None
    problems = []
    for sent, verb in calls:
        if sent.method == EXECUTE and len(sent.named.get("arguments") or []) > 1:
            problems.append(f"{verb.command}: a command takes one object")
            continue
        try:
            from_wire(sent.arguments, verb.params)
        except InvalidParams as error:
            problems.append(f"{sent.named.get('command', sent.method)}: {error}")
    return problems


def asks(it: Conversation) -> Problems:
    """A question was asked and answered, by a verb or in the conversation file."""
    if any(sent.uri.endswith(CONVERSATION_FILE) for sent in it.of("client", SAVE)):
        return []
    return _done(it, "taco/ask")


def runs(it: Conversation) -> Problems:
    """A program was run, or its output handed over."""
    return _done(it, "taco/run", "taco/run/report")


def saves(it: Conversation) -> Problems:
    """A version was saved."""
    return [] if it.of("client", SAVE) else _done(it, "taco/solution/save")


def streams(it: Conversation) -> Problems:
    """Tokens are new, and the answer came in pieces before it came whole."""
    asked = [(sent, sent.arguments["partialResultToken"]) for sent, _ in it.calls if _has_token(sent.arguments)]
    if not asked:
        return None
    used = Counter(repr(token) for _, token in asked)
    problems = [f"the token {token} is used for {count} questions" for token, count in used.items() if count > 1]
    deltas = Counter(repr(sent.named.get("token")) for sent in it.of("server", "$/progress"))
    if not any(deltas[repr(token)] for _, token in asked):
        problems.append("no piece of an answer was streamed")
    return problems


def cancels(it: Conversation) -> Problems:
    """What is cancelled was asked for, and had an end."""
    cancelled = it.of("client", "$/cancelRequest", "window/workDoneProgress/cancel")
    if not cancelled:
        return None
    sent = {repr(sent.id) for sent in it.of("client") if sent.is_request}
    tokens = {repr(token) for token in _progress_tokens(it)}
    problems = []
    for one in cancelled:
        named, known = ("id", sent) if one.method == "$/cancelRequest" else ("token", tokens)
        if repr(one.named.get(named)) not in known:
            problems.append(f"{one.method} names the {named} {one.named.get(named)!r}, which was never used")
    return problems


def offers(it: Conversation) -> Problems:
    """Commands that code actions and lenses offer are executed as they were offered."""
    offered = [command for sent in it.of("client", *OFFERING) for command in _commands(sent.result)]
    executed = it.of("client", EXECUTE)
    names = {command["command"] for command in offered}
    ours = [sent for sent in executed if sent.named.get("command") in names]
    if not ours:
        return None
    known = [(command["command"], command.get("arguments") or []) for command in offered]
    return [
        f"{sent.named['command']}: its arguments are not those that were offered"
        for sent in ours
        if (sent.named["command"], sent.named.get("arguments") or []) not in known and not _is_own(sent)
    ]


def _is_own(sent: Sent) -> bool:
    """A client may also build a command itself; then its params must fit."""
    verb = sent.verb
    try:
        return verb is not None and bool(from_wire(sent.arguments, verb.params))
    except InvalidParams:
        return False


def _done(it: Conversation, *names: str) -> Problems:
    """Not exercised, or exercised with at least one result."""
    calls = [sent for sent, verb in it.calls if verb.name in names]
    if not calls:
        return None
    if any(sent.result for sent in calls):
        return []
    said = next((str(sent.error.get("message")) for sent in calls if sent.error), "no reply was waited for")
    return [f"{calls[0].verb.name if calls[0].verb else names[0]} never gave a result: {said}"]


def _has_token(arguments: Any) -> bool:
    return isinstance(arguments, Mapping) and arguments.get("partialResultToken") is not None


def _progress_tokens(it: Conversation) -> Iterator[Any]:
    for sent in it.of("server", "window/workDoneProgress/create"):
        yield sent.named.get("token")
    for sent in it.of("client"):
        if isinstance(sent.arguments, Mapping) and sent.arguments.get("workDoneToken") is not None:
            yield sent.arguments["workDoneToken"]


def _commands(result: Any) -> Iterator[Mapping[str, Any]]:
    """The commands in a list of code actions, commands or lenses."""
    for item in result if isinstance(result, list) else []:
        command = item if isinstance(item.get("command"), str) else item.get("command")
        if isinstance(command, Mapping):
            yield command
