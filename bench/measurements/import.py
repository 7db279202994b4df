# ruff: noqa: N999 - called as it is measured: python -m bench import
"""Time of `taco challenge import exercism`: a track of 160 exercises and 65 concepts into an empty class, and again.

The whole command is measured, interpreter and store included. The track is made here, as large in every part as a real
one of Exercism; `TACO_TEST_TRACK` names the folder of a real one to take instead.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from bench.harness import Report, interleaved, rows

EXERCISES = {"practice": 140, "concept": 20}
CONCEPTS = 65
PROGRAM = "from taco_lsp.cli.main import run; run()"
FIRST, AGAIN = "import into an empty class", "import again, nothing changed"
_LINE = "Somebody counts the letters of a word, and a loop visits every one of them in turn.\n"


def measure(quick: bool) -> Report:
    """Import into a new store, then once more."""
    with tempfile.TemporaryDirectory(prefix="taco-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        track = Path(os.environ.get("TACO_TEST_TRACK") or _write_track(folder / "track"))
        samples = interleaved({"taco": lambda: _probe(folder, track)}, rounds=2 if quick else 10)
    return Report(
        rows=rows(samples, unit="s", aims={(FIRST, "taco"): "≤ 10 s"}),
        notes=(f"The track: {os.environ.get('TACO_TEST_TRACK', 'made for the measurement')}.",),
    )


def _probe(folder: Path, track: Path) -> Mapping[str, float]:
    with tempfile.TemporaryDirectory(dir=folder) as place:
        return {metric: _import(track, Path(place) / "taco.db") for metric in (FIRST, AGAIN)}


def _import(track: Path, store: Path) -> float:
    command = [sys.executable, "-I", "-c", PROGRAM, "challenge", "import", "exercism", str(track)]
    environ = {**os.environ, "TACO_STORE": f"sqlite:///{store.as_posix()}"}
    began = time.perf_counter()
    done = subprocess.run([*command, "--class", "10B", "--json"], env=environ, capture_output=True, check=True)
    took = time.perf_counter() - began
    if not json.loads(done.stdout)["imported"]:
        raise RuntimeError(f"nothing was imported: {done.stdout.decode()}")
    return took


def _write_track(folder: Path) -> Path:
    concepts = [{"slug": f"concept-{number}", "name": f"Concept {number}"} for number in range(CONCEPTS)]
    exercises = {
        kind: [{"slug": f"{kind}-{number}", "difficulty": 3} for number in range(count)]
        for kind, count in EXERCISES.items()
    }
    _write(folder / "config.json", json.dumps({"slug": "bench", "exercises": exercises, "concepts": concepts}))
    for concept in concepts:
        for page in ("about", "introduction"):
            sections = "".join(f"## Part {number}\n\n{_LINE * 8}\n" for number in range(6))
            _write(folder / "concepts" / concept["slug"] / f"{page}.md", f"# {concept['name']}\n\n{sections}")
    for kind, listed in exercises.items():
        for exercise in listed:
            _write_exercise(folder / "exercises" / kind / str(exercise["slug"]), kind)
    return folder


def _write_exercise(folder: Path, kind: str) -> None:
    reference = ".meta/exemplar.py" if kind == "concept" else ".meta/example.py"
    key = "exemplar" if kind == "concept" else "example"
    files = {"solution": ["stub.py"], "test": ["stub_test.py"], key: [reference]}
    hints = "".join(f"## {number}. Task\n\n{_LINE * 3}\n" for number in range(5))
    texts = {
        ".meta/config.json": json.dumps({"files": files, "authors": [], "blurb": _LINE}),
        reference: "def letters(word):\n    return len(word)\n" * 20,
        "stub.py": "def letters(word):\n    pass\n" * 8,
        "stub_test.py": "def test_letters():\n    assert letters('word') == 4\n" * 100,
        ".docs/instructions.md": f"# Instructions\n\n{_LINE * 20}",
        ".docs/introduction.md": f"# Introduction\n\n{_LINE * 30}",
        ".docs/hints.md": f"# Hints\n\n{hints}",
    }
    for name, text in texts.items():
        _write(folder / name, text)


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
