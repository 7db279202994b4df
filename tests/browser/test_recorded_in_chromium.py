"""The page of what was recorded, in a real Chromium: nothing that its own policy blocks, and it fits a telephone."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest
from chromium import Page
from pages import recorded

from taco_lsp.journey.own_data.page import html

pytestmark = pytest.mark.subprocess

STORE = f"sqlite:////home/ada/{'afolderwithoutabreak' * 4}/taco.db"


@pytest.mark.parametrize("width", [1280, 360])
async def test_it_fits_the_window_and_breaks_no_policy(page: Page, tmp_path: Path, width: int) -> None:
    file = tmp_path / "page.html"
    file.write_text(html(attrs.evolve(recorded(), store=STORE)), encoding="utf-8")
    await page.size(width, 800)
    await page.open(file.as_uri())
    assert await page.run("document.documentElement.scrollWidth") <= width
    assert page.problems == []
    aligned = "[...document.querySelectorAll('td')].map(cell => getComputedStyle(cell).textAlign)"
    assert await page.run(aligned) == ["left", *["right"] * 5, "left", "left"]
