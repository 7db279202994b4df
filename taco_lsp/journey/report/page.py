"""Puts the page together: head with its policy, header, picture, player, code and dialogue, data, script.

The content security policy names the one style and the one script by their hashes and allows nothing else: no
request, no inline handler, no form, and no HTML made by the script (trusted types).
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from functools import cache
from importlib.resources import files
from typing import Any
from uuid import UUID

import attrs

from storage.records import Challenge
from taco_lsp.journey.reading import Journey
from taco_lsp.journey.report import replay
from taco_lsp.journey.report.axis import axis
from taco_lsp.journey.report.clock import Clock, clock, day, offset
from taco_lsp.journey.report.dialogue import moments
from taco_lsp.journey.report.facts import Facts, facts
from taco_lsp.journey.report.markup import Html, tag
from taco_lsp.journey.report.states import main_file, states
from taco_lsp.journey.text import visible
from taco_lsp.wire.types import Event

_FILTERS = {
    "edit": "Saves",
    "run": "Runs",
    "question": "Questions and answers",
    "hint": "Hints",
    "note": "Notes",
    "session": "Sessions",
}
_KEYS = "Arrow keys step, Home and End jump, the space bar plays."


def render(journey: Journey, *, zone: tzinfo | None = None) -> str:
    """Make the page; the same journey and zone give the same text.

    Args:
        journey: at least one event.
        zone: of the times on the page; None is the zone of this machine.
    """
    local, events = clock(zone), journey.events
    code, counted = states(journey), facts(events)
    packed = replay.pack(code)
    picture, places = axis(events, packed.changed(), counted, local)
    titles = {id_: challenge.title for id_, challenge in _worked_on(journey).items()}
    heading = _heading(journey)
    listed = moments(events, code, packed.changed(), titles if len(titles) > 1 else {}, local)
    data = attrs.asdict(packed) | {"places": places, "files": _file_names(journey)}
    page = tag(
        "html", _head(heading),
        tag("body", _header(journey, heading, counted, local), tag("main", _player(picture, events), _stage(listed)),
            _data(data), tag("script", _own("report.js"))),
        lang="en",
    )  # fmt: skip
    return f"<!DOCTYPE html>\n{page}\n"


def alias(user_id: UUID) -> str:
    """A name for a student that tells nobody who it is."""
    return f"Student {user_id.hex[-4:].upper()}"


def _worked_on(journey: Journey) -> Mapping[UUID, Challenge]:
    ids = dict.fromkeys(event.challenge_id for event in journey.events)
    return {id_: journey.challenges[id_] for id_ in ids}


def _heading(journey: Journey) -> str:
    challenges = list(_worked_on(journey).values())
    return visible(challenges[0].title) if len(challenges) == 1 else f"{len(challenges)} challenges"


def _file_names(journey: Journey) -> list[str]:
    names = {id_: visible(main_file(challenge)) for id_, challenge in _worked_on(journey).items()}
    return [names[event.challenge_id] for event in journey.events]


def _head(heading: str) -> Html:
    policy = "; ".join((
        "default-src 'none'", f"script-src {_hash(_own('report.js'))}", f"style-src {_hash(_style())}",
        "base-uri 'none'", "form-action 'none'", "require-trusted-types-for 'script'", "trusted-types 'none'",
    ))  # fmt: skip
    return tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("title", f"Journey: {heading}"),
        tag("style", _style()),
    )


def _header(journey: Journey, heading: str, counted: Facts, local: Clock) -> Html:
    first, last = local(journey.events[0].at), local(journey.events[-1].at)
    rows = (
        tag("div", tag("dt", name), tag("dd", tag("b", number), " ", tag("small", more) if more else ""))
        for name, number, more in counted.rows()
    )
    about = tag("p", tag("b", alias(journey.user_id)), f" · {_dates(first, last)}", class_="about")
    return tag("header", tag("div", tag("h1", heading), about), tag("dl", *rows))


def _dates(first: datetime, last: datetime) -> str:
    if first.date() == last.date():
        return f"{day(first)}, {first:%H:%M} to {last:%H:%M} ({offset(first)})"
    year = f" {first.year}" if first.year != last.year else ""
    return f"{first.day} {first:%B}{year} to {last.day} {last:%B %Y} ({offset(last)})"


def _player(picture: Html, events: Sequence[Event]) -> Html:
    last = str(len(events) - 1)
    buttons = tag(
        "div",
        tag("button", "←", type="button", id="back", aria_label="One step back"),
        tag("button", "Play", type="button", id="play"),
        tag("button", "→", type="button", id="forward", aria_label="One step forward"),
        class_="buttons",
    )
    scrubber = tag(
        "input", type="range", id="scrubber", min="0", max=last, value="0", step="1", aria_label="Moment",
        aria_describedby="keys",
    )  # fmt: skip
    where = tag("output", f"1 of {len(events)}", id="where", for_="scrubber")
    filters = tag(
        "fieldset", tag("legend", "Show"),
        *(
            tag("label", tag("input", type="checkbox", value=kind, checked=True), f" {label}")
            for kind, label in _FILTERS.items()
        ),
        id="filters",
    )  # fmt: skip
    controls = tag("div", buttons, scrubber, where, class_="controls")
    return tag(
        "section", tag("h2", "Time", class_="unseen"), picture, controls, filters,
        tag("p", _KEYS, class_="unseen", id="keys"), class_="player", aria_label="Time",
    )  # fmt: skip


def _stage(listed: Html) -> Html:
    code = tag(
        "section",
        tag("div", tag("h2", "Code"), tag("p", id="compared"), class_="bar"),
        tag("pre", tag("code"), id="code", tabindex="0", aria_label="Code at this moment", role="region"),
        class_="code", aria_label="Code",
    )  # fmt: skip
    dialogue = tag("section", tag("div", tag("h2", "What happened"), class_="bar"), listed, class_="dialogue",
                   aria_label="What happened")  # fmt: skip
    return tag("div", code, dialogue, class_="stage")


def _data(data: Mapping[str, Any]) -> Html:
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return tag("script", Html(text), type="application/json", id="data")


@cache
def _own(name: str) -> Html:
    return Html(files(__package__).joinpath(name).read_text(encoding="utf-8"))


def _style() -> Html:
    return Html(_own("palette.css") + _own("report.css"))


def _hash(text: Html) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
