"""Which file belongs to which challenge: `.taco/bindings.json` beside the work.

The file moves with the folder and is the same for every editor: `{"version": 1, "files": {path: challenge id}}`,
paths relative to the folder that holds `.taco`, with `/`. It names challenges and nothing else, so a hostile one
can do no more than point at a challenge the student does not have.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping
from pathlib import Path
from uuid import UUID, uuid4

logger = logging.getLogger(__name__)

FOLDER = ".taco"
_NAME = "bindings.json"
_LEVELS_UP = 4
_LARGEST = 256 * 1024


def find(path: Path) -> tuple[UUID, Path] | None:
    """Look up the challenge of a file, and the folder of that challenge, in its folder and a few above."""
    for folder in list(path.parents)[:_LEVELS_UP]:
        bound = read(folder).get(path.relative_to(folder).as_posix())
        if bound is not None:
            return bound, folder
    return None


def read(folder: Path) -> Mapping[str, UUID]:
    """Read a folder's bindings; an absent or unreadable file binds nothing."""
    file = folder / FOLDER / _NAME
    try:
        if file.stat().st_size > _LARGEST:
            return {}
        files = json.loads(file.read_text(encoding="utf-8"))["files"]
        return {str(path): UUID(challenge) for path, challenge in files.items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        logger.warning("ignoring an unreadable %s", _NAME)
        return {}


def bind(folder: Path, paths: Iterable[str], challenge_id: UUID) -> None:
    """Bind files of a folder to a challenge, keeping the folder's other bindings.

    Raises:
        OSError: the folder cannot be written.
    """
    files = {path: str(bound) for path, bound in read(folder).items()}
    files |= {path: str(challenge_id) for path in paths}
    text = json.dumps({"version": 1, "files": files}, indent=2, sort_keys=True) + "\n"
    write_whole(folder / FOLDER / _NAME, text)


def write_whole(file: Path, text: str) -> None:
    """Write a file so that readers see the old or the new text, never half; make its folder if needed.

    Raises:
        OSError: it cannot be written.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_name(f".{file.name}.{uuid4().hex}")
    try:
        # Half a character, which an editor may send, must not cost the rest of the text.
        with new.open("x", encoding="utf-8", errors="replace", newline="") as stream:
            stream.write(text)
        new.replace(file)
    except BaseException:
        new.unlink(missing_ok=True)
        raise
