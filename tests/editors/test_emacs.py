"""The configurations of the page for Emacs, in a real Emacs without a screen."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.editors.desk import FAILING, HERE, Desk, block, program

pytestmark = pytest.mark.subprocess

SCENES = HERE / "emacs"
PACKAGES = Path("/usr/share/emacs/site-lisp/elpa")


@pytest.mark.parametrize(("client", "number"), [("eglot", 0), ("lsp-mode", 1)])
def test_the_configuration_of_the_page_is_enough(client: str, number: int, desk: Desk) -> None:
    emacs = program("emacs")
    if not list(PACKAGES.glob(f"{client}-*")):
        pytest.skip(f"{client} is not installed (tests/editors/install.sh installs it)")
    init = desk.folder / "init.el"
    init.write_text(block("emacs.md", "elisp", number))
    (desk.workspace / "average.py").write_text(FAILING)
    subprocess.run(["git", "init", "--quiet", desk.workspace], check=True)

    desk.drive(emacs, "--batch", "-l", SCENES / "scene.el", "-l", init, "-l", SCENES / f"{client}.el")

    desk.check_whole_session(question="Why does it count from 0?")
