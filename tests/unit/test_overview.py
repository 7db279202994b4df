"""The overview of a class: the rules, what questions and errors are called, the page, the verb and the command."""

from __future__ import annotations

import html
import io
import json
import re
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import attrs
import pytest
from rich.console import Console

from storage import Class, Enrollment, User, new_id
from storage.values import Asked, ClassRows, FailureCount, OpenFailure, RungCount, SeatTally, Tally
from taco_lsp.cli.overview import _write
from taco_lsp.errors import Forbidden
from taco_lsp.overview.error_names import OTHER as OTHER_ERROR
from taco_lsp.overview.error_names import TIMED_OUT, WITHOUT_WORDS, error_name, error_type
from taco_lsp.overview.page import render
from taco_lsp.overview.reading import overview, read_overview
from taco_lsp.overview.rules import Repeated, Thresholds, judge
from taco_lsp.overview.text import LEGEND, tables
from taco_lsp.overview.themes import OTHER, themes
from taco_lsp.wire.types import ClassOverview, EventRef
from tests.support.desk import Desk
from tests.support.journeys import HOSTILE

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ADA, BEN, TASK = UUID(int=0xA), UUID(int=0xB), UUID(int=0x7)
IDS = [str(UUID(int=number)) for number in range(100, 120)]
LIMITS = Thresholds()
LONG_ADDRESS = "augusta.ada.lovelace@school.example"


def at(minute: float) -> datetime:
    return NOON + timedelta(minutes=minute)


def seat(**changes: Any) -> SeatTally:
    fields: dict[str, Any] = {"user_id": ADA, "challenge_id": TASK, "sessions": 1, "last_at": at(0), "active_at": at(0)}
    return SeatTally(**fields | changes)


def judged(tally: SeatTally, *repeated: Repeated, now: datetime = NOON) -> tuple[str, list[str]]:
    state, signals = judge(tally, repeated, now, LIMITS)
    return state, [signal.rule for signal in signals]


# --- the rules ---------------------------------------------------------------------------------------------------


def test_somebody_at_work_is_working() -> None:
    assert judged(seat(runs=2, failed=1, failed_id=IDS[0], failed_at=at(0)), now=at(1)) == ("working", [])


@pytest.mark.parametrize(("times", "state"), [(2, "working"), (3, "stuck")])
def test_the_same_error_three_times_is_stuck_and_the_runs_are_named(times: int, state: str) -> None:
    error = Repeated(name="IndexError: no", run_ids=tuple(IDS[:times]))
    found, signals = judge(seat(), [error], NOON, LIMITS)
    assert found == state
    if signals:
        assert [str(ref.id) for ref in signals[0].events] == IDS[:times]
        assert {(ref.kind, ref.user_id, ref.challenge_id) for ref in signals[0].events} == {("run", ADA, TASK)}
        assert signals[0].text == "IndexError: no: 3 runs in a row"


@pytest.mark.parametrize(("hints", "expected"), [(3, []), (4, ["manyHints"])])
def test_four_hints_without_a_good_run_are_many(hints: int, expected: list[str]) -> None:
    assert judged(seat(hint_ids=tuple(IDS[:hints])))[1] == expected


@pytest.mark.parametrize(("minutes", "expected"), [(14, []), (16, ["leftAfterFailure"])])
def test_a_long_silence_after_a_failed_run_shows(minutes: float, expected: list[str]) -> None:
    tally = seat(failed_id=IDS[0], failed_at=at(0), active_at=at(0.5), last_at=at(50))
    assert judged(tally, now=at(minutes))[1] == expected


def test_work_after_the_failed_run_is_no_silence() -> None:
    assert judged(seat(failed_id=IDS[0], failed_at=at(0), active_at=at(5)), now=at(60)) == ("working", [])


@pytest.mark.parametrize(("count", "expected"), [(1, []), (2, ["notHelped"])])
def test_answers_that_did_not_help_show(count: int, expected: list[str]) -> None:
    assert judged(seat(unhelped_ids=tuple(IDS[:count])))[1] == expected


def test_who_ran_it_well_and_saved_has_finished_whatever_was_before() -> None:
    tally = seat(ok_id=IDS[0], saved_id=IDS[1], hint_ids=tuple(IDS[:9]))
    assert judged(tally) == ("finished", ["ranAndSaved"])
    assert judged(seat(ok_id=IDS[0])) == ("working", [])


def test_where_there_are_tests_finished_means_that_they_passed_on_what_is_saved() -> None:
    ran = seat(ok_id=IDS[0], saved_id=IDS[1])
    assert judge(ran, (), NOON, LIMITS, has_tests=True) == ("working", ())
    state, [signal] = judge(ran._replace(passed_id=IDS[2]), (), NOON, LIMITS, has_tests=True)
    assert (state, signal.rule, [(ref.kind, str(ref.id)) for ref in signal.events]) == (
        "finished", "testsPassed", [("run", IDS[2]), ("edit", IDS[1])],
    )  # fmt: skip


def test_the_words_say_which_of_the_two_it_is() -> None:
    _, [ran] = judge(seat(ok_id=IDS[0], saved_id=IDS[1]), (), NOON, LIMITS)
    assert "there are no tests" in ran.text
    by_run, by_tests = made(), made(tested=(TASK,))
    assert [one.challenges[0].tests for one in (by_run, by_tests)] == [False, True]
    assert [one.challenges[0].finished for one in (by_run, by_tests)] == [1, 0]
    pages = [render(one, lambda _: None, zone=UTC) for one in (by_run, by_tests)]
    assert ["<td>run</td>" in page for page in pages] == [True, False]
    assert ["<td>tests</td>" in page for page in pages] == [False, True]


def test_a_signal_names_the_ten_latest_events() -> None:
    _, [signal] = judge(seat(hint_ids=tuple(IDS[:15])), [], NOON, LIMITS)
    assert [str(ref.id) for ref in signal.events] == IDS[5:15]


# --- names --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("  File x\nIndexError: list index out of range\n", "IndexError: list index out of range"),
        ("json.decoder.JSONDecodeError: Expecting value", "JSONDecodeError: Expecting value"),
        ("ValueError: a\n\nDuring handling\n\nKeyError: 'b'", "KeyError: 'b'"),
        ("KeyboardInterrupt\n", "KeyboardInterrupt"),
        ("Exception in thread \"main\" java.lang.NullPointerException: x\n\tat A.main", "NullPointerException: x"),
        ("a.c:3:5: error: expected ';'", "error: expected ';'"),
        ("TypeError: x is not a function\n    at f (a.js:1)\n\nNode.js v18", "TypeError: x is not a function"),
        ("Segmentation fault\n", "Segmentation fault"),
        ("…\nTest failed: test_a\nAssertionError: 1 != 2\n", "Tests failed: test_a"),
        ("Test failed: case 2 of 3 printed '5' instead of 'ValueError'\n", "Tests failed: case 2 of 3"),
        ("Tests failed: a, b\n  File 'x.py'\nKeyError: 'b'\n", "KeyError: 'b'"),
        ("", WITHOUT_WORDS),
        ("Traceback\n12 12 12 12'\n", f"{OTHER_ERROR}: 12 12 12 12'"),
        ("Traceback\n  File 'x.py'\nMr Grumpy: error: no\n", f"{OTHER_ERROR}: Mr Grumpy: error: no"),
    ],
)  # fmt: skip
def test_an_error_is_called_by_its_type_and_message(words: str, name: str) -> None:
    assert error_name(words, timed_out=False) == name
    assert error_type(name) == name.partition(":")[0]


def test_a_program_cannot_choose_what_errors_of_a_class_are_called() -> None:
    name = error_name("Traceback\n    grumpy()\nMr Grumpy: gives bad marks\n", timed_out=False)
    assert error_type(name) == OTHER_ERROR
    assert name != error_name("Traceback\nMrs Grumpy: gives bad marks\n", timed_out=False), "another error"


def test_a_run_without_an_end_is_called_so() -> None:
    assert error_name("IndexError: x", timed_out=True) == TIMED_OUT


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("Why does my loop stop early?", {"Loops"}),
        ("What is wrong with this list index?", {"Lists and positions"}),
        ("por que meu laço não termina?", {"Loops"}),
        ("¿cómo convertir una cadena?", {"Types", "Text"}),
        ("huh", {OTHER}),
        ("", {OTHER}),
    ],
)
def test_a_question_is_about_what_its_words_say(question: str, found: set[str]) -> None:
    assert themes(question) == found


# --- put together ---------------------------------------------------------------------------------------------------


def made(title: str = "Average", tested: Collection[UUID] = ()) -> ClassOverview:
    """Ada is stuck, Ben has finished, and a third student has not started."""
    model = new_id()
    rows = ClassRows(
        students={ADA: "ada@school.example", BEN: f"{BEN}@users.taco.invalid", UUID(int=3): "c@school.example"},
        challenges={TASK: title},
        seats=[
            seat(runs=3, failed=3, hints=4, top_hint=3, questions=1),
            seat(user_id=BEN, runs=1, ok_id=IDS[5], saved_id=IDS[6]),
        ],
        open_failures=[
            OpenFailure(id=id_, seat=(ADA, TASK), timed_out=False, words="IndexError: x") for id_ in IDS[:3]
        ],
        failures=[FailureCount(user_id=ADA, timed_out=False, words="IndexError: x", times=3, last_id=IDS[2])],
        asked=[Asked(id=IDS[7], seat=(ADA, TASK), words="why does my loop stop?")],
        rungs=[RungCount(challenge_id=TASK, hint_level=2, times=4)],
        usage=[
            Tally(group_id=None, model_id=model, questions=5, answers=5, blocked=1, prompt_tokens=2_000_000,
                  completion_tokens=0)
        ],
    )  # fmt: skip
    from storage import Model

    models = {model: Model(id=model, name="m", version="1", prices={"input": 0.5, "output": 1.0, "currency": "EUR"})}
    class_ = Class(organization_id=new_id(), name=title)
    return overview(rows, models, {IDS[2]: TASK}, class_, at=NOON, limits=LIMITS, tested=tested)


def test_the_overview_counts_everybody_once() -> None:
    found = made()
    [challenge] = found.challenges
    states = (challenge.not_started, challenge.working, challenge.stuck, challenge.finished)
    assert (states, sum(states)) == ((1, 0, 1, 1), found.students)
    assert challenge.hints_by_rung == (0, 4, 0, 0, 0)
    assert [(one.student, one.state) for one in found.seats] == [
        ("ada@school.example", "stuck"), ("Student 000B", "finished"),
    ]  # fmt: skip
    assert [(topic.name, topic.count, topic.students) for topic in found.errors] == [("IndexError", 3, 1)]
    assert [str(ref.id) for ref in found.errors[0].examples] == [IDS[2]]
    assert [topic.name for topic in found.themes] == ["Loops"]
    assert found.costs[0].cost == {"EUR": 1.0}


def test_every_claim_on_the_page_links_to_its_events() -> None:
    found = made()
    page = render(found, lambda ref: f"j/{ref.user_id}.html#{ref.kind}-{ref.id}", zone=UTC)
    hrefs = set(re.findall(r'href="([^"]+)"', page))
    refs = [ref for one in found.seats for signal in one.signals for ref in signal.events if one.state == "stuck"]
    refs += [ref for topic in (*found.errors, *found.themes) for ref in topic.examples]
    assert {f"j/{ref.user_id}.html#{ref.kind}-{ref.id}" for ref in refs} <= hrefs
    without = render(found, lambda _: None, zone=UTC)
    assert "href" not in without
    assert all(str(ref.id) in without for ref in refs)


def test_nothing_that_anybody_wrote_becomes_markup_and_no_script_may_run() -> None:
    page = render(made(HOSTILE), lambda _: None, zone=UTC)
    assert "default-src 'none'; style-src 'sha256-" in html.unescape(page)
    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;script&gt;window.ran" in page
    assert " style=" not in page


# --- the verb -----------------------------------------------------------------------------------------------------


async def school(desk: Desk) -> Class:
    """A class of the person at the desk, with one more student."""
    me = await desk.ctx.user()
    class_ = Class(organization_id=me.organization_id, name="9b")
    other = User(organization_id=me.organization_id, email="b@school.example")
    store = await desk.ctx.store.get()
    async with store.write() as tx:
        await tx.classes.add(class_)
        await tx.users.add(other)
        for user in (me, other):
            await tx.classes.enrol(Enrollment(user_id=user.id, class_id=class_.id))
    return class_


async def test_the_verb_reads_real_work(desk: Desk) -> None:
    class_ = await school(desk)
    uri = await desk.sit_down("print(1)\n", class_id=class_.id)
    failing = {"command": "x", "stdout": "", "stderr": "NameError: name 'x' is not defined", "exitCode": 1}
    runs = [(await desk.about("run/report", uri, **failing))["runId"] for _ in range(3)]
    await desk.about("ask", uri, question="what is a variable?")
    asked = await desk.about("ask", uri, kind="hint")
    for _ in range(2):
        await desk.call("feedback", interactionId=asked["interactionId"], helpful=False)
    with pytest.raises(Forbidden):
        await desk.call("class/overview", classId=class_.id)
    store = await desk.ctx.store.get()
    async with store.read() as tx:
        [tally] = (await tx.overview.seats(class_.id)).seats
        rows = await tx.overview.events(class_.id)
    assert (tally.runs, tally.failed, tally.questions, tally.hints, tally.top_hint) == (3, 3, 1, 1, 1)
    assert sorted(failure.id.replace("-", "") for failure in rows.open_failures) == sorted(
        run.replace("-", "") for run in runs
    )
    assert [id_.replace("-", "") for id_ in tally.unhelped_ids] == [asked["interactionId"].replace("-", "")]


async def test_a_good_run_closes_the_failures_before_it(desk: Desk) -> None:
    class_ = await school(desk)
    uri = await desk.sit_down("print(1)\n", class_id=class_.id)
    failing = {"command": "x", "stdout": "", "stderr": "NameError: x", "exitCode": 1}
    for _ in range(3):
        await desk.about("run/report", uri, **failing)
    await desk.about("ask", uri, kind="hint")
    await desk.about("run/report", uri, command="x", stdout="1", exitCode=0)
    await desk.about("solution/save", uri)
    store = await desk.ctx.store.get()
    async with store.read() as tx:
        [tally] = (await tx.overview.seats(class_.id)).seats
        rows = await tx.overview.events(class_.id)
    assert (rows.open_failures, tally.hint_ids) == ([], ())
    assert judged(tally)[0] == "finished"
    assert [failure.times for failure in rows.failures] == [3]
    await desk.about("run/report", uri, **failing)
    async with store.read() as tx:
        [tally] = (await tx.overview.seats(class_.id)).seats
        assert tally.ok_id is None
        assert len((await tx.overview.events(class_.id)).open_failures) == 1


TESTED = {
    "files": {"a.py": "print(0)\n"}, "main": "a.py", "check": {"cases": [{"stdout": "1"}]},
}  # fmt: skip


async def state_of(desk: Desk, class_: Class) -> tuple[str, list[str]]:
    """The state and the rules of the one student, as their teacher reads them."""
    found = await read_overview(await desk.ctx.store.get(), class_.id)
    [one] = found.seats
    assert found.challenges[0].tests
    return one.state, [signal.rule for signal in one.signals]


async def test_the_tests_must_pass_on_what_is_saved(desk: Desk) -> None:
    class_ = await school(desk)
    uri = await desk.sit_down("print(1)\n", class_id=class_.id, support_materials=TESTED)
    await desk.about("run", uri)
    await desk.about("solution/save", uri)
    assert await state_of(desk, class_) == ("working", [])
    assert (await desk.about("test", uri))["passed"]
    assert await state_of(desk, class_) == ("finished", ["testsPassed"])
    await desk.save(uri, "print(1)  # better\n")
    assert await state_of(desk, class_) == ("working", [])
    await desk.about("test", uri)
    assert await state_of(desk, class_) == ("finished", ["testsPassed"])
    desk.editor.type(uri, "print(2)\n")  # tried, and not saved
    await desk.about("test", uri)
    assert await state_of(desk, class_) == ("finished", ["testsPassed"])


async def test_a_program_that_runs_does_not_make_up_for_tests_that_fail(desk: Desk) -> None:
    class_ = await school(desk)
    uri = await desk.sit_down("print(2)\n", class_id=class_.id, support_materials=TESTED)
    for _ in range(3):
        await desk.about("test", uri)
        await desk.about("run", uri)
    assert await state_of(desk, class_) == ("stuck", ["sameError"])
    desk.editor.type(uri, "print(1)\n")
    await desk.about("test", uri)
    assert await state_of(desk, class_) == ("working", [])


async def test_the_verb_answers_a_teacher_on_the_wire(desk: Desk) -> None:
    class_ = await school(desk)
    desk.become("teacher")
    told = await desk.call("class/overview", classId=class_.id)
    assert (told["className"], told["students"], told["seats"]) == ("9b", 0, [])
    assert json.dumps(told)


def test_a_reference_says_where_an_event_is() -> None:
    ref = EventRef(kind="run", id=UUID(IDS[0]), user_id=ADA, challenge_id=TASK)
    assert (ref.kind, str(ref.id)) == ("run", IDS[0])


# --- in the terminal and beside the page ----------------------------------------------------------------------------


def printed(found: ClassOverview) -> str:
    console = Console(width=80, file=io.StringIO(), color_system=None)
    for table in tables(found):
        console.print(table)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_the_terminal_names_rules_and_events_and_everybody_in_eighty_columns() -> None:
    shown = printed(made(tested=(TASK,)))
    assert max(map(len, shown.splitlines())) <= 80
    assert "sameError: IndexError: x: 3 runs in a row" in shown
    assert IDS[2] in shown
    assert re.search(r"1 {2}Average +1 +1 +1 +0 tests +3/4 +1 +0 4 0 0 0", shown)
    assert re.search(r"ada@school.example +!", shown)
    assert re.search(r"Student 000B +…", shown)


def test_nothing_that_anybody_wrote_reaches_the_terminal_as_more_than_text() -> None:
    shown = printed(made(f"{HOSTILE}\x1b]0;title\x07\x9b31m"))
    assert "<script>" in shown
    assert not set(shown) & {"\x1b", "\x07", "\x9b", "\0", "\u202e"}


def crowded(challenges: int) -> ClassOverview:
    """The same class with many challenges, at which Ada sits, and with long names of themes, errors and students."""
    found = made()
    [challenge] = found.challenges
    [stuck] = [seat for seat in found.seats if seat.state == "stuck"]
    tasks = [attrs.evolve(challenge, challenge_id=new_id(), title=f"Sort the guests {n}") for n in range(challenges)]
    seats = [attrs.evolve(stuck, challenge_id=task.challenge_id, student=LONG_ADDRESS) for task in tasks]
    [theme], [error] = found.themes, found.errors
    return attrs.evolve(
        found, challenges=tuple(tasks), seats=tuple(seats),
        themes=(attrs.evolve(theme, name="A theme that somebody gave a long name"),),
        errors=(attrs.evolve(error, name="ConnectionToTheDatabaseWasRefusedError"),),
    )  # fmt: skip


@pytest.mark.parametrize("challenges", [1, 9, 10, 20, 24, 100, 146])
def test_many_challenges_stand_in_blocks_with_whole_names_and_numbers(challenges: int) -> None:
    lines = printed(crowded(challenges)).splitlines()
    assert max(map(len, lines)) <= 80
    heads = [line.removeprefix(f" {LEGEND}").split() for line in lines if line.startswith(f" {LEGEND}")]
    assert [int(number) for head in heads for number in head] == list(range(1, challenges + 1))
    rows = [line.split() for line in lines if line.startswith(f" {LONG_ADDRESS}") and line.rstrip().endswith("!")]
    assert rows == [[LONG_ADDRESS, *"!" * len(head)] for head in heads]
    titles = [line for line in lines if line.startswith("Who has started")]
    assert len(titles) == len(heads)
    assert all(("challenges" in title) is (len(heads) > 1) for title in titles)


def test_ids_stay_whole_beside_long_names() -> None:
    shown = printed(crowded(20))
    assert shown.count(IDS[2]) == 20 + 1, "who is stuck, and the error"
    assert shown.count(IDS[7]) == 1, "the theme"


def test_a_name_that_is_longer_than_half_a_line_is_folded() -> None:
    found = crowded(24)
    name = f"{'n' * 60}@school.example"
    renamed = attrs.evolve(found, seats=tuple(attrs.evolve(seat, student=name) for seat in found.seats))
    lines = printed(renamed).splitlines()
    assert max(map(len, lines)) <= 80
    assert sum(line.startswith(f" {'n' * 40}  !") for line in lines) == 3


async def test_the_journeys_of_those_who_finished_are_written_too(desk: Desk, tmp_path: Path) -> None:
    class_ = await school(desk)
    uri = await desk.sit_down("print(1)\n", class_id=class_.id)
    await desk.about("run", uri)
    await desk.about("solution/save", uri)
    store = await desk.ctx.store.get()
    found = await read_overview(store, class_.id)
    [(ran, saved)] = [[(ref.kind, ref.id) for ref in signal.events] for signal in found.seats[0].signals]
    assert await _write(store, found, tmp_path / "class.html", journeys=True) == 1
    page = (tmp_path / "class.html").read_text(encoding="utf-8")
    [address] = re.findall(r'href="([^"]+)"', page)
    file, _, place = address.partition("#")
    assert place == f"{saved[0]}-{saved[1]}"
    written = (tmp_path / file).read_text(encoding="utf-8")
    assert all(f'id="{kind}-{id_}"' in written for kind, id_ in (ran, saved))
