"""The code of every moment, packed for the page: a table of lines, and views that are patches of one another.

    lines   [class, text, class, text …] of each different line
    views   [view it starts from or -1, step …]; a step is n > 0: keep n lines, n < 0: leave out -n,
            [line …]: add these, {"as": [line …]}: keep as many, coloured anew
    at      the view of each event; -1 when there is no code yet
    since   what it is compared with: the index of the save, -1 for what the student began with or an earlier save

A thousand moments of a hundred lines are some ten thousand different lines and small patches, not a hundred thousand
lines. `report.js` unpacks it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

import attrs

from taco_lsp.journey.report.colours import Colours, Line
from taco_lsp.journey.report.states import Files, State, lines

Listing = tuple[tuple[str, int], ...]
"""The text and the number in the table of each line."""

Step = int | list[int] | dict[str, list[int]]


@attrs.frozen(kw_only=True)
class Replay:
    """What the page needs to show the code at any moment; see the module."""

    lines: list[Line]
    views: list[list[Step]]
    at: list[int]
    since: list[int]

    def changed(self) -> list[tuple[int, int]]:
        """For each event, how many lines it adds to what it is compared with, and how many it removes."""
        counts = [
            (
                sum(len(step) for step in view[1:] if isinstance(step, list)),
                -sum(step for step in view[1:] if isinstance(step, int) and step < 0),
            )
            for view in self.views
        ]
        return [counts[view] if view >= 0 else (0, 0) for view in self.at]


def pack(states: Sequence[State]) -> Replay:
    """Pack the states of the events."""
    packer = _Packer()
    at = [packer.view(state) for state in states]
    since = [-1 if state.saved is None else state.saved for state in states]
    return Replay(lines=list(packer.lines), views=packer.views, at=at, since=since)


class _Packer:
    def __init__(self) -> None:
        self.lines: dict[Line, int] = {}
        self.views: list[list[Step]] = []
        self._colours = Colours()
        self._listings: dict[tuple[tuple[str, str], ...], Listing] = {}
        self._patches: dict[tuple[int, Listing], int] = {}
        self._showing: dict[Listing, int] = {}  # a view whose lines these are

    def view(self, state: State) -> int:
        """The number of the view of a state."""
        if not state.files:
            return -1
        base = state.files if state.base is None else state.base
        return self._patch(self._whole(self._listing(base)), self._listing(base), self._listing(state.files))

    def _whole(self, listing: Listing) -> int:
        """A view that shows this listing, whatever it is compared with."""
        found = self._showing.get(listing)
        return self._patch(-1, (), listing) if found is None else found

    def _patch(self, start: int, base: Listing, listing: Listing) -> int:
        key = (start, listing)
        if key not in self._patches:
            self._patches[key] = len(self.views)
            self.views.append([start, *_steps(base, listing)])
            self._showing.setdefault(listing, self._patches[key])
        return self._patches[key]

    def _listing(self, files: Files) -> Listing:
        key = tuple(files.items())
        if key not in self._listings:
            self._listings[key] = tuple(self._numbered(files))
        return self._listings[key]

    def _numbered(self, files: Files) -> Iterator[tuple[str, int]]:
        for path, texts in lines(files):
            for text, line in zip(texts, self._colours.lines(path, texts), strict=True):
                yield text, self.lines.setdefault(line, len(self.lines))


def _steps(old: Listing, new: Listing) -> Iterator[Step]:
    """The patch from one listing to another; lines are the same when their texts are."""
    start = _common(old, new)
    end = min(_common(old[::-1], new[::-1]), min(len(old), len(new)) - start)
    yield from _keep(old[:start], new[:start])
    old_middle, new_middle = old[start : len(old) - end], new[start : len(new) - end]
    matcher = SequenceMatcher(None, [text for text, _ in old_middle], [text for text, _ in new_middle])
    for what, a, b, c, d in matcher.get_opcodes():
        if what == "equal":
            yield from _keep(old_middle[a:b], new_middle[c:d])
            continue
        if b > a:
            yield a - b
        if d > c:
            yield [number for _, number in new_middle[c:d]]
    yield from _keep(old[len(old) - end :], new[len(new) - end :])


def _common(old: Listing, new: Listing) -> int:
    pairs = zip(old, new, strict=False)
    return next((n for n, (one, other) in enumerate(pairs) if one[0] != other[0]), min(len(old), len(new)))


def _keep(old: Listing, new: Listing) -> Iterator[Step]:
    if old == new:
        if old:
            yield len(old)
    else:
        yield {"as": [number for _, number in new]}
