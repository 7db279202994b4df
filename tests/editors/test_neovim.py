"""The plugin and the plain configuration in real Neovims, old and new."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import subprocess
from collections.abc import Iterator

import pytest

from taco_lsp.cli.demo import FIRST_ATTEMPT, SECOND_ATTEMPT, STDIN
from tests.editors.desk import FAILING, HERE, PLUGIN, Desk, block, program
from tests.support.rows import rows
from tests.support.scripted_model import Pause, Reply, ScriptedModel, delta, reply
from tests.support.sync_school import PASSWORD, Lab

pytestmark = pytest.mark.subprocess

SCENES = HERE / "nvim"


OLDEST, *NEWER = ("nvim", "nvim-trixie", "nvim-forky")
"""Of this system, and those that `install.sh` unpacks."""


@pytest.fixture(params=[OLDEST, *NEWER])
def nvim(request: pytest.FixtureRequest) -> str:
    """Every Neovim there is."""
    return program(request.param)


@pytest.fixture(params=[OLDEST, NEWER[-1]])
def far_apart(request: pytest.FixtureRequest) -> str:
    """The oldest and the newest, for what hardly depends on the version."""
    return program(request.param)


def version(nvim: str) -> tuple[int, int]:
    said = subprocess.run([nvim, "--version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"v(\d+)\.(\d+)", said)
    assert found, said
    return int(found[1]), int(found[2])


def play(desk: Desk, nvim: str, scene: str, *, before: str = "", **environ: str) -> str:
    """Play a scene with the plugin installed and no other configuration."""
    paths = f"set runtimepath^={PLUGIN} | let &packpath = &runtimepath"
    find = f"lua package.path = package.path .. ';{SCENES}/?.lua'"
    start = ["--cmd", paths, "--cmd", find, *(["--cmd", before] if before else [])]
    return desk.drive(nvim, "--headless", "--clean", *start, "-S", SCENES / f"{scene}.lua", **environ)


def test_a_student_works_through_a_challenge(nvim: str, desk: Desk, challenge: str) -> None:
    attempts = {"FAILING": FIRST_ATTEMPT, "PASSING": SECOND_ATTEMPT}
    files = {name: desk.folder / name for name in attempts}
    for name, text in attempts.items():
        files[name].write_text(text)

    play(desk, nvim, "flow", **{name: str(file) for name, file in files.items()})

    desk.check_whole_session(failing=FIRST_ATTEMPT, passing=SECOND_ATTEMPT, stdin=STDIN)
    (session,) = rows(desk.store, "SELECT challenge_id FROM sessions")
    assert session["challenge_id"] == challenge.replace("-", "")
    (row,) = rows(desk.store, "SELECT feedback FROM llm_interactions WHERE kind = 'explain'")
    assert json.loads(row["feedback"]) == {"helpful": True, "comment": "it said where to look"}


def test_a_challenge_shows_its_task_and_runs_its_tests(far_apart: str, desk: Desk, challenge: str) -> None:
    passing = desk.folder / "PASSING"
    passing.write_text(SECOND_ATTEMPT)

    play(desk, far_apart, "challenge", PASSING=str(passing))

    runs = rows(desk.store, "SELECT command, exit_code, challenge_id FROM runs ORDER BY created_at")
    assert all(run["command"].startswith("taco test: ") for run in runs)
    assert [run["exit_code"] == 0 for run in runs] == [False, True]
    assert {run["challenge_id"] for run in runs} == {challenge.replace("-", "")}


async def test_a_student_signs_in_at_a_school_and_syncs(far_apart: str, desk: Desk, lab: Lab) -> None:
    school = lab.school
    (desk.workspace / "loop.py").write_text("print(1)\n")
    remote = f"postgresql:///{school.database}?host={school.server.folder}"
    scene = {"EMAIL": "ada@school.example", "PASSWORD": PASSWORD, "TACO_SYNC_REMOTE": remote}

    await asyncio.to_thread(play, desk, far_apart, "school", **scene)

    (ran,) = await school.execute("SELECT user_id, stdout FROM runs")
    assert (ran["user_id"], ran["stdout"]) == (school.people["ada"].id, "1\n")
    assert PASSWORD.encode() not in b"".join(file.read_bytes() for file in desk.folder.glob("taco.db*"))


@pytest.fixture
def model() -> Iterator[ScriptedModel]:
    with ScriptedModel() as endpoint:
        yield endpoint


def test_an_answer_streams_stops_and_outlives_the_server(nvim: str, desk: Desk, model: ScriptedModel) -> None:
    model.script(
        Reply([delta(content="Think about "), delta(content="the condition. "), Pause()]),
        Reply([delta(content="Look at "), delta(content="line one. "), Pause()]),
        reply("A whole answer."),
    )

    play(desk, nvim, "stop", TACO_MODEL_ENDPOINT=model.url, TACO_MODEL_NAME="scripted")

    stopped, *_, last = rows(desk.store, "SELECT * FROM llm_interactions ORDER BY created_at")
    assert (stopped["user_prompt"], stopped["finish_reason"]) == ("why does it never end?", "cancelled")
    assert stopped["model_response"].startswith("Think about")
    assert (last["kind"], last["model_response"]) == ("explain", "A whole answer.")
    desk.wait_for_end()


def test_troubles_are_said_plainly(far_apart: str, desk: Desk) -> None:
    play(desk, far_apart, "trouble", before="let g:taco = {'cmd': ['no-such-server'], 'colour': 'red'}")

    assert not desk.store.exists()


def test_input_arguments_lenses_and_health(far_apart: str, desk: Desk) -> None:
    play(desk, far_apart, "details")

    runs = rows(desk.store, "SELECT stdin, command FROM runs ORDER BY created_at")
    assert [run["stdin"] for run in runs] == ["# 4\n# ü\n"] * 3
    assert runs[0]["command"].endswith("double.py fast")


def test_the_plain_configuration_of_the_page_is_enough(nvim: str, desk: Desk) -> None:
    since = {(0, 11): 3, (0, 8): 4, (0, 7): 5}
    number = next(number for oldest, number in since.items() if version(nvim) >= oldest)
    init = desk.folder / "init.lua"
    init.write_text(block("neovim.md", "lua", number))
    (desk.workspace / "average.py").write_text(FAILING)
    find = f"lua package.path = package.path .. ';{SCENES}/?.lua'"

    desk.drive(nvim, "--headless", "--clean", "--cmd", find, "-u", init, "-S", SCENES / "plain.lua")

    desk.check_whole_session()


def test_every_command_has_its_place_in_the_help(far_apart: str, desk: Desk) -> None:
    copy = desk.folder / "copy"
    shutil.copytree(PLUGIN, copy)
    ask = "lua io.stdout:write('COMMANDS ' .. table.concat(vim.fn.getcompletion('Taco ', 'cmdline'), ' ') .. '\\n')"
    steps = [f"helptags {copy / 'doc'}", f"set runtimepath^={copy}", f"source {copy / 'plugin' / 'taco.lua'}", ask]

    said = desk.drive(far_apart, "--headless", "--clean", *(f"+{step}" for step in steps), "+help :Taco-hint", "+qall!")

    (listed,) = re.findall(r"COMMANDS (.*)", said)
    names = listed.split()
    tags = (copy / "doc" / "tags").read_text()
    assert {"hint", "test", "signin"} <= set(names)
    assert [name for name in names if f":Taco-{name}\t" not in tags] == []
    assert "E149" not in said, said


def test_a_server_that_keeps_breaking_is_given_up_and_the_student_is_told(far_apart: str, desk: Desk) -> None:
    play(desk, far_apart, "crash", before="let g:taco = {'cmd': ['sh', '-c', 'exit 3']}")
