"""The smallest tracks there are, to import into stores."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

_EXERCISE = {
    ".docs/instructions.md": "Do a.",
    ".meta/config.json": '{"files": {"solution": ["a.py"], "test": ["t.py"], "example": [".meta/example.py"]}}',
    ".meta/example.py": "print('the solution')",
    "a.py": "print('the stub')",
    "t.py": "",
}


def write_track(folder: Path, slugs: Sequence[str] = ("a",)) -> Path:
    """Write exercises and one concept."""
    listed = {"exercises": {"practice": [{"slug": slug} for slug in slugs]}, "concepts": [{"slug": "loops"}]}
    texts = {"config.json": json.dumps(listed), "concepts/loops/about.md": "A loop repeats."}
    texts |= {f"exercises/practice/{slug}/{name}": text for slug in slugs for name, text in _EXERCISE.items()}
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder
