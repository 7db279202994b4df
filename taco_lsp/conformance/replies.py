"""What a scripted model answers, as data: a status, headers, and parts that are bytes to send, a `Pause`, or `DROP`.

Says nothing of when and to whom; that is the business of `scripted_model`.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

MODEL = "scripted-model"
EVENT_STREAM = "text/event-stream; charset=utf-8"


@dataclass(frozen=True)
class Pause:
    """Nothing is sent for so many seconds; for ever by default."""

    seconds: float = float("inf")


@dataclass(frozen=True)
class Drop:
    """The connection is cut without a goodbye."""


DROP: Final = Drop()
Part = bytes | Pause | Drop


@dataclass(frozen=True)
class Reply:
    """What to answer to one request; each bytes part is sent as one chunk."""

    parts: Iterable[Part]
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: {"content-type": EVENT_STREAM})
    delay: float = 0.0

    def after(self, seconds: float) -> Reply:
        """Send even the status only after so many seconds."""
        return replace(self, delay=seconds)

    def in_pieces(self, size: int) -> Reply:
        """Cut the body into chunks of `size` bytes, wherever that falls in a line or a character."""
        whole = b"".join(part for part in self.parts if isinstance(part, bytes))
        return replace(self, parts=[whole[start : start + size] for start in range(0, len(whole), size)])


# --- replies --------------------------------------------------------------------------------------


def reply(
    *texts: str,
    finish: str | None = "stop",
    usage: tuple[int, int] | None = (11, 7),
    done: bool = True,
    pause: float = 0.0,
    reasoning: Iterable[str] = (),
) -> Reply:
    """A normal stream: a chunk per text, `pause` seconds before each; `usage` as (prompt, completion)."""
    parts: list[Part] = [delta(role="assistant", content="")]
    parts += [delta(reasoning_content=thought) for thought in reasoning]
    for text in texts:
        parts += [Pause(pause), delta(content=text)] if pause else [delta(content=text)]
    if finish is not None:
        parts.append(event(_chunk([{"index": 0, "delta": {}, "finish_reason": finish}])))
    if usage is not None:
        parts.append(event(_chunk([], usage=_usage(usage))))
    if done:
        parts.append(event("[DONE]"))
    return Reply(parts)


def whole(text: str, *, usage: tuple[int, int] = (11, 7)) -> Reply:
    """One JSON object, from a server that ignores `"stream": true`."""
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
    completion = {"object": "chat.completion", "model": MODEL, "choices": [choice], "usage": _usage(usage)}
    return json_reply(completion)


def failure(status: int, message: str = "", *, code: str | None = None, retry_after: str | None = None) -> Reply:
    """An HTTP error with the usual error object."""
    error = {"message": message or f"scripted failure {status}", "code": code}
    answer = json_reply({"error": error}, status=status)
    if retry_after is None:
        return answer
    return replace(answer, headers={**answer.headers, "retry-after": retry_after})


def error_event(*texts: str, message: str = "scripted failure", code: int | None = None) -> Reply:
    """Some text, then an error object in the stream."""
    failed = event({"error": {"message": message, "code": code}})
    return Reply([*(delta(content=text) for text in texts), failed])


def dropped(*texts: str) -> Reply:
    """Some text, then the connection is cut."""
    return Reply([*(delta(content=text) for text in texts), DROP])


def stalled(*texts: str) -> Reply:
    """Some text, then nothing more; without texts the status comes and no token ever does."""
    return Reply([*(delta(content=text) for text in texts), Pause()])


def silence() -> Reply:
    """Not even a status."""
    return Reply([], delay=float("inf"))


def endless(text: str) -> Reply:
    """The same text again and again, as fast as the client takes it."""
    return Reply(itertools.repeat(delta(content=text)))


def raw(*parts: Part, status: int = 200, content_type: str = EVENT_STREAM, **headers: str) -> Reply:
    """Whatever bytes you like; header names are written with underscores."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(parts, status=status, headers={"content-type": content_type, **named})


def json_reply(value: object, *, status: int = 200) -> Reply:
    """Any JSON value."""
    return raw(json.dumps(value).encode(), status=status, content_type="application/json")


def web_page() -> Reply:
    """What a wrong address tends to answer."""
    return raw(b"<!doctype html><title>Welcome</title><p>It works!", content_type="text/html")


def model_list(*names: str) -> Reply:
    """The reply to `GET …/models`."""
    return json_reply({"object": "list", "data": [{"id": name, "object": "model"} for name in names]})


# --- parts ----------------------------------------------------------------------------------------


def event(data: object) -> bytes:
    """One server-sent event; anything but a string is written as JSON, its text unescaped."""
    text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
    return f"data: {text}\n\n".encode()


def delta(**fields: str) -> bytes:
    """The event of one chunk, say `delta(content="Hel")`."""
    return event(_chunk([{"index": 0, "delta": fields, "finish_reason": None}]))


def _chunk(choices: list[object], **more: object) -> dict[str, object]:
    return {"id": "chat-1", "object": "chat.completion.chunk", "model": MODEL, "choices": choices, **more}


def _usage(counts: tuple[int, int]) -> dict[str, int]:
    prompt, completion = counts
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}
