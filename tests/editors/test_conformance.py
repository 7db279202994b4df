"""Real clients judged by the conformance kit: the Neovim plugin, and eglot as its page sets it up."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.editors.desk import HERE, PLUGIN, Desk, block, program

pytestmark = pytest.mark.subprocess

TIMEOUT_S = 240
SCENES = HERE / "nvim"
EGLOT = Path("/usr/share/emacs/site-lisp/elpa")


def judged(desk: Desk, *client: str | Path) -> dict[str, Any]:
    """What the kit says of a client; it must conform."""
    done = subprocess.run(
        [sys.executable, "-c", "from taco_lsp.cli.main import run; run()", "conformance", "--json", "--timeout", "180",
         "--", *map(str, client)],
        env=desk.environ, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=TIMEOUT_S, check=False,
    )  # fmt: skip
    assert done.stdout, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    wrong = [problem for check in report["checks"] for problem in check["problems"]]
    missing = [check["check"] for check in report["checks"] if check["outcome"] == "notExercised"]
    assert done.returncode == 0, f"wrong: {wrong}\nnot seen: {missing}\n{done.stderr}"
    return report


def outcomes(report: dict[str, Any]) -> dict[str, str]:
    return {check["check"]: check["outcome"] for check in report["checks"]}


@pytest.mark.parametrize("name", ["nvim", "nvim-trixie", "nvim-forky"])
def test_the_neovim_plugin_conforms_in_everything(name: str, desk: Desk) -> None:
    nvim = program(name)
    paths = f"set runtimepath^={PLUGIN} | let &packpath = &runtimepath"
    find = f"lua package.path = package.path .. ';{SCENES}/?.lua'"

    report = judged(
        desk, nvim, "--headless", "--clean", "--cmd", paths, "--cmd", find, "-S", SCENES / "conformance.lua"
    )

    found = outcomes(report)
    assert {found[check] for check in ("ask", "run", "save", "stream", "cancel", "close", "ending")} == {"pass"}
    assert set(report["verbs"]) >= {"taco/ask", "taco/run", "taco/solution/history", "taco/status"}


def test_eglot_conforms_with_the_configuration_of_its_page(desk: Desk) -> None:
    emacs = program("emacs")
    if not list(EGLOT.glob("eglot-*")):
        pytest.skip("eglot is not installed (tests/editors/install.sh installs it)")
    init = desk.folder / "init.el"
    init.write_text(block("emacs.md", "elisp", 0))
    scenes = HERE / "emacs"

    report = judged(
        desk, emacs, "--batch", "-l", scenes / "scene.el", "-l", init, "-l", scenes / "conformance.el"
    )  # fmt: skip

    found = outcomes(report)
    assert {found[check] for check in ("ask", "run", "save", "offers", "close", "ending")} == {"pass"}
    assert report["verbs"]["taco/run"] == {"command": 2}
