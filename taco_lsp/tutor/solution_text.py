"""A solution as one text: the file itself, or canonical JSON of several files.

Which of the two it is follows from the challenge (one starter file or more), never from the text.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence


def pack(files: Mapping[str, str], paths: Sequence[str]) -> str:
    """Make the stored text of `files` for a challenge whose files are `paths`."""
    if len(paths) <= 1:
        return next(iter(files.values()), "")
    return json.dumps(dict(files), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def unpack(text: str, paths: Sequence[str]) -> Mapping[str, str]:
    """Take a stored text apart into files; an unreadable text of a multi-file challenge is its main file."""
    if len(paths) > 1:
        try:
            files = json.loads(text)
        except ValueError:
            files = None
        if isinstance(files, dict):
            return {path: content for path, content in files.items() if path in paths and isinstance(content, str)}
    return {paths[0]: text} if paths else {}
