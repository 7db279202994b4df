"""`editors/vscode/package.json`: the server's settings as VS Code's; the rest of the file is hand-written and kept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from taco_lsp.config import OPTIONS, Option, Settings
from taco_lsp.config.options import Between, OneOf

MANIFEST = Path(__file__).parents[2] / "editors" / "vscode" / "package.json"
TITLE = "Server"
_TYPES: Mapping[str, str] = {"table": "object"}
_PRIVATE = "A workspace cannot set it."


def render() -> str:
    """The file."""
    manifest = json.loads(MANIFEST.read_text(encoding="utf-8"))
    properties = {f"taco.{option.key}": _property(option, order) for order, option in enumerate(OPTIONS, 1)}
    # The first part is about the extension itself.
    manifest["contributes"]["configuration"][1:] = [{"title": TITLE, "properties": properties}]
    return json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"


def _property(option: Option, order: int) -> Mapping[str, Any]:
    default = getattr(Settings(), option.field)
    made: dict[str, Any] = {"type": _TYPES.get(option.type, option.type)}
    made |= {"default": "" if default is None else default} | _limits(option)
    doc = f"{option.doc} {_PRIVATE}" if option.privileged else option.doc
    return made | {"scope": "machine" if option.privileged else "window", "order": order, "markdownDescription": doc}


def _limits(option: Option) -> Mapping[str, Any]:
    match option.check:
        case OneOf(choices=choices):
            return {"enum": list(choices)}
        case Between(low=low, high=high):
            return {"minimum": low, "maximum": high}
    return {}
