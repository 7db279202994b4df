"""Finding the passages for a hint among 100,000, in a file and on a PostgreSQL server, and how well it finds.

Each query is asked for as the tutor asks: words are made of it, the store is searched in a transaction of its own,
passages are put in order. Beside it stands what a plain full-text query of the same engine takes for the same words:
all of them joined by OR, ranked by its own measure, the best five. The words of the passages are drawn at random, so
speed alone is measured on them. How well it finds is measured on the project's own pages: is a page among the first
five that its headings lead to? That is easy; docs/knowledge.md has the figures for students' questions and hints.
"""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
import tempfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from time import perf_counter

from bench.harness import Report, Row, percentile
from bench.library import ORGANIZATION_ID, fill_file, fill_server
from storage import Store, open_store
from taco_lsp.evaluation.retrieval import evaluate
from taco_lsp.knowledge.question import Query, weighted_terms
from taco_lsp.knowledge.retrieve import retrieve
from tests.support.postgres import Server, available_programs, connected, prepare, running

TACO, PLAIN = "taco-lsp", "plain full-text query"
AIM = "≤ 25 ms"
PAGES = Path(__file__).parents[2] / "docs"
QUERIES = (
    "Which value does the loop variable have in the last round, and how many items does the list hold?",
    "What does `range(len(items))` count up to, and which position is the last one?",
    "Think about what happens when the list is empty before you divide by its length.",
    "A dictionary could keep how often each word occurs. What would be the key and what the value?",
    "IndexError: list index out of range when the file has an empty line",
    "Does your function return a value on every path, or does it print it and give back None?",
    "Look at the indentation of the line after the if: is it part of the block?",
    "How can you turn the text that the user types into a number before you compare it?",
    "You change the list while the loop goes through it. What happens to the next item?",
    "Which method of a string splits it into words, and what does it give back?",
    "Could a set help you to find out whether a student is in both classes?",
    "Where is the variable set, inside the function or outside of it?",
    "KeyError: 'name' while reading the settings of the server from a file",
    "What is the condition that ends the while loop, and which line changes it?",
    "Read the file line by line: what do open and for give you?",
    'TypeError: can only concatenate str (not "int") to str',
    "Write down the values of the variables after each step, and compare them with what you expect.",
    "Which of the two conditions is checked first, and can both be true?",
    "What does the error message say about the line, the file and the name of the function?",
    "The class needs a method that changes the value of the attribute. Where is self used?",
)

Samples = Mapping[str, Sequence[float]]
"""Milliseconds by subject, one for each query and round."""


def measure(quick: bool) -> Report:
    """Ask every query again and again, in turn with the plain one."""
    count, rounds = (2_000, 2) if quick else (100_000, 8)
    with tempfile.TemporaryDirectory(prefix="taco-bench-") as folder:
        found = {
            "SQLite": asyncio.run(_in_a_file(Path(folder, "store.db"), count, rounds)),
            "PostgreSQL": _on_a_server(count, rounds),
        }
        recall = _recall(Path(folder, "cases.jsonl"))
    rows = [row for engine, samples in found.items() for row in _rows(engine, samples)]
    quality = Row(metric="recall@5, own pages", subject=TACO, unit="", samples=(recall,))
    return Report(rows=(*rows, quality), notes=(f"{count:,} passages; {len(QUERIES)} queries, {rounds} rounds.",))


def _rows(engine: str, samples: Samples) -> list[Row]:
    """One row for the middle and one for the 95th percentile; the sample of the latter is that figure alone."""
    ratios = [own / plain for own, plain in zip(samples[TACO], samples[PLAIN], strict=True)]
    made = []
    for subject, values in samples.items():
        own = subject == TACO
        compared = {"peer": PLAIN, "ratio": sorted(ratios)[len(ratios) // 2]} if own else {}
        made.append(Row(metric=f"{engine}, a query", subject=subject, unit="ms", samples=tuple(values), **compared))
        slow = (percentile(values, 95),)
        aim = AIM if own else ""
        made.append(Row(metric=f"{engine}, p95", subject=subject, unit="ms", samples=slow, aim=aim))
    return made


async def _in_a_file(path: Path, count: int, rounds: int) -> Samples:
    url = f"sqlite:///{path.as_posix()}"
    await (await open_store(url)).close()
    fill_file(path, count)
    with closing(sqlite3.connect(path)) as db:
        plain = (
            "SELECT k.text FROM (SELECT rowid AS row FROM knowledge_search WHERE knowledge_search MATCH ?"
            " ORDER BY rank LIMIT 5) JOIN knowledge_index i USING (row) JOIN knowledge_base k ON k.id = i.entry_id"
        )

        async def ask(words: Sequence[str]) -> None:
            db.execute(plain, (" OR ".join(f'"{word}"' for word in words),)).fetchall()

        return await _timed(url, ask, rounds)


def _on_a_server(count: int, rounds: int) -> Samples:
    """The same on a PostgreSQL server of its own."""
    with running(available_programs(), shared_buffers="512MB") as server, asyncio.Runner() as runner:
        runner.run(prepare(server))
        return runner.run(_server(server, count, rounds))


async def _server(server: Server, count: int, rounds: int) -> Samples:
    async with server.database() as url:
        await fill_server(url, count)
        async with connected(url) as db:
            plain = (
                "SELECT text FROM knowledge_base, to_tsquery('english', $1) q WHERE search @@ q"
                " ORDER BY ts_rank(search, q) DESC LIMIT 5"
            )

            async def ask(words: Sequence[str]) -> None:
                await db.fetch(plain, " | ".join(words))

            return await _timed(url, ask, rounds)


async def _timed(url: str, plain: Callable[[Sequence[str]], Awaitable[None]], rounds: int) -> Samples:
    found: dict[str, list[float]] = {PLAIN: [], TACO: []}
    store = await open_store(url)
    try:
        for number in range(rounds + 1):
            for query in QUERIES:
                words = list(weighted_terms(Query(text=query)))
                begun = perf_counter()
                await plain(words)
                between = perf_counter()
                await _ask(store, query)
                if number:  # the first round warms up
                    found[PLAIN].append((between - begun) * 1e3)
                    found[TACO].append((perf_counter() - between) * 1e3)
    finally:
        await store.close()
    return found


async def _ask(store: Store, query: str) -> None:
    scope = {"organization_id": ORGANIZATION_ID, "class_id": None, "challenge_id": None}
    assert await retrieve(store, query=Query(text=query), **scope, limit=5)


def _recall(file: Path) -> float:
    """Find each of the project's pages by the headings of its sections."""
    with file.open("w", encoding="utf-8") as lines:
        for page in sorted(PAGES.rglob("*.md")):
            for heading in re.findall(r"^## (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE):
                lines.write(json.dumps({"query": heading, "gold": [page.relative_to(PAGES).as_posix()]}) + "\n")
    return float(evaluate(file, PAGES)["recall@5"])
