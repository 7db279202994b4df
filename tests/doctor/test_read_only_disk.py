"""A store on a disk that cannot be written: the tutor answers, says that nothing is recorded, and doctor says why."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.editors import clean_environ
from tests.support.unprivileged import ROOT, RUN_S, as_a_person

pytestmark = pytest.mark.subprocess

SESSION = [sys.executable, "-m", "tests.doctor.session", "work"]
DOCTOR = """
import asyncio, json, os
from taco_lsp import config
from taco_lsp.cli.doctor import journal
found = asyncio.run(journal.check(config.load(environ=os.environ)))
print(json.dumps([(finding.level, finding.message, finding.mend) for finding in found]))
"""
MOUNT = 'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && shift && exec "$@"'


def by_permission(folder: Path) -> list[str]:
    """What to put before a command that may not write a folder."""
    for path in (*folder.iterdir(), folder):
        path.chmod(0o500 if path.is_dir() else 0o400)
    return as_a_person()


def by_mount(folder: Path) -> list[str]:
    """What to put before a command for which a folder is on a read-only disk; it ends with the command."""
    unshare = shutil.which("unshare")
    prefix = [unshare or "", "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"]), "sh", "-c", MOUNT, "sh"]
    if not unshare or subprocess.run([*prefix, folder, "true"], capture_output=True, check=False).returncode:
        pytest.skip("a folder cannot be mounted read-only here (it takes `unshare` and the right to mount)")
    return [*prefix, str(folder)]


@pytest.fixture(params=[by_permission, by_mount] if sys.platform == "linux" else [by_permission])
def way(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """A way to make the folder of the store read-only; it can be removed afterwards."""
    (tmp_path / "store").mkdir()
    (tmp_path / "work").mkdir()
    yield request.param
    (tmp_path / "store").chmod(0o700)


def run(prefix: list[str], command: list[str], folder: Path) -> Any:
    """Run a command that prints JSON, with a store in `folder/store`."""
    environ = {
        "TACO_STORE": f"sqlite:///{folder}/store/taco.db",
        "TACO_SYNC_REMOTE": "postgresql://127.0.0.1:1/school",
        "XDG_CONFIG_HOME": str(folder),
        "TMPDIR": str(folder),
    }
    done = subprocess.run(
        [*prefix, *command],
        cwd=folder, env=clean_environ({**environ, "PYTHONPATH": str(ROOT)}),
        capture_output=True, text=True, timeout=RUN_S, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def check_answers(told: Any, why: str) -> None:
    assert told["hint"]["response"]
    assert "IndexError" in told["explanation"]["response"]
    assert told["saved"].keys() == {"updatedAt"}, "a version that will not last is not called one"
    status = told["status"]
    assert (status["recording"], status["store"]["readOnly"], status["store"]["problem"]) == (False, True, why)
    assert told["sync"]["problem"] == f"{why} Nothing is recorded, so nothing is synced."
    (said,) = told["said"]
    assert said.startswith(f"{why} The tutor answers all the same, and nothing is recorded.")


def test_without_a_store_the_tutor_answers_and_says_that_nothing_is_recorded(way: Any, tmp_path: Path) -> None:
    told = run(way(tmp_path / "store"), SESSION, tmp_path)
    check_answers(told, f"The store {tmp_path}/store/taco.db cannot be written.")
    assert list((tmp_path / "store").iterdir()) == []
    assert not list(tmp_path.glob("taco-unrecorded-*")), "what stood in for the store is left"


@pytest.mark.parametrize("way", [by_permission], indirect=True)
def test_what_the_store_holds_is_there_and_does_not_change(way: Any, tmp_path: Path) -> None:
    before = run([], SESSION, tmp_path)
    assert before["said"] == [] and before["saved"]["revisionId"]
    file = tmp_path / "store" / "taco.db"
    content = hashlib.sha256(file.read_bytes()).digest()

    told = run(way(tmp_path / "store"), SESSION, tmp_path)

    check_answers(told, f"The store {file} cannot be written.")
    assert told["hint"]["hintLevel"] == 2, "the hint and the run that were recorded are not known"
    assert told["versions"] == before["versions"]
    assert hashlib.sha256(file.read_bytes()).digest() == content


def test_doctor_says_what_is_wrong_and_changes_nothing(way: Any, tmp_path: Path) -> None:
    level, message, mend = run(way(tmp_path / "store"), [sys.executable, "-c", DOCTOR], tmp_path)[0]
    assert (level, message) == ("problem", f"The store {tmp_path}/store/taco.db cannot be written.")
    assert "writable" in mend
    assert list((tmp_path / "store").iterdir()) == []
