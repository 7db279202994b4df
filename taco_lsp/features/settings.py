"""`taco/config/show`: every setting in force, where it came from, and what was ignored."""

from __future__ import annotations

from taco_lsp.config import OPTIONS, default_store_url
from taco_lsp.context import Context
from taco_lsp.wire.types import ConfigResult, Nothing, Setting


async def show(ctx: Context, _: Nothing) -> ConfigResult:
    """List the effective configuration. A store URL is shown without its password."""
    values = ctx.config.settings
    return ConfigResult(
        settings=tuple(
            Setting(
                key=option.key,
                value=_shown(option.key, getattr(values, option.field)),
                source=ctx.config.sources[option.key],
                doc=option.doc,
                privileged=option.privileged,
            )
            for option in OPTIONS
        ),
        problems=tuple(str(problem) for problem in ctx.config.problems),
    )


def _shown(key: str, value: object) -> object:
    if key != "store":
        return value
    from urllib.parse import urlsplit  # noqa: PLC0415

    url = str(value or default_store_url())
    password = urlsplit(url).password
    return url.replace(f":{password}@", ":***@") if password else url
