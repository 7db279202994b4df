"""Checks a configured endpoint step by step: address, key, list of models, and one tiny question.

Every finding is a plain sentence with what to do about it, so that a wrong setting never ends in silence. Imports
httpx when it first asks. Nothing is recorded, and no key is ever part of a finding.
"""

from __future__ import annotations

import asyncio
import difflib
import time
from collections.abc import Iterable, Mapping
from contextlib import aclosing
from typing import TYPE_CHECKING

import attrs

from taco_lsp.models.endpoint import Endpoint
from taco_lsp.models.errors import ModelError
from taco_lsp.models.keys import find_key
from taco_lsp.models.types import Finished, Message, TextDelta

if TYPE_CHECKING:
    from taco_lsp.models.client import ChatClient

_QUESTION = (Message(role="user", content="Answer with the one word: ready"),)
_SLOW_MS = 10_000


@attrs.frozen(kw_only=True)
class Finding:
    """One thing that was checked."""

    check: str
    ok: bool
    message: str
    hint: str = ""


@attrs.frozen(kw_only=True)
class Report:
    """What was found; `listed` are the models the endpoint has, `version` what it says answers."""

    findings: tuple[Finding, ...]
    endpoint: str | None = None
    model: str | None = None
    version: str | None = None
    first_token_ms: int | None = None
    listed: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return all(finding.ok for finding in self.findings)


async def check(url: str, model: str, *, environ: Mapping[str, str], timeout_s: float) -> Report:
    """Check an endpoint; takes at most about twice `timeout_s`."""
    if not url:
        message = "No model is configured: the built-in tutor answers."
        hint = "To use a model, set model.endpoint and model.name (docs/configuration.md)."
        return Report(findings=(Finding(check="settings", ok=True, message=message, hint=hint),))
    try:
        key = await asyncio.to_thread(find_key, url, environ)
        endpoint = Endpoint(url=url, model=model or "?", key=key, total_timeout_s=timeout_s, max_retries=0)
    except ValueError as error:
        return Report(findings=(Finding(check="settings", ok=False, message=_sentence(error), hint=_SETTINGS),))
    known = f"A key for {endpoint.authority} was found." if key else f"No key is set for {endpoint.authority}."
    found = Finding(check="key", ok=True, message=known, hint="" if key else "Fine for a server of your own.")
    return await _ask(endpoint, model, found)


_SETTINGS = "Correct model.endpoint, model.name or the key; `taco config` shows where each value comes from."


async def _ask(endpoint: Endpoint, model: str, *before: Finding) -> Report:
    from taco_lsp.models.client import ChatClient  # noqa: PLC0415 - imports httpx

    report = Report(findings=before, endpoint=endpoint.url, model=model or None)
    try:
        client = ChatClient(endpoint)
    except ModelError as error:
        return _with(report, _failed("connection", error))
    try:
        report = await _list(client, report, model)
        return await _chat(client, report) if report.ok else report
    finally:
        await client.aclose()


async def _list(client: ChatClient, report: Report, model: str) -> Report:
    try:
        listed = await client.list_models()
    except ModelError as error:
        if error.kind in {"unauthorized", "unreachable", "timeout", "rateLimited"}:
            return _with(report, _failed("models", error))
        message = "The endpoint does not list its models."
        return _with(report, Finding(check="models", ok=bool(model), message=message, hint="" if model else _SETTINGS))
    report = attrs.evolve(report, listed=listed)
    if model in listed:
        return _with(report, Finding(check="models", ok=True, message=f"The endpoint has {model}."))
    if not model:
        return _with(
            report, Finding(check="models", ok=False, message="model.name is not set.", hint=_like("", listed))
        )
    # Many endpoints take names that they do not list, so only the answer decides.
    unlisted = Finding(
        check="models", ok=True, message=f"{model} is not among the models it lists.", hint=_like(model, listed)
    )
    return _with(report, unlisted)


async def _chat(client: ChatClient, report: Report) -> Report:
    started, first = time.monotonic(), None
    finished: Finished | None = None
    try:
        async with aclosing(client.stream(_QUESTION)) as pieces:
            async for piece in pieces:
                if isinstance(piece, TextDelta) and first is None:
                    first = round((time.monotonic() - started) * 1000)
                finished = piece if isinstance(piece, Finished) else None
    except ModelError as error:
        return _with(report, _failed("answer", error))
    assert finished is not None
    report = attrs.evolve(report, version=finished.model, first_token_ms=first)
    took = f"{(first or 0) / 1000:.1f} s"
    slow = "That is slow for a student who waits; a smaller model may do." if (first or 0) > _SLOW_MS else ""
    answered = Finding(check="answer", ok=True, message=f"It answers, first words after {took}.", hint=slow)
    counted = finished.usage.prompt_tokens is not None
    message = (
        "It counts its tokens." if counted else "It does not count its tokens, so `taco usage` cannot add up costs."
    )
    return _with(report, answered, Finding(check="usage", ok=True, message=message))


def _like(model: str, listed: Iterable[str]) -> str:
    names = list(listed)
    near = difflib.get_close_matches(model, names, n=3, cutoff=0.4) or names[:5]
    return f"It lists: {', '.join(near)}{' …' if len(names) > len(near) else ''}" if names else "It lists no models."


def _failed(check: str, error: ModelError) -> Finding:
    return Finding(check=check, ok=False, message=str(error), hint=error.hint)


def _sentence(error: ValueError) -> str:
    text = str(error).rstrip(".")
    return f"{text[:1].upper()}{text[1:]}."


def _with(report: Report, *findings: Finding) -> Report:
    return attrs.evolve(report, findings=(*report.findings, *findings))
