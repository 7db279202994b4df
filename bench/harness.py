"""Interleaved rounds and the figures made of them: median, spread, and the ratio to a peer of the same run.

Subjects take turns (A B C, A B C, …), so a machine that slows down for a while slows all of them. A ratio is the
median of the ratios within each round, never a quotient of figures from different times. Not here: what is measured.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence

import attrs

Probe = Callable[[], Mapping[str, float]]
"""Measures one subject once; returns a value for each metric, the same metrics every time."""

Samples = Mapping[str, Mapping[str, tuple[float, ...]]]
"""By metric and subject, one value a round, in the order of the rounds."""


@attrs.frozen(kw_only=True)
class Row:
    """One metric of one subject.

    Attributes:
        metric: What was measured.
        subject: Of whom.
        unit: Of the samples.
        samples: One value a round.
        peer: The subject that `ratio` refers to.
        ratio: Median of this subject's value over the peer's in the same round.
        aim: What the project aims at, in words; empty where it aims at nothing.
    """

    metric: str
    subject: str
    unit: str
    samples: tuple[float, ...]
    peer: str | None = None
    ratio: float | None = None
    aim: str = ""

    @property
    def median(self) -> float:
        """The middle of the samples."""
        return statistics.median(self.samples)

    @property
    def spread(self) -> tuple[float, float]:
        """The 10th and the 90th percentile of the samples."""
        return percentile(self.samples, 10), percentile(self.samples, 90)


@attrs.frozen(kw_only=True)
class Report:
    """What one measurement found, and what the reader should know about it, such as a peer that is missing."""

    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()


def interleaved(probes: Mapping[str, Probe], *, rounds: int, warm_up: int = 1) -> Samples:
    """Run the probes in turn; the first `warm_up` rounds do not count."""
    found: dict[str, dict[str, list[float]]] = {}
    for number in range(warm_up + rounds):
        for subject, probe in probes.items():
            values = probe()
            if number < warm_up:
                continue
            for metric, value in values.items():
                found.setdefault(metric, {}).setdefault(subject, []).append(value)
    return {metric: {subject: tuple(v) for subject, v in by_subject.items()} for metric, by_subject in found.items()}


def rows(
    samples: Samples, *, unit: str, peer: str | None = None, aims: Mapping[tuple[str, str], str] | None = None
) -> tuple[Row, ...]:
    """Make a row of every metric and subject.

    Args:
        samples: From `interleaved`.
        unit: Of all the samples.
        peer: The subject the others are compared with.
        aims: The aim in words, by metric and subject.
    """
    return tuple(
        Row(
            metric=metric,
            subject=subject,
            unit=unit,
            samples=values,
            peer=peer if peer != subject else None,
            ratio=ratio(values, by_subject[peer]) if peer and peer != subject else None,
            aim=(aims or {}).get((metric, subject), ""),
        )
        for metric, by_subject in samples.items()
        for subject, values in by_subject.items()
    )


def ratio(values: Sequence[float], peers: Sequence[float]) -> float:
    """Return the median of the ratios round by round."""
    return statistics.median(value / peer for value, peer in zip(values, peers, strict=True))


def percentile(values: Sequence[float], percent: int) -> float:
    """Return a percentile by linear interpolation; of a single value, that value."""
    if len(values) == 1:
        return values[0]
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]
