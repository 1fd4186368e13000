"""After a backup was restored ids are given anew: buttons touch nothing that has got another thing's number."""

from __future__ import annotations

from typing import Any

import pytest
import simcord
from sqlalchemy import Table, select, update

from bot.domain.shared.types import MemberId, RoleId
from bot.storage.driver.engine import close_engine, open_engine
from bot.storage.tables import proposals, role_rules, spaces
from tests.cogs.answers import answer
from tests.cogs.conftest import World, said

UNKNOWN = "is of something that I have no record of any more"


async def _another(world: World, table: Table, **changed: Any) -> None:
    """Let the newest row of a table be another thing that has got its id."""
    engine = open_engine(world.app.settings.storage.url.get_secret_value())
    async with engine.begin() as connection:
        *_, key = table.primary_key
        newest = select(key).order_by(key.desc()).limit(1).scalar_subquery()
        done = await connection.execute(update(table).where(key == newest).values(**changed))
        assert done.rowcount == 1
    await close_engine(engine)


async def _draft(world: World) -> tuple[simcord.MemberActor, simcord.InteractionResult]:
    """A draft of a member's, and its form's answer with the steps on from it."""
    ada = await world.member("ada", 5_000, researcher=True)
    form = await ada.slash(world.general, "proposal new")
    fields = {"title": "Fund it", "summary": "", "body": "All of it", "discussion": ""}
    return ada, await ada.submit_modal(form, fields)


@pytest.mark.parametrize("step", ["Edit", "Submit", "Discard"])
async def test_a_drafts_buttons_touch_no_other_draft(world: World, step: str) -> None:
    ada, shown = await _draft(world)
    await _another(world, proposals, created_at=proposals.c.created_at + 1_000)
    pressed = await ada.click(answer(shown), label=step)
    assert pressed.modal is None
    assert UNKNOWN in said(pressed)
    (left,) = await world.app.proposals.visible(world.guild_id, MemberId(ada.id))
    assert left.proposal.submitted_at is None


async def test_a_drafts_buttons_work_after_a_restart(world: World) -> None:
    ada, shown = await _draft(world)
    await world.restart()
    assert "Discarded" in said(await ada.click(answer(shown), label="Discard"))


@pytest.mark.parametrize("label", ["Remove it and take the role", "Remove it, they keep the role"])
async def test_no_other_rule_for_a_role_is_removed(world: World, label: str) -> None:
    space = await world.app.spaces.main(world.guild_id)
    holder = world.guild.create_role("Holder")
    rule = await world.app.roles.add(
        space, RoleId(holder.id), name="Holder", minimum="5", by=MemberId(world.moderator.id)
    )
    asked = await world.moderator.slash(world.general, "roles remove", rule=rule.number)
    await _another(world, role_rules, added_at=role_rules.c.added_at + 1_000)
    assert UNKNOWN in said(await world.moderator.click(answer(asked), label=label))
    assert len(await world.app.roles.of(space)) == 1
    again = await world.moderator.slash(world.general, "roles remove", rule=rule.number)
    assert "is removed" in said(await world.moderator.click(answer(again), label=label))


async def test_no_other_space_is_archived(world: World) -> None:
    made = await world.app.space_list.new(world.guild_id, "Lab", by=MemberId(world.moderator.id))
    asked = await world.moderator.slash(world.general, "space archive", space=made.number)
    await _another(world, spaces, name="Treasury group")
    assert UNKNOWN in said(await world.moderator.click(answer(asked), label="Archive it"))
    assert (await world.app.spaces.get(made.id)).archived_at is None
    again = await world.moderator.slash(world.general, "space archive", space=made.number)
    archived = await world.moderator.click(answer(again), label="Archive it")
    assert (await world.app.spaces.get(made.id)).archived_at is not None
    await _another(world, spaces, name="Lab")
    assert UNKNOWN in said(await world.moderator.click(answer(archived), label="Restore it"))
    assert (await world.app.spaces.get(made.id)).archived_at is not None
