"""The HTTP connection under the client: how it is set up, how long it may take, and what its failures mean.

Imports httpx, so it is itself imported on first use. Knows nothing of chat completions.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from taco_lsp import __version__
from taco_lsp.models import urls
from taco_lsp.models.endpoint import Endpoint
from taco_lsp.models.errors import ModelError


def open_http(endpoint: Endpoint) -> httpx.AsyncClient:
    """Make an HTTP client that checks certificates, follows no redirect, and needs no proxy to this machine.

    Raises:
        ModelError: the proxy variables of the environment cannot be used.
    """
    local = urls.is_loopback(endpoint.url)
    try:
        return httpx.AsyncClient(
            verify=_nobody() if local and endpoint.url.startswith("http:") else httpx.create_ssl_context(),
            trust_env=not local,  # which is about proxies: the context above honours SSL_CERT_FILE either way
            headers={"user-agent": f"taco-lsp/{__version__}"},
            follow_redirects=False,
        )
    except (ImportError, ValueError, httpx.InvalidURL):
        # Not chained: a proxy's URL may hold a password.
        message = "The proxy settings of this machine cannot be used to reach the model."
        hint = "Check the variables HTTP_PROXY, HTTPS_PROXY and ALL_PROXY."
        raise ModelError("unreachable", message, hint) from None


def _nobody() -> ssl.SSLContext:
    """Trust no certificate at all: loading the authorities takes 40 ms that plain HTTP need not wait for."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@asynccontextmanager
async def within(endpoint: Endpoint, until: float, late: str) -> AsyncIterator[None]:
    """Run the body until the loop's time `until`, and turn what goes wrong on the wire into a `ModelError`.

    `late` completes "The model at … " when time runs out.
    """
    try:
        async with asyncio.timeout_at(until):
            yield
    except TimeoutError:
        message = f"The model at {endpoint.authority} {late}."
        raise ModelError("timeout", message, "It may be busy or loading. Try again in a moment.") from None
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError, OSError) as error:
        raise _wire_error(endpoint, error) from error


def _wire_error(endpoint: Endpoint, error: Exception) -> ModelError:
    where = endpoint.authority
    if isinstance(error, httpx.ConnectTimeout):
        message = f"{where} did not accept a connection within {endpoint.connect_timeout_s:g} s."
        return ModelError("timeout", message, "Check the endpoint's address and your network.")
    if isinstance(error, httpx.DecodingError):
        return ModelError("badReply", f"The answer of the model at {where} arrived damaged.", "Ask again.")
    if isinstance(error, httpx.ProxyError):
        return ModelError("unreachable", f"The proxy did not connect us to {where}.", "Check HTTPS_PROXY.")
    if isinstance(error, httpx.ReadError | httpx.WriteError | httpx.RemoteProtocolError):
        return ModelError("unreachable", f"The connection to the model at {where} was lost.", "Ask again.")
    if _is_tls(error):
        message = f"There is no safe connection to {where}: its certificate is not accepted, or it has none."
        hint = "Check the address; for a certificate authority of your own, set SSL_CERT_FILE."
        return ModelError("unreachable", message, hint)
    message = f"There is no connection to the model at {where}."
    return ModelError("unreachable", message, "Is the endpoint running, and is its address right?")


def _is_tls(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return True
        error = error.__cause__ or error.__context__
    return False
