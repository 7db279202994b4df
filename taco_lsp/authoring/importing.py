"""Puts many drafts into a place, each whole or not at all.

A batch is one transaction, so a killed import leaves whole exercises, and doing it again carries on where it ended.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

import attrs

from taco_lsp.authoring import shelf
from taco_lsp.authoring.draft import Draft
from taco_lsp.authoring.places import Place
from taco_lsp.errors import InvalidParams

if TYPE_CHECKING:
    from storage import Store, Transaction
    from storage.values import ChallengeSource

T = TypeVar("T")

BATCH = 16
"""Drafts of one transaction: over a slow network each costs a few round trips, and other writers wait for it."""


@attrs.frozen(kw_only=True)
class Skipped:
    """An exercise that was not imported, and why, in words that go on after its name."""

    slug: str
    reason: str


@attrs.frozen(kw_only=True)
class Imported:
    """What came of an import: how many drafts were added, updated or unchanged, and which were skipped."""

    outcomes: Mapping[str, int]
    skipped: tuple[Skipped, ...]

    @property
    def imported(self) -> int:
        """How many exercises of the collection are in the class now."""
        return sum(self.outcomes.values())


Found = Draft | Skipped


async def import_all(store: Store, found: Iterable[Found], place: Place, *, step: Callable[[], None]) -> Imported:
    """Import what was found; `step` is called after each, for a progress bar.

    Raises:
        StoreError: the store cannot be written; what was imported before is kept.
    """
    outcomes, skipped = Counter[str](), list[Skipped]()
    for batch in _batches(found):
        async with store.write() as tx:
            known = await tx.challenges.sources(place.class_id, place.user_id)
            model_id = await shelf.usual_model(tx)
            results = [await _import(tx, item, place, known, model_id) for item in batch]
        for result in results:
            if isinstance(result, Skipped):
                skipped.append(result)
            else:
                outcomes[result] += 1
            step()
    return Imported(outcomes=dict(outcomes), skipped=tuple(skipped))


async def _import(
    tx: Transaction, item: Found, place: Place, known: list[ChallengeSource], model_id: UUID
) -> str | Skipped:
    if isinstance(item, Skipped):
        return item
    there = shelf.find(known, item)
    if there is not None and there.deleted_at is not None:
        return Skipped(slug=item.source.slug, reason=f"removed before; `taco challenge restore {there.id}` undoes that")
    try:
        return (await shelf.put(tx, item, place, known, model_id=model_id)).outcome
    except InvalidParams as error:
        return Skipped(slug=item.source.slug, reason=f"{error}")


def _batches(items: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(items)
    while batch := list(islice(rest, BATCH)):
        yield batch
