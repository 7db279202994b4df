"""`docs/configuration.md`: every setting, where settings come from, and two example files. Prose in `pages/`."""

from __future__ import annotations

import json
from pathlib import PurePath

from generator import markdown
from taco_lsp.config import OPTIONS, Option, Settings
from taco_lsp.config.layers import WORKSPACE_FILE
from taco_lsp.models.keys import KEY_VARIABLE, KEYRING_SERVICE

USER_EXAMPLE = """\
[model]
endpoint = "http://localhost:11434/v1"
name = "qwen3:8b"
timeout_s = 60

[run]
timeout_s = 20

[run.commands.python]
run = ["python3", "{file}", "{args}"]

[conversation]
open = false
"""

WORKSPACE_EXAMPLE = """\
run.timeout_s = 30
run.memory_mb = 1024
"""

EDITOR_EXAMPLE = {"run": {"timeout_s": 20}, "conversation.open": False}

ENVIRONMENT_EXAMPLE = """\
export TACO_RUN_OUTPUT_KB=128
export TACO_CONVERSATION_OPEN=true
export TACO_RUN_COMMANDS='{"python": {"run": ["python3", "{file}", "{args}"]}}'
"""


def render() -> str:
    """The file."""
    privileged = ", ".join(f"`{option.key}`" for option in OPTIONS if option.privileged)
    return markdown.page(
        "configuration.md",
        {
            "workspace_file": f"`{PurePath(WORKSPACE_FILE).as_posix()}`",
            "privileged": privileged,
            "settings": _settings(),
            "user_example": markdown.code(USER_EXAMPLE, "toml"),
            "workspace_example": markdown.code(WORKSPACE_EXAMPLE, "toml"),
            "editor_example": markdown.as_json({"initializationOptions": EDITOR_EXAMPLE}),
            "environment_example": markdown.code(ENVIRONMENT_EXAMPLE, "sh"),
            "key": _key(),
        },
    )


def _settings() -> str:
    heads = ("key", "type", "default", "environment", "workspace may set it", "meaning")
    return markdown.table(heads, [_row(option) for option in OPTIONS])


def _row(option: Option) -> tuple[str, ...]:
    default = getattr(Settings(), option.field)
    return (
        f"`{option.key}`",
        option.type,
        "none" if default in (None, "", {}) else f"`{json.dumps(default)}`",
        f"`{option.env}`",
        "no" if option.privileged else "yes",
        option.doc,
    )


def _key() -> str:
    return "\n".join(
        [
            f"- `{KEY_VARIABLE}` in the environment goes to the configured endpoint, whatever it is.",
            f"- Otherwise the operating system's keyring is asked: `keyring set {KEYRING_SERVICE} HOST[:PORT]`.",
        ]
    )
