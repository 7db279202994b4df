"""Where a model answers, and how patient to be with it."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import attrs

from taco_lsp.models import urls
from taco_lsp.models.keys import Key

_OURS = frozenset({"model", "messages", "stream", "stream_options", "n"})
"""Request fields that the client depends on, so parameters may not set them."""

_Parameters = Mapping[str, Any]


def _check_seconds(_: object, field: attrs.Attribute[float], value: float) -> None:
    if not 0 < value < math.inf:
        raise ValueError(f"{field.name} must be a number of seconds above 0")


def _read_only(parameters: _Parameters) -> _Parameters:
    return MappingProxyType(dict(parameters))


def _check_parameters(_: object, __: object, value: _Parameters) -> None:
    if taken := sorted(_OURS & value.keys()):
        raise ValueError(f"the model parameters must not set {', '.join(taken)}")
    try:
        json.dumps(dict(value), allow_nan=False)
    except (TypeError, ValueError):
        raise ValueError("the model parameters must be plain JSON values") from None


def _check_model(_: object, __: object, value: str) -> None:
    if not value.strip():
        raise ValueError("the name of the model is missing")


@attrs.frozen(kw_only=True)
class Endpoint:
    """An OpenAI-compatible endpoint and the model to ask there; a bad value raises ValueError.

    Attributes:
        url: Base address such as `http://localhost:11434/v1`, see `urls.base_url`.
        model: Name as the endpoint knows it.
        key: Sent as a bearer token; None for endpoints that need none.
        connect_timeout_s: Until the connection stands, TLS included.
        first_token_timeout_s: From sending the question to the first sign of an answer, reasoning included.
        idle_timeout_s: Between two events of the stream; bytes that carry no event do not count.
        total_timeout_s: For the whole answer, retries included.
        max_retries: Further attempts after a failure that may pass, as long as no text has arrived.
        max_chars: Longest answer; what goes beyond is cut.
        parameters: Further fields of each request, such as `top_p` or `reasoning_effort`.
    """

    url: str = attrs.field(converter=urls.base_url)
    model: str = attrs.field(validator=_check_model)
    key: Key | None = None
    connect_timeout_s: float = attrs.field(default=5.0, validator=_check_seconds)
    first_token_timeout_s: float = attrs.field(default=60.0, validator=_check_seconds)
    idle_timeout_s: float = attrs.field(default=30.0, validator=_check_seconds)
    total_timeout_s: float = attrs.field(default=300.0, validator=_check_seconds)
    max_retries: int = attrs.field(default=2, validator=attrs.validators.ge(0))
    max_chars: int = attrs.field(default=65_536, validator=attrs.validators.gt(0))
    parameters: _Parameters = attrs.field(factory=dict, converter=_read_only, validator=_check_parameters, hash=False)

    @property
    def authority(self) -> str:
        """Host and port, the way messages name the endpoint."""
        return urls.authority(self.url)
