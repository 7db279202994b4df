"""Imports a track into a place: its exercises as challenges, its concept pages as knowledge of the class."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import attrs

from taco_lsp.authoring.exercism.concepts import concept_pages
from taco_lsp.authoring.exercism.exercise import exercises
from taco_lsp.authoring.exercism.track import Track
from taco_lsp.authoring.importing import Imported, Skipped, import_all
from taco_lsp.authoring.places import Place
from taco_lsp.knowledge import library
from taco_lsp.knowledge.files import SourceFile

if TYPE_CHECKING:
    from storage import Store


async def import_track(store: Store, track: Track, place: Place, *, step: Callable[[], None]) -> tuple[Imported, int]:
    """Import a track; give what came of its exercises, and how many concept pages the class has of it now.

    Raises:
        StoreError: the store cannot be written; what was imported before is kept.
    """
    imported = await import_all(store, exercises(track), place, step=step)
    pages = list(concept_pages(track))
    files = [page for page in pages if isinstance(page, SourceFile)]
    scope = library.Scope(organization_id=place.organization_id, class_id=place.class_id)
    added = await library.add(store, files, scope, user_id=place.user_id)
    step()
    broken = tuple(page for page in pages if isinstance(page, Skipped))
    return attrs.evolve(imported, skipped=(*imported.skipped, *broken)), sum(row.outcome != "empty" for row in added)
