"""The row of an answer while the recording is paused: that it was given, and not a word of it.

The hint ladder, the limit on questions and the cost are counted from the rows, and the journey shows the gap.
"""

from __future__ import annotations

import attrs

from storage.records import Interaction


def without_content(interaction: Interaction) -> Interaction:
    """The row of an answer that is not recorded."""
    guard = {**(interaction.guard or {}), "recorded": False}
    return attrs.evolve(interaction, user_prompt="", model_response="", code=None, guard=guard)


def is_recorded(interaction: Interaction) -> bool:
    """Tell whether the words of an answer are on record."""
    return (interaction.guard or {}).get("recorded") is not False
