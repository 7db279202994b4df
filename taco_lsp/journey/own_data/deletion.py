"""What becomes of a request to delete, here and at a school, and how that is told.

The database carries a request out (revision 0006); whether a student may ask at all is not decided here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from storage.records import now
from taco_lsp.journey.text import visible
from taco_lsp.wire.types import Deletion

if TYPE_CHECKING:
    from storage import DeletionRequest, Transaction

_GONE = "a challenge that is gone"
_NONE = "There is nothing of yours to delete."
_DECIDES = "Your school decides at the next sync; what it keeps is then listed by `taco data show`, with the reason."
_LEFT = (
    "Files in your own folders are yours and stay: your programs, and in the folders `.taco` beside them "
    "`conversation.md` with your questions and answers. Remove them as you remove any file."
)


async def delete_at(tx: Transaction, user_id: UUID, challenge_ids: Sequence[UUID]) -> tuple[Deletion, ...]:
    """Delete a student's work at challenges, and ask the school to where this store syncs with one."""
    places = await tx.own_data.places(challenge_ids)  # before: the name of a practice file is erased with the work
    requests = [await tx.own_data.delete(user_id, id_, now()) for id_ in challenge_ids]
    on_their_way = await tx.own_data.on_their_way(user_id)
    return tuple(_deletion(one, places, asks_school=one.id in on_their_way) for one in requests)


async def unsettled(tx: Transaction, user_id: UUID) -> tuple[Deletion, ...]:
    """Read what was asked to be deleted and is, or may be, at the school all the same."""
    latest = await tx.own_data.latest_deletions(user_id)
    on_their_way = await tx.own_data.on_their_way(user_id)
    open_ = [one for one in latest if one.decision == "kept" or one.id in on_their_way]
    places = await tx.own_data.places([one.challenge_id for one in open_])
    return tuple(_deletion(one, places, asks_school=one.id in on_their_way) for one in open_)


def told(deletions: Sequence[Deletion]) -> str:
    """Tell what was deleted, what is asked of the school, and what nobody but the student can remove."""
    if not deletions:
        return _NONE
    school = [_DECIDES] if any(one.asks_school for one in deletions) else []
    return "\n".join([*lines(deletions), *school, _LEFT])


def lines(deletions: Sequence[Deletion]) -> list[str]:
    """Tell of each deletion in a line; challenges that nothing tells apart share one."""
    return [
        line if times == 1 else f"{line} ({times} challenges of this name)"
        for line, times in Counter(map(_line, deletions)).items()
    ]


def _line(deletion: Deletion) -> str:
    if deletion.decision == "kept":
        return f"{_name(deletion)}: kept. {deletion.reason or ''}".rstrip()
    if deletion.asks_school:
        return f"{_name(deletion)}: taken off this computer; your school is asked to delete it too."
    return f"{_name(deletion)}: erased."


def _deletion(
    request: DeletionRequest, places: Mapping[UUID, tuple[str, str | None]], *, asks_school: bool
) -> Deletion:
    title, class_name = places.get(request.challenge_id, (_GONE, None))
    return Deletion(
        challenge_id=request.challenge_id,
        title=title,
        class_name=class_name,
        decision=request.decision,
        reason=request.reason or None,
        asks_school=asks_school and request.decision == "erased",
    )


def _name(deletion: Deletion) -> str:
    named = f"{deletion.title} ({deletion.class_name})" if deletion.class_name else deletion.title
    return " ".join(visible(named).split())
