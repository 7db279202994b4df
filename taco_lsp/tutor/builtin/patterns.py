"""What can be noticed in a student's Python code, as questions: loop bounds, lost results, missing returns.

The detectors are in `seen_loops`, `seen_functions` and `seen_values`, their words in the catalogue. An observation
is a reason to ask, never a verdict.
"""

from __future__ import annotations

import attrs

from taco_lsp.tutor.builtin.endless import endless_loop, why_endless
from taco_lsp.tutor.builtin.seen import Seen
from taco_lsp.tutor.builtin.seen_functions import FUNCTIONS
from taco_lsp.tutor.builtin.seen_loops import LOOPS
from taco_lsp.tutor.builtin.seen_values import VALUES
from taco_lsp.tutor.builtin.source import Source
from taco_lsp.tutor.builtin.texts import Texts

_WEAK = frozenset({"range_end", "integer_division", "unused_parameter", "swallowed_error", "overwritten"})
"""Often right as they are: asked about only when nothing better was seen."""


@attrs.frozen
class Observation:
    """Something worth asking about; `kind` has a note in `pattern_notes`, `line` counts from 1."""

    kind: str
    line: int
    question: str


def observe(source: Source, texts: Texts, near: int | None = None) -> tuple[Observation, ...]:
    """List what is worth asking about, most telling first; what stands near a line comes before the rest."""
    if source.tree is None:
        return ()
    found = [seen for detector in (*LOOPS, *FUNCTIONS, *VALUES) for seen in detector(source.tree)]
    unique = {(seen.kind, seen.line): _in_words(seen, texts) for seen in found}
    endless = endless_loop(source)
    if endless:
        question = texts.say("patterns.endless_loop", line=endless.line, reason=why_endless(endless, texts))
        unique = {("endless_loop", endless.line): Observation("endless_loop", endless.line, question)} | unique
    far = (lambda line: abs(line - near) > 2) if near is not None else (lambda line: False)
    return tuple(sorted(unique.values(), key=lambda item: (item.kind in _WEAK, far(item.line))))


def _in_words(seen: Seen, texts: Texts) -> Observation:
    values = dict(seen.values)
    names = values.get("names")
    if isinstance(names, list):
        values["names"] = texts.listed([f"`{name}`" for name in names])
    return Observation(seen.kind, seen.line, texts.say(f"patterns.{seen.entry or seen.kind}", line=seen.line, **values))
