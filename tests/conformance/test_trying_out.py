"""`taco conformance`: real clients on the real server."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from taco_lsp.cli.main import app
from taco_lsp.conformance.transcript import read
from taco_lsp.errors import TacoError
from tests.conformance.transcripts import SHIPPED, all_fields
from tests.support.editors import clean_environ

pytestmark = pytest.mark.subprocess

HERE = Path(__file__).parent
REFERENCE = ("{python}", "-I", "-m", "taco_lsp.conformance.reference")
TACO = "from taco_lsp.cli.main import run; run()"
RECORD_AGAIN = "record it again: taco conformance --record FOLDER -- {python} -I -m taco_lsp.conformance.reference"
TIMEOUT_S = 90
RUDE = """
import json, os, subprocess, sys
server = subprocess.Popen(["taco-lsp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
params = {"processId": None, "rootUri": None}
body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params}).encode()
server.stdin.write(b"Content-Length: %d\\r\\n\\r\\n%s" % (len(body), body))
server.stdin.flush()
server.stdout.readline()
print("said by the client")
sys.exit(3)
"""


PAGE = """
import os, sys
from websockets.sync.client import connect
from websockets.exceptions import ConnectionClosed
try:
    with connect(sys.argv[1], origin="https://elsewhere.example") as page:
        page.recv(timeout=30)
except ConnectionClosed as closed:
    print("refused with", closed.rcvd.code)
page = connect(sys.argv[1], origin="http://localhost:8000")
params = '{"processId": null, "rootUri": null, "capabilities": {}}'
page.send('{"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": %s}' % params)
assert "capabilities" in page.recv(timeout=30)
page.send(b'{"jsonrpc": "2.0", "method": "initialized", "params": {}}')
os._exit(0)
"""


def conformance(*arguments: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the command, in a folder and without settings of this machine."""
    return subprocess.run(
        [sys.executable, "-c", TACO, "conformance", *map(str, arguments)],
        env=clean_environ({"XDG_CONFIG_HOME": str(folder / "config")}),
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )


def test_the_reference_client_conforms_and_the_shipped_transcript_is_up_to_date(tmp_path: Path) -> None:
    kept = tmp_path / "kept"

    done = conformance("--json", "--record", kept, "--", *REFERENCE, folder=tmp_path)

    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads(done.stdout)
    assert report["ok"]
    assert {check["outcome"] for check in report["checks"]} == {"pass"}
    (recorded,) = kept.iterdir()
    shipped, now = all_fields(read(SHIPPED)), all_fields(read(recorded))
    assert shipped.keys() == now.keys(), RECORD_AGAIN
    gone = {which: shipped[which] - now[which] for which in shipped if shipped[which] - now[which]}
    assert gone == {}, RECORD_AGAIN  # what was added is no drift: clients ignore what they do not know
    text = recorded.read_text(encoding="utf-8")
    assert str(tmp_path) not in text
    assert "taco-conformance-" not in text, "a path of this machine"


def test_the_reference_client_conforms_over_tcp(tmp_path: Path) -> None:
    done = conformance("--json", "--tcp", "--", *REFERENCE, folder=tmp_path)
    report = json.loads(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
    assert {check["outcome"] for check in report["checks"]} == {"pass"}


def test_a_page_is_let_in_as_the_server_does_and_its_faults_are_found(tmp_path: Path) -> None:
    client = tmp_path / "page.py"
    client.write_text(PAGE)

    done = conformance("--json", "--ws", "--", "{python}", client, "{address}", folder=tmp_path)

    assert "refused with 1008" in done.stderr, done.stderr
    report = json.loads(done.stdout)
    assert (done.returncode, report["connections"], report["clientExitCode"]) == (1, 2, 0)
    problems = {check["check"]: check["problems"] for check in report["checks"]}
    assert problems["protocol"] == [
        "a binary frame, not a text frame",
        "the connection was cut without a closing handshake",
    ]
    assert problems["initialize"] == []


def test_a_client_that_leaves_rudely_fails_and_is_told_how(tmp_path: Path) -> None:
    client = tmp_path / "rude.py"
    client.write_text(RUDE)

    done = conformance("--", "{python}", client, folder=tmp_path)

    assert done.returncode == 1
    assert "FAILED    Shuts down, waits for the reply, exits" in done.stdout
    assert "- the client left without shutdown" in done.stdout
    assert "not seen  Runs the program" in done.stdout
    assert "The client ended with exit code 3." in done.stdout
    assert "Traceback" not in done.stderr


def test_a_client_that_never_starts_the_server_fails(tmp_path: Path) -> None:
    done = conformance("--json", "--", "{python}", "-c", "print('noise')", folder=tmp_path)
    report = json.loads(done.stdout)
    assert (done.returncode, report["connections"]) == (1, 0)
    assert "noise" in done.stderr, "what a client prints must not spoil the JSON"


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--transcript", str(SHIPPED), "--", "x"),
        ("--timeout", "0", "--", "x"),
        ("--ws", "--tcp", "--", "x"),
        ("--ws", "--transcript", str(SHIPPED)),
    ],
)
def test_wrong_usage_is_said(arguments: tuple[str, ...]) -> None:
    assert CliRunner().invoke(app, ["conformance", *arguments]).exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--", "no-such-client"), "no-such-client cannot be started"),
        (("--timeout", "1", "--", "{python}", "-c", "import time; time.sleep(30)"), "did not end within 1 seconds"),
        (("--transcript", __file__), "is no transcript"),
        (("--transcript", "nowhere.jsonl"), "cannot be read"),
        (("--record", str(HERE), "--", "x"), "is not empty"),
    ],
)
def test_what_is_wrong_is_said_in_plain_words(arguments: tuple[str, ...], said: str) -> None:
    error = CliRunner().invoke(app, ["conformance", *arguments]).exception
    assert isinstance(error, TacoError)
    assert said in str(error)
    assert error.hint


def test_a_transcript_is_judged_without_a_client() -> None:
    done = CliRunner().invoke(app, ["conformance", "--transcript", str(SHIPPED)])
    assert done.exit_code == 0, done.output
    assert done.output.endswith("The client conforms.\n")
