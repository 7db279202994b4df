"""The journey as one HTML file: what it holds, that nothing in it can run or be loaded, and the two doors to it."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path
from typing import Any, cast, get_args

import pytest
from lsprotocol import types as lsp
from pygls.protocol import default_converter
from typer.testing import CliRunner

from storage import NotFound as StoreNotFound
from storage import new_id
from storage.records import TESTS
from taco_lsp.cli import journeys
from taco_lsp.cli.main import app
from taco_lsp.errors import CannotWrite, InvalidParams, NotFound
from taco_lsp.journey.reading import Journey
from taco_lsp.journey.report import axis, clock, facts, render, replay, states
from taco_lsp.journey.report.colours import Colours
from taco_lsp.journey.report.markup import Html, tag
from taco_lsp.journey.report.prose import prose
from taco_lsp.journey.text import visible
from taco_lsp.server.editor import LspEditor
from taco_lsp.wire.types import EventKind
from tests.support.desk import BUGGY, Desk
from tests.support.journeys import FIRST, HOSTILE, NOON, SECOND, Student, hostile, long, short

VOID = {"meta", "input"}


class Elements(HTMLParser):
    """Every element of a page with its attributes, and the text of each script and style."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.raw: list[tuple[str, dict[str, str | None], str]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in ("script", "style"):
            self.raw.append((self.open[-1], self.elements[-1][1], data))

    def named(self, name: str) -> list[dict[str, str | None]]:
        """The attributes of each element of this name."""
        return [attributes for tag, attributes in self.elements if tag == name]


def page(journey: Journey) -> str:
    return render(journey, zone=UTC)


def data(text: str) -> Any:
    [found] = [raw for name, about, raw in Elements(text).raw if about.get("type") == "application/json"]
    return json.loads(found)


def shown(replayed: replay.Replay, index: int) -> list[str]:
    """What a reader sees at a moment, unpacked as the script does: a mark and the text of each line."""
    return list(_rows(replayed, replayed.at[index]))


def _rows(replayed: replay.Replay, view: int) -> Iterator[str]:
    start, *steps = replayed.views[view]
    assert isinstance(start, int)
    before = [row[1:] for row in _rows(replayed, start) if row[0] != "-"] if start >= 0 else []
    for step in steps:
        if isinstance(step, list):
            yield from ("+" + _text(replayed, number) for number in step)
        elif isinstance(step, dict):
            yield from (" " + _text(replayed, number) for number in step["as"])
            before = before[len(step["as"]) :]
        else:
            yield from ((" " if step > 0 else "-") + line for line in before[: abs(step)])
            before = before[abs(step) :]
    assert before == []


def _text(replayed: replay.Replay, number: int) -> str:
    return "".join(replayed.lines[number][1::2])


def packed(journey: Journey) -> replay.Replay:
    return replay.pack(states.states(journey))


# --- nothing runs, nothing is loaded -----------------------------------------------------------------------------


def test_nothing_that_anybody_wrote_becomes_markup() -> None:
    tame, found = Elements(page(short().journey())), Elements(page(hostile().journey()))
    assert found.open == []
    assert [name for name, _, _ in found.raw] == ["style", "script", "script"]
    assert {name for name, _ in found.elements} - {name for name, _ in tame.elements} <= {"em", "p", "br"}
    for name, attributes in found.elements:
        assert not [key for key in attributes if key.startswith("on") or key == "style"], name
    # Every hostile text is there to be read.
    assert page(hostile().journey()).count("&lt;script&gt;window.ran") > 10


def test_the_data_cannot_leave_its_element() -> None:
    text = page(hostile().journey())
    [raw] = [raw for _, about, raw in Elements(text).raw if about.get("id") == "data"]
    assert "<" not in raw
    assert HOSTILE[:30] in "".join(piece for line in json.loads(raw)["lines"] for piece in line)


def test_the_page_loads_nothing() -> None:
    for text in (page(hostile().journey()), page(short().journey())):
        found = Elements(text)
        names = {name for name, _ in found.elements}
        assert not names & {
            "link",
            "img",
            "iframe",
            "object",
            "embed",
            "base",
            "form",
            "video",
            "audio",
            "image",
            "use",
        }
        for name, about in found.elements:
            assert not {"src", "srcset", "action", "data", "poster", "background"} & set(about)
            # A link of an answer is followed by a reader who clicks on it, and by nobody else.
            assert name == "a" or "href" not in about
        for name, _, raw in found.raw:
            assert "@import" not in raw and "fetch(" not in raw and "innerHTML" not in raw
            assert name != "style" or re.findall(r"url\(([^)]*)\)", raw) == ["#hatch"]


def test_the_policy_allows_this_style_and_this_script_and_nothing_else() -> None:
    found = Elements(page(hostile().journey()))
    [policy] = [
        str(about["content"]) for about in found.named("meta") if about.get("http-equiv") == "Content-Security-Policy"
    ]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules.pop("default-src") == "'none'"
    assert rules.pop("base-uri") == rules.pop("form-action") == "'none'"
    assert rules.pop("require-trusted-types-for") == "'script'"
    assert rules.pop("trusted-types") == "'none'"
    for name, about, raw in found.raw:
        if about.get("type") != "application/json":
            digest = base64.b64encode(hashlib.sha256(raw.encode()).digest()).decode()
            assert rules.pop(f"{name}-src") == f"'sha256-{digest}'"
    assert rules == {}
    # The policy stands before anything it has to hold back.
    assert page(hostile().journey()).index("Content-Security-Policy") < page(hostile().journey()).index("<title>")


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("**a** `b`", "<p><strong>a</strong> <code>b</code></p>\n"),
        ("# A\n\n## B", '<p class="heading">A</p>\n<p class="heading">B</p>\n'),
        ("a\n---", '<p class="heading">a</p>\n'),
        ("<b onclick=x>a</b>", "<p>&lt;b onclick=x&gt;a&lt;/b&gt;</p>\n"),
        ("<script>a</script>", "<p>&lt;script&gt;a&lt;/script&gt;</p>\n"),
        ("[a](javascript:alert)", "<p>[a](javascript:alert)</p>\n"),
        ("[a](data:text/html,x)", "<p>[a](data:text/html,x)</p>\n"),
        ("[a](vscode://x/y)", "<p>[a](vscode://x/y)</p>\n"),
        ("[a](../b.html)", "<p>[a](../b.html)</p>\n"),
        ("[a](JAVA\tSCRIPT:x)", "<p>[a](JAVA\tSCRIPT:x)</p>\n"),
        ("<file:///etc/passwd>", "<p>&lt;file:///etc/passwd&gt;</p>\n"),
        ("[a](https://a.invalid/ 'b')", '<p><a href="https://a.invalid/" title="b">a</a></p>\n'),
        ("![a](https://a.invalid/)", '<p>!<a href="https://a.invalid/">a</a></p>\n'),
        (
            "| a |\n|--:|",
            '<table>\n<thead>\n<tr>\n<th class="right">a</th>\n</tr>\n</thead>\n</table>\n',
        ),
        ("```x onload=1\n<b>\n```", '<pre><code class="language-x">&lt;b&gt;\n</code></pre>\n'),
    ],
)
def test_markdown_is_rendered_without_markup_of_its_own(markdown: str, html: str) -> None:
    assert prose(markdown) == html


def test_what_is_hidden_in_a_text_is_made_visible() -> None:
    assert visible("a\x1b[31mb\x1b[0m\0\x07\tc\r\nd\re") == "ab␀␇\tc\nd\ne"
    assert visible("if x:\u202e\u2066") == "if x:\ufffd\ufffd"


def test_an_element_escapes_what_is_not_html() -> None:
    assert tag("p", "<&>", Html("<b>"), title="\"'<", hidden=True, id=None) == (
        '<p title="&quot;&#x27;&lt;" hidden>&lt;&amp;&gt;<b></p>'
    )
    assert tag("input", type="range", aria_label="a", for_="b") == '<input type="range" aria-label="a" for="b">'


# --- how it looks --------------------------------------------------------------------------------------------------


def test_text_stands_out_from_what_it_is_on_in_light_and_in_dark() -> None:
    folder = files("taco_lsp.journey.report")
    css = "".join(folder.joinpath(name).read_text(encoding="utf-8") for name in ("palette.css", "report.css"))
    blocks = re.findall(r":root \{(.*?)\}", css, re.DOTALL)
    light, dark = (dict(re.findall(r"--([\w-]+): (#\w{6});", block)) for block in blocks[:2])
    assert light.keys() == dark.keys()
    pairs = [(ink, ground) for ink in ("ink", "soft", "bad", "accent") for ground in ("paper", "panel", "tint")]
    pairs += [(ink, ground) for ink in "kbfnsc" for ground in ("panel", "added", "removed")]
    pairs += [("on-accent", "accent"), ("added-mark", "added"), ("removed-mark", "removed"), ("soft", "panel")]
    for colours in (light, dark):
        weak = {pair: round(ratio, 2) for pair in pairs if (ratio := contrast(*(colours[name] for name in pair))) < 4.5}
        assert weak == {}


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, as WCAG 2 defines it."""
    darker, lighter = sorted(map(luminance, (one, other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


# --- what is on it -----------------------------------------------------------------------------------------------


def test_the_same_journey_gives_the_same_page() -> None:
    assert page(short().journey()) == page(short().journey())


def test_every_event_is_on_the_page_under_a_name_one_can_link_to() -> None:
    journey = short().noted("Well done.").journey()
    assert {event.kind for event in journey.events} == set(get_args(EventKind))
    items = Elements(page(journey)).named("li")
    names = [f"{event.kind}-{event.id}" for event in journey.events]
    assert [item["id"] for item in items] == names
    assert len(set(names)) == len(names)
    links = [link["href"] for link in Elements(page(journey)).named("a")]
    pinned, about = f"#{names[-1]}", f"#run-{journey.events[-1].detail['eventId']}"
    assert sorted(map(str, links)) == sorted([*(f"#{name}" for name in names), pinned, about])
    found = data(page(journey))
    assert len(found["at"]) == len(found["since"]) == len(found["places"]) == len(found["files"]) == len(names)


def test_the_head_tells_who_when_and_how_much_without_a_name() -> None:
    text = page(short().journey())
    for words in (
        "<h1>Average of a list</h1>", "Student A1B2", "Monday 2 March 2026, 12:01 to 12:08 (UTC)", "1 failed",
        "2 saves, 2 runs (1 failed), 1 question, 1 hint in 1 session", "up to hint 1",
    ):  # fmt: skip
        assert words in text
    assert "2 March to 5 March 2026 (UTC)" in page(short().later(days=3).opens().journey())


def test_times_are_in_the_zone_that_was_asked_for() -> None:
    text = render(short().journey(), zone=timezone(timedelta(hours=5, minutes=30)))
    assert "17:31 to 17:38 (UTC+05:30)" in text
    assert '<time datetime="2026-03-02T12:01:00+00:00" title="Monday 2 March 2026">17:31:00</time>' in text


def test_a_run_shows_how_it_ended_and_what_it_wrote() -> None:
    many = "".join(f"{number}\n" for number in range(30))
    student = Student().opens().runs_it("", exit_code=3, stdout=many, stdin="7\n")
    student.runs_it("", exit_code=None, timed_out=True).runs_it("", stdout="x" * 9_000)
    text = page(student.journey())
    assert "exit code 3 · 40 ms" in text
    assert "<figcaption>Input</figcaption><pre>7</pre>" in text
    assert "<summary>Output, 30 lines</summary>" in text
    assert "Ran out of time" in text
    assert "5,000 characters are not shown" in text
    assert "x" * 4_001 not in text


def test_a_run_of_the_tests_is_told_from_a_run_of_the_program() -> None:
    tests = f"{TESTS}python3 -m unittest"
    failed = {"command": tests, "exit_code": 1, "stderr": "F\nTest failed: test_empty\nAssertionError: 1 != 0\n"}
    student = Student().opens().runs_it("").runs_it("", **failed).runs_it("", command=tests, stderr="OK\n")
    text = page(student.runs_it("", command=tests, exit_code=None, timed_out=True).journey())
    titles = re.findall(r'<span class="what">([^<]+)</span>', text)
    assert titles == ["Session 1", "Run", "Tests failed", "Tests passed", "Tests ran out of time"]
    assert '<p class="words">Failed: test_empty</p>' in text
    assert "<figcaption>Report</figcaption>" in text
    assert TESTS not in text
    counted = facts.facts(student.journey().events)
    assert (counted.runs, counted.failed, counted.tests, counted.tests_failed) == (1, 0, 3, 2)
    picture = text[text.index('<svg class="few"') : text.index('id="cursor"')]
    assert [picture.count(f'class="{ending}"') for ending in ("good", "passed", "bad")] == [1, 1, 2]


def test_the_tests_see_the_whole_of_several_files() -> None:
    student = Student(files={"a.py": "one\n", "b.py": "red\n"}, main="b.py").opens()
    student.runs_it(json.dumps({"a.py": "two\n", "b.py": "red\n"}), command=f"{TESTS}make test")
    assert shown(packed(student.journey()), 1) == [" ── b.py ──", " red", " ── a.py ──", "-one", "+two"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"kind": "hint", "hint_level": 3, "user_prompt": ""}, '<span class="what">Hint 3</span>'),
        ({"kind": "explain", "user_prompt": ""}, "Asked for an explanation"),
        ({"kind": "review", "user_prompt": "all of it"}, '<p class="words">all of it</p>'),
        ({"finish_reason": "error"}, "The answer failed."),
        ({"finish_reason": "fallback"}, "the built-in tutor answered"),
        ({"guard": {"blocked": True, "rule": "reference"}}, "was held back"),
        ({"feedback": {"helpful": True, "comment": "thanks"}}, "found it helpful. “thanks”"),
        ({"feedback": {"helpful": False}}, "did not find it helpful."),
        ({}, "By taco-builtin."),
    ],
)
def test_an_answer_is_shown_with_what_is_known_of_it(changes: dict[str, Any], words: str) -> None:
    assert words in page(Student().opens().asks(FIRST, **changes).journey())


def test_several_challenges_are_told_apart() -> None:
    other = Student("Other", number=1, files={"o.py": "x\n"}, main="o.py").later(hours=1).opens().saves("x\ny\n")
    journey = Student("One").opens().saves(FIRST).journey(others=[other])
    text = page(journey)
    assert "<h1>2 challenges</h1>" in text
    assert "Session 1: One" in text
    assert "Session 2: Other" in text
    assert data(text)["files"] == ["average.py", "average.py", "o.py", "o.py"]
    assert shown(packed(journey), 3) == [" x", "+y"]


def test_a_reader_without_scripts_and_a_printer_get_the_changes() -> None:
    changes = re.findall(r'<pre class="change">(.*?)</pre>', page(short().journey()), re.DOTALL)
    assert len(changes) == 2
    assert "+    return sum(numbers) / 2" in changes[0]
    assert "-    return sum(numbers) / 2\n+    return sum(numbers) / len(numbers)" in changes[1]


# --- the code at every moment ------------------------------------------------------------------------------------


def test_the_code_is_compared_with_the_save_before() -> None:
    journey = short().journey()
    replayed = packed(journey)
    same = [f" {line}" for line in FIRST.splitlines()]
    kept, old, new = same[:2], "    return sum(numbers) / 2", "    return sum(numbers) / len(numbers)"
    assert [event.kind for event in journey.events] == [
        "open", "hint", "run", "question", "answer", "edit", "run", "edit", "close",
    ]  # fmt: skip
    added, changed, saved = [*kept, f"+{old}"], [*kept, f"-{old}", f"+{new}"], [*kept, f" {new}"]
    assert [shown(replayed, index) for index in range(9)] == [
        kept, kept, added, added, added, added, changed, changed, saved,
    ]  # fmt: skip
    assert replayed.since == [-1, -1, -1, -1, -1, -1, 5, 5, 7]
    assert replayed.changed() == [(0, 0), (0, 0), (1, 0), (1, 0), (1, 0), (1, 0), (1, 1), (1, 1), (0, 0)]


def test_a_session_begins_with_what_was_saved_before_it() -> None:
    student = Student().opens().saves(FIRST).closes().opens().runs_it(SECOND)
    replayed = packed(student.journey(session=1))
    assert shown(replayed, 0) == [f" {line}" for line in FIRST.splitlines()]
    assert replayed.changed() == [(0, 0), (1, 1)]
    assert replayed.since == [-1, -1]


@pytest.mark.parametrize("starter", ["", "\n  \n"])
def test_without_a_starter_the_first_code_is_what_the_rest_is_compared_with(starter: str) -> None:
    student = Student(files={"a.py": starter}, main="a.py").opens().asks(None)
    student.runs_it("a\n").runs_it("a\nb\n").saves("b\n")
    replayed = packed(student.journey())
    assert replayed.at[:3] == [-1, -1, -1]
    assert [shown(replayed, index) for index in (3, 4, 5)] == [[" a"], [" a", "+b"], ["-a", "+b"]]
    assert "The first code on record." in page(Student(files={}, main=None).opens().saves("x").journey())


def test_several_files_are_one_below_the_other_and_a_run_changes_the_most_similar_one() -> None:
    student = Student(files={"a.py": "one\ntwo\n", "b.py": "red\nblue\n"}, main="b.py").opens()
    student.runs_it("one\ntwo\nthree\n").saves(json.dumps({"a.py": "one\n", "b.py": "red\nblue\n"})).saves("no JSON")
    replayed = packed(student.journey())
    heads = [" ── b.py ──", " red", " blue", " ── a.py ──"]
    assert shown(replayed, 1) == [*heads, " one", " two", "+three"]
    assert shown(replayed, 2) == [*heads, " one", "-two"]
    assert "+no JSON" in shown(replayed, 3)


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_lines_end_where_an_editor_ends_them(ending: str) -> None:
    replayed = packed(Student().opens().saves(ending.join(["a\x0c\u2028b", "", "c", ""])).journey())
    assert [row for row in shown(replayed, 1) if row[0] == "+"] == ["+a␌\u2028b", "+", "+c"]


def test_any_version_can_be_unpacked_again() -> None:
    journey = long(300)
    replayed = packed(journey)
    for index, event in enumerate(journey.events):
        code = journey.code.get(event.id)
        if code is not None:
            assert [row[1:] for row in shown(replayed, index) if row[0] != "-"] == code.splitlines()


def test_a_line_keeps_its_text_and_gets_its_colours() -> None:
    lines = ["def f(x):", '    """One', "    def two", '    """', "    return 'a' + 1  # end", "", "x = f"]
    coloured = Colours().lines("a.py", lines)
    assert ["".join(line[1::2]) for line in coloured] == lines
    assert coloured[0][:4] == ("k", "def ", "f", "f")
    assert set(coloured[2][::2]) == {"s"}
    assert coloured[4] == ("", "    ", "k", "return ", "s", "'a' ", "", "+ ", "n", "1  ", "c", "# end")
    assert Colours().lines("notes.unknown", lines) == [("", line) for line in lines]


def test_a_string_that_is_opened_colours_what_follows() -> None:
    colours = Colours()
    for first, class_ in (("a = 1", ""), ('"""', "s")):
        assert colours.lines("a.py", [first, "value", "x"])[1][0] == class_
    student = Student(files={"a.py": "a\nvalue\n"}, main="a.py").opens().saves('"""\nvalue\n')
    replayed = packed(student.journey())
    assert shown(replayed, 1) == ["-a", '+"""', " value"]
    [recoloured] = [step["as"] for step in replayed.views[replayed.at[1]] if isinstance(step, dict)]
    assert replayed.lines[recoloured[0]] == ("s", "value")


# --- the picture of the time -------------------------------------------------------------------------------------


def minutes(*at: float) -> list[datetime]:
    return [NOON + timedelta(minutes=minute) for minute in at]


def test_time_at_work_is_drawn_to_scale_and_pauses_short() -> None:
    places, pauses = axis.places(minutes(0, 1, 3, 603, 605))
    assert places == [0.0, 19.0, 57.0, 62.0, 100.0]
    assert [(pause.start, pause.end, pause.length) for pause in pauses] == [(57.0, 62.0, timedelta(hours=10))]


@pytest.mark.parametrize("at", [(), (0,), (0, 0, 0), (0, 60), (0, 60, 60)])
def test_a_journey_of_a_moment_has_a_picture(at: tuple[float, ...]) -> None:
    places, _ = axis.places(minutes(*at))
    assert len(places) == len(at)
    assert all(0 <= place <= 100 for place in places)


def test_many_pauses_leave_room_for_the_work() -> None:
    places, pauses = axis.places(minutes(*(number * 6 + (number % 7 == 0) for number in range(400))))
    assert len(pauses) <= 20
    assert places == sorted(places)
    assert sum(pause.end - pause.start for pause in pauses) <= 35.1


def test_the_picture_shows_outcomes_rungs_and_pauses() -> None:
    student = Student().opens().runs_it("", exit_code=1).runs_it("").asks("", kind="hint", hint_level=4)
    text = page(student.later(hours=3).closes().journey())
    picture = text[text.index('<svg class="few"') : text.index('id="cursor"')]
    assert picture.count('class="bad"') == picture.count('class="good"') == 1
    assert 'height="28"' in picture
    assert "<title>Nothing for 3 h 1 min</title>" in picture
    assert ">3 h 1 min</text>" in picture
    assert ">2 Mar 12:01</text>" in picture


def test_work_is_counted_without_pauses() -> None:
    counted = facts.facts(Student().opens().saves("a").later(hours=5).saves("b").closes().journey().events)
    assert counted.working == timedelta(minutes=2)
    assert (counted.sessions, counted.saves, counted.hints, counted.rung) == (1, 2, 0, 0)


def test_a_note_is_no_work_of_the_student() -> None:
    student = Student().opens().saves("a").closes()
    counted = facts.facts(student.noted("Well done.", about="edit").journey().events)
    assert counted.notes == 1
    assert counted.working == facts.facts(student.journey().events).working == timedelta(minutes=2)


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(seconds=59), "59 s"),
        (timedelta(seconds=90), "2 min"),
        (timedelta(minutes=60), "1 h"),
        (timedelta(minutes=125), "2 h 5 min"),
        (timedelta(hours=30), "1 day"),
        (timedelta(days=9), "9 days"),
    ],
)
def test_a_length_of_time_is_told_as_people_do(length: timedelta, words: str) -> None:
    assert clock.span(length) == words


# --- a long one --------------------------------------------------------------------------------------------------


def test_a_thousand_events_fit_into_three_megabytes() -> None:
    text = page(long(1_000))
    assert len(Elements(text).named("li")) == 1_000
    assert len(text.encode()) < 3_000_000


# --- the verb ----------------------------------------------------------------------------------------------------


async def test_the_report_is_written_beside_the_work_and_opened_in_a_browser(desk: Desk) -> None:
    uri = await desk.sit_down(BUGGY)
    await desk.about("ask", uri, kind="hint")
    told = await desk.about("journey/report", uri)
    file = desk.folder / "average-of-a-list" / ".taco" / "journey.html"
    assert told == {"uri": file.as_uri(), "shown": True}
    assert desk.editor.shown_outside == [file]
    assert len(Elements(file.read_text(encoding="utf-8")).named("li")) == 2
    await desk.about("journey/report", uri)
    assert [entry.name for entry in file.parent.glob("*.html*")] == ["journey.html"]


@pytest.mark.parametrize("shows", [True, False])
async def test_a_student_is_told_where_it_is_when_the_editor_cannot_open_it(desk: Desk, shows: bool) -> None:
    uri = await desk.sit_down(BUGGY)
    desk.editor.shows = shows
    assert (await desk.command("journey/report", textDocument={"uri": uri}))["shown"] is shows
    told = [message for message in desk.editor.messages() if "journey.html" in message]
    assert len(told) == (not shows)


async def test_the_report_can_be_of_one_session_and_go_anywhere(desk: Desk, tmp_path: Path) -> None:
    uri = await desk.sit_down(BUGGY)
    seat = desk.ctx.seats.at(uri)
    assert seat is not None
    await desk.open("practice.py", BUGGY)
    await desk.about("solution/save", (desk.folder / "practice.py").as_uri())
    file = tmp_path / "some where" / "ünicode.html"
    told = await desk.call("journey/report", sessionId=seat.session.id, path=str(file))
    assert told["uri"] == file.as_uri()
    assert len(Elements(file.read_text(encoding="utf-8")).named("li")) == 1
    everything = await desk.call("journey/report")
    assert everything["uri"] == (desk.folder / "average-of-a-list" / ".taco" / "journey.html").as_uri()
    assert "2 challenges" in (desk.folder / "average-of-a-list" / ".taco" / "journey.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", ["journey.html", "/tmp/solution.py", "", "\0/a.html"])
async def test_only_an_html_file_is_ever_written(desk: Desk, path: str) -> None:
    await desk.sit_down(BUGGY)
    with pytest.raises(InvalidParams, match=r"absolute path of an \.html file"):
        await desk.call("journey/report", path=path)


async def test_where_nothing_is_recorded_there_is_no_report(desk: Desk) -> None:
    with pytest.raises(NotFound, match="Nothing is recorded yet"):
        await desk.call("journey/report")
    with pytest.raises(NotFound, match="Nothing is recorded of this file"):
        await desk.about("journey/report", await desk.open("new.py", BUGGY))
    with pytest.raises(StoreNotFound, match="There is no challenge"):
        await desk.call("journey/report", challengeId=new_id())
    assert not (desk.folder / ".taco").exists()


async def test_a_report_that_cannot_be_written_is_an_error_that_says_so(desk: Desk) -> None:
    uri = await desk.sit_down(BUGGY)
    (desk.folder / "average-of-a-list" / ".taco" / "journey.html").mkdir()
    with pytest.raises(CannotWrite, match=r"journey\.html cannot be written"):
        await desk.about("journey/report", uri)


async def test_half_a_character_costs_nothing_else(desk: Desk) -> None:
    uri = await desk.open("a.py")
    desk.editor.type(uri, "x = 'half \ud83d'\n")
    await desk.about("run/report", uri, command="x", stdout="whole", exitCode=0)
    await desk.about("journey/report", uri)
    assert "<pre>whole</pre>" in (desk.folder / ".taco" / "journey.html").read_text(encoding="utf-8")


# --- the command line --------------------------------------------------------------------------------------------


def test_the_command_line_writes_the_same_page(tmp_path: Path) -> None:
    journey = short().journey()
    file = journeys.write_page(journey, tmp_path / "j.html")
    assert file.read_text(encoding="utf-8") == render(journey)
    with pytest.raises(CannotWrite, match="cannot be written"):
        journeys.write_page(journey, tmp_path / "none" / "j.html")
    empty = Journey(user_id=journey.user_id, events=(), code={}, challenges={})
    with pytest.raises(NotFound, match="Nothing is recorded yet"):
        journeys.write_page(empty, tmp_path / "empty.html")
    assert not (tmp_path / "empty.html").exists()


async def test_taco_journey_html_writes_the_journey_of_the_store(
    desk: Desk, store_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TACO_STORE", f"sqlite:///{store_file.as_posix()}")
    file = tmp_path / "page.html"
    nothing = await asyncio.to_thread(CliRunner().invoke, app, ["journey", "--html", str(file)])
    assert isinstance(nothing.exception, NotFound)
    await desk.about("ask", await desk.sit_down(BUGGY), kind="hint")
    written = await asyncio.to_thread(CliRunner().invoke, app, ["journey", "--html", str(file)])
    assert (written.exit_code, written.output) == (0, f"Report: {file}\n")
    assert len(Elements(file.read_text(encoding="utf-8")).named("li")) == 2


# --- the editor over LSP ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("external", "wanted"), [(True, {"external": True}), (False, {"takeFocus": False})], ids=["browser", "editor"]
)
async def test_a_page_is_opened_outside_of_the_editor(external: bool, wanted: dict[str, Any], tmp_path: Path) -> None:
    asked = []

    class Server:
        client_capabilities = lsp.ClientCapabilities(
            window=lsp.WindowClientCapabilities(show_document=lsp.ShowDocumentClientCapabilities(support=True))
        )

        async def ask_client(self, method: str, params: Any, **_: Any) -> lsp.ShowDocumentResult:
            asked.append((method, default_converter().unstructure(params)))
            return lsp.ShowDocumentResult(success=True)

    editor = LspEditor(cast("Any", Server()), lambda work: work.close())
    assert await editor.show(tmp_path / "a.html", external=external) is True
    assert asked == [("window/showDocument", {"uri": (tmp_path / "a.html").as_uri(), **wanted})]
