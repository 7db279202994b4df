"""A file that is closed and opened again at once, as a reload does, stays in its session."""

from __future__ import annotations

import asyncio
from datetime import datetime

import pytest

from storage import StoreError
from storage.records import now
from taco_lsp.context import seats
from tests.support.desk import BUGGY, SOLUTION, Desk, MakeDesk

LONG_S = 60.0


@pytest.fixture
def patient(desk: Desk) -> Desk:
    """A desk that keeps an empty seat for longer than a test takes."""
    desk.ctx.seats._grace_s = LONG_S
    return desk


def ends(desk: Desk) -> list[datetime | None]:
    """When each session ended."""
    told = [row["ended_at"] for row in desk.rows("sessions")]
    return [datetime.fromisoformat(at + "+00:00") if at else None for at in told]


async def test_a_reloaded_file_goes_on_with_its_session(patient: Desk) -> None:
    uri = await patient.sit_down(BUGGY)
    path = patient.editor.open[uri].path
    await patient.about("ask", uri, kind="hint")
    await patient.start_closing(uri)
    await patient.show(uri, SOLUTION, path=path)
    await patient.about("ask", uri, question="and now?")

    assert ends(patient) == [None]
    assert len({row["session_id"] for row in patient.rows("llm_interactions")}) == 1
    assert [change.open for _, change in patient.editor.sent] == [True], "the editor saw no end"


async def test_a_reload_neither_shortens_nor_ends_the_session_later(desk: Desk) -> None:
    uri = await desk.sit_down(BUGGY)
    path = desk.editor.open[uri].path
    await desk.start_closing(uri)
    leaving = list(desk.ctx.seats._leaving)
    await desk.show(uri, BUGGY, path=path)
    await asyncio.gather(*leaving)
    assert ends(desk) == [None]

    before = now()
    await desk.close(uri)
    (ended,) = ends(desk)
    assert ended is not None and ended >= before


async def test_a_file_that_stays_closed_ended_its_session_when_it_closed(desk: Desk) -> None:
    desk.ctx.seats._grace_s = 0.2
    uri = await desk.sit_down(BUGGY)
    await desk.start_closing(uri)
    closed = now()
    await asyncio.gather(*desk.ctx.seats._leaving)
    (ended,) = ends(desk)
    assert ended is not None and ended <= closed
    assert [change.open for _, change in desk.editor.sent] == [True, False]


async def test_leaving_does_not_wait_and_the_session_ended_when_the_file_closed(patient: Desk) -> None:
    uri = await patient.sit_down(BUGGY)
    await patient.start_closing(uri)
    closed = now()
    await asyncio.wait_for(patient.leave(), 2)
    (ended,) = ends(patient)
    assert ended is not None and ended <= closed
    assert not patient.ctx.seats._leaving


async def test_opening_the_challenge_again_goes_on_with_its_session(patient: Desk) -> None:
    uri = await patient.sit_down(BUGGY)
    seat = patient.ctx.seats.at(uri)
    assert seat is not None
    await patient.start_closing(uri)
    await patient.call("challenge/open", challengeId=seat.challenge.id)
    assert seat.left_at is None
    assert ends(patient) == [None]


async def test_a_session_ended_by_hand_meanwhile_is_not_ended_twice(desk: Desk) -> None:
    desk.ctx.seats._grace_s = 0.2
    uri = await desk.sit_down(BUGGY)
    seat = desk.ctx.seats.at(uri)
    assert seat is not None
    path = desk.editor.open[uri].path
    await desk.start_closing(uri)
    leaving = list(desk.ctx.seats._leaving)
    await desk.call("session/end", sessionId=seat.session.id)
    await desk.show(uri, BUGGY, path=path)
    await asyncio.gather(*leaving)
    first, second = ends(desk)
    assert first is not None and second is None
    assert desk.ctx.seats.at(uri), "the second session goes on"


async def test_a_store_that_fails_then_is_said_in_the_log(
    make_desk: MakeDesk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    desk = make_desk()
    uri = await desk.sit_down(BUGGY)

    async def fail(*_: object) -> None:
        raise StoreError("the disk is full", "Make room.")

    with monkeypatch.context() as broken:
        broken.setattr(seats.Seats, "_end", fail)
        await desk.close(uri)
    assert "the disk is full" in caplog.text
