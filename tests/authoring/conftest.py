"""What the tests of authoring share: a track, a challenge folder, and the command line."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from teacher import Printed, Taco

from taco_lsp.authoring.skeleton import write_skeleton
from taco_lsp.cli.main import run
from tests.support.small_track import SmallTrack, new_track


@pytest.fixture
def taco(
    no_settings_of_this_machine: None,
    store_file: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Taco:
    """Run `taco` on a store of its own."""
    monkeypatch.setenv("TACO_STORE", f"sqlite:///{store_file.as_posix()}")

    def taco(*arguments: str | Path) -> Printed:
        monkeypatch.setattr(sys, "argv", ["taco", *map(str, arguments)])
        capsys.readouterr()
        code = 0
        try:
            run()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
        printed = capsys.readouterr()
        assert "Traceback" not in printed.out + printed.err
        return Printed(code, printed.out, printed.err)

    return taco


@pytest.fixture
def track(tmp_path: Path) -> SmallTrack:
    """An empty track."""
    return new_track(tmp_path / "track")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A challenge folder that is right in every respect."""
    write_skeleton(tmp_path / "double")
    return tmp_path / "double"
