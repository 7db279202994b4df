"""Measures the retrieval: does the right document come first, or among the first five?

The documents go into a store of their own, in a temporary folder, and are found the way the tutor finds them, as a
student and without embeddings.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storage import open_store
from taco_lsp.errors import InvalidParams
from taco_lsp.evaluation.cases import read_cases
from taco_lsp.knowledge import files, library
from taco_lsp.knowledge.question import Query
from taco_lsp.knowledge.retrieve import CANDIDATES, retrieve

if TYPE_CHECKING:
    from storage import Store


def evaluate(cases: Path, corpus: Path) -> dict[str, Any]:
    """Measure on the cases of a file.

    Args:
        cases: Lines of `{query, gold[]}`; `gold` names Markdown files by their paths below `corpus`.
        corpus: A folder of Markdown files; hidden ones count, as far as it is itself a track or a book.

    Returns:
        `cases`; `recall@1` and `recall@5`, the share of a case's gold documents among the first; `mrr`, the mean of
        one over the rank of the first gold document; `unknown`, the gold that the corpus lacks and nobody can find.

    Raises:
        InvalidParams: a file cannot be read, or a case is not of this form.
    """
    documents = [files.read(path, name) for path, name in files.markdown_files(corpus, hidden=True)]
    asked = [_checked(case) for case in read_cases(cases, ("query", "gold"))]
    ranked = asyncio.run(_ranked([query for query, _ in asked], documents))
    pairs = [(found, gold) for found, (_, gold) in zip(ranked, asked, strict=True)]
    return {
        "cases": len(pairs),
        "recall@1": _mean([_recall(found[:1], gold) for found, gold in pairs]),
        "recall@5": _mean([_recall(found[:5], gold) for found, gold in pairs]),
        "mrr": _mean([_reciprocal_rank(found, gold) for found, gold in pairs]),
        "unknown": sorted(set().union(*(gold for _, gold in asked)) - {document.source for document in documents}),
    }


def _checked(case: Mapping[str, Any]) -> tuple[str, frozenset[str]]:
    query, gold = case["query"], case["gold"]
    fits = isinstance(query, str) and isinstance(gold, list) and gold and all(isinstance(name, str) for name in gold)
    if not fits:
        raise InvalidParams("A case needs a `query` (text) and `gold` (a list of paths).", "See docs/evaluation.md.")
    return query, frozenset(name.replace("\\", "/").removeprefix("./") for name in gold)


async def _ranked(queries: Sequence[str], documents: Sequence[files.SourceFile]) -> list[list[str]]:
    with tempfile.TemporaryDirectory(prefix="taco-eval-") as folder:
        store = await open_store(f"sqlite:///{Path(folder, 'store.db').as_posix()}")
        try:
            async with store.write() as tx:
                user = await tx.users.local_profile()
            scope = library.Scope(organization_id=user.organization_id)
            await library.add(store, documents, scope)
            return [await _sources(store, query, scope) for query in queries]
        finally:
            await store.close()


async def _sources(store: Store, query: str, scope: library.Scope) -> list[str]:
    passages = await retrieve(
        store,
        query=Query(text=query),
        organization_id=scope.organization_id,
        class_id=None,
        challenge_id=None,
        limit=CANDIDATES,
    )
    return list(dict.fromkeys(passage.source for passage in passages))


def _recall(found: Sequence[str], gold: frozenset[str]) -> float:
    return len(gold.intersection(found)) / len(gold)


def _reciprocal_rank(found: Sequence[str], gold: frozenset[str]) -> float:
    return next((1 / rank for rank, name in enumerate(found, 1) if name in gold), 0.0)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
