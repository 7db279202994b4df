"""From what an endpoint says went wrong to a `ModelError`: HTTP statuses and error objects.

An endpoint's own words are the best hint there is ("try pulling it first") and not to be trusted: they are
cut, stripped of control characters and of anything that looks like a credential.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from taco_lsp.models.endpoint import Endpoint
from taco_lsp.models.errors import Kind, ModelError
from taco_lsp.models.keys import KEY_VARIABLE, KEYRING_SERVICE

_MAX_WORDS = 300
_CREDENTIALS = re.compile(r"(?i)\bbearer\s+\S+|(?<=//)[^/\s@]+@|\bsk-[\w*.-]+")


def status_error(endpoint: Endpoint, status: int, reason: str, *, retry_after_s: float | None = None) -> ModelError:
    """Explain a reply whose status is not 200; `reason` is `reason_in` its body."""
    where = endpoint.authority
    kind = _kind(status)
    if kind == "unauthorized":
        # Not in the endpoint's words: some repeat part of the key.
        return ModelError(kind, _unauthorized(endpoint), _key_hint(where))
    if kind == "notFound":
        return _not_found(endpoint, reason)
    if kind == "rateLimited":
        return _rate_limited(endpoint, reason, retry_after_s)
    hint = _quote(endpoint, reason)
    if kind == "timeout":
        return ModelError(kind, f"The model at {where} took too long.", hint or "Try again in a moment.")
    if kind == "server":
        message = f"The model endpoint {where} has a problem of its own (HTTP {status})."
        return ModelError(kind, message, hint or "Try again in a moment.", retry_after_s=retry_after_s)
    message = f"The model endpoint {where} did not accept the request (HTTP {status})."
    return ModelError(kind, message, hint or "Check the model's name and its parameters.")


def redirect_error(endpoint: Endpoint) -> ModelError:
    """Explain a redirect, which is never followed: the key is meant for the configured host alone."""
    message = f"The model endpoint {endpoint.authority} sends us to another address, and we do not follow."
    return ModelError("notFound", message, "Configure its final address, often https instead of http.")


def reported_error(endpoint: Endpoint, error: object) -> ModelError:
    """Explain an error object that came with status 200, as the reply or in the middle of the stream."""
    code = error.get("code") if isinstance(error, dict) else None
    status = code if type(code) is int and 400 <= code < 600 else 500
    return status_error(endpoint, status, _words(error))


def not_a_completion(endpoint: Endpoint, what: str) -> ModelError:
    """Explain a reply that cannot be read; `what` completes "sent …"."""
    message = f"The model endpoint {endpoint.authority} sent {what} instead of an answer."
    return ModelError("badReply", message, "Check the endpoint's address; it usually ends in /v1.")


def reason_in(body: bytes) -> str:
    """Take the endpoint's own words from the body of an error, "" when it is a web page."""
    text = body.decode("utf-8", "replace").strip()
    try:
        return _words(json.loads(text))
    except (ValueError, RecursionError):
        return "" if text.startswith("<") else text


def _words(error: object) -> str:
    if isinstance(error, dict):
        said = (error.get(name) for name in ("error", "message", "detail"))
        return next((words for value in said if (words := _words(value))), "")
    return error if isinstance(error, str) else json.dumps(error) if error else ""


def _kind(status: int) -> Kind:
    by_status: Mapping[int, Kind] = {
        401: "unauthorized",
        403: "unauthorized",
        404: "notFound",
        405: "notFound",
        408: "timeout",
        410: "notFound",
        429: "rateLimited",
    }
    return by_status.get(status, "server" if status >= 500 else "rejected")


def _unauthorized(endpoint: Endpoint) -> str:
    verb = "needs a key" if endpoint.key is None else "refused the key"
    return f"The model endpoint {endpoint.authority} {verb}."


def _key_hint(where: str) -> str:
    return f"Set {KEY_VARIABLE}, or store the key with: keyring set {KEYRING_SERVICE} {where}"


def _not_found(endpoint: Endpoint, reason: str) -> ModelError:
    quote = _quote(endpoint, reason)
    if "model" in reason.lower():
        message = f"The endpoint {endpoint.authority} has no model named {endpoint.model}."
        return ModelError("notFound", message, quote)
    message = f"Nothing at {endpoint.authority} answers chat requests under the configured address."
    return ModelError("notFound", message, f"The address usually ends in /v1. {quote}".strip())


def _rate_limited(endpoint: Endpoint, reason: str, retry_after_s: float | None) -> ModelError:
    message = f"The model endpoint {endpoint.authority} has had too many requests."
    again = "in a moment" if retry_after_s is None else f"in {max(1, round(retry_after_s))} seconds"
    hint = f"Try again {again}. {_quote(endpoint, reason)}".strip()
    return ModelError("rateLimited", message, hint, retry_after_s=retry_after_s)


def _quote(endpoint: Endpoint, reason: str) -> str:
    if endpoint.key is not None:
        reason = reason.replace(endpoint.key.reveal(), "***")
    words = " ".join(_CREDENTIALS.sub("***", reason).split())
    words = "".join(character for character in words if character.isprintable())
    if not words:
        return ""
    cut = words if len(words) <= _MAX_WORDS else words[:_MAX_WORDS].rstrip() + "…"
    return f"The endpoint says: {cut}"
