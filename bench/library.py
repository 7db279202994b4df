"""A knowledge base of any size, the same every time: passages of words that occur as often as in this project's pages.

Words are drawn one by one, so a passage means nothing; what matters for speed is how many passages hold a word.
Common words of programming (`list`, `file`, `line`) are in a tenth to a third of them. Works on stores that are
migrated already.
"""

from __future__ import annotations

import json
import random
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from itertools import accumulate, islice
from pathlib import Path
from uuid import UUID

ORGANIZATION_ID = UUID(int=(1 << 96) + 1)
_PAGES = Path(__file__).parents[1] / "docs"
_PASSAGES_OF_A_DOCUMENT = 12
_WHEN = datetime(2026, 3, 2, 8, tzinfo=UTC)

Row = tuple[UUID, str, str]
"""A passage's id, text and metadata."""


def passages(count: int) -> Iterator[Row]:
    """Make passages of 60 to 180 words with titles and headings."""
    words, weights = _vocabulary()
    chance = random.Random(count)

    def draw(number: int) -> str:
        return " ".join(chance.choices(words, cum_weights=weights, k=number))

    title = ""
    for number in range(count):
        if number % _PASSAGES_OF_A_DOCUMENT == 0:
            title = draw(3)
        metadata = {"title": title, "source": f"notes/{number // _PASSAGES_OF_A_DOCUMENT}.md", "headings": [draw(4)]}
        yield UUID(int=(8 << 96) + number), draw(chance.randint(60, 180)), json.dumps(metadata)


def _vocabulary() -> tuple[list[str], list[int]]:
    text = "\n".join(page.read_text(encoding="utf-8") for page in sorted(_PAGES.rglob("*.md")))
    counts = Counter(re.findall(r"[a-z]{2,}", text.lower())).most_common()
    return [word for word, _ in counts], list(accumulate(count for _, count in counts))


def fill_file(path: Path, count: int) -> None:
    """Fill a SQLite store."""
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("PRAGMA synchronous = OFF")
        at = f"{_WHEN:%Y-%m-%d %H:%M:%S.%f}"
        db.execute(
            "INSERT INTO organizations (id, name, created_at, updated_at) VALUES (?, 'School', ?, ?)",
            (ORGANIZATION_ID.hex, at, at),
        )
        db.executemany(
            "INSERT INTO knowledge_base (id, organization_id, text, metadata, created_at) VALUES (?, ?, ?, ?, ?)",
            ((id_.hex, ORGANIZATION_ID.hex, text, metadata, at) for id_, text, metadata in passages(count)),
        )
        db.execute("ANALYZE")


async def fill_server(url: str, count: int) -> None:
    """Fill a PostgreSQL database."""
    import asyncpg  # noqa: PLC0415 - an extra

    db = await asyncpg.connect(url, timeout=30, command_timeout=600)
    try:
        await db.execute(
            "INSERT INTO organizations (id, name, created_at, updated_at) VALUES ($1, 'School', $2, $2)",
            ORGANIZATION_ID,
            _WHEN,
        )
        rows = ((id_, ORGANIZATION_ID, text, metadata, _WHEN) for id_, text, metadata in passages(count))
        columns = ["id", "organization_id", "text", "metadata", "created_at"]
        while batch := list(islice(rows, 5_000)):
            await db.copy_records_to_table("knowledge_base", records=batch, columns=columns)
        await db.execute("VACUUM ANALYZE knowledge_base")
    finally:
        await db.close()
