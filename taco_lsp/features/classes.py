"""`taco/class/list` and `taco/class/roster`: a teacher's classes, and who is in them."""

from __future__ import annotations

from taco_lsp.context import Context
from taco_lsp.journey.teaching import check_teaches
from taco_lsp.wire.types import ClassList, ClassRoster, ClassRosterParams, ClassSummary, Nothing, RosterMember


async def list_(ctx: Context, _: Nothing) -> ClassList:
    """List the classes of a teacher, or all of the school for an admin.

    Raises:
        Forbidden: a student.
    """
    user = await ctx.user()
    store = await ctx.store.get()
    async with store.read() as tx:
        if user.role == "admin":
            found = await tx.classes.of_organization(user.organization_id)
        else:
            found = await tx.classes.list_for_user(user.id)
        sizes = await tx.classes.sizes([it.id for it in found])
    return ClassList(
        classes=tuple(
            ClassSummary(
                id=it.id, name=it.name, subject=it.subject, description=it.description, students=sizes.get(it.id, 0)
            )
            for it in found
        )
    )


async def roster(ctx: Context, params: ClassRosterParams) -> ClassRoster:
    """List who is enrolled in a class.

    Raises:
        Forbidden: a student, or a teacher of other classes.
        NotFound: there is no such class.
    """
    user = await ctx.user()
    store = await ctx.store.get()
    async with store.read() as tx:
        class_ = await tx.classes.get(params.class_id)
        await check_teaches(tx, user, class_.id)
        members = await tx.classes.members(class_.id)
    return ClassRoster(
        id=class_.id,
        name=class_.name,
        members=tuple(
            RosterMember(user_id=it.user_id, email=it.email, role=it.role, enrolled_at=it.enrolled_at) for it in members
        ),
    )
