"""`taco/config/show`: every setting in force, where it came from, and what was ignored."""

from __future__ import annotations

from taco_lsp.config import OPTIONS
from taco_lsp.context import Context
from taco_lsp.wire.types import ConfigResult, Nothing, Setting


async def show(ctx: Context, _: Nothing) -> ConfigResult:
    """List the effective configuration. URLs are shown without their passwords."""
    return ConfigResult(
        settings=tuple(
            Setting(
                key=option.key,
                value=ctx.config.shown(option),
                source=ctx.config.sources[option.key],
                doc=option.doc,
                privileged=option.privileged,
            )
            for option in OPTIONS
        ),
        problems=tuple(str(problem) for problem in ctx.config.problems),
    )
