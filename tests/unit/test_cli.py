"""The command line on a real store: what it prints, its exit codes, and never a traceback."""

from __future__ import annotations

import asyncio
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest
from rich.console import Console

from storage import new_id
from taco_lsp import __version__, samples
from taco_lsp.cli import journeys
from taco_lsp.cli.main import run
from taco_lsp.config import OPTIONS
from tests.support.desk import BUGGY, MakeDesk

Taco = Callable[..., "Printed"]


@attrs.frozen
class Printed:
    """What a command left behind."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """The one JSON object on standard output."""
        return json.loads(self.out)


@pytest.fixture
def taco(
    no_settings_of_this_machine: None,
    store_file: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Taco:
    """Run `taco` in an empty folder, on a store of its own."""
    monkeypatch.setenv("TACO_STORE", f"sqlite:///{store_file.as_posix()}")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")

    def taco(*arguments: str) -> Printed:
        monkeypatch.setattr(sys, "argv", ["taco", *arguments])
        capsys.readouterr()
        code = 0
        try:
            run()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
        printed = capsys.readouterr()
        assert "Traceback" not in printed.out + printed.err
        return Printed(code, printed.out, printed.err)

    return taco


@pytest.fixture
def journey(store_file: Path, make_desk: MakeDesk) -> dict[str, str]:
    """A student's session, already over; gives its ids."""
    desk = make_desk()

    async def work() -> dict[str, str]:
        uri = await desk.sit_down(BUGGY)
        seat = desk.ctx.seats.at(uri)
        assert seat is not None
        await desk.about("ask", uri, kind="hint")
        await desk.about("run/report", uri, command="x", stdout="", stderr="IndexError: no", exitCode=1)
        await desk.about("solution/save", uri)
        await desk.leave()
        return {"session": str(seat.session.id), "challenge": str(seat.challenge.id)}

    return asyncio.run(work())


def test_the_version_is_printed(taco: Taco) -> None:
    printed = taco("--version")
    assert (printed.code, printed.out) == (0, f"taco {__version__}\n")


@pytest.mark.parametrize("arguments", [["--help"], ["journey", "--help"], ["challenge", "--help"], ["demo", "--help"]])
def test_help_is_printed(taco: Taco, arguments: list[str]) -> None:
    printed = taco(*arguments)
    assert printed.code == 0
    assert "Usage" in printed.out


@pytest.mark.parametrize(
    "arguments", [["no-such-command"], ["journey", "--no-such-option"], ["challenge", "add"], ["journey", "--session"]]
)
def test_wrong_usage_ends_with_2(taco: Taco, arguments: list[str]) -> None:
    printed = taco(*arguments)
    assert printed.code == 2
    assert "Error" in printed.err


# --- challenge -------------------------------------------------------------------------------------------------


def test_a_challenge_is_added_and_listed(taco: Taco) -> None:
    added = taco("challenge", "add", str(samples.AVERAGE))
    assert added.code == 0
    assert added.out.startswith("Added Average of a list (")
    assert "Average of a list" in taco("challenge", "list").out


def test_a_challenge_is_added_and_listed_as_json(taco: Taco) -> None:
    added = taco("challenge", "add", str(samples.AVERAGE), "--json").json()
    [listed] = taco("challenge", "list", "--json").json()["challenges"]
    assert listed == added
    assert "possibleSolutions" not in added


def test_an_empty_store_says_how_to_add_a_challenge(taco: Taco) -> None:
    assert "taco challenge add FOLDER" in taco("challenge", "list").out
    assert taco("challenge", "list", "--json").json() == {"challenges": []}


@pytest.mark.parametrize("content", [None, "title = ", "main = 5"])
def test_a_folder_that_is_no_challenge_ends_with_1_and_says_why(
    taco: Taco, tmp_path: Path, content: str | None
) -> None:
    folder = tmp_path / "challenge"
    folder.mkdir()
    if content:
        (folder / "challenge.toml").write_text(content)
    printed = taco("challenge", "add", str(folder))
    assert (printed.code, printed.out) == (1, "")
    assert printed.err.startswith("taco: challenge.toml")
    assert taco("challenge", "list", "--json").json() == {"challenges": []}


# --- journey ---------------------------------------------------------------------------------------------------


def test_an_empty_journey_says_how_to_begin(taco: Taco) -> None:
    printed = taco("journey")
    assert printed.code == 0
    assert "Nothing is recorded yet" in printed.out
    assert taco("journey", "--json").json() == {"events": []}


def test_the_empty_journey_of_a_student_says_whose_it_is(taco: Taco, tmp_path: Path) -> None:
    taco("class", "add", "9b")
    taco("enrol", "ada@school.example", "--class", "9b")
    of_ada = ("journey", "--student", "ada@school.example")
    printed = taco(*of_ada)
    assert (printed.code, printed.out.partition(".")[0]) == (0, "Nothing of ada@school")
    assert "your editor" not in printed.out
    page = taco(*of_ada, "--html", str(tmp_path / "ada.html"))
    assert page.code == 1
    assert page.err.startswith("taco: Nothing of ada@school.example is recorded here.\n")
    assert "your editor" not in page.err


def test_the_overview_of_an_empty_class_says_what_is_missing(taco: Taco, tmp_path: Path) -> None:
    taco("class", "add", "9b")
    nobody = "Nobody is in 9b yet. Enrol people with `taco enrol EMAIL… --class NAME`."
    nothing = "9b has no challenge yet. Add one with `taco challenge add FOLDER --class NAME`."
    assert taco("overview", "--class", "9b").out.splitlines() == [nobody, nothing]
    taco("enrol", "ada@school.example", "--class", "9b")
    assert taco("overview", "--class", "9b").out.splitlines() == [nothing]
    taco("challenge", "new", str(tmp_path / "sum"))
    taco("challenge", "add", str(tmp_path / "sum"), "--class", "9b")
    assert "1 student" in taco("overview", "--class", "9b").out.splitlines()[0]


@pytest.mark.parametrize("command", ["overview", "journey"])
def test_a_command_without_commands_of_its_own_names_none_in_its_usage(taco: Taco, command: str) -> None:
    printed = taco(command, "--help")
    assert f"Usage: taco {command} [OPTIONS]" in printed.out
    assert "COMMAND" not in printed.out


def test_one_of_something_is_not_many(taco: Taco, tmp_path: Path) -> None:
    taco("class", "add", "9b")
    taco("enrol", "ada@school.example", "--class", "9b")
    assert taco("class", "list").out.split()[2:] == ["1", "student"]
    assert "1 class, 1 account" in taco("org", "show").out
    taco("enrol", "bob@school.example", "--class", "9b", "--passwords", str(tmp_path / "new.csv"))
    assert taco("class", "list").out.split()[2:] == ["2", "students"]
    taco("challenge", "new", str(tmp_path / "sum"))
    imported = taco("challenge", "import", "folder", str(tmp_path), "--class", "9b")
    assert "Imported 1 challenge (1 added)." in imported.out


def test_an_export_of_one_student_says_so(taco: Taco, journey: dict[str, str], tmp_path: Path) -> None:
    assert " of 1 student to " in taco("export", "progsnap2", str(tmp_path / "out")).out


def test_the_journey_is_one_line_a_moment(taco: Taco, journey: dict[str, str]) -> None:
    printed = taco("journey")
    assert printed.code == 0
    assert [line.split()[2] for line in printed.out.splitlines()[1:] if line.startswith("  ")] == [
        "open", "hint", "run", "edit", "close",
    ]  # fmt: skip


def test_the_journey_is_whole_in_a_file_and_cut_in_a_terminal(
    taco: Taco, journey: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    summaries = [event["summary"] for event in taco("journey", "--json").json()["events"]]
    assert max(map(len, summaries)) > 60, "more than fits beside the time"
    whole = taco("journey").out.splitlines()
    assert [line.endswith(summary) for line, summary in zip(whole[1:], summaries, strict=True)] == [True] * 5
    terminal = Console(file=io.StringIO(), force_terminal=True, width=80, color_system=None)
    monkeypatch.setattr(journeys, "console", terminal)
    taco("journey")
    assert isinstance(terminal.file, io.StringIO)
    cut = terminal.file.getvalue().splitlines()
    assert (len(cut), max(map(len, cut))) == (len(whole), 80)
    assert any(line.endswith("…") for line in cut)


def test_a_journey_is_not_written_over_a_file_that_is_no_page(taco: Taco, journey: dict[str, str]) -> None:
    Path("README.md").write_text("mine", encoding="utf-8")
    refused = taco("journey", "--html", "README.md")
    assert (refused.code, refused.out) == (1, "")
    assert "README.md is not the name of an HTML file." in refused.err
    assert Path("README.md").read_text(encoding="utf-8") == "mine"
    assert taco("journey", "--html", "journey.html").code == 0


def test_the_journey_can_name_its_moments_for_notes(taco: Taco, journey: dict[str, str]) -> None:
    ids = [event["id"] for event in taco("journey", "--json").json()["events"]]
    printed = taco("journey", "--ids").out.splitlines()
    assert [line.strip() for line in printed if line.startswith(" " * 12)] == ids


@pytest.mark.parametrize(
    "command",
    [("note", "add", "seven", "x"), ("data", "delete", "--challenge", "seven"), ("challenge", "export", "seven", "x")],
)
def test_an_argument_that_is_no_id_is_wrong_usage_and_says_what_ids_look_like(
    taco: Taco, command: tuple[str, ...]
) -> None:
    printed = taco(*command)
    assert (printed.code, printed.out) == (2, "")
    assert "seven is no id. Ids look like" in printed.err


def test_the_journey_as_json_is_the_verb_s_result(taco: Taco, journey: dict[str, str]) -> None:
    events = taco("journey", "--json").json()["events"]
    assert [event["kind"] for event in events] == ["open", "hint", "run", "edit", "close"]
    assert {event["sessionId"] for event in events} == {journey["session"]}
    assert set(events[0]) == {"id", "kind", "at", "sessionId", "challengeId", "summary", "detail"}


@pytest.mark.parametrize("by", ["session", "challenge"])
def test_the_journey_can_be_narrowed(taco: Taco, journey: dict[str, str], by: str) -> None:
    assert len(taco("journey", "--json", f"--{by}", journey[by]).json()["events"]) == 5
    unknown = taco("journey", "--json", f"--{by}", str(new_id()))
    assert (unknown.code, unknown.out) == (1, "")
    assert f"There is no {by}" in unknown.err


@pytest.mark.parametrize("option", ["--session", "--challenge"])
def test_an_id_that_is_none_ends_with_1(taco: Taco, option: str) -> None:
    printed = taco("journey", option, "seven")
    assert printed.code == 1
    assert printed.err.startswith("taco: seven is not an id.\n")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("nonsense", "store URL cannot be read"),
        ("mysql://hidden@db/x", "mysql"),
        (f"sqlite:///{__file__}/taco.db", ""),
        (f"sqlite:///{samples.AVERAGE.as_posix()}", ""),
    ],
)
def test_a_store_that_cannot_be_opened_ends_with_1_and_says_what_to_do(
    taco: Taco, monkeypatch: pytest.MonkeyPatch, url: str, words: str
) -> None:
    monkeypatch.setenv("TACO_STORE", url)
    for arguments in (["journey"], ["challenge", "list"], ["challenge", "add", str(samples.AVERAGE)]):
        printed = taco(*arguments)
        assert (printed.code, printed.out) == (1, "")
        assert printed.err.startswith("taco: ")
        assert words in printed.err
        assert len(printed.err.splitlines()) >= 2
        assert "hidden" not in printed.err


# --- config ----------------------------------------------------------------------------------------------------


def test_every_setting_is_printed_with_its_source(taco: Taco, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TACO_RUN_TIMEOUT_S", "3")
    lines = taco("config").out.splitlines()
    for option in OPTIONS:
        assert any(line.startswith(option.key) for line in lines)
    assert any(line.split() == ["run.timeout_s", "3", "(environment)"] for line in lines)


def test_settings_as_json(taco: Taco) -> None:
    shown = taco("config", "--json").json()
    assert [row["key"] for row in shown["settings"]] == [option.key for option in OPTIONS]
    assert shown["problems"] == []


def test_a_password_of_the_store_is_not_printed(taco: Taco, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TACO_STORE", "postgresql://ana:hidden@db/taco")
    for arguments in (["config"], ["config", "--json"]):
        printed = taco(*arguments)
        assert printed.code == 0
        assert "hidden" not in printed.out + printed.err
        assert "ana:***@db" in printed.out


def test_mistakes_in_the_settings_are_named_and_the_rest_is_shown(taco: Taco, monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".taco").mkdir()
    Path(".taco/config.toml").write_text('store = "sqlite:///evil.db"\nrun.timeout_s = 2\n')
    monkeypatch.setenv("TACO_NO_SUCH", "1")
    printed = taco("config")
    assert printed.code == 0
    assert "workspace settings: store:" in printed.err
    assert "environment: TACO_NO_SUCH" in printed.err
    assert "evil" not in printed.out
    assert [row["value"] for row in taco("config", "--json").json()["settings"] if row["key"] == "run.timeout_s"] == [2]


def test_mistakes_in_the_settings_do_not_stop_a_command(taco: Taco, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TACO_RUN_TIMEOUT_S", "soon")
    assert taco("journey").code == 0
