"""Reads a track's concept pages as documents that the tutor may draw on."""

from __future__ import annotations

from collections.abc import Iterator

from taco_lsp.authoring.exercism.track import Track
from taco_lsp.authoring.importing import Skipped
from taco_lsp.authoring.text_files import Unreadable, is_inside, read_prose
from taco_lsp.knowledge.files import SourceFile
from taco_lsp.tutor.materials import digest

_PAGES = ("about.md", "introduction.md")


def concept_pages(track: Track) -> Iterator[SourceFile | Skipped]:
    """Read every page, under the concept's own name, since most are headed just "About".

    A page is recognised by track and concept, so a track that moved brings the same documents up to date.
    """
    concepts = track.folder / "concepts"
    for slug, name in track.concepts.items():
        for page in _PAGES:
            file, source = concepts / slug / page, f"{track.slug}/concepts/{slug}/{page}"
            if not file.is_file() or not is_inside(file, concepts):
                continue
            try:
                text = read_prose(file)
            except Unreadable as error:
                yield Skipped(slug=f"concepts/{slug}", reason=f"{page} {error}")
                continue
            title = " ".join(name.split())
            yield SourceFile(
                source=source, origin=digest(f"exercism {source}"), text=f"---\ntitle: {title}\n---\n\n{text}"
            )
