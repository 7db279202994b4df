"""What answers cost, by the prices that their models' rows hold."""

from __future__ import annotations

from collections.abc import Mapping

from storage.records import Model
from storage.values import Tally


def cost_of(tally: Tally, model: Model) -> Mapping[str, float] | None:
    """The amount by currency; None when tokens were counted and the price is not known."""
    prices = model.prices or {}
    if "input" in prices and "output" in prices:
        paid = tally.prompt_tokens * prices["input"] + tally.completion_tokens * prices["output"]
        return {prices.get("currency", "USD"): paid / 1_000_000}
    return None if tally.prompt_tokens or tally.completion_tokens else {}
