"""Code actions and lenses as data: what is offered where, in which words."""

from __future__ import annotations

from typing import Any

import pytest

from taco_lsp.features import offers
from taco_lsp.verbs import BY_NAME
from taco_lsp.wire.converter import from_wire
from taco_lsp.wire.types import Position, Range
from tests.support.desk import BUGGY, Desk

TRACE = """\
Traceback (most recent call last):
  File "average.py", line 4, in <module>
IndexError: list index out of range
"""


def lines(first: int, last: int) -> Range:
    return Range(start=Position(line=first, character=0), end=Position(line=last, character=0))


def titles(desk: Desk, uri: str, place: Range | None = None) -> list[str]:
    return [offer.title for offer in offers.actions(desk.ctx, desk.editor.open[uri], place or lines(0, 0))]


def lenses(desk: Desk, uri: str) -> list[str]:
    return [offer.title for offer in offers.lenses(desk.ctx, desk.editor.open[uri])]


async def test_any_file_can_be_asked_about_run_and_saved(desk: Desk) -> None:
    uri = await desk.open("a.py", BUGGY)
    assert titles(desk, uri) == [
        "Give me a hint (1 of 5)", "Ask about this", "Review my code", "Run", "Save as my solution",
    ]  # fmt: skip
    assert lenses(desk, uri) == []


async def test_a_selection_can_be_explained(desk: Desk) -> None:
    uri = await desk.open("a.py", BUGGY)
    assert "Explain this code" in titles(desk, uri, lines(1, 3))


@pytest.mark.parametrize(("first", "last", "is_offered"), [(3, 3, True), (0, 9, True), (2, 2, False), (4, 9, False)])
async def test_an_error_can_be_explained_where_it_is_marked(
    desk: Desk, first: int, last: int, is_offered: bool
) -> None:
    uri = await desk.sit_down(BUGGY)
    await desk.about("run/report", uri, command="x", stdout="", stderr=TRACE, exitCode=1)
    assert ("Explain this error" in titles(desk, uri, lines(first, last))) is is_offered


async def test_a_challenge_file_has_lenses_that_follow_the_ladder(desk: Desk) -> None:
    uri = await desk.sit_down(BUGGY)
    assert lenses(desk, uri) == ["Run", "Give me a hint (1 of 5)", "History"]
    await desk.about("ask", uri, kind="hint")
    assert lenses(desk, uri)[1] == "Give me a hint (1 of 5) again"
    desk.editor.type(uri, BUGGY + "#")
    assert lenses(desk, uri)[1] == "Give me a hint (2 of 5)"
    desk.editor.type(uri, BUGGY)
    await desk.about("run/report", uri, command="x", stdout="", exitCode=0)
    assert lenses(desk, uri)[1] == "Give me a hint (2 of 5)"


@pytest.mark.parametrize(
    ("policy", "hint", "others"),
    [
        ({"enabled": False}, None, False),
        ({"hint_ceiling": 0}, None, True),
        ({"hint_ceiling": 2}, "Give me a hint (1 of 2)", True),
        ({"require_attempt": True}, "Give me a hint (1 of 5)", True),
    ],
)
async def test_the_policy_decides_what_is_offered(
    desk: Desk, policy: dict[str, Any], hint: str | None, others: bool
) -> None:
    uri = await desk.sit_down(tutor_policy=policy)
    for shown in (titles(desk, uri), lenses(desk, uri)):
        assert [title for title in shown if "hint" in title] == ([hint] if hint else [])
        assert "Run" in shown
    assert ("Review my code" in titles(desk, uri)) is others


async def test_every_offer_names_a_verb_and_fitting_params(desk: Desk) -> None:
    uri = await desk.sit_down(BUGGY)
    await desk.about("run/report", uri, command="x", stdout="", stderr=TRACE, exitCode=1)
    document = desk.editor.open[uri]
    found = [*offers.actions(desk.ctx, document, lines(3, 5)), *offers.lenses(desk.ctx, document)]
    assert len(found) == 10
    for offer in found:
        assert from_wire(offer.params, BY_NAME[offer.verb].params)
        assert len(offer.title) <= 40
