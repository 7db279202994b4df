"""The picture of the time: one lane for hints, questions, runs and saves, as SVG that stretches with the page.

Places are percentages of the width, so that nothing is distorted and no script is needed to draw. Time in which
nothing happened for minutes is drawn short, hatched and labelled: a journey of a week is otherwise all pause.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from math import log2

import attrs

from taco_lsp.journey.report.clock import Clock, short_day, span
from taco_lsp.journey.report.facts import PAUSE, Facts, failed
from taco_lsp.journey.report.markup import Html, tag
from taco_lsp.wire.types import TOP_RUNG, Event

TOP, BOTTOM, HEIGHT = 22, 152, 174
HINTS, QUESTIONS, RUNS, SAVES = 66, 86, 108, 148
"""The lanes: where each stands, in pixels from the top. Hints and saves grow upwards from there."""

_RUNG = 7
_LABEL, _ROOMY_LABEL = 11.0, 32.0
_MANY = 150
_MOST_PAUSES = 20
"""More of them would hide the work; the shorter ones are then drawn at their length."""


@attrs.frozen(kw_only=True)
class Pause:
    """A stretch without events; places are percentages of the width."""

    start: float
    end: float
    length: timedelta


def places(times: Sequence[datetime]) -> tuple[list[float], list[Pause]]:
    """Where each moment is, in percent of the width, and the pauses, which have a width of their own."""
    gaps = [later - earlier for earlier, later in pairwise(times)]
    longest = max([PAUSE, *sorted(gaps)[:-_MOST_PAUSES]])
    working = sum((gap for gap in gaps if gap <= longest), timedelta()).total_seconds() or 1.0
    pauses = sum(gap > longest for gap in gaps)
    share = min(0.05, 0.35 / max(pauses, 1))
    per_second, place = 100 * (1 - pauses * share) / working, 0.0
    found, drawn = [0.0] if times else [], []
    for gap in gaps:
        before = place
        place += 100 * share if gap > longest else gap.total_seconds() * per_second
        if gap > longest:
            drawn.append(Pause(start=before, end=round(place, 2), length=gap))
        found.append(round(place, 2))
    return found, drawn


def axis(
    events: Sequence[Event], changed: Sequence[tuple[int, int]], facts: Facts, clock: Clock
) -> tuple[Html, list[float]]:
    """Draw the picture; return it with the place of each event. `changed` is lines added and removed."""
    found, pauses = places([event.at for event in events])
    size = "few" if len(events) < _MANY else "many"
    moments = list(zip(events, found, changed, strict=True))
    marks = [
        tag("g", *(_mark(event, place, sum(lines)) for event, place, lines in moments if event.kind == kind),
            class_=f"marks {kind}", data_kind=kind)
        for kind in ("edit", "run", "question", "hint", "note")
    ]  # fmt: skip
    picture = tag(
        "svg", *_ground(pauses), *_labels(pauses, [clock(event.at) for event in events], found), *marks,
        tag("svg", tag("path", d=f"M0 {TOP - 4}V{BOTTOM}"), id="cursor"),
        class_=size, height=str(HEIGHT), role="img", aria_label=facts.in_words(), id="axis",
    )  # fmt: skip
    return tag("div", _names(), picture, class_="axis"), found


def _mark(event: Event, place: float, changed: int) -> Html:
    x = f"{place}%"
    if event.kind == "edit":
        height = min(4 + 4 * log2(1 + changed), 28)
        return tag("rect", x=x, y=f"{SAVES - height:.1f}", width="3", height=f"{height:.1f}", rx="1")
    if event.kind == "hint":
        rung = min(event.detail["hintLevel"] or 1, TOP_RUNG)
        return tag("rect", x=x, y=str(HINTS - rung * _RUNG), width="5", height=str(rung * _RUNG), rx="1.5")
    if event.kind == "note":
        return tag("svg", tag("path", d="M0 0H9L6.5 3.5L9 7H0V14"), x=x, y=str(TOP), overflow="visible")
    if event.kind == "question":
        return tag("circle", cx=x, cy=str(QUESTIONS - 4), r="4")
    return _ran(event, x)


def _ran(run: Event, x: str) -> Html:
    """A cross for what failed, a dot for what ended well, a tick where that were the tests."""
    if not failed(run) and not run.detail["tests"]:
        return tag("circle", cx=x, cy=str(RUNS - 5), r="4.5", class_="good")
    shape, ending = ("M-4 -4L4 4M-4 4L4 -4", "bad") if failed(run) else ("M-4.5 0L-1.5 3.5L4.5 -4", "passed")
    return tag("svg", tag("path", d=shape), x=x, y=str(RUNS - 5), class_=ending, overflow="visible")


def _names() -> Html:
    lanes = (("Hints", HINTS - 12), ("Questions", QUESTIONS), ("Runs", RUNS), ("Saves", SAVES - 4))
    return tag(
        "svg", *(tag("text", name, x="0", y=str(y)) for name, y in lanes), class_="names", height=str(HEIGHT),
        aria_hidden="true",
    )  # fmt: skip


def _ground(pauses: Sequence[Pause]) -> Iterator[Html]:
    hatch = tag("path", d="M-1 7L7 -1M-1 1L1 -1M5 7L7 5")
    yield tag("defs", tag("pattern", hatch, id="hatch", width="6", height="6", patternUnits="userSpaceOnUse"))
    for pause in pauses:
        width = f"{pause.end - pause.start:.2f}%"
        title = tag("title", f"Nothing for {span(pause.length)}")
        yield tag(
            "rect", title, x=f"{pause.start:.2f}%", y=str(TOP), width=width, height=str(BOTTOM - TOP), class_="pause"
        )
    for y in (HINTS, RUNS + 8, SAVES):
        yield tag("rect", x="0", y=str(y), width="100%", height="1", class_="ground")


def _labels(pauses: Sequence[Pause], times: Sequence[datetime], found: Sequence[float]) -> Iterator[Html]:
    """The length of each pause on top, the longest first, and the clock below where work begins."""
    longest = sorted(pauses, key=lambda pause: -pause.length)
    yield from _spread([((pause.start + pause.end) / 2, span(pause.length)) for pause in longest], y=TOP - 8)
    ends = {pause.end for pause in pauses}
    ticks: list[tuple[float, str]] = []
    day = None
    for place, at in zip(found, times, strict=True):
        if ticks and place not in ends:
            continue
        ticks.append((place, f"{at:%H:%M}" if at.date() == day else f"{short_day(at)} {at:%H:%M}"))
        day = at.date()
    if times:
        ticks.append((found[-1], f"{times[-1]:%H:%M}"))
    yield from _spread(ticks, y=HEIGHT - 4)


def _spread(labels: Sequence[tuple[float, str]], *, y: int) -> Iterator[Html]:
    """Labels that do not touch, the first ones being the most important; `minor` ones need a wide page."""
    drawn: list[float] = []
    roomy: list[float] = []
    for place, text in labels:
        middle = min(max(place, _LABEL / 2), 100 - _LABEL / 2)
        if any(abs(middle - other) < _LABEL for other in drawn):
            continue
        drawn.append(middle)
        minor = any(abs(middle - other) < _ROOMY_LABEL for other in roomy)
        if not minor:
            roomy.append(middle)
        anchor = "start" if place < _LABEL / 2 else "end" if place > 100 - _LABEL / 2 else "middle"
        yield tag(
            "text", text, x=f"{place:.2f}%", y=str(y), text_anchor=anchor, class_="minor" if minor else None
        )  # fmt: skip
