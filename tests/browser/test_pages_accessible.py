"""The pages for people, checked by axe-core in a real browser: journey, overview, and what was recorded."""

from __future__ import annotations

import os
import tempfile
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
from chromium import Page
from pages import busy_class, recorded

from taco_lsp.journey.own_data.page import html
from taco_lsp.journey.report import render as journey_page
from taco_lsp.overview.page import render as overview_page
from taco_lsp.wire.types import EventRef
from tests.support.journeys import short

pytestmark = pytest.mark.subprocess

VARIABLE = "TACO_TEST_AXE"
PLACES = (Path(tempfile.gettempdir()) / "axe", Path("editors/vscode"), Path())
RULES = "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}"


@pytest.fixture(scope="module")
def axe() -> str:
    """The source of axe-core, an npm package."""
    named = [Path(os.environ[VARIABLE])] if VARIABLE in os.environ else []
    found = [*named, *(place / "node_modules/axe-core/axe.min.js" for place in PLACES)]
    file = next((file for file in found if file.is_file()), None)
    if file is None:
        pytest.skip(f"axe-core is not installed (name its axe.min.js in {VARIABLE}); accessibility was not checked")
    return file.read_text(encoding="utf-8")


def link(ref: EventRef) -> str:
    return f"journeys/{ref.user_id}.html#{ref.kind}-{ref.id}"


PAGES = {
    "journey": lambda: journey_page(short().noted("Look at **line 3**.", line=2).journey(), zone=UTC),
    "overview": lambda: overview_page(busy_class(), link, zone=UTC),
    "overview without links": lambda: overview_page(busy_class(), lambda _: None, zone=UTC),
    "recorded": lambda: html(recorded()),
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
async def test_axe_finds_nothing(page: Page, tmp_path: Path, axe: str, name: str, scheme: str) -> None:
    file = tmp_path / "page.html"
    file.write_text(PAGES[name](), encoding="utf-8")
    await page.send("Page.setBypassCSP", enabled=True)  # axe is the tester's script, not the page's
    await page.media(scheme=scheme)
    await page.open(file.as_uri())
    await page.run("[...document.querySelectorAll('details')].forEach(part => part.open = true)")
    await page.send("Runtime.evaluate", expression=axe)
    told: list[dict[str, Any]] = await page.run(
        f"axe.run(document, {RULES}).then(found => found.violations.map(one => "
        "({rule: one.id, help: one.help, nodes: one.nodes.map(node => node.html.slice(0, 200)).slice(0, 3)})))"
    )
    assert told == []
