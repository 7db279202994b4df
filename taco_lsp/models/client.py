"""The client of an OpenAI-compatible endpoint: one question in, a stream of text out.

It moves bytes and watches the clock. What bytes mean is decided in `reply`, what a refusal means in
`failures`, when to try again in `retry`. Imports httpx: import this module on first use.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from datetime import UTC, datetime

import httpx

from taco_lsp.models import failures, retry
from taco_lsp.models.chunks import read_model_names
from taco_lsp.models.endpoint import Endpoint
from taco_lsp.models.errors import ModelError
from taco_lsp.models.reply import Reply, Stage
from taco_lsp.models.request import Body, chat_body, encode, leave_out, rejected_field
from taco_lsp.models.transport import open_http, within
from taco_lsp.models.types import Finished, Message, TextDelta

logger = logging.getLogger(__name__)

_MAX_SMALL_BODY = 1_048_576  # errors and the list of models, in bytes
_USAGE_GRACE_S = 2.0  # from the answer's last word to the usage that may follow
_CLOSE_GRACE_S = 0.2  # from [DONE] to the end of the body, which lets the connection be used again


class ChatClient:
    """Asks the model of one endpoint; streams may run side by side. Belongs to one event loop."""

    def __init__(self, endpoint: Endpoint, *, http: httpx.AsyncClient | None = None) -> None:
        """Prepare to talk to `endpoint`; nothing is sent yet.

        Args:
            endpoint: Where and what to ask.
            http: A client of the caller's, which `aclose` leaves open; its proxies and certificates are used.

        Raises:
            ModelError: the machine's proxy settings cannot be used.
        """
        self._endpoint = endpoint
        self._http = open_http(endpoint) if http is None else http
        self._owns_http = http is None
        self._rejected_fields: list[str] = []

    @property
    def endpoint(self) -> Endpoint:
        """Where this client asks, and which model."""
        return self._endpoint

    async def aclose(self) -> None:
        """Close the connections, unless they are the caller's."""
        if self._owns_http:
            await self._http.aclose()

    async def stream(
        self, messages: Sequence[Message], *, max_tokens: int | None = None, temperature: float | None = None
    ) -> AsyncGenerator[TextDelta | Finished]:
        """Ask, and yield the answer as it comes; `Finished` is the last item of an answer that is complete.

        Closing the generator, or cancelling the task that waits for it, closes the connection at once. A
        plain `break` does neither, so iterate inside `contextlib.aclosing`.

        Raises:
            ModelError: after whatever text had arrived by then.
        """
        body = chat_body(self._endpoint, messages, max_tokens=max_tokens, temperature=temperature)
        deadline = _now() + self._endpoint.total_timeout_s
        started = False
        for attempt in range(self._endpoint.max_retries + 1):
            try:
                async with aclosing(self._attempt(body, deadline)) as parts:
                    async for part in parts:
                        started = True
                        yield part
            except ModelError as error:
                pause = retry.pause_before_retry(error, attempt)
                last = started or attempt == self._endpoint.max_retries
                if last or pause is None or _now() + pause >= deadline:
                    raise
                logger.debug("attempt %d failed (%s); again in %.1f s", attempt + 1, error.kind, pause)
            else:
                return
            await asyncio.sleep(pause)

    async def list_models(self) -> tuple[str, ...]:
        """Ask the endpoint which models it has, in its order, without a retry.

        Raises:
            ModelError: it does not say.
        """
        until = _now() + min(self._endpoint.first_token_timeout_s, self._endpoint.total_timeout_s)
        async with within(self._endpoint, until, "did not list its models in time"):
            response = await self._send("GET", "/models")
            body = await _read_small(response)
        if response.status_code != httpx.codes.OK:
            raise self._refusal(response, failures.reason_in(body))
        names = read_model_names(body)
        if names is None:
            raise failures.not_a_completion(self._endpoint, "something else than a list of models")
        return names

    async def _attempt(self, body: Body, deadline: float) -> AsyncGenerator[TextDelta | Finished]:
        first_token_by = min(_now() + self._endpoint.first_token_timeout_s, deadline)
        async with within(self._endpoint, first_token_by, self._lateness(first_token_by, deadline)):
            response = await self._open(body)
        reply = Reply(self._endpoint)
        try:
            async with aclosing(self._read(response, reply, first_token_by, deadline)) as chunks:
                async for data in chunks:
                    for delta in reply.feed(data):
                        yield delta
            for part in reply.end():
                yield part
        finally:
            await response.aclose()

    async def _open(self, body: Body) -> httpx.Response:
        """Send the question until the endpoint accepts its fields; each round leaves out one more."""
        while True:
            accepted = leave_out(body, self._rejected_fields)
            response = await self._send("POST", "/chat/completions", accepted)
            if response.status_code == httpx.codes.OK:
                return response
            reason = failures.reason_in(await _read_small(response))
            field = rejected_field(response.status_code, reason, accepted)
            if field is None:
                raise self._refusal(response, reason)
            logger.debug("the endpoint does not take %s; asking without", field)
            self._rejected_fields.append(field)

    async def _read(
        self, response: httpx.Response, reply: Reply, first_token_by: float, deadline: float
    ) -> AsyncGenerator[bytes]:
        """Yield the body as it arrives, as long as `reply` shows signs of life and lacks anything."""
        chunks = response.aiter_bytes()
        until = first_token_by
        while True:
            before = (reply.stage, reply.progress)
            try:
                async with within(self._endpoint, until, self._lateness(until, deadline, reply.stage)):
                    data = await anext(chunks, None)
            except ModelError:
                if reply.complete:  # only the usage or the end of the body is missing
                    return
                raise
            if data is None:
                return
            yield data
            until = min(self._next_by(reply, before, until), deadline)

    def _next_by(self, reply: Reply, before: tuple[Stage, int], until: float) -> float:
        """Tell until when the next bytes must come, given the stage and progress before the last ones."""
        if reply.stage == "answering" and reply.progress > before[1]:
            return _now() + self._endpoint.idle_timeout_s
        if reply.stage == before[0]:
            return until
        return _now() + (_CLOSE_GRACE_S if reply.stage == "done" else _USAGE_GRACE_S)

    async def _send(self, method: str, path: str, body: Body | None = None) -> httpx.Response:
        # Unencoded, because compressing proxies hold a stream back until they have enough to compress.
        headers = {"accept": "text/event-stream, application/json", "accept-encoding": "identity"}
        if self._endpoint.key is not None:
            headers["authorization"] = f"Bearer {self._endpoint.key.reveal()}"
        if body is not None:
            headers["content-type"] = "application/json"
        content = None if body is None else encode(body)
        url = self._endpoint.url + path
        # Only connecting is bounded here: bytes alone are no sign of life, so `within` bounds the rest.
        timeout = httpx.Timeout(None, connect=self._endpoint.connect_timeout_s)
        request = self._http.build_request(method, url, headers=headers, content=content, timeout=timeout)
        return await self._http.send(request, stream=True, follow_redirects=False)

    def _refusal(self, response: httpx.Response, reason: str) -> ModelError:
        if response.is_redirect:
            return failures.redirect_error(self._endpoint)
        wait_s = retry.parse_retry_after(response.headers.get("retry-after"), now=datetime.now(UTC))
        return failures.status_error(self._endpoint, response.status_code, reason, retry_after_s=wait_s)

    def _lateness(self, until: float, deadline: float, stage: Stage = "waiting") -> str:
        if until == deadline:
            return f"took longer than {self._endpoint.total_timeout_s:g} s"
        if stage == "answering":
            return "stopped in the middle of its answer"
        return f"did not begin to answer within {self._endpoint.first_token_timeout_s:g} s"


def _now() -> float:
    return asyncio.get_running_loop().time()


async def _read_small(response: httpx.Response) -> bytes:
    """Read a body that ought to be small, cut at `_MAX_SMALL_BODY`, and close the response."""
    body = bytearray()
    try:
        async for data in response.aiter_bytes():
            body += data
            if len(body) >= _MAX_SMALL_BODY:
                break
    finally:
        await response.aclose()
    return bytes(body[:_MAX_SMALL_BODY])
