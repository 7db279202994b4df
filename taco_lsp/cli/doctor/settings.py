"""Which settings were ignored, and where they came from."""

from __future__ import annotations

from collections.abc import Sequence

from taco_lsp.cli.doctor.finding import Finding, ok, warning
from taco_lsp.config import Effective, user_config_file

_MEND = "Correct it there; docs/configuration.md lists every setting. `taco config` shows what is in force."


async def check(effective: Effective) -> Sequence[Finding]:
    """List what was ignored."""
    if effective.problems:
        return [warning("settings", f"Ignored: {problem}", _MEND) for problem in effective.problems]
    changed = sorted(key for key, source in effective.sources.items() if source != "default")
    told = f"set: {', '.join(changed)}" if changed else "all as they come"
    message = f"The settings are in order ({told}). Your file: {user_config_file()}."
    return [ok("settings", message)]
