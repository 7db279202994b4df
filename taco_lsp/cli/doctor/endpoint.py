"""Whether the model and its embeddings answer, and the keyring. No key is shown."""

from __future__ import annotations

import asyncio
import importlib.util
import os
from collections.abc import Sequence

from taco_lsp.cli.doctor.finding import Finding, ok, warning
from taco_lsp.config import Effective
from taco_lsp.models import checking
from taco_lsp.models.endpoint import Endpoint
from taco_lsp.models.errors import ModelError
from taco_lsp.models.keys import KEY_VARIABLE, KEYRING_TIMEOUT_S, find_key

MODEL_S = 30.0


async def check_model(effective: Effective) -> Sequence[Finding]:
    """Ask the model one tiny question."""
    settings = effective.settings
    timeout_s = min(settings.model_timeout_s, MODEL_S)
    report = await checking.check(
        settings.model_endpoint or "", settings.model_name, environ=os.environ, timeout_s=timeout_s
    )
    return [
        Finding(check="model", level="ok" if it.ok else "problem", message=it.message, mend=it.hint)
        for it in report.findings
    ]


async def check_embeddings(effective: Effective) -> Sequence[Finding]:
    """Ask for one vector."""
    settings = effective.settings
    if not settings.model_embeddings:
        message = "Knowledge is searched by words; no embedding model is set."
        return [ok("embeddings", message)]
    mend = "Correct model.embeddings or model.endpoint. Until then knowledge is searched by words."
    if not settings.model_endpoint:
        message = "model.embeddings is set, and model.endpoint is not."
        return [warning("embeddings", message, mend)]
    from taco_lsp.models.embeddings import embed  # noqa: PLC0415 - imports httpx

    try:
        key = await asyncio.to_thread(find_key, settings.model_endpoint, os.environ)
        endpoint = Endpoint(
            url=settings.model_endpoint,
            model=settings.model_embeddings,
            key=key,
            total_timeout_s=MODEL_S,
            max_retries=0,
        )
        (vector,) = await embed(endpoint, ["ready"])
    except (ModelError, ValueError) as error:
        message = f"The embedding model {settings.model_embeddings} gives no vectors: {error}"
        return [warning("embeddings", message, mend)]
    message = f"{settings.model_embeddings} gives vectors of {len(vector)} numbers."
    return [ok("embeddings", message)]


async def check_keyring(_: Effective) -> Sequence[Finding]:
    """Look for a keyring that answers."""
    otherwise = f"Put the key of a model into the variable {KEY_VARIABLE}, which works without it."
    if importlib.util.find_spec("keyring") is None:
        message = "The package keyring is not installed."
        return [ok("keyring", message, otherwise)]
    try:
        name = await asyncio.wait_for(asyncio.to_thread(_keyring), KEYRING_TIMEOUT_S)
    except TimeoutError:
        message = "The keyring of this system does not answer; it may be locked."
        return [warning("keyring", message, otherwise)]
    if name is None:
        return [ok("keyring", "This system has no keyring.", otherwise)]
    return [ok("keyring", f"The keyring is {name}.")]


def _keyring() -> str | None:
    import keyring  # noqa: PLC0415 - optional, and slow to import
    from keyring.backends.fail import Keyring as NoKeyring  # noqa: PLC0415

    found = keyring.get_keyring()
    return None if isinstance(found, NoKeyring) else str(found.name)
