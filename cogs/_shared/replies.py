"""How an interaction is acknowledged and answered: at once, for one member's eyes, by one message that is edited."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from itertools import groupby
from typing import cast

import discord
from discord.utils import MISSING

from bot.app.composition import App
from bot.client.discord_client import Folkmoot
from bot.client.lost_responses import LOST
from bot.domain.shared.types import ChainId, GuildId, MemberId, MessageId, RoleId, Timestamp
from bot.ports.deadline import wait_at_most
from bot.presentation.catalogue.messages import N_
from bot.presentation.catalogue.messages import gettext as _

Interaction = discord.Interaction[Folkmoot]

_ANSWERED_ALREADY = 40060
_ACKNOWLEDGED, _SLOW_NOTICE = "acknowledged", "slow notice"
_BEFORE = 9_001
"""The id, within a layout, of the text that was put before everything else."""
CHOSEN = "chosen"
"""Set on a press that chose a space: the answer replaces the question."""
MEANT = "meant"
"""Set to what a member is doing, so that a refusal leads back to it: a proposal and what is on the ballot, or a
button's custom_id."""
WHOSE = "whose"
"""Set if a thing of another space was named: the sentence, put before the answer, that says whose it is."""
_PAUSES = (0.0, 0.3, 1.0)
"""Seconds before each try of a request that may be repeated."""
SLOW, LONGEST = 6.5, 40.0
"""Seconds after which a member is told that it takes longer, and after which a chain is given up."""
STILL_WORKING = N_(
    "This takes longer than usual: a chain, or Discord, is slow to answer me. I go on for up to half a minute and tell "
    "you here what came of it. You need not ask again."
)


class HandledAlready(Exception):
    """The same interaction came a second time, or another process has it; nothing was done again."""


class SlowNotice:
    """Tells a member once that an answer takes longer, unless it is there within `SLOW` seconds.

    `tell` shows a text in place of the answer. From the start, all chain reads of the running task together may take
    `LONGEST` seconds.
    """

    def __init__(self, tell: Callable[[str], Awaitable[None]]) -> None:
        wait_at_most(LONGEST)
        self._tell = tell
        self._timer = asyncio.get_running_loop().call_later(SLOW, self._begin)
        self._telling: asyncio.Task[None] | None = None
        if (task := asyncio.current_task()) is not None:
            task.add_done_callback(lambda _: self._timer.cancel())

    async def end(self) -> bool:
        """Stop, after waiting for a notice that is being sent. Return whether the member was told."""
        self._timer.cancel()
        if self._telling is None:
            return False
        await self._telling
        return True

    def _begin(self) -> None:
        self._telling = asyncio.get_running_loop().create_task(self._say())

    async def _say(self) -> None:
        with suppress(discord.HTTPException, OSError, TimeoutError):  # the answer itself is what matters
            await self._tell(_(STILL_WORKING))


async def acknowledge(interaction: Interaction, *, update: bool = False) -> None:
    """Tell Discord within its three seconds that an answer comes, before anything slow is asked.

    With `update` the answer changes the message that was pressed; otherwise it is a new one, for the member alone.
    """
    if _is_done(interaction):
        return
    if not interaction.client.first_time(interaction.id) or not await interaction.client.may_act():
        raise HandledAlready

    async def defer() -> None:
        if update or CHOSEN in interaction.extras:
            await interaction.response.defer()
        else:
            await interaction.response.defer(ephemeral=True, thinking=True)

    await _respond(interaction, defer)

    async def tell(text: str) -> None:
        if _edits_layout(interaction):
            layout = _as_layout(interaction, MISSING, MISSING)
            _put_before(layout, text)
            await interaction.edit_original_response(view=layout)
        else:
            await interaction.edit_original_response(content=text)

    interaction.extras[_SLOW_NOTICE] = SlowNotice(tell)


async def answer(
    interaction: Interaction,
    content: str | None = MISSING,
    *,
    embed: discord.Embed | None = MISSING,
    view: discord.ui.View | discord.ui.LayoutView | None = MISSING,
    file: discord.File | None = None,
) -> None:
    """Answer for the member alone. After `acknowledge` this edits the one answer, so it can be retried."""
    if CHOSEN in interaction.extras:
        content, embed, view = content or None, embed or None, view or None  # MISSING is false
    if whose := interaction.extras.get(WHOSE):
        content = f"{whose} {content}" if content else whose
    told: str | None = content
    if (layout := _layout(interaction, embed, view)) is not None:
        await _answer_in_layout(interaction, layout, content or "", file)
        return

    async def edit() -> None:
        if file is not None:
            file.reset(seek=True)
        await interaction.edit_original_response(
            content=told, embed=embed, view=view, attachments=[file] if file else MISSING
        )

    async def send() -> None:
        await interaction.response.send_message(
            content=None if content is MISSING else content,
            embed=MISSING if embed is None else embed,
            view=MISSING if view is None else cast("discord.ui.View", view),
            file=file or MISSING,
            ephemeral=True,
        )

    if CHOSEN in interaction.extras:
        await acknowledge(interaction)
    if _is_done(interaction):
        if await _was_slow(interaction) and content is MISSING:
            told = interaction.message.content if interaction.message else None  # as it was before the word in between
        await _insist(edit)
    else:
        await _respond(interaction, send)


async def _answer_in_layout(
    interaction: Interaction, view: discord.ui.LayoutView, before: str, file: discord.File | None = None
) -> None:
    """Answer with a layout, which holds all that its message says; a text goes before everything else."""
    if before:
        _put_before(view, before)
    files = [file] if file else list(getattr(view, "files", ()))

    async def edit() -> None:
        for one in files:
            one.reset(seek=True)
        await interaction.edit_original_response(content=None, embeds=[], view=view, attachments=files or MISSING)

    async def send() -> None:
        await interaction.response.send_message(view=view, files=files or MISSING, ephemeral=True)

    if CHOSEN in interaction.extras:
        await acknowledge(interaction)
    if _is_done(interaction):
        await _was_slow(interaction)
        await _insist(edit)
    else:
        await _respond(interaction, send)


def _edits_layout(interaction: Interaction) -> bool:
    """Return whether the answer changes a message in layout: Discord lets none become a message of another form."""
    pressed = interaction.message
    changes = interaction.response.type is discord.InteractionResponseType.deferred_message_update
    return changes and pressed is not None and pressed.flags.components_v2


def _layout(
    interaction: Interaction, embed: discord.Embed | None, view: discord.ui.View | discord.ui.LayoutView | None
) -> discord.ui.LayoutView | None:
    """Return the layout in which to answer; None where an answer has another form."""
    if isinstance(view, discord.ui.LayoutView):
        return view
    return _as_layout(interaction, embed, view) if _edits_layout(interaction) else None


def _as_layout(
    interaction: Interaction, embed: discord.Embed | None, view: discord.ui.View | None
) -> discord.ui.LayoutView:
    """Return what was pressed, with an embed's texts and the buttons of a view in place of its own, if given."""
    layout = discord.ui.LayoutView(timeout=None)
    if embed is MISSING and interaction.message is not None:
        layout = discord.ui.LayoutView.from_message(interaction.message, timeout=None)
        rows = [item for item in layout.walk_children() if isinstance(item, discord.ui.ActionRow)]
        for row in rows if view is not MISSING else ():
            (row.parent if isinstance(row.parent, discord.ui.Container) else layout).remove_item(row)
    elif embed:
        head, foot = f"### {embed.title}" if embed.title else "", f"-# {embed.footer.text}" if embed.footer.text else ""
        fields = (f"**{field.name}**\n{field.value}" for field in embed.fields)
        texts = [head, embed.description or "", *fields, foot]
        layout.add_item(discord.ui.TextDisplay("\n".join(filter(None, texts))))
    for _row, items in groupby(view.children if view else (), lambda item: (item.type, item.row)):
        layout.add_item(discord.ui.ActionRow(*items))
    return layout


def _put_before(view: discord.ui.LayoutView, text: str) -> None:
    """Put a text before everything else, in place of one that was put there before."""
    shown = [item for item in view.children if item.id != _BEFORE]
    view.clear_items()
    for item in (discord.ui.TextDisplay[discord.ui.LayoutView](text, id=_BEFORE), *shown):
        view.add_item(item)


async def _was_slow(interaction: Interaction) -> bool:
    """Stop the notice that an answer takes longer, and return whether the member was told."""
    notice = interaction.extras.get(_SLOW_NOTICE)
    return isinstance(notice, SlowNotice) and await notice.end()


async def _respond(interaction: Interaction, request: Callable[[], Awaitable[None]]) -> None:
    """Give the one response that an interaction takes.

    If Discord has a response already, it is ours if an earlier attempt may have arrived although its answer was lost;
    otherwise another process gave it, and HandledAlready is raised.
    """
    try:
        await _insist(request)
    except discord.HTTPException as error:
        if error.code != _ANSWERED_ALREADY:
            raise
        if not interaction.client.attempts.may_have_arrived(interaction.id):
            raise HandledAlready from None
    interaction.extras[_ACKNOWLEDGED] = True


async def _insist(request: Callable[[], Awaitable[None]]) -> None:
    """Make a request that may be repeated; again if its answer is lost. Raises what the last try raised."""
    *earlier, last = _PAUSES
    for pause in earlier:
        await asyncio.sleep(pause)
        try:
            return await request()
        except LOST:
            continue
    await asyncio.sleep(last)
    return await request()


def _is_done(interaction: Interaction) -> bool:
    return interaction.response.is_done() or _ACKNOWLEDGED in interaction.extras


def explorers(app: App) -> dict[ChainId, str]:
    """Return the block explorers that are configured, by chain."""
    return {ChainId(chain): found.explorer for chain, found in app.settings.chains.items() if found.explorer}


def guild_of(interaction: Interaction) -> GuildId:
    """Return the guild; no command and no button of ours is offered outside one."""
    if interaction.guild_id is None:
        raise discord.app_commands.NoPrivateMessage
    return GuildId(interaction.guild_id)


def roles_of(interaction: Interaction) -> list[RoleId]:
    """Return the roles of the member, as this interaction states."""
    member = interaction.user
    return [RoleId(role.id) for role in member.roles] if isinstance(member, discord.Member) else []


def member_of(interaction: Interaction) -> MemberId:
    """Return who asks."""
    return MemberId(interaction.user.id)


def message_pressed(interaction: Interaction) -> tuple[MessageId, Timestamp] | None:
    """Return the message whose button was pressed, or led to this form, with its time of posting, if there is one."""
    message = interaction.message
    if message is None:
        return None
    return MessageId(message.id), Timestamp(int(message.created_at.timestamp()))


def said_at(interaction: Interaction) -> Timestamp:
    """Return when Discord received the request, by its own clock, from the interaction's id."""
    return Timestamp(int(interaction.created_at.timestamp()))


def moderates(interaction: Interaction) -> bool:
    """Return whether the member may manage the server, as this interaction states."""
    return interaction.permissions.manage_guild
