"""Reloading a file in a real editor, which closes and opens it for the server, keeps its session."""

from __future__ import annotations

from datetime import datetime

import pytest

from taco_lsp.context.seats import GRACE_S
from tests.editors.desk import FAILING, HERE, PLUGIN, Desk, program
from tests.support.rows import rows

pytestmark = pytest.mark.subprocess

SCENES = HERE / "nvim"


@pytest.mark.parametrize("name", ["nvim", "nvim-forky"])
def test_a_reload_in_neovim_keeps_the_session_and_a_close_ends_it(name: str, desk: Desk) -> None:
    nvim = program(name)
    (desk.workspace / "loop.py").write_text(FAILING)
    paths = f"set runtimepath^={PLUGIN} | let &packpath = &runtimepath"
    find = f"lua package.path = package.path .. ';{SCENES}/?.lua'"

    desk.drive(nvim, "--headless", "--clean", "--cmd", paths, "--cmd", find, "-S", SCENES / "reload.lua")

    desk.wait_for_end()
    (session,) = rows(desk.store, "SELECT * FROM sessions")
    asked = rows(desk.store, "SELECT session_id, created_at FROM llm_interactions ORDER BY created_at")
    assert [row["session_id"] for row in asked] == [session["id"]] * 2
    ended, last = (datetime.fromisoformat(moment) for moment in (session["ended_at"], asked[-1]["created_at"]))
    assert 0 <= (ended - last).total_seconds() < GRACE_S, "it ended when the file was closed, not when that was sure"
