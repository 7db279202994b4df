"""The configuration of the page for ALE, in a real Vim without a screen."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.editors.desk import FAILING, HERE, Desk, block, program

pytestmark = pytest.mark.subprocess

ALE = Path("/usr/share/vim-ale")


def test_the_configuration_of_the_page_is_enough(desk: Desk) -> None:
    vim = program("vim.nox")
    if not ALE.exists():
        pytest.skip("vim-ale is not installed (tests/editors/install.sh installs it)")
    vimrc = desk.folder / "vimrc"
    vimrc.write_text("set nocompatible noswapfile\n" + block("vim-ale.md", "vim"))
    (desk.workspace / "average.py").write_text(FAILING)
    start = f"autocmd VimEnter * ++nested source {HERE / 'vim' / 'flow.vim'}"

    quiet = ["-N", "-i", "NONE", "-T", "dumb", "--not-a-term", "--cmd", "set encoding=utf-8"]
    desk.drive(vim, *quiet, "-u", vimrc, "-c", start)

    desk.check_whole_session()
