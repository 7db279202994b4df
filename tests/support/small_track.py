"""Builds small tracks the way Exercism lays them out, byte by byte."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import attrs

STUB = b'def leap(year):\r\n    """Tell whether it is a leap year."""\r\n    pass'
REFERENCE = b"def leap(year):\n    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)\n"
TESTS = (
    b"import unittest\n\nfrom leap import leap\n\n\nclass Leap(unittest.TestCase):\n"
    b"    def test_it(self):\n        self.assertIs(leap(2000), True)\n        self.assertIs(leap(1900), False)"
)
_NAMES = {"meta": ".meta/config.json", "stub": "leap.py", "tests": "leap_test.py", "reference": ".meta/example.py"}
META = {"files": {"solution": ["leap.py"], "test": ["leap_test.py"], "example": [".meta/example.py"]}}


@attrs.frozen
class SmallTrack:
    """A track in a folder; everything written can be changed and read again."""

    folder: Path
    config: dict[str, Any] = attrs.field(factory=dict)

    def save(self) -> None:
        """Write config.json."""
        self.write("config.json", json.dumps(self.config))

    def list(self, slug: str, kind: str = "practice", **about: Any) -> None:
        """List an exercise."""
        self.config["exercises"][kind].append({"slug": slug, "name": slug.replace("-", " ").title(), **about})
        self.save()

    def exercise(self, slug: str, files: dict[str, bytes | str], kind: str = "practice", **about: Any) -> Path:
        """List an exercise and write its files."""
        self.list(slug, kind, **about)
        for name, content in files.items():
            self.write(f"exercises/{kind}/{slug}/{name}", content)
        return self.folder / "exercises" / kind / slug

    def leap(self, slug: str = "leap", *, without: str = "", **changes: Any) -> Path:
        """Add a whole exercise; `changes` are contents by what they are for, and what the track says about it."""
        files: dict[str, bytes | str] = {
            ".docs/instructions.md": "# Instructions\n\nLeap years.\n",
            ".meta/config.json": json.dumps(META),
            ".meta/example.py": REFERENCE,
            "leap.py": STUB,
            "leap_test.py": TESTS,
        }
        files |= {_NAMES[name]: content for name, content in changes.items() if name in _NAMES}
        about = {name: value for name, value in changes.items() if name not in _NAMES}
        return self.exercise(slug, {name: content for name, content in files.items() if name != without}, **about)

    def concept(self, slug: str, **pages: str) -> None:
        """List a concept and write its pages (`about`, `introduction`)."""
        self.config["concepts"].append({"slug": slug, "name": slug.title(), "uuid": "u"})
        self.save()
        for name, text in pages.items():
            self.write(f"concepts/{slug}/{name}.md", text)

    def write(self, name: str, content: bytes | str) -> Path:
        """Write any file of the track."""
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return file

    def moved(self, folder: Path) -> SmallTrack:
        """Copy the track to another place."""
        shutil.copytree(self.folder, folder)
        return SmallTrack(folder, json.loads(json.dumps(self.config)))


def new_track(folder: Path, slug: str = "python") -> SmallTrack:
    """An empty track."""
    track = SmallTrack(
        folder,
        {
            "slug": slug,
            "language": slug.title(),
            "exercises": {"concept": [], "practice": []},
            "concepts": [],
            "files": {},
        },
    )
    track.save()
    return track
