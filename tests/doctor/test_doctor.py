"""`taco doctor`: what it finds on machines that are well, and on machines that are not."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import sqlite3
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import attrs
import pytest
from typer.testing import CliRunner

from storage.inspection import Inspection
from taco_lsp import config
from taco_lsp.cli import client
from taco_lsp.cli.doctor import command, endpoint, journal, programs, server, settings
from taco_lsp.cli.doctor.finding import Finding, ok, problem
from taco_lsp.cli.main import app
from taco_lsp.conformance.replies import Reply, failure, json_reply, model_list, reply
from taco_lsp.conformance.scripted_model import ScriptedModel
from tests.support.postgres import Server

KEY = "sk-a-secret-key"
Settings = Callable[..., config.Effective]


@pytest.fixture
def with_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Make settings from `TACO_*` values, and nothing of this machine."""
    for name in [name for name in os.environ if name.startswith("TACO_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))

    def make(**values: str) -> config.Effective:
        for name, value in values.items():
            monkeypatch.setenv(f"TACO_{name}", value)
        return config.load(environ=os.environ)

    return make


def levels(findings: Any) -> list[tuple[str, str]]:
    return [(finding.check, finding.level) for finding in findings]


def told(findings: Any) -> str:
    return "\n".join(f"{finding.message} {finding.mend}" for finding in findings)


# --- the store ---------------------------------------------------------------------------------------------------


@pytest.fixture
def store(store_file: Path) -> Path:
    """A store of this version."""
    return store_file


def contents(folder: Path) -> Mapping[str, str]:
    return {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.iterdir())
        if file.is_file() and not file.name.endswith(("-shm", "-wal"))
    }


def sql(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


async def looked_at(store: Path, with_settings: Settings) -> list[Finding]:
    """Look at a store, and see to it that nothing was changed."""
    before = contents(store.parent)
    found = await journal.check(with_settings(STORE=f"sqlite:///{store}"))
    assert contents(store.parent) == before
    return list(found)


async def test_a_sound_store_is_fine(store: Path, with_settings: Settings) -> None:
    findings = await looked_at(store, with_settings)
    assert levels(findings) == [("store", "ok"), ("disk", "ok")]
    assert "is sound" in told(findings)


async def test_a_store_that_is_not_there_yet_is_not_made(tmp_path: Path, with_settings: Settings) -> None:
    missing = tmp_path / "not" / "yet" / "taco.db"
    findings = await journal.check(with_settings(STORE=f"sqlite:///{missing}"))
    assert levels(findings)[0] == ("store", "ok")
    assert "will be made" in told(findings)
    assert not missing.parent.parent.exists()


async def test_a_damaged_store_is_said_and_left_where_it_is(store: Path, with_settings: Settings) -> None:
    store.write_bytes(b"not a database" * 1000)
    assert ("store", "problem") in levels(await looked_at(store, with_settings))


async def test_a_store_of_a_newer_program_is_said(store: Path, with_settings: Settings) -> None:
    sql(store, "UPDATE alembic_version SET version_num = '9999'")
    findings = await looked_at(store, with_settings)
    assert levels(findings)[0] == ("store", "problem")
    assert "newer" in told(findings)


async def test_a_store_of_an_older_program_is_not_upgraded(store: Path, with_settings: Settings) -> None:
    sql(store, "UPDATE alembic_version SET version_num = '0002'")
    findings = await looked_at(store, with_settings)
    assert levels(findings)[0] == ("store", "ok")
    assert "older version" in told(findings)


async def test_another_programs_database_is_said(tmp_path: Path, with_settings: Settings) -> None:
    sql(tmp_path / "other.db", "CREATE TABLE songs (title)")
    findings = await looked_at(tmp_path / "other.db", with_settings)
    assert levels(findings) == [("store", "problem")]
    assert "another program" in told(findings)


async def test_another_journal_and_copies_are_mentioned(store: Path, with_settings: Settings) -> None:
    sql(store, "PRAGMA journal_mode = DELETE")
    store.with_name("taco.db.backup-0001-x").touch()
    store.with_name("taco.db.corrupt-x").touch()
    store.with_name("taco.db.notes").touch()
    findings = await looked_at(store, with_settings)
    assert ("journal", "warning") in levels(findings)
    assert "2 older copies" in told(findings)


@pytest.mark.parametrize(("free", "level"), [(10, "problem"), (100 * 1024**2, "warning"), (10 * 1024**3, "ok")])
def test_a_full_disk_is_said_in_time(free: int, level: str) -> None:
    seen = Inspection(url="sqlite:///x", path=Path("x"), exists=False, newest="1", free_bytes=free)
    assert ("disk", level) in levels(journal.judge(seen))


def test_a_store_that_cannot_be_written_is_a_problem() -> None:
    seen = Inspection(url="sqlite:///x", path=Path("x"), exists=True, newest="1", revision="1", writable=False)
    assert levels(journal.judge(seen)) == [("store", "problem")]
    assert levels(journal.judge(attrs.evolve(seen, writable=True))) == [("store", "ok")]


@pytest.mark.parametrize("url", ["postgresql://ada:hunter2@127.0.0.1:1/taco", "mysql://ada:hunter2@h/taco"])
async def test_a_database_that_cannot_be_used_is_said_without_its_password(url: str, with_settings: Settings) -> None:
    findings = await journal.check(with_settings(STORE=url))
    assert levels(findings) == [("store", "problem")]
    assert findings[0].mend
    assert "hunter2" not in told(findings)


async def test_a_server_that_can_be_reached_is_fine(postgres_url: str, with_settings: Settings) -> None:
    findings = await journal.check(with_settings(STORE=postgres_url))
    assert levels(findings) == [("store", "ok")], told(findings)
    assert "is sound" in told(findings)


async def test_an_empty_database_is_left_empty(postgres: Server, with_settings: Settings) -> None:
    async with postgres.database(migrated=False) as url:
        effective = with_settings(STORE=url)
        for _ in range(2):
            assert "will be made" in told(await journal.check(effective))


# --- settings, model, sync ---------------------------------------------------------------------------------------


async def test_what_was_ignored_is_listed_with_its_source(with_settings: Settings) -> None:
    findings = await settings.check(with_settings(RUN_TIMEOUT_S="soon", COLOUR="red"))
    assert levels(findings) == [("settings", "warning")] * 2
    assert "environment: TACO_COLOUR" in told(findings)


async def test_what_is_set_is_named(with_settings: Settings) -> None:
    findings = await settings.check(with_settings(RUN_TIMEOUT_S="5"))
    assert levels(findings) == [("settings", "ok")]
    assert "run.timeout_s" in told(findings)


@pytest.fixture
def model() -> Iterator[ScriptedModel]:
    with ScriptedModel() as it:
        it.models = model_list("tutor")
        yield it


async def test_a_model_that_answers_is_fine(model: ScriptedModel, with_settings: Settings) -> None:
    model.script(reply("ready"))
    asked = with_settings(MODEL_ENDPOINT=model.url, MODEL_NAME="tutor", MODEL_KEY=KEY)
    findings = await endpoint.check_model(asked)
    assert {level for _, level in levels(findings)} == {"ok"}
    assert model.requests[-1].headers["authorization"] == f"Bearer {KEY}"
    assert KEY not in told(findings)


@pytest.mark.parametrize("answer", [failure(401, f"bad key {KEY}"), failure(500)])
async def test_a_model_that_refuses_is_a_problem(answer: Reply, model: ScriptedModel, with_settings: Settings) -> None:
    model.models = answer
    model.always(answer)
    findings = await endpoint.check_model(with_settings(MODEL_ENDPOINT=model.url, MODEL_NAME="tutor", MODEL_KEY=KEY))
    assert ("model", "problem") in levels(findings)
    assert KEY not in told(findings)


async def test_an_endpoint_that_is_not_there_is_a_problem(with_settings: Settings) -> None:
    findings = await endpoint.check_model(with_settings(MODEL_ENDPOINT="http://127.0.0.1:1/v1", MODEL_NAME="tutor"))
    assert ("model", "problem") in levels(findings)


async def test_embeddings_that_do_not_come_cost_only_the_search_by_meaning(
    model: ScriptedModel, with_settings: Settings
) -> None:
    effective = with_settings(MODEL_ENDPOINT=model.url, MODEL_EMBEDDINGS="small")
    assert levels(await endpoint.check_embeddings(effective)) == [("embeddings", "warning")]


async def test_embeddings_need_an_endpoint(with_settings: Settings) -> None:
    assert levels(await endpoint.check_embeddings(with_settings())) == [("embeddings", "ok")]
    assert levels(await endpoint.check_embeddings(with_settings(MODEL_EMBEDDINGS="m"))) == [("embeddings", "warning")]


async def test_embeddings_that_come_are_counted(
    model: ScriptedModel, with_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    vectors = json_reply({"data": [{"index": 0, "embedding": [0.0, 1.0, 0.5]}], "model": "small"})
    monkeypatch.setattr(ScriptedModel, "_choose", lambda *_: vectors)
    findings = await endpoint.check_embeddings(with_settings(MODEL_ENDPOINT=model.url, MODEL_EMBEDDINGS="small"))
    assert "vectors of 3 numbers" in told(findings)


async def test_a_keyring_that_hangs_is_given_up(with_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(*_: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(endpoint, "KEYRING_TIMEOUT_S", 0.05)
    monkeypatch.setattr(endpoint.asyncio, "to_thread", never)
    findings = await endpoint.check_keyring(with_settings())
    assert levels(findings) == [("keyring", "warning")]
    assert "TACO_MODEL_KEY" in told(findings)


# --- programs ----------------------------------------------------------------------------------------------------

needs_posix = pytest.mark.skipif(sys.platform == "win32", reason="makes shell scripts")


def make_program(folder: Path, name: str, says: str) -> None:
    folder.mkdir(exist_ok=True)
    file = folder / name
    file.write_text(f"#!/bin/sh\n{says}\n")
    file.chmod(0o755)


@pytest.fixture
def bin_(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder of the path, and an empty home."""
    folder, home = tmp_path / "bin", tmp_path / "home"
    for made in (folder, home):
        made.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("HOME", str(home))
    return folder


@needs_posix
async def test_missing_languages_are_warnings_that_say_what_to_install(bin_: Path, with_settings: Settings) -> None:
    make_program(bin_, "gcc", "")
    findings = await programs.check_languages(with_settings())
    assert [level for _, level in levels(findings)] == ["ok", "warning", "ok", "warning", "warning"]
    assert all(finding.mend for finding in findings if finding.level == "warning")


@needs_posix
async def test_an_editor_that_is_too_old_is_said(bin_: Path, with_settings: Settings) -> None:
    make_program(bin_, "nvim", "echo NVIM v0.6.1")
    findings = await programs.check_editors(with_settings())
    assert levels(findings) == [("editor", "warning")]
    assert "Neovim 0.6.1 is too old" in told(findings)


@needs_posix
@pytest.mark.parametrize(
    ("place", "text"),
    [
        (".config/nvim/init.lua", 'vim.opt.runtimepath:prepend("~/src/taco/editors/nvim")'),
        (".config/nvim/lua/lsp.lua", 'vim.lsp.config("taco", { cmd = { "taco-lsp" } })'),
        (".local/share/nvim/site/pack/x/start/taco/plugin/taco.lua", ""),
    ],
)
async def test_an_editor_is_set_up_when_its_configuration_says_so(
    place: str, text: str, bin_: Path, with_settings: Settings
) -> None:
    make_program(bin_, "nvim", "echo NVIM v0.10.4")
    assert "does not mention TACO" in told(await programs.check_editors(with_settings()))
    file = Path.home() / place
    file.parent.mkdir(parents=True)
    file.write_text(text)
    findings = await programs.check_editors(with_settings())
    assert levels(findings) == [("editor", "ok")]
    assert "TACO is set up in it" in told(findings)


@needs_posix
async def test_an_editor_that_does_not_say_its_version_is_given_up(
    bin_: Path, with_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(programs, "VERSION_S", 0.2)
    make_program(bin_, "hx", "exec /bin/sleep 30")
    assert "version unknown" in told(await programs.check_editors(with_settings()))


async def test_a_machine_without_editors_is_told_what_to_install(bin_: Path, with_settings: Settings) -> None:
    findings = await programs.check_editors(with_settings())
    assert levels(findings) == [("editor", "warning")]
    assert not list(bin_.iterdir())


# --- the server --------------------------------------------------------------------------------------------------


@pytest.mark.subprocess
async def test_the_server_is_really_started(
    with_settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "SLOW_S", server.START_S)  # this machine may have much else to do
    findings = await server.check(with_settings(STORE=f"sqlite:///{tmp_path / 'taco.db'}"))
    by_check = dict(levels(findings))
    assert by_check["python"] == by_check["start"] == "ok"
    assert not (tmp_path / "taco.db").exists(), "the person's store is left alone"


@pytest.mark.subprocess
async def test_a_slow_start_is_a_warning_that_says_what_may_slow_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "SLOW_S", 0.0)
    finding = await server._start()
    assert (finding.check, finding.level) == ("start", "warning")
    assert finding.mend


@needs_posix
@pytest.mark.subprocess
@pytest.mark.parametrize("says", ["exit 3", "exec /bin/sleep 60"])
async def test_a_server_that_does_not_start_is_a_problem(
    says: str, tmp_path: Path, with_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_program(tmp_path / "bin", "python", says)
    monkeypatch.setattr(client.sys, "executable", str(tmp_path / "bin" / "python"))
    monkeypatch.setattr(server, "START_S", 0.5)
    finding = await server._start()
    assert (finding.check, finding.level) == ("start", "problem")
    assert finding.mend


@needs_posix
@pytest.mark.parametrize(("says", "expected"), [("echo taco-lsp 0.0.1", "another version"), ("exit 1", "is broken")])
async def test_a_script_of_another_version_is_said(says: str, expected: str, bin_: Path) -> None:
    make_program(bin_, "taco-lsp", says)
    finding = await server._script()
    assert finding.level == "warning"
    assert expected in finding.message


async def test_a_script_that_is_not_on_the_path_is_said(bin_: Path) -> None:
    finding = await server._script()
    assert (finding.level, "not on your path" in finding.message) == ("warning", True)
    assert not list(bin_.iterdir())


# --- the command -------------------------------------------------------------------------------------------------


async def test_a_check_that_fails_or_hangs_does_not_hide_the_others(
    with_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(_: config.Effective) -> list[Finding]:
        raise RuntimeError(KEY)

    async def hangs(_: config.Effective) -> list[Finding]:
        await asyncio.Event().wait()
        return []

    async def works(_: config.Effective) -> list[Finding]:
        return [ok("it", "It works.")]

    monkeypatch.setattr(command, "DEADLINE_S", 0.05)
    findings = await command.examine((fails, hangs, works), with_settings())
    assert [finding.level for finding in findings] == ["warning", "warning", "ok"]
    assert KEY not in told(findings)


@pytest.mark.parametrize("broken", [True, False])
@pytest.mark.parametrize("as_json", [True, False])
def test_the_exit_code_tells_whether_the_tutor_works(
    broken: bool, as_json: bool, with_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_settings()

    async def check(_: config.Effective) -> list[Finding]:
        return [problem("it", "It is broken.", "Mend it.") if broken else ok("it", "It works.")]

    monkeypatch.setattr(command, "CHECKS", (check,))
    done = CliRunner().invoke(app, ["doctor", "--json"] if as_json else ["doctor"])
    assert done.exit_code == int(broken)
    if as_json:
        report = json.loads(done.output)
        assert report["ok"] is not broken
        assert set(report["findings"][0]) == {"check", "level", "message", "mend"}
    else:
        assert ("Mend it.\n\n1 problem.\n" in done.output) == broken
        assert ("All is well." in done.output) != broken


def test_every_check_is_run() -> None:
    named = {check.__module__.rpartition(".")[2] for check in command.CHECKS}
    assert named == {"server", "settings", "journal", "endpoint", "sync", "programs"}
