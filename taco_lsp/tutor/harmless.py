"""Makes text of students, files and programs safe to stand in a prompt as data.

It cannot close its own marker, open another, or write the control tokens of a chat model, and nothing in it is
invisible. What it *says* stays as it is; the rules tell the model not to obey it.
"""

from __future__ import annotations

import re

_MARKER = re.compile(r"<(?=\s*/?\s*(?:student|material)\b)", re.IGNORECASE)
_CONTROL_TOKEN = re.compile(r"<(?=\|\w{1,40}\|>|/?(?:start|end)_of_turn>|</?SYS>>)|\[(?=/?INST\])")
# Bidirectional controls and tag characters: a person does not see them, a model reads them.
_INVISIBLE = re.compile("[\u200b\u202a-\u202e\u2060\u2066-\u2069\ufeff\U000e0000-\U000e007f]")
_BINARY = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd\ud800-\udfff]")
_OPENING = "\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}"
_LONGEST_LABEL = 120


def data(tag: str, label: str, text: str) -> str:
    """Put a text between markers; `label` says what it is, and may come from a student too."""
    shown = harmless(" ".join(label.split()))[:_LONGEST_LABEL].replace('"', "'")
    return f'<{tag} what="{shown}">\n{harmless(text)}\n</{tag}>'


def harmless(text: str) -> str:
    """Break up whatever would be more than data; binary text is only counted."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    odd = len(_BINARY.findall(text))
    if odd > 20 and odd > len(text) // 20:
        return f"[binary data, {len(text)} characters, not shown]"
    text = _BINARY.sub("\ufffd", _INVISIBLE.sub("", text))
    return _CONTROL_TOKEN.sub(lambda found: f"{found.group()} ", _MARKER.sub(_OPENING, text))
