"""Whether the store can be read and written, has room, and is of this program's version. Opens it for reading only."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from storage import StoreError
from taco_lsp.cli.doctor.finding import Finding, ok, problem, warning
from taco_lsp.config import Effective, default_store_url

if TYPE_CHECKING:
    from storage.inspection import Inspection

TIGHT_BYTES = 200 * 1024 * 1024
FULL_BYTES = 20 * 1024 * 1024
DEADLINE_S = 30.0
_ELSEWHERE = "or choose another place with the setting `store`."


async def check(effective: Effective) -> Sequence[Finding]:
    """Look at the configured store."""
    from storage.inspection import inspect  # noqa: PLC0415 - imports the database library

    try:
        seen = await asyncio.wait_for(inspect(effective.settings.store or default_store_url()), DEADLINE_S)
    except TimeoutError:
        return [problem("store", "The store did not answer in time.", "Is its server running, and the network up?")]
    except StoreError as error:
        return [problem("store", str(error), error.hint)]
    return judge(seen)


def judge(seen: Inspection) -> Sequence[Finding]:
    """What an inspection means for the student."""
    return [_store(seen), *_journal(seen.journal), *_room(seen.free_bytes), *_leftovers(seen.leftovers)]


def _store(seen: Inspection) -> Finding:
    place = str(seen.path or seen.url)
    if seen.damage:
        mend = "The next start moves it aside and makes a new one. Keep the file; a backup may lie beside it."
        return problem("store", f"The store {place} is damaged: {seen.damage}.", mend)
    if not seen.known:
        message = f"A newer TACO made the store {place}: it can only be read."
        return problem("store", message, "Install the newest taco-lsp.")
    if not seen.writable:
        mend = f"Make it and its folder writable, {_ELSEWHERE}"
        return problem("store", f"The store {place} cannot be written.", mend)
    if not seen.exists:
        return ok("store", f"The store {place} will be made at the first start.")
    if seen.revision != seen.newest:
        message = f"The store {place} is of an older version; the next start upgrades it, after a backup."
        return ok("store", message)
    return ok("store", f"The store {place} is sound (revision {seen.revision}).")


def _journal(mode: str | None) -> Iterator[Finding]:
    if mode is not None and mode != "wal":
        mend = "The next start switches it. On a network drive that fails: move the store to a local disk."
        yield warning("journal", f"The store's journal is `{mode}`, not `wal`.", mend)


def _room(free: int | None) -> Iterator[Finding]:
    if free is None:
        return
    message = f"{free / 1024**3:.1f} GB are free on the disk of the store."
    if free < FULL_BYTES:
        yield problem("disk", message, f"Make room, {_ELSEWHERE}")
    elif free < TIGHT_BYTES:
        yield warning("disk", message, f"Make room soon, {_ELSEWHERE}")
    else:
        yield ok("disk", message)


def _leftovers(files: Sequence[Path]) -> Iterator[Finding]:
    if files:
        mend = "They are from before an upgrade or a repair. Delete those you do not need."
        yield ok("copies", f"Beside the store lie {len(files)} older copies, the last {files[-1].name}.", mend)
