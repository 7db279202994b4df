"""What a pause of the recording means, in words."""

from __future__ import annotations

from storage.records import RecordingPause
from taco_lsp.wire.types import RecordingState

PAUSED = (
    "Recording is paused. The tutor still answers. What you write, ask, run and save is not stored; "
    "only when you had a challenge open and how often you asked."
)
RECORDING = "Your questions, answers, runs and saved versions are recorded, for you and your teachers."


def state_of(pause: RecordingPause | None) -> RecordingState:
    """Tell the state, given the pause that goes on."""
    if pause is None:
        return RecordingState(recording=True, meaning=RECORDING)
    return RecordingState(recording=False, paused_since=pause.paused_at, meaning=PAUSED)
