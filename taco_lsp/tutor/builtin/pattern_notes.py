"""For each kind of observation: the concept behind it, an example on other data, and steps to think in.

The words are in the catalogue. Examples never use the student's names or task; steps are comments without code.
"""

from __future__ import annotations

import attrs

from taco_lsp.tutor.builtin.texts import Texts

_FAMILIES = {
    "typescript": "javascript",
    "javascriptreact": "javascript",
    "typescriptreact": "javascript",
    "csharp": "java",
}
"""Languages that read the example of another one."""


@attrs.frozen
class Note:
    """What the rungs 2, 4 and 5 of the ladder say about one kind of observation."""

    concept: str
    example: str
    example_language: str
    steps: tuple[str, ...]


def note_for(kind: str | None, texts: Texts, language_id: str = "python") -> Note:
    """Give the note for a kind of observation, or the general one, with an example in the student's language."""
    entry = f"pattern_notes.{kind}"
    if not kind or texts.find(f"{entry}.concept") is None:
        entry = "pattern_notes.general"
    language = _FAMILIES.get(language_id, language_id)
    example = texts.find(f"{entry}.example_{language}")
    return Note(
        concept=texts.say(f"{entry}.concept"),
        example=(example or texts.say(f"{entry}.example")).strip("\n"),
        example_language=language if example else "python",
        steps=tuple(texts.say(f"{entry}.steps").splitlines()),
    )
