"""The body of a successful response, from bytes to an answer, without input or output of its own.

Normally a stream of events; a server that ignores `"stream": true` sends one JSON object, which is just as
good. Which of the two it is shows in the first character, more reliably than in a content type.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Literal

from taco_lsp.models import failures
from taco_lsp.models.chunks import read_chunk
from taco_lsp.models.endpoint import Endpoint
from taco_lsp.models.errors import ModelError
from taco_lsp.models.sse import Event, EventParser, EventTooLongError
from taco_lsp.models.types import Finished, TextDelta, Usage

Stage = Literal["waiting", "answering", "complete", "done"]

_MAX_OBJECT_BYTES = 1_048_576
_BOM = b"\xef\xbb\xbf"


class Reply:
    """Feed it the body as it arrives, then `end` it.

    Attributes:
        stage: "waiting" until the model has begun to work, if only on its reasoning; "answering"; "complete"
            when the answer is whole and at most its usage is to come; "done" when nothing that matters can
            follow.
        progress: Grows with every event, the sign of life that idle time is measured by.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        self.stage: Stage = "waiting"
        self.progress = 0
        self._endpoint = endpoint
        self._parser = EventParser()
        self._unknown = True  # until the first character shows what this is
        self._object: bytearray | None = None
        self._chars = 0
        self._blank = True
        self._reason: str | None = None
        self._usage = Usage()
        self._model = endpoint.model

    @property
    def complete(self) -> bool:
        """Whether `end` will find a whole answer."""
        return self.stage in {"complete", "done"}

    def feed(self, data: bytes) -> Iterator[TextDelta]:
        """Take the next bytes and yield the text in them; to be exhausted before the next call.

        Raises:
            ModelError: after the text that came before the fault.
        """
        if self._unknown:
            start = data.removeprefix(_BOM).lstrip()
            if not start:
                return
            self._choose(start)
        if self._object is not None:
            self._collect(data)
            return
        try:
            for event in self._parser.feed(data):
                self.progress += 1
                yield from self._take(event)
        except EventTooLongError:
            raise failures.not_a_completion(self._endpoint, "something too long to read") from None

    def end(self) -> Iterator[TextDelta | Finished]:
        """Close the answer when the body has ended, with `Finished` as the last item.

        Raises:
            ModelError: the answer is empty, broken off, or was none at all.
        """
        if self._object is not None:
            yield from self._take_payload(self._parse(bytes(self._object)))
            self.stage = "done"
        if not self.complete:
            raise self._broken_off()
        if self._blank:
            raise self._empty()
        yield Finished(reason=self._reason or "stop", usage=self._usage, model=self._model)

    def _choose(self, start: bytes) -> None:
        self._unknown = False
        if start.startswith(b"<"):
            raise failures.not_a_completion(self._endpoint, "a web page")
        if start.startswith((b"{", b"[")):
            self._object = bytearray()

    def _collect(self, data: bytes) -> None:
        assert self._object is not None
        self._object += data
        self.progress += 1
        self.stage = "answering"
        if len(self._object) > _MAX_OBJECT_BYTES:
            raise failures.not_a_completion(self._endpoint, "something too long to read")

    def _take(self, event: Event) -> Iterator[TextDelta]:
        if self.stage == "done":
            return
        if event.data.strip() == "[DONE]":
            self.stage = "done"
            return
        payload = self._parse(event.data)
        if event.type == "error":
            raise failures.reported_error(self._endpoint, payload.get("error", payload))
        yield from self._take_payload(payload)

    def _parse(self, text: str | bytes) -> dict[str, Any]:
        try:
            payload = json.loads(text)
        except (ValueError, RecursionError):
            raise failures.not_a_completion(self._endpoint, "something unreadable") from None
        if not isinstance(payload, dict):
            raise failures.not_a_completion(self._endpoint, "something unreadable")
        return payload

    def _take_payload(self, payload: dict[str, Any]) -> Iterator[TextDelta]:
        if payload.get("error"):
            raise failures.reported_error(self._endpoint, payload["error"])
        if self._object is not None and "choices" not in payload:
            raise failures.not_a_completion(self._endpoint, "something else")
        chunk = read_chunk(payload)
        if chunk.alive and self.stage == "waiting":
            self.stage = "answering"
        self._model = chunk.model or self._model
        self._usage = chunk.usage or self._usage
        if chunk.finish_reason:
            self._reason = chunk.finish_reason
            self.stage = "complete"
        if text := self._within_limit(chunk.text):
            yield TextDelta(text=text)

    def _within_limit(self, text: str) -> str:
        room = self._endpoint.max_chars - self._chars
        if len(text) > room:
            text = text[:room]
            self._reason = "length"
            self.stage = "done"
        self._chars += len(text)
        self._blank = self._blank and not text.strip()
        return text

    def _broken_off(self) -> ModelError:
        where = self._endpoint.authority
        if self.progress:
            message = f"The connection to the model at {where} was lost before the answer was complete."
            return ModelError("unreachable", message, "Ask again.")
        if self._unknown:
            return self._empty()
        return failures.not_a_completion(self._endpoint, "something unreadable")

    def _empty(self) -> ModelError:
        hints = {
            "length": "It used up its tokens before the first word; allow more tokens.",
            "content_filter": "Its provider held the answer back; ask in other words.",
        }
        hint = hints.get(self._reason or "", "Ask again, or choose another model.")
        return ModelError("empty", f"The model at {self._endpoint.authority} gave an empty answer.", hint)
