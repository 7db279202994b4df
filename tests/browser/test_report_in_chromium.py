"""The report of a journey in a real browser, opened from a file: it replays, filters, prints, and runs nothing else."""

from __future__ import annotations

import re
import time
from datetime import UTC
from pathlib import Path

import pytest
from chromium import Page

from taco_lsp.journey.reading import Journey
from taco_lsp.journey.report import render
from tests.support.journeys import HOSTILE, hostile, long, short

pytestmark = pytest.mark.subprocess

CODE = "[...document.querySelectorAll('#code code > *')].map(row => row.localName + ': ' + row.textContent.trim())"
HERE = "document.querySelector('[aria-current]').closest('li').id.split('-')[0]"
PLACE = "document.getElementById('where').textContent"
SHOWN = "[...document.querySelectorAll('#moments > li')].filter(item => item.checkVisibility()).length"
IN_VIEW = """(() => {
    const item = document.querySelector('.now').getBoundingClientRect();
    const list = document.getElementById('moments').getBoundingClientRect();
    return item.top >= list.top - 1 && item.top < list.bottom;
})()"""


async def opened(page: Page, journey: Journey, folder: Path) -> str:
    """Write the report and open it; gives its address."""
    file = folder / "journey.html"
    file.write_text(render(journey, zone=UTC), encoding="utf-8", errors="replace")
    await page.open(file.as_uri())
    return file.as_uri()


def drag(place: int) -> str:
    """What moving the scrubber does."""
    scrubber = "document.getElementById('scrubber')"
    return f"({scrubber}.value = {place}, {scrubber}.dispatchEvent(new Event('input')))"


async def test_the_page_opens_from_a_file_and_asks_for_nothing_else(page: Page, tmp_path: Path) -> None:
    address = await opened(page, short().journey(), tmp_path)
    assert await page.run(HERE) == "open"
    assert await page.run(PLACE) == "1 of 9 · 12:01:00"
    assert page.requests == [address]


async def test_keys_step_through_the_code(page: Page, tmp_path: Path) -> None:
    await opened(page, short().journey(), tmp_path)
    head = ["span: def average(numbers):", 'span: """Return the average."""']
    assert await page.run(CODE) == head
    await page.press("ArrowRight", 2)
    assert (await page.run(HERE), await page.run(PLACE)) == ("run", "3 of 9 · 12:03:00")
    assert await page.run(CODE) == [*head, "ins: return sum(numbers) / 2"]
    await page.press("ArrowRight", 4)
    assert await page.run(CODE) == [*head, "del: return sum(numbers) / 2", "ins: return sum(numbers) / len(numbers)"]
    compared = await page.run("document.getElementById('compared').textContent")
    assert compared == "average.py · 1 added, 1 removed since the save at 12:05:00"
    await page.press("End")
    assert await page.run(CODE) == [*head, "span: return sum(numbers) / len(numbers)"]
    assert await page.run("[...document.querySelectorAll('#code code > *')].at(-1).dataset.line.trim()") == "3"
    await page.press("ArrowLeft")
    assert await page.run(HERE) == "edit"
    await page.press("Home")
    assert (await page.run(HERE), await page.run(CODE)) == ("open", head)


async def test_the_scrubber_works_with_the_keyboard_and_says_where_it_is(page: Page, tmp_path: Path) -> None:
    await opened(page, short().journey(), tmp_path)
    await page.run("document.getElementById('scrubber').focus()")
    await page.press("ArrowRight", 2)
    said = "document.getElementById('scrubber').getAttribute('aria-valuetext')"
    await page.until(f"{said} === '3 of 9, 12:03:00, Run failed'")
    assert await page.run("document.querySelectorAll('[aria-current]').length") == 1


async def test_play_goes_on_by_itself_until_it_is_paused(page: Page, tmp_path: Path) -> None:
    await opened(page, short().journey(), tmp_path)
    await page.press(" ")
    assert await page.run("document.getElementById('play').textContent") == "Pause"
    await page.until(f"{HERE} === 'hint'")
    await page.press(" ")
    assert await page.run("document.getElementById('play').textContent") == "Play"


async def test_a_click_on_a_moment_or_on_the_picture_goes_there(page: Page, tmp_path: Path) -> None:
    await opened(page, short().journey(), tmp_path)
    await page.run("document.querySelector('#moments .question a').click()")
    assert await page.run(HERE) == "question"
    await page.run("""(box => document.getElementById('axis').dispatchEvent(
        new MouseEvent('click', {clientX: box.right - 2, bubbles: true})))(
        document.getElementById('axis').getBoundingClientRect())""")
    assert await page.run(HERE) == "close"


async def test_an_address_can_name_a_moment(page: Page, tmp_path: Path) -> None:
    journey = short().journey()
    address = await opened(page, journey, tmp_path)
    run = next(event for event in journey.events if event.kind == "run")
    await page.open("about:blank")
    await page.open(f"{address}#run-{run.id}")
    assert await page.run(PLACE) == "3 of 9 · 12:03:00"


async def test_filters_take_moments_out_of_the_list_the_picture_and_the_scrubber(page: Page, tmp_path: Path) -> None:
    await opened(page, short().journey(), tmp_path)
    for kind, left in (("run", 7), ("session", 5), ("question", 3), ("hint", 2)):
        await page.run(f"document.querySelector('#filters [value={kind}]').click()")
        assert await page.run(SHOWN) == left
    assert await page.run("getComputedStyle(document.querySelector('#axis .run')).display") == "none"
    assert await page.run("getComputedStyle(document.querySelector('#axis .edit')).display") != "none"
    assert (await page.run(HERE), await page.run("document.getElementById('scrubber').max")) == ("edit", "1")
    await page.press("End")
    assert await page.run(PLACE) == "2 of 2 · 12:07:00"
    await page.run("document.querySelector('#filters [value=edit]').click()")
    assert await page.run(PLACE) == "nothing to show"
    assert await page.run("document.getElementById('play').disabled") is True
    await page.run("document.querySelector('#filters [value=run]').click()")
    assert await page.run(PLACE) == "2 of 2 · 12:06:00"


async def test_nothing_hostile_runs_or_is_loaded(page: Page, tmp_path: Path) -> None:
    address = await opened(page, hostile().journey(), tmp_path)
    await page.press("ArrowRight", 12)
    assert await page.run("window.ran ?? null") is None
    assert await page.run("document.scripts.length") == 2
    assert page.requests == [address]
    # All of it is there, as text.
    shown = HOSTILE[:70]
    assert shown in await page.run("document.getElementById('code').textContent")
    assert shown in await page.run("document.querySelector('.words').textContent")
    assert shown in await page.run("document.querySelector('.prose').textContent")
    links = await page.run("[...document.querySelectorAll('.prose a')].map(link => link.href)")
    assert set(links) == {"http://x.invalid/"}


@pytest.mark.parametrize(
    "attack",
    [
        "document.body.append(Object.assign(document.createElement('script'), {textContent: 'window.ran = 1'}))",
        "document.body.innerHTML = '<img src=x onerror=window.ran=1>'",
        "document.body.setAttribute('onclick', 'window.ran = 1') ?? document.body.click()",
        "document.body.append(Object.assign(document.createElement('img'), {src: 'http://127.0.0.1:9/x.png'}))",
        "fetch('http://127.0.0.1:9/')",
    ],
)
async def test_the_policy_holds_even_if_something_got_into_the_page(page: Page, tmp_path: Path, attack: str) -> None:
    address = await opened(page, short().journey(), tmp_path)
    await page.run(f"(async () => {{ try {{ await ({attack}) }} catch {{}} }})()")
    while not page.problems:
        await page.run("0")
    assert re.search("Content Security Policy|Trusted|violates", page.problems[0])
    assert await page.run("window.ran ?? null") is None
    assert page.requests == [address]
    page.problems.clear()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height"), [(1280, 860), (900, 700), (360, 740)])
async def test_it_fits_the_window(page: Page, tmp_path: Path, scheme: str, width: int, height: int) -> None:
    await page.size(width, height)
    await page.media(scheme=scheme)
    await opened(page, short().journey(), tmp_path)
    assert await page.run("document.documentElement.scrollWidth") <= width
    await page.press("End")
    await page.until(IN_VIEW)
    dark = await page.run("getComputedStyle(document.body).backgroundColor") == "rgb(21, 23, 28)"
    assert dark is (scheme == "dark")


async def test_paper_gets_everything_and_no_controls(page: Page, tmp_path: Path) -> None:
    await opened(page, short().journey(), tmp_path)
    visible = "[...document.querySelectorAll('{}')].filter(one => one.checkVisibility()).length"
    assert await page.run(visible.format(".change")) == 0
    await page.media(kind="print")
    assert await page.run(visible.format(".controls, #filters, .code")) == 0
    assert await page.run(visible.format(".change")) == 2
    assert await page.run("getComputedStyle(document.getElementById('moments')).overflowY") == "visible"


async def test_without_scripts_the_list_is_whole(page: Page, tmp_path: Path) -> None:
    await page.send("Emulation.setScriptExecutionDisabled", value=True)
    await opened(page, short().journey(), tmp_path)
    told = await page.send("DOM.getDocument")
    for selector, count in ((".change", 2), ("#moments > li", 9)):
        found = await page.send("DOM.querySelectorAll", nodeId=told["root"]["nodeId"], selector=selector)
        assert len(found["nodeIds"]) == count
        for node in found["nodeIds"]:
            assert await page.send("DOM.getBoxModel", nodeId=node)


async def test_a_thousand_events_open_fast_and_follow_the_scrubber(page: Page, tmp_path: Path) -> None:
    began = time.perf_counter()
    await opened(page, long(1_000), tmp_path)
    assert await page.run(PLACE) == "1 of 1000 · 08:01:00"
    assert time.perf_counter() - began < 5  # making it included; opening alone takes a fraction of a second
    for place in (998, 3, 500, 501):
        await page.run(drag(place))
        await page.until(f"{PLACE}.startsWith('{place + 1} of')")
        await page.until(IN_VIEW)
        assert await page.run("document.querySelectorAll('#code ins').length") <= 2
