"""Asks an OpenAI-compatible endpoint for the vectors of texts (`POST /embeddings`).

The endpoint's `model` is the embedding model. What vectors are for is not known here. Imports httpx: import this
module on first use.
"""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import Sequence
from datetime import UTC, datetime

import httpx

from taco_lsp.models import failures, retry
from taco_lsp.models.endpoint import Endpoint
from taco_lsp.models.errors import ModelError
from taco_lsp.models.request import encode
from taco_lsp.models.transport import open_http, within

BATCH = 64
"""Texts in one request: what the smaller servers take."""

MAX_TEXT_CHARS = 8_000
"""What is beyond is cut off a text: models take 512 to 8192 tokens, and refuse more."""

_MAX_BODY = 67_108_864  # bytes; 64 vectors of 4096 numbers are about 6 MB


async def embed(
    endpoint: Endpoint, texts: Sequence[str], *, http: httpx.AsyncClient | None = None
) -> list[tuple[float, ...]]:
    """Give the vector of each text, in order and all of one length.

    Args:
        endpoint: Where to ask, and which model; its `total_timeout_s` bounds each request with its retries.
        texts: Any number of texts; an empty one is sent as a space, because endpoints refuse it.
        http: A client of the caller's, which stays open.

    Raises:
        ModelError: no vectors came, or not one for each text.
    """
    client = open_http(endpoint) if http is None else http
    try:
        vectors: list[tuple[float, ...]] = []
        for at in range(0, len(texts), BATCH):
            vectors += await _batch(client, endpoint, texts[at : at + BATCH])
    finally:
        if http is None:
            await client.aclose()
    if len({len(vector) for vector in vectors}) > 1:
        raise failures.not_a_completion(endpoint, "vectors of different lengths")
    return vectors


async def _batch(client: httpx.AsyncClient, endpoint: Endpoint, texts: Sequence[str]) -> list[tuple[float, ...]]:
    deadline = _now() + endpoint.total_timeout_s
    body = encode({"model": endpoint.model, "input": [text[:MAX_TEXT_CHARS].strip() or " " for text in texts]})
    attempt = 0
    while True:
        try:
            return _vectors(endpoint, await _post(client, endpoint, body, deadline), len(texts))
        except ModelError as error:
            pause = retry.pause_before_retry(error, attempt)
            if pause is None or attempt == endpoint.max_retries or _now() + pause >= deadline:
                raise
        attempt += 1
        await asyncio.sleep(pause)


async def _post(client: httpx.AsyncClient, endpoint: Endpoint, body: bytes, deadline: float) -> bytes:
    headers = {"content-type": "application/json", "accept": "application/json"}
    if endpoint.key is not None:
        headers["authorization"] = f"Bearer {endpoint.key.reveal()}"
    timeout = httpx.Timeout(None, connect=endpoint.connect_timeout_s)
    request = client.build_request("POST", f"{endpoint.url}/embeddings", headers=headers, content=body, timeout=timeout)
    async with within(endpoint, deadline, f"did not make the embeddings within {endpoint.total_timeout_s:g} s"):
        response = await client.send(request, stream=True, follow_redirects=False)
        try:
            data = bytearray()
            async for chunk in response.aiter_bytes():
                data += chunk
                if len(data) > _MAX_BODY:
                    raise failures.not_a_completion(endpoint, "too much")
        finally:
            await response.aclose()
    if response.is_redirect:
        raise failures.redirect_error(endpoint)
    if response.status_code != httpx.codes.OK:
        wait_s = retry.parse_retry_after(response.headers.get("retry-after"), now=datetime.now(UTC))
        raise failures.status_error(
            endpoint, response.status_code, failures.reason_in(bytes(data)), retry_after_s=wait_s
        )
    return bytes(data)


def _vectors(endpoint: Endpoint, body: bytes, wanted: int) -> list[tuple[float, ...]]:
    """Read the reply; the vectors come with an index each, in any order."""
    try:
        rows = sorted(json.loads(body)["data"], key=lambda row: row["index"])
        vectors = [tuple(float(number) for number in row["embedding"]) for row in rows]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise failures.not_a_completion(endpoint, "something else than embeddings") from None
    sound = all(vector and all(map(math.isfinite, vector)) for vector in vectors)
    if len(vectors) != wanted or not sound:
        raise failures.not_a_completion(endpoint, "embeddings that cannot be used")
    return vectors


def _now() -> float:
    return asyncio.get_running_loop().time()
