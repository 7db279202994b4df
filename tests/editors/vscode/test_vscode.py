"""The packed extension in a real VS Code, in a browser, with the real server: whole sessions and troubles."""

from __future__ import annotations

import asyncio
import json
import shutil
import stat
import subprocess
import zipfile
from collections.abc import AsyncIterator, Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from typer.testing import CliRunner

from storage import open_store
from taco_lsp import samples
from taco_lsp.authoring.challenge_folder import read_challenge
from taco_lsp.cli import main
from taco_lsp.cli.demo import FIRST_ATTEMPT, SECOND_ATTEMPT, STDIN
from tests.editors.desk import make_desk
from tests.editors.vscode.code_server import (
    EXTENSION,
    HERE,
    SCENE_S,
    START_S,
    Code,
    npm_environ,
    serving,
    skip_without_tools,
)
from tests.support.rows import count, rows
from tests.support.scripted_model import Pause, Reply, ScriptedModel, delta, reply
from tests.support.sync_school import PASSWORD, Lab, Machine

pytestmark = pytest.mark.subprocess

QUESTION = "why is the index too large?"
NOTE = "Which names does the program know by line 2?"
ANSWER = ("A list of three numbers ", "has the positions 0, 1 and 2. ", "What does `len(numbers)` ", "give you here?")


@pytest.fixture(scope="module")
def vsix(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The extension, packed from a copy of its folder."""
    environ = npm_environ()
    copy = tmp_path_factory.mktemp("extension")
    shutil.copytree(
        EXTENSION, copy, dirs_exist_ok=True, ignore=shutil.ignore_patterns("node_modules", "dist", "*.vsix")
    )
    (copy / "node_modules").symlink_to(EXTENSION / "node_modules")
    for script in ("check", "package"):
        done = subprocess.run(
            ["npm", "run", "--silent", script],
            cwd=copy,
            env=environ,
            capture_output=True,
            text=True,
            timeout=START_S,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    (packed,) = copy.glob("*.vsix")
    return packed


@pytest.fixture(scope="module")
def endpoint() -> Iterator[ScriptedModel]:
    with ScriptedModel() as running:
        yield running


@pytest.fixture
def model(endpoint: ScriptedModel) -> ScriptedModel:
    """The model of all scenes, with nothing left of what another one scripted."""
    endpoint.forget()
    return endpoint


@pytest.fixture(scope="module")
def code(vsix: Path, endpoint: ScriptedModel, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Code]:
    """One code-server for all scenes; each opens windows of its own."""
    skip_without_tools()
    desk = make_desk(tmp_path_factory.mktemp("desk"))
    with serving(desk, vsix, TACO_MODEL_ENDPOINT=endpoint.url, TACO_MODEL_NAME="scripted") as running:
        yield running


@pytest.fixture
async def workspace(code: Code, request: pytest.FixtureRequest) -> AsyncIterator[Path]:
    """A folder of its own, and a store that holds one challenge and nothing else."""
    for file in code.desk.folder.glob("taco.db*"):
        file.unlink()
    opened = await open_store(f"sqlite:///{code.desk.store}")
    async with opened.write() as tx:
        builtin = await tx.models.ensure("taco-builtin", "1")
        await tx.challenges.add(read_challenge(samples.AVERAGE, model_id=builtin.id))
    await opened.close()
    code.configure()
    folder = code.desk.workspace / request.node.name  # VS Code remembers what was open in a folder
    folder.mkdir()
    yield folder
    code.desk.wait_for_end()


def test_its_pure_functions(tmp_path: Path) -> None:
    environ, bundle = npm_environ() | {"TMPDIR": str(tmp_path)}, tmp_path / "units.cjs"
    esbuild = EXTENSION / "node_modules" / ".bin" / "esbuild"
    build = [str(esbuild), str(HERE / "units.ts"), "--bundle", "--platform=node", f"--outfile={bundle}"]
    for command in ([*build, "--log-level=warning"], ["node", "--test", str(bundle)]):
        done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=START_S, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_packed_extension_holds_what_it_needs_and_nothing_else(vsix: Path) -> None:
    with zipfile.ZipFile(vsix) as packed:
        names = {name.removeprefix("extension/") for name in packed.namelist() if name.startswith("extension/")}
        manifest = json.loads(packed.read("extension/package.json"))

    assert {manifest["main"].removeprefix("./"), "dist/panel.js", "dist/panel.css", manifest["icon"]} <= names
    steps = manifest["contributes"]["walkthroughs"][0]["steps"]
    assert {step["media"]["markdown"] for step in steps} <= names
    assert not [name for name in names if name.startswith(("src/", "node_modules/")) or name.endswith(".map")]
    declared = {command["command"] for command in manifest["contributes"]["commands"]}
    used = {item["command"] for items in manifest["contributes"]["menus"].values() for item in items}
    used |= {key["command"] for key in manifest["contributes"]["keybindings"]}
    assert used <= declared


def test_a_student_works_through_a_challenge(code: Code, workspace: Path, model: ScriptedModel) -> None:
    # The first hint is the teacher's own; the model is not asked for it.
    model.script(reply("The program reads a position that the list does not have."), reply(*ANSWER, pause=0.3))
    files = {name: code.desk.folder / name for name in ("FAILING", "PASSING")}
    for file, text in zip(files.values(), (FIRST_ATTEMPT, SECOND_ATTEMPT), strict=True):
        file.write_text(text)
    environ = {name: str(file) for name, file in files.items()}

    code.play("flow", WORKSPACE=str(workspace), QUESTION=QUESTION, STDIN=STDIN, **environ)

    code.desk.check_whole_session(failing=FIRST_ATTEMPT, passing=SECOND_ATTEMPT, stdin=STDIN, question=QUESTION)
    answers = rows(code.desk.store, "SELECT model_response, feedback FROM llm_interactions ORDER BY created_at")
    assert answers[2]["model_response"] == "".join(ANSWER)
    assert [json.loads(row["feedback"] or "null") for row in answers] == [{"helpful": True}, None, None]
    versions = rows(code.desk.store, "SELECT solution FROM challenge_solutions_history ORDER BY saved_at, id")
    assert all(one != other for one, other in pairwise(versions)), "VS Code saves by itself; that adds no equal version"


def test_the_walkthrough_is_ticked_off_by_what_is_done_and_tests_are_run(
    code: Code, workspace: Path, model: ScriptedModel
) -> None:
    model.always(reply("Say more."))
    passing = code.desk.folder / "PASSING"
    passing.write_text(SECOND_ATTEMPT)

    code.play("tour", WORKSPACE=str(workspace), PASSING=str(passing))

    runs = rows(code.desk.store, "SELECT command, exit_code, code FROM runs ORDER BY created_at")
    assert [run["command"].startswith("taco test: ") for run in runs] == [False, True, True]
    assert runs[1]["exit_code"] != runs[2]["exit_code"] == 0
    assert runs[2]["code"] == SECOND_ATTEMPT


def test_the_keyboard_alone_is_enough_and_a_screen_reader_is_told_all(
    code: Code, workspace: Path, model: ScriptedModel
) -> None:
    axe = EXTENSION / "node_modules" / "axe-core" / "axe.min.js"
    if not axe.is_file():
        pytest.skip("axe-core is not installed (tests/editors/vscode/install.sh installs it)")
    model.always(reply("Say more about ", "**line 2**, and `len(numbers)`. ", "What do you see?", pause=0.2))

    code.play("keyboard", WORKSPACE=str(workspace), AXE=str(axe))

    (asked,) = rows(code.desk.store, "SELECT user_prompt, feedback FROM llm_interactions")
    assert "    for i in range(3):\n        print(i)\n" in asked["user_prompt"]
    assert json.loads(asked["feedback"]) == {"helpful": True}


async def test_a_student_signs_in_syncs_and_finds_the_teacher_s_note(code: Code, workspace: Path, lab: Lab) -> None:
    school = lab.school
    code.configure(taco_sync_remote=f"postgresql:///{school.database}?host={school.server.folder}")

    async with asyncio.TaskGroup() as both:
        scene = {"WORKSPACE": str(workspace), "EMAIL": "ada@school.example", "PASSWORD": PASSWORD, "NOTE": NOTE}
        both.create_task(asyncio.to_thread(code.play, "school", **scene))
        both.create_task(pin_to_first_run(await lab.machine("tess"), NOTE))

    (ran,) = await school.execute("SELECT stderr, user_id FROM runs")
    assert "NameError" in ran["stderr"] and ran["user_id"] == school.people["ada"].id
    assert PASSWORD.encode() not in b"".join(file.read_bytes() for file in code.desk.folder.glob("taco.db*"))


async def pin_to_first_run(teacher: Machine, note: str) -> None:
    """Wait until a run has reached the school, and pin a note to it, as a teacher does at a command line."""
    school = teacher.school
    remote = f"postgresql:///{school.database}?host={school.server.folder}"
    environ = {"TACO_STORE": teacher.store.info.url, "TACO_SYNC_REMOTE": remote, "TACO_SYNC_PASSWORD": PASSWORD}

    async def taco(*words: str) -> str:
        done = await asyncio.to_thread(CliRunner(env=environ).invoke, main.app, words)
        assert done.exit_code == 0, done.output + repr(done.exception)
        return done.stdout

    async with asyncio.timeout(SCENE_S):
        while not await school.ids("runs"):
            await asyncio.sleep(0.1)
    await taco("sync")
    events = json.loads(await taco("journey", "--student", "ada@school.example", "--json"))["events"]
    (run,) = [event["id"] for event in events if event["kind"] == "run"]
    await taco("note", "add", run, note, "--line", "2")
    await taco("sync")


def test_an_untrusted_folder_gets_answers_and_no_runs(code: Code, workspace: Path) -> None:
    code.configure(security_workspace_trust_enabled=True, security_workspace_trust_startupPrompt="never")

    code.play("untrusted", WORKSPACE=str(workspace))

    (hint,) = rows(code.desk.store, "SELECT kind, hint_level FROM llm_interactions")
    assert hint == {"kind": "hint", "hint_level": 1}
    assert count(code.desk.store, "runs") == 0


def test_a_missing_a_wrong_and_a_dying_server_are_mended(code: Code, workspace: Path, model: ScriptedModel) -> None:
    server = code.desk.folder / "server"
    old = program(code.desk.folder / "old-server", "echo taco-lsp 9.1.0")
    real = program(code.desk.folder / "real-server", 'exec taco-lsp "$@"')
    code.configure(taco_server_path=str(server))
    model.script(Reply([delta(content="Half an answer, "), Pause()]), reply("A whole answer."))

    code.play(
        "trouble",
        WORKSPACE=str(workspace),
        STORE=str(code.desk.store),
        SERVER=str(server),
        OLD_SERVER=str(old),
        REAL_SERVER=str(real),
    )

    answers = rows(code.desk.store, "SELECT user_prompt, model_response FROM llm_interactions ORDER BY created_at")
    assert answers[-1] == {"user_prompt": "where do I begin?", "model_response": "A whole answer."}


def program(file: Path, line: str) -> Path:
    """A shell script of one line."""
    file.write_text(f"#!/bin/sh\n{line}\n")
    file.chmod(file.stat().st_mode | stat.S_IXUSR)
    return file


def test_two_windows_share_one_store(code: Code, workspace: Path, model: ScriptedModel) -> None:
    folders = [workspace / name for name in ("one", "two")]
    for folder in folders:
        folder.mkdir()
    model.always(reply("Say more."))

    code.play("windows", FIRST=str(folders[0]), SECOND=str(folders[1]))

    asked = rows(code.desk.store, "SELECT * FROM llm_interactions ORDER BY user_prompt")
    # An answer that the model broke off would be on record beside the one that came in its place.
    expected = [("from window 1", "stop"), ("from window 2", "stop")]
    assert [(row["user_prompt"], row["finish_reason"]) for row in asked] == expected
    assert asked[0]["session_id"] != asked[1]["session_id"]
