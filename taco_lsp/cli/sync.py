"""`taco sync`: sync the local store with the school's server now, or for as long as it runs."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Annotated, TypeVar

import typer
from rich.console import Console

from taco_lsp import config
from taco_lsp.features.sync import in_words
from taco_lsp.stores import LazyStore
from taco_lsp.sync.connecting import syncer_of
from taco_lsp.sync.loop import Syncer
from taco_lsp.wire.converter import to_wire
from taco_lsp.wire.types import SyncStatus

T = TypeVar("T")

LOOK_S = 2.0
"""How often `--watch` looks for what other programs have written."""


def sync(
    watch: Annotated[bool, typer.Option("--watch", help="Go on until Ctrl+C.")] = False,
    status: Annotated[bool, typer.Option("--status", help="Only say how things stand; ask no server.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object, one a line with --watch.")] = False,
) -> None:
    """Send your work to your school and fetch what is new there: `taco sync`. Your editor does it by itself."""

    def show(found: SyncStatus) -> None:
        typer.echo(json.dumps(to_wire(found)) if as_json else _line(found, asked=not status))

    if watch:
        with suppress(KeyboardInterrupt):
            _with_syncer(lambda syncer: _watch(syncer, show))
        return
    found = _with_syncer(Syncer.status if status else _once)
    show(found)
    if found.problem and not status:
        raise typer.Exit(1)


def _line(found: SyncStatus, *, asked: bool) -> str:
    if found.state == "syncing":
        return f"Syncing with your school… {_moved(found)}".rstrip()
    text, moved = in_words(found, asked=asked)[0], _moved(found)
    return f"{text} ({moved})" if moved else text


def _moved(found: SyncStatus) -> str:
    return f"{found.sent} sent, {found.taken} received" if found.sent or found.taken else ""


async def _once(syncer: Syncer) -> SyncStatus:
    """Run a round; on a terminal say how far it is, since the first one may take a while."""
    with Console(stderr=True).status("Syncing with your school…") as line:
        end = syncer.listen(lambda found: line.update(f"Syncing with your school… {_moved(found)}"))
        try:
            return await syncer.now()
        finally:
            end()


async def _watch(syncer: Syncer, show: Callable[[SyncStatus], None]) -> None:
    syncer.listen(show)
    show(await syncer.now())
    while True:
        syncer.poke()  # other programs write to the store too
        await asyncio.sleep(LOOK_S)


def _with_syncer(work: Callable[[Syncer], Awaitable[T]]) -> T:
    settings = config.load(environ=os.environ).settings

    async def session() -> T:
        store = LazyStore(settings.store or config.default_store_url())
        try:
            return await work(syncer_of(store, settings.sync_remote))
        finally:
            await store.close()

    return asyncio.run(session())
