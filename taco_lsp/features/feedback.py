"""`taco/feedback`: the student says whether an answer helped."""

from __future__ import annotations

from taco_lsp.context import Context
from taco_lsp.errors import InvalidParams
from taco_lsp.wire.types import FeedbackParams, Nothing

LONGEST_COMMENT = 2_000


async def give(ctx: Context, params: FeedbackParams) -> Nothing:
    """Store the feedback with the interaction; the latest feedback counts.

    Raises:
        InvalidParams: the comment is too long.
        NotFound: this student has no such interaction.
    """
    comment = params.comment or ""
    if len(comment) > LONGEST_COMMENT:
        raise InvalidParams(f"`comment`: at most {LONGEST_COMMENT} characters.", field="comment")
    user = await ctx.user()
    feedback = {"helpful": params.helpful} | ({"comment": comment} if comment else {})
    store = await ctx.store.get()
    async with store.write() as tx:
        await tx.interactions.set_feedback(params.interaction_id, user.id, feedback)
    return Nothing()
