"""`taco/class/overview`: who of a class has started, is stuck, has finished, and why that is said."""

from __future__ import annotations

from taco_lsp.context import Context
from taco_lsp.journey.teaching import check_teaches
from taco_lsp.wire.types import ClassOverview, ClassOverviewParams


async def of_class(ctx: Context, params: ClassOverviewParams) -> ClassOverview:
    """Tell how a class is getting on, by rules that are named, with the events behind each.

    Raises:
        Forbidden: a student, or a teacher of other classes.
        NotFound: there is no such class.
    """
    from taco_lsp.overview.reading import read_overview  # noqa: PLC0415 - for teachers alone

    user = await ctx.user()
    store = await ctx.store.get()
    async with store.read() as tx:
        await check_teaches(tx, user, params.class_id)
    return await read_overview(store, params.class_id, params.challenge_id)
