"""The overview of a class in a real browser, opened from a file: it shows, links, prints, and loads nothing."""

from __future__ import annotations

import time
from datetime import UTC
from pathlib import Path

import pytest
from chromium import Page
from pages import busy_class

from taco_lsp.overview.page import render
from taco_lsp.wire.types import ClassOverview, EventRef
from tests.support.journeys import HOSTILE

pytestmark = pytest.mark.subprocess


def link(ref: EventRef) -> str:
    return f"class-journeys/{ref.user_id}.html#{ref.kind}-{ref.id}"


async def opened(page: Page, overview: ClassOverview, folder: Path) -> str:
    """Write the page and open it; gives its address."""
    file = folder / "class.html"
    file.write_text(render(overview, link, zone=UTC), encoding="utf-8", errors="replace")
    await page.open(file.as_uri())
    return file.as_uri()


async def test_it_shows_bars_as_wide_as_their_shares_and_asks_for_nothing_else(page: Page, tmp_path: Path) -> None:
    found = busy_class()
    address = await opened(page, found, tmp_path)
    first = found.challenges[0]
    widths = await page.run("""(bar => [...bar.querySelectorAll('rect')].map(
        part => part.getBoundingClientRect().width / bar.getBoundingClientRect().width))(
        document.querySelector('svg.bar'))""")
    counts = [first.finished, first.working, first.stuck, first.not_started]
    assert widths == pytest.approx([count / found.students for count in counts if count], abs=0.01)
    assert page.requests == [address]


async def test_every_reason_leads_to_the_moment_in_the_student_s_journey(page: Page, tmp_path: Path) -> None:
    found = busy_class()
    await opened(page, found, tmp_path)
    stuck = [seat for seat in found.seats if seat.state == "stuck"]
    assert len(stuck) > 10
    links = "[...document.querySelectorAll('section:nth-of-type(2) .refs a')]"
    shown = await page.run(f"{links}.map(link => link.getAttribute('href'))")
    assert shown == [link(ref) for seat in stuck for signal in seat.signals for ref in signal.events]


async def test_nothing_hostile_runs_or_is_loaded(page: Page, tmp_path: Path) -> None:
    address = await opened(page, busy_class(title=HOSTILE), tmp_path)
    assert await page.run("window.ran ?? null") is None
    assert await page.run("document.scripts.length") == 0
    assert page.requests == [address]
    assert HOSTILE[:40] in await page.run("document.body.textContent")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 800, 360])
async def test_it_fits_the_window(page: Page, tmp_path: Path, scheme: str, width: int) -> None:
    await page.size(width, 800)
    await page.media(scheme=scheme)
    await opened(page, busy_class(), tmp_path)
    assert await page.run("document.documentElement.scrollWidth") <= width
    dark = await page.run("getComputedStyle(document.body).backgroundColor") == "rgb(21, 23, 28)"
    assert dark is (scheme == "dark")


async def test_a_large_class_opens_fast_and_is_one_small_file(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "class.html"
    file.write_text(render(busy_class(300, 20), link, zone=UTC), encoding="utf-8")
    assert file.stat().st_size < 3_000_000
    began = time.perf_counter()
    await page.open(file.as_uri())
    assert await page.run("document.querySelectorAll('.grid tbody tr').length") == 285  # each 21st has not started
    assert time.perf_counter() - began < 5
