"""A store with an organization, a class and a challenge in it, to keep documents in."""

from __future__ import annotations

from pathlib import Path

import attrs

from storage import Challenge, Class, Store
from taco_lsp.knowledge import files, library
from taco_lsp.knowledge.embedding import Embedder
from taco_lsp.knowledge.question import Query
from taco_lsp.knowledge.retrieve import Passage, retrieve


@attrs.frozen(kw_only=True)
class Shelf:
    """Where the tests keep and find documents."""

    store: Store
    folder: Path
    everybody: library.Scope
    in_class: library.Scope
    in_challenge: library.Scope

    def file(self, name: str, text: str) -> Path:
        """Write a document."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    async def add(self, *paths: Path, scope: library.Scope | None = None, teacher_only: bool = False) -> list[str]:
        """Add documents, and give what became of them."""
        read = files.read_all(paths)
        added = await library.add(self.store, read, scope or self.everybody, teacher_only=teacher_only)
        return [row.outcome for row in added]

    async def find(
        self,
        text: str,
        *,
        scope: library.Scope | None = None,
        limit: int = 3,
        embed: Embedder | None = None,
        for_teachers: bool = False,
    ) -> tuple[Passage, ...]:
        """Find passages as somebody does who is at the challenge, or in another scope."""
        where = scope or self.in_challenge
        return await retrieve(
            self.store,
            query=Query(text=text),
            **attrs.asdict(where),
            limit=limit,
            embed=embed,
            for_teachers=for_teachers,
        )

    async def documents(self) -> tuple[library.Document, ...]:
        """Everything that is kept."""
        async with self.store.read() as tx:
            return library.documents(await tx.knowledge.of_organization(self.everybody.organization_id))


async def furnish(store: Store, folder: Path) -> Shelf:
    """Put a class with a challenge into a store."""
    async with store.write() as tx:
        user = await tx.users.local_profile()
        class_ = Class(organization_id=user.organization_id, name="9b")
        await tx.classes.add(class_)
        model = await tx.models.ensure("taco-builtin", "1")
        challenge = Challenge(class_id=class_.id, model_id=model.id, title="Sum", statement="Add.")
        await tx.challenges.add(challenge)
    everybody = library.Scope(organization_id=user.organization_id)
    in_class = attrs.evolve(everybody, class_id=class_.id)
    in_challenge = attrs.evolve(in_class, challenge_id=challenge.id)
    return Shelf(store=store, folder=folder, everybody=everybody, in_class=in_class, in_challenge=in_challenge)
