"""Whether a student's work is recorded, by their own wish and by their school's policies, and what that means in words.

What is then left out of a row is decided elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from storage.records import RecordingPause, User
from taco_lsp.journey.text import visible
from taco_lsp.tutor.policy import merge
from taco_lsp.wire.types import RecordingState

if TYPE_CHECKING:
    from storage import Transaction

_NOT_STORED = (
    "The tutor still answers. What you write, ask, run and save is not stored; "
    "only when you had a challenge open and how often you asked."
)
PAUSED = f"Recording is paused. {_NOT_STORED}"
RECORDING = "Your questions, answers, runs and saved versions are recorded, for you and your teachers."
OFF = f"Your school has switched the recording off. {_NOT_STORED}"
_PRACTICE = "your own practice"


@attrs.frozen(kw_only=True)
class SwitchedOff:
    """Where policies switch the recording off.

    Attributes:
        everywhere: nowhere is anything recorded.
        places: practice, classes and challenges, by name, where it is off.
        but: challenges where it is on all the same.
    """

    everywhere: bool = False
    places: tuple[str, ...] = ()
    but: tuple[str, ...] = ()


NOWHERE = SwitchedOff()


async def read_state(tx: Transaction, user: User) -> RecordingState:
    """Read whether a student's work is recorded, by their own wish and by the policies of their school."""
    return state_of(await tx.own_data.paused(user.id), await _switched_off(tx, user))


def state_of(pause: RecordingPause | None, off: SwitchedOff = NOWHERE) -> RecordingState:
    """Tell the state, given the pause that goes on and where the school has switched the recording off."""
    since = pause.paused_at if pause else None
    if off.everywhere:
        also = " You have paused it as well." if pause else ""
        return RecordingState(recording=False, paused_since=since, meaning=OFF + also)
    if pause:
        return RecordingState(recording=False, paused_since=since, meaning=PAUSED)
    return RecordingState(recording=True, meaning=RECORDING + _where(off))


def _where(off: SwitchedOff) -> str:
    if not off.places:
        return ""
    but = f", but not for {', '.join(off.but)}" if off.but else ""
    return f" Your school has switched that off for {', '.join(off.places)}{but}."


async def _switched_off(tx: Transaction, user: User) -> SwitchedOff:
    school = (await tx.organizations.get(user.organization_id)).tutor_policy
    classes = {class_.id: class_ for class_ in await tx.classes.list_for_user(user.id)}
    recorded = [(_PRACTICE, merge(school).recording)]
    recorded += [(class_.name, merge(school, class_.tutor_policy).recording) for class_ in classes.values()]
    off = [name for name, is_on in recorded if not is_on]
    but: list[str] = []
    for title, class_id, policy in await tx.own_data.challenge_policies(user.id):
        above = school, classes[class_id].tutor_policy if class_id else None
        is_on = merge(*above, policy).recording
        if is_on != merge(*above).recording:
            (but if is_on else off).append(title)
    everywhere = not but and not any(is_on for _, is_on in recorded)
    return SwitchedOff(everywhere=everywhere, places=_names(off), but=_names(but))


def _names(of: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(" ".join(visible(name).split()) for name in of))
