"""A transcript as a conversation: what each side sent, and every request with its reply. Pure; judges nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import attrs

from taco_lsp.conformance.transcript import By, Door, Entry
from taco_lsp.verbs import BY_COMMAND, BY_NAME, Verb

EXECUTE = "workspace/executeCommand"


@attrs.frozen(kw_only=True)
class Sent:
    """A request or notification; `place` is its line in the transcript, from 0."""

    place: int
    by: By
    method: str
    params: Any
    id: Any = None
    is_request: bool = False
    disk: str | None = None
    reply: Mapping[str, Any] | None = None
    replied: int | None = None
    replies: int = 0

    @property
    def result(self) -> Any:
        """The result; None without one."""
        return self.reply.get("result") if self.reply else None

    @property
    def error(self) -> Mapping[str, Any] | None:
        """The error; None when there was none, or no reply."""
        return self.reply.get("error") if self.reply else None

    @property
    def verb(self) -> Verb | None:
        """The verb that was called, by whichever door."""
        if self.method == EXECUTE:
            return BY_COMMAND.get(str(self.named.get("command")))
        return BY_NAME.get(self.method)

    @property
    def arguments(self) -> Any:
        """What a verb was given: the params, or the command's argument."""
        if self.method != EXECUTE:
            return self.params
        given = self.named.get("arguments") or [None]
        return given[0] if isinstance(given, list) else given

    @property
    def named(self) -> Mapping[str, Any]:
        """The params when they are an object; else nothing."""
        return self.params if isinstance(self.params, Mapping) else {}

    @property
    def uri(self) -> str:
        """The document it is about."""
        document = self.named.get("textDocument")
        return str(document.get("uri", "")) if isinstance(document, Mapping) else ""


@attrs.frozen(kw_only=True, slots=False)
class Conversation:
    """One connection from its beginning to its end."""

    entries: Sequence[Entry]

    @cached_property
    def sent(self) -> tuple[Sent, ...]:
        """Every request and notification, in order."""
        found: list[Sent] = []
        waiting: dict[tuple[By, str], int] = {}
        for place, entry in enumerate(self.entries):
            message = entry.message if isinstance(entry.message, Mapping) else {}
            if "method" in message:
                if "id" in message:
                    waiting[entry.by, repr(message["id"])] = len(found)
                found.append(_sent(place, entry, message))
            elif "id" in message:
                asker: By = "server" if entry.by == "client" else "client"
                number = waiting.get((asker, repr(message["id"])))
                if number is not None:
                    found[number] = _with_reply(found[number], place, message)
        return tuple(found)

    def of(self, by: By, *methods: str) -> tuple[Sent, ...]:
        """What one side sent, of these methods or of all."""
        return tuple(sent for sent in self.sent if sent.by == by and (not methods or sent.method in methods))

    @property
    def calls(self) -> Iterator[tuple[Sent, Verb]]:
        """Every verb that the client called, by either door."""
        return ((sent, sent.verb) for sent in self.of("client") if sent.verb and sent.is_request)

    @property
    def initialize(self) -> Sent | None:
        """The first `initialize`."""
        return next(iter(self.of("client", "initialize")), None)

    @property
    def capabilities(self) -> Mapping[str, Any]:
        """What the client says it can do."""
        told = self.initialize.named.get("capabilities") if self.initialize else None
        return told if isinstance(told, Mapping) else {}

    @property
    def encoding(self) -> str:
        """What columns count in."""
        result = self.initialize.result if self.initialize else None
        offered = result.get("capabilities", {}) if isinstance(result, Mapping) else {}
        return str(offered.get("positionEncoding", "utf-16"))

    @property
    def door(self) -> Door | None:
        """How the client came in; None for standard input and output."""
        return next((entry.door for entry in self.entries if entry.door), None)

    def can(self, *path: str) -> bool:
        """Whether a capability was declared, such as `can("window", "showDocument")`."""
        found: Any = self.capabilities
        for name in path:
            found = found.get(name) if isinstance(found, Mapping) else None
        return bool(found)


def _sent(place: int, entry: Entry, message: Mapping[str, Any]) -> Sent:
    return Sent(
        place=place,
        by=entry.by,
        method=str(message["method"]),
        params=message.get("params"),
        id=message.get("id"),
        is_request="id" in message,
        disk=entry.disk,
    )


def _with_reply(sent: Sent, place: int, message: Mapping[str, Any]) -> Sent:
    if sent.reply is not None:
        return attrs.evolve(sent, replies=sent.replies + 1)
    return attrs.evolve(sent, reply=message, replied=place, replies=1)
