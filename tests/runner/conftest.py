"""What every test of the runner shares: real files, real programs, and a check that nothing stays behind."""

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from taco_lsp.runner import Outcome, RunRequest, run

_EXTENSIONS = {"python": ".py", "javascript": ".js", "c": ".c", "cpp": ".cpp", "java": ".java"}
_TOOLS = {"javascript": "node", "c": "gcc", "cpp": "g++", "java": "javac"}


@pytest.fixture(autouse=True)
def _temporary_files_are_removed(tmp_path_factory: pytest.TempPathFactory, monkeypatch) -> Iterator[None]:
    scratch = tmp_path_factory.mktemp("scratch")
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    yield
    assert list(scratch.iterdir()) == [], "a run left temporary files behind"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The student's folder."""
    folder = tmp_path / "Ana's exercícios"
    folder.mkdir()
    return folder


@pytest.fixture
def need() -> Callable[[str], None]:
    """Skip the test, visibly, when the tool of a language is not on this machine."""

    def need(language: str) -> None:
        tool = _TOOLS.get(language)
        if tool and not shutil.which(tool):
            pytest.skip(f"{tool} is not installed")

    return need


@pytest.fixture
def run_saved(folder: Path, need) -> Callable:
    """Save a program and run it."""

    async def run_saved(language: str, text: str, name: str = "", **options) -> Outcome:
        need(language)
        path = folder / (name or f"main{_EXTENSIONS[language]}")
        path.write_text(text, encoding="utf-8")
        return await run(RunRequest(path=path, text=text, language_id=language, **options))

    return run_saved


@pytest.fixture
def alive() -> Callable[[int], bool]:
    """Tell whether a process runs; one that ended and waits to be collected does not."""

    def alive(pid: int) -> bool:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        stat = Path(f"/proc/{pid}/stat")
        try:
            return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] != "Z"
        except (FileNotFoundError, ProcessLookupError):
            return False

    return alive


@pytest.fixture
def gone(alive) -> Callable[[int], bool]:
    """Wait, at most a second, until a killed process has vanished."""

    def gone(pid: int) -> bool:
        deadline = time.monotonic() + 1
        while alive(pid) and time.monotonic() < deadline:
            time.sleep(0.005)
        return not alive(pid)

    return gone
