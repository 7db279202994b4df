"""A folder of challenge folders, as a teacher keeps them in one repository."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from taco_lsp.authoring.challenge_folder import read_folder, slug_of
from taco_lsp.authoring.importing import Found, Skipped
from taco_lsp.authoring.manifest import NAME
from taco_lsp.errors import InvalidParams


def challenge_folders(folder: Path) -> tuple[Path, ...]:
    """Find the challenges of a folder: every folder in it, at any depth, that holds a challenge.toml.

    Raises:
        InvalidParams: there is none, or no such folder.
    """
    if not folder.is_dir():
        raise InvalidParams(f"There is no folder {folder}.", "Give a folder of challenge folders.")
    found = sorted(file.parent for file in folder.rglob(NAME))
    inner = {one for one in found if any(other in one.parents for other in found)}
    visible = [one for one in found if not any(part.startswith(".") for part in one.relative_to(folder).parts)]
    if not visible:
        raise InvalidParams(f"There is no challenge in {folder}.", f"A challenge is a folder with a {NAME}.")
    return tuple(one for one in visible if one not in inner)


def read_folders(folders: Sequence[Path]) -> Iterator[Found]:
    """Read challenges one by one; one that is not right, or has the slug of another one, is skipped.

    The last one comes first: students see the newest challenge first, so their list is in the order of the folders.
    """
    seen: dict[str, Path] = {}
    for folder in reversed(folders):
        reading = read_folder(folder)
        if reading.draft is None:
            yield Skipped(slug=slug_of(folder), reason=_reason(map(str, reading.errors)))
            continue
        slug = reading.draft.source.slug
        if slug in seen:
            yield Skipped(slug=slug, reason=f"{folder} has the slug of {seen[slug]}")
            continue
        seen[slug] = folder
        yield reading.draft


def _reason(problems: Iterable[str]) -> str:
    return "; ".join(problem.rstrip(".") for problem in problems)
