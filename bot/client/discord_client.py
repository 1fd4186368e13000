"""The Discord client: has the App, loads the cogs by name, gives each guild the commands that are enabled there."""

from __future__ import annotations

import asyncio
import importlib
import logging
import pkgutil
import re
import secrets
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.app.composition import App
from bot.client.command_translator import CommandTranslator
from bot.client.lost_responses import LOST, Attempts
from bot.client.next_steps import NextSteps
from bot.client.space_option import takes_space, with_option
from bot.domain.shared.errors import StorageUnavailable
from bot.domain.shared.types import GuildId
from bot.domain.spaces.space import Space
from bot.ports import Announcer, GuildRoles
from bot.presentation.catalogue.messages import Language

_log = logging.getLogger(__name__)

_LONGEST_REST = 60.0
"""Seconds that a request waits for its rate limit at most. A longer one fails, and is tried again later."""
AGAIN = 60.0
"""Seconds after which setting up a guild's commands is tried again."""
_MOST_FORMS = 500
"""Forms kept open. Discord does not say which ones members closed, so the oldest are dropped."""
_REMEMBERED = 4_096
"""Interactions that are recognised when they come again; Discord repeats them only moments after a reconnect."""


ENGLISH_ALONE: Mapping[discord.Locale, Language] = MappingProxyType({})
"""There is no other language yet."""
Pending = Callable[[discord.Interaction[Any], Space], Awaitable[None]]
"""What a command does once its space is known."""


class SwitchedOff(app_commands.CheckFailure):
    """A part was used that moderators turned off in this guild."""

    def __init__(self, part: str) -> None:
        super().__init__(f"{part} is off in this guild")
        self.part = part


class Commands(app_commands.CommandTree["Folkmoot"]):
    """The slash commands; refuses those of a part that is off, if Discord still shows them."""

    async def interaction_check(self, interaction: discord.Interaction[Folkmoot], /) -> bool:
        """Raise SwitchedOff for a command of a part that is off."""
        command = interaction.command
        cog = command.binding if isinstance(command, app_commands.Command) else None
        await self.client.check_on(interaction.guild_id, getattr(cog, "SWITCH", None))
        return True


class Folkmoot(commands.Bot):
    """The bot on Discord. It asks for no privileged intent, reads no messages and pings nobody.

    `announcer` posts announcements and is set by the announcements cog; `guild_roles` gives roles and is set by the
    roles cog; `offered_spaces` returns the spaces that a member may name and is set by the spaces cog; `born` is a
    random id of this run of the process; `next_steps` are those after a refusal, to which cogs add theirs. `languages`
    are those in which commands are described besides English.
    """

    announcer: Announcer
    offered_spaces: Callable[[discord.Interaction[Any]], Awaitable[Sequence[Space]]]
    guild_roles: GuildRoles

    def __init__(self, app: App, languages: Mapping[discord.Locale, Language] = ENGLISH_ALONE) -> None:
        intents, attempts = discord.Intents.none(), Attempts()
        intents.guilds = True
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            tree_cls=Commands,
            intents=intents,
            allowed_mentions=discord.AllowedMentions.none(),
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_messages=None,
            max_ratelimit_timeout=_LONGEST_REST,
            http_trace=attempts.trace,
        )
        self.attempts = attempts
        self.app, self._languages = app, languages
        self.born = secrets.token_hex(4)
        self.next_steps = NextSteps()
        self._off: dict[int, frozenset[str]] = {}
        self._forms: dict[str, discord.ui.Modal] = {}
        self._asked: dict[str, Pending] = {}
        self._seen: deque[int] = deque(maxlen=_REMEMBERED)
        self._met: set[int] = set()
        self._later: dict[int, asyncio.Task[None]] = {}
        self._syncing: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def setup_hook(self) -> None:
        """Load every cog."""
        if self._languages:
            await self.tree.set_translator(CommandTranslator(self._languages))
        for name in extensions():
            await self.load_extension(name)

    async def close(self) -> None:
        """Close the connection, and cancel all retries."""
        for task in self._later.values():
            task.cancel()
        await super().close()

    async def on_message(self, message: discord.Message, /) -> None:
        """Do nothing: there are no text commands."""

    async def on_interaction(self, interaction: discord.Interaction[Any], /) -> None:
        """Dispatch `closed_form` for a form that is not open any more."""
        if interaction.type is discord.InteractionType.modal_submit and interaction.data is not None:
            form = self._forms.get(str(interaction.data.get("custom_id", "")))
            if form is None or form.is_finished():
                self.dispatch("closed_form", interaction)

    async def on_ready(self) -> None:
        """Set up the commands of all guilds, once a process."""
        for guild in self.guilds:
            await self._meet(guild)

    async def on_guild_available(self, guild: discord.Guild) -> None:
        """Set up the commands of a guild that was unavailable."""
        await self._meet(guild)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Set up the commands of a new guild."""
        await self._meet(guild)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Have the guild's commands set up again if it invites the bot again."""
        self._met.discard(guild.id)

    async def sync_guild(self, guild_id: GuildId) -> None:
        """Make the guild's command list on Discord equal to what is enabled there."""
        # One at a time: of two lists under way at once, Discord may take the older one last.
        async with self._syncing[guild_id]:
            await self._sync(guild_id)

    async def _sync(self, guild_id: GuildId) -> None:
        guild = self.get_guild(guild_id)
        space = await self.app.spaces.main(guild_id, guild.name if guild else "")
        several = len(await self.app.spaces.active(guild_id)) > 1
        self._off[guild_id] = space.cogs_off
        place = discord.Object(guild_id)
        self.tree.clear_commands(guild=place)
        self.tree.copy_global_to(guild=place)
        for cog in self.cogs.values():
            for command in [cog.app_command] if cog.app_command else cog.get_app_commands():
                if getattr(cog, "SWITCH", None) in space.cogs_off:
                    self.tree.remove_command(command.name, guild=place)
                elif several and takes_space(command):
                    self.tree.add_command(with_option(command), guild=place, override=True)
        await self.tree.sync(guild=place)

    def ask(self, key: str, then: Pending) -> None:
        """Store what to do once a member has chosen a space."""
        while len(self._asked) >= _MOST_FORMS:
            self._asked.pop(next(iter(self._asked)))
        self._asked[key] = then

    def asked(self, key: str) -> Pending | None:
        """Return what to do and remove it; None if it was done, or if another process asked."""
        return self._asked.pop(key, None)

    def opened(self, form: discord.ui.Modal) -> None:
        """Remember a form that was shown to a member."""
        while len(self._forms) >= _MOST_FORMS:
            self._forms.pop(next(iter(self._forms))).stop()
        self._forms[form.custom_id] = form

    def first_time(self, interaction: int) -> bool:
        """Return whether an interaction is new, and remember it."""
        if interaction in self._seen:
            return False
        self._seen.append(interaction)
        return True

    async def may_act(self) -> bool:
        """Return whether this process still has the lease; one that slept checks that first."""
        lease = self.app.lease
        if lease is not None and lease.slept:
            await self.app.store.renew()
        return lease is None or not lease.is_lost

    async def check_on(self, guild_id: int | None, part: str | None) -> None:
        """Raise SwitchedOff if `part` (None: always on) is off in the guild."""
        if part is None or guild_id is None:
            return
        if guild_id not in self._off:
            self._off[guild_id] = (await self.app.spaces.main(GuildId(guild_id))).cogs_off
        if part in self._off[guild_id]:
            raise SwitchedOff(part)

    async def _meet(self, guild: discord.Guild) -> None:
        if guild.id in self._met:
            return
        self._met.add(guild.id)
        try:
            await self.sync_guild(GuildId(guild.id))
        except (discord.HTTPException, discord.RateLimited, StorageUnavailable, *LOST) as error:
            _log.warning("guild %s did not get its commands; it is tried again: %s", guild.id, error)
            self._meet_later(guild.id, error.retry_after if isinstance(error, discord.RateLimited) else 0)
        except Exception:  # noqa: BLE001 - one guild must not keep the next from its commands
            _log.exception("guild %s did not get its commands; it is tried again", guild.id)
            self._meet_later(guild.id, 0)

    def _meet_later(self, guild: int, least: float) -> None:
        """Try again later; otherwise the guild would have no commands until the next start."""
        self._met.discard(guild)

        async def again() -> None:
            await asyncio.sleep(max(AGAIN, least))
            del self._later[guild]
            if (found := self.get_guild(guild)) is not None:
                await self._meet(found)

        if guild not in self._later:
            self._later[guild] = asyncio.create_task(again(), name="commands of a guild, again")


def extensions() -> list[str]:
    """Return the names of the cogs' modules: in each package of `cogs`, those named `cog` or `…_cog`."""
    cogs = importlib.import_module("cogs")
    modules = pkgutil.walk_packages(cogs.__path__, "cogs.")
    return sorted(module.name for module in modules if re.search(r"[._]cog$", module.name))
