"""What a student's program may know of the server's environment, and which programs are found in it."""

import os
import sys

import pytest

from taco_lsp.runner import RunnerError, RunRequest, run
from taco_lsp.runner.environment import child_environment
from taco_lsp.runner.tools import find_program, find_tool

SECRETS = {
    "TACO_STORE": "x",
    "OPENAI_API_KEY": "x",
    "openai_apikey": "x",
    "AWS_ACCESS_KEY_ID": "x",
    "AWS_SECRET_ACCESS_KEY": "x",
    "GITHUB_TOKEN": "x",
    "CLIENT_SECRET": "x",
    "PGPASSWORD": "x",
    "SIGNING_KEY": "x",
    "DATABASE_URL": "x",
    "SCHOOL_DB": "postgresql://ana:pw@db/school",
    "HTTPS_PROXY": "http://ana:pw@proxy:8080",
    "PGSERVICE_LINE": "host=db password=pw",
}


async def test_no_secret_reaches_the_program(monkeypatch, run_saved):
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, f"hidden-{value}")
    outcome = await run_saved("python", "import os\nfor item in os.environ.items(): print(*item)")
    assert "PATH " in outcome.stdout
    assert "hidden-" not in outcome.stdout
    assert "pw@" not in outcome.stdout


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_is_known_by_its_name_or_value(name):
    assert name not in child_environment({name: SECRETS[name]})


def test_what_is_no_secret_stays():
    plain = {"HOME": "/h", "DISPLAY": ":0", "COMPASS": "n", "KEYBOARD": "us", "OLDPWD": "/", "MONKEY": "m"}
    urls = {"HTTP_PROXY": "http://proxy:8080", "NOTE": "see https://example.org/a:b and mail ana@example.org"}
    assert (plain | urls).items() <= child_environment(plain | urls).items()


def test_settings_of_the_server_itself_are_left_out(monkeypatch):
    monkeypatch.setattr(sys, "prefix", "/opt/server/env")
    monkeypatch.setattr(sys, "base_prefix", "/usr")
    path = os.pathsep.join(["/opt/server/env/bin", "", "relative", "/usr/bin"])
    inherited = {"VIRTUAL_ENV": "/opt/server/env", "PYTHONPATH": "/opt/server", "PYTHONINSPECT": "1", "PATH": path}
    env = child_environment(inherited | {"NODE_OPTIONS": "--require x"})
    assert not {"VIRTUAL_ENV", "PYTHONPATH", "PYTHONINSPECT", "NODE_OPTIONS"} & env.keys()
    assert env["PATH"] == "/usr/bin"


def test_the_students_own_virtual_environment_stays():
    inherited = {"VIRTUAL_ENV": "/home/ana/env", "PATH": "/home/ana/env/bin"}
    assert inherited.items() <= child_environment(inherited).items()


@pytest.mark.skipif(sys.platform == "win32", reason="locales are a POSIX matter")
def test_a_locale_without_utf8_gets_it_and_keeps_its_language():
    env = child_environment({"LANG": "pt_BR.ISO-8859-1", "LC_ALL": "C"})
    assert "LC_ALL" not in env
    assert env["LANG"] == "pt_BR.ISO-8859-1"
    assert env["LC_CTYPE"].endswith("UTF-8")
    assert "LC_CTYPE" not in child_environment({"LANG": "pt_BR.utf8"})


async def test_a_missing_compiler_is_named(monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(RunnerError) as raised:
        await run(RunRequest(path=None, text="int main() {}", language_id="c"))
    assert raised.value.kind == "missing_program"
    assert raised.value.message.startswith("To run C programs TACO needs gcc, cc or clang")
    assert "Install a C compiler" in raised.value.hint


async def test_without_any_python_on_the_path_the_servers_own_runs_the_program(monkeypatch):
    monkeypatch.setenv("PATH", "")
    outcome = await run(RunRequest(path=None, text="print(6 * 7)", language_id="python"))
    assert outcome.stdout == "42\n"


async def test_an_unknown_language_is_named_with_those_that_work():
    with pytest.raises(RunnerError, match="how to run cobol") as raised:
        await run(RunRequest(path=None, text="", language_id="cobol"))
    assert raised.value.kind == "unknown_language"
    assert "Python, JavaScript, C, C++, Java" in raised.value.hint


def test_a_program_is_looked_for_in_the_given_folders_only(tmp_path):
    program = tmp_path / "node"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    assert find_tool("node", search=str(tmp_path), language="JavaScript") == str(program)
    assert find_program(str(program), search="", language="JavaScript") == str(program)
    with pytest.raises(RunnerError, match="needs missing-one"):
        find_program("missing-one", search=str(tmp_path), language="JavaScript")
