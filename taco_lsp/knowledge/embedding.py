"""Vectors of passages: who makes them, and which are nearest. How an endpoint is asked is in `models.embeddings`."""

from __future__ import annotations

import heapq
import math
import sys
from array import array
from collections.abc import Awaitable, Callable, Sequence
from operator import mul
from typing import TypeVar

import attrs

from taco_lsp.models.endpoint import Endpoint

Vector = Sequence[float]
Key = TypeVar("Key")


@attrs.frozen(kw_only=True)
class Embedder:
    """Makes vectors of texts, one for each, all of one length; `model` is the name to remember them by."""

    model: str
    embed: Callable[[Sequence[str]], Awaitable[Sequence[Vector]]]


def nearest(wanted: Vector, packed: Sequence[tuple[Key, bytes]], limit: int) -> list[Key]:
    """Find the keys whose vectors point most nearly the same way (cosine), nearest first.

    Exact and in plain Python: a class has a thousand passages, which takes about 20 ms. Vectors of another length
    are passed over.

    Args:
        wanted: The vector to compare with.
        packed: Keys with little-endian float32 vectors.
        limit: How many to give at most.
    """
    size = 4 * len(wanted)
    scored = ((_cosine(wanted, _unpack(vector)), at) for at, (_, vector) in enumerate(packed) if len(vector) == size)
    return [packed[at][0] for score, at in heapq.nlargest(limit, scored) if score > 0]


def _cosine(a: Vector, b: Vector) -> float:
    length = math.sqrt(sum(map(mul, b, b)))
    return sum(map(mul, a, b)) / length if length else 0.0


def _unpack(packed: bytes) -> array[float]:
    numbers = array("f", packed)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def of_endpoint(endpoint: Endpoint) -> Embedder:
    """Make an embedder that asks an endpoint; httpx is imported when it first does."""

    async def embed(texts: Sequence[str]) -> Sequence[Vector]:
        from taco_lsp.models import embeddings  # noqa: PLC0415

        return await embeddings.embed(endpoint, texts)

    return Embedder(model=endpoint.model, embed=embed)
