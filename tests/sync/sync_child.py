"""A machine that syncs in a process of its own, so that it can be killed: `STORE URL USER_ID`.

It prints a line after each step.
"""

from __future__ import annotations

import asyncio
import sys
from uuid import UUID

from storage import open_store
from storage.sync.postgres_remote import PostgresRemote
from taco_lsp.sync import rounds


def tell(progress: rounds.Progress) -> None:
    print(progress, flush=True)  # noqa: T201 - the test reads it


async def main(store_url: str, url: str, user_id: str) -> None:
    rounds.BATCH_ROWS = 20
    store = await open_store(store_url)
    try:
        await rounds.sync_once(store, PostgresRemote(url), UUID(user_id), tell=tell)
    finally:
        await store.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
