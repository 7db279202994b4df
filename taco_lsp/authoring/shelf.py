"""Puts drafts into a store: a new challenge, or the content of one that is there, recognised by its source.

Content alone is replaced. A challenge keeps its id, so sessions, saved work and answers stay with it; what it held
before is remembered by digest, so that opening it again refreshes files the student never touched.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

import attrs

from storage import Challenge
from storage.values import ChallengeSource
from taco_lsp.authoring.challenge_folder import COLLECTION
from taco_lsp.authoring.changes import Change, compare
from taco_lsp.authoring.draft import Draft, Source, possible_solutions, support_materials
from taco_lsp.authoring.places import Place
from taco_lsp.errors import InvalidParams
from taco_lsp.knowledge import library
from taco_lsp.knowledge.files import SourceFile
from taco_lsp.tutor import builtin
from taco_lsp.tutor.materials import STATEMENT_FILE, digest, materials, statement_text

if TYPE_CHECKING:
    from storage import Transaction

MOST_EARLIER = 20
"""Earlier versions of a file that are remembered."""

Outcome = Literal["added", "updated", "unchanged", "restored"]


@attrs.frozen(kw_only=True)
class Shelved:
    """What became of a draft."""

    challenge: Challenge
    outcome: Outcome
    changes: tuple[Change, ...] = ()


def find(known: Iterable[ChallengeSource], draft: Draft) -> ChallengeSource | None:
    """Find the challenge a draft is the content of; a deleted one only when there is no other."""
    same = [row for row in known if _key(row) == draft.source.key]
    return next((row for row in same if row.deleted_at is None), same[-1] if same else None)


async def put(
    tx: Transaction, draft: Draft, place: Place, known: Iterable[ChallengeSource], *, model_id: UUID
) -> Shelved:
    """Add a draft to a place, or bring its challenge up to date.

    Args:
        tx: a write transaction.
        draft: the content.
        place: where it belongs.
        known: the sources of that place, as this transaction read them.
        model_id: of a new challenge, the model it is meant for.

    Raises:
        InvalidParams: students' saved work would no longer fit the files.
    """
    rows = list(known)
    there = find(rows, draft)
    others = {row.title for row in rows if row.deleted_at is None and row is not there}
    draft = attrs.evolve(draft, title=_title(draft, there, others))
    if there is None:
        return await _add(tx, draft, place, model_id)
    is_gone = there.deleted_at is not None
    before = await (tx.challenges.restore(there.id) if is_gone else tx.challenges.get(there.id, to_change=True))
    if draft.source.collection != COLLECTION:  # a track says nothing about the tutor; the teacher may have
        draft = attrs.evolve(draft, policy=before.tutor_policy)
    shelved = await replace(tx, before, draft, place)
    return shelved if there.deleted_at is None else attrs.evolve(shelved, outcome="restored")


async def usual_model(tx: Transaction) -> UUID:
    """Give the model that a new challenge is meant for."""
    return (await tx.models.ensure(builtin.NAME, builtin.VERSION)).id


async def _add(tx: Transaction, draft: Draft, place: Place, model_id: UUID) -> Shelved:
    challenge = Challenge(
        class_id=place.class_id,
        model_id=model_id,
        created_by_user_id=place.user_id,
        tutor_policy=draft.policy,
        **_content(draft),
    )
    await tx.challenges.add(challenge)
    await _put_documents(tx, challenge, None, place)
    return Shelved(challenge=challenge, outcome="added")


async def replace(tx: Transaction, before: Challenge, draft: Draft, place: Place) -> Shelved:
    """Replace the content of a challenge, which was read to be changed.

    Raises:
        InvalidParams: students' saved work would no longer fit the files.
        NotFound: it was deleted meanwhile.
    """
    if len(materials(before).paths) > 1 >= len(draft.files):
        raise InvalidParams(
            f"{before.title} had several files and would have one, so saved work could not be opened any more.",
            "Keep a second file in starter/, or give the challenge another slug to make it a new one.",
        )
    after = attrs.evolve(before, **_content(draft), tutor_policy=draft.policy)
    earlier = (before.support_materials or {}).get("earlier")
    if earlier:
        after = _with(after, earlier=earlier)
    if _same(before, after):
        return Shelved(challenge=before, outcome="unchanged")
    changes = compare(before, after)
    stored = await tx.challenges.update(_with(after, earlier=_earlier(before, after)))
    await _put_documents(tx, stored, before, place)
    return Shelved(challenge=stored, outcome="updated", changes=changes)


def _content(draft: Draft) -> dict[str, Any]:
    return {
        "title": draft.title,
        "statement": draft.statement,
        "support_materials": support_materials(draft),
        "possible_solutions": possible_solutions(draft),
    }


def source_of(challenge: Challenge | ChallengeSource) -> Source | None:
    """Give what a challenge was made from; None for practice that nobody wrote."""
    given = _source(challenge)
    found = [given.get(key) for key in ("collection", "slug")] if isinstance(given, Mapping) else []
    texts = [text for text in found if isinstance(text, str)]
    return Source(collection=texts[0], slug=texts[1]) if len(texts) == 2 else None


def _source(challenge: Challenge | ChallengeSource) -> Any:
    if isinstance(challenge, ChallengeSource):
        return challenge.source
    return (challenge.support_materials or {}).get("source")


def _key(row: ChallengeSource) -> tuple[Any, Any] | None:
    return (row.source.get("collection"), row.source.get("slug")) if isinstance(row.source, Mapping) else None


def _title(draft: Draft, there: ChallengeSource | None, others: set[str]) -> str:
    """Tell challenges of two collections apart that have one name; a title once given stays."""
    longer = f"{draft.title} ({draft.source.collection.rpartition('/')[2]})"
    if there is not None and there.title in (draft.title, longer):
        return there.title
    is_own = draft.source.collection == COLLECTION
    return longer if draft.title in others and not is_own else draft.title


def _with(challenge: Challenge, **more: Any) -> Challenge:
    return attrs.evolve(challenge, support_materials={**(challenge.support_materials or {}), **more})


def _same(one: Challenge, other: Challenge) -> bool:
    keys = ("title", "statement", "support_materials", "possible_solutions", "tutor_policy")
    return all(getattr(one, key) == getattr(other, key) for key in keys)


def _earlier(before: Challenge, after: Challenge) -> dict[str, list[str]]:
    """The digests of what a student's files held and no longer hold, the latest last."""
    found = {path: list(digests) for path, digests in ((before.support_materials or {}).get("earlier") or {}).items()}
    now = _given(after)
    for path, text in _given(before).items():
        if now.get(path) != text:
            kept = [it for it in found.get(path, []) if it != digest(text)]
            found[path] = [*kept, digest(text)][-MOST_EARLIER:]
    return found


def _given(challenge: Challenge) -> Mapping[str, str]:
    """The files that a student gets."""
    found = materials(challenge)
    return {STATEMENT_FILE: statement_text(challenge), **found.tests, **found.files}


async def _put_documents(tx: Transaction, challenge: Challenge, before: Challenge | None, place: Place) -> None:
    """Keep the passages the tutor may quote at this challenge true to its documents."""
    texts, had = _documents(challenge), _documents(before)
    if texts == had:
        return
    scope = library.Scope(organization_id=place.organization_id, class_id=challenge.class_id, challenge_id=challenge.id)
    files = [SourceFile(source=path, origin=_origin(challenge, path), text=text) for path, text in texts.items()]
    gone = {_origin(challenge, path) for path in had.keys() - texts.keys()}
    await library.put(tx, files, scope, user_id=place.user_id, gone=gone)


def _documents(challenge: Challenge | None) -> Mapping[str, str]:
    return ((challenge and challenge.support_materials) or {}).get("documents") or {}


def _origin(challenge: Challenge, path: str) -> str:
    return digest(f"challenge {challenge.id} {path}")
