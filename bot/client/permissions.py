"""The Discord permissions that the bot needs, each with its reason; no Administrator and no privileged intent."""

from __future__ import annotations

from enum import Enum

import discord

REASONS = {
    "view_channel": "see the channel",
    "send_messages": "post cards, results and milestones",
    "embed_links": "show notices and milestones as cards",
    "attach_files": "show pictures of results and progress bars",
    "read_message_history": "find its own messages again, so that it says nothing twice",
    "create_public_threads": "open the discussion below a proposal's card",
    "send_messages_in_threads": "write there what was decided",
}
"""Reasons by discord.py's names of permissions."""
OPTIONAL = {"manage_roles": "give and take roles by holdings (/roles); leave it out if you don't use them"}
"""Permissions that only some part needs."""
_DANGEROUS = discord.Permissions(
    view_audit_log=True,
    mention_everyone=True,
    manage_nicknames=True,
    manage_events=True,
    mute_members=True,
    deafen_members=True,
    move_members=True,
)
"""In addition to those for which Discord itself asks moderators for a second factor."""


class Use(Enum):
    """What a channel is configured for."""

    PROPOSALS = "proposals"
    ANNOUNCEMENTS = "announcements"
    MODERATORS = "moderators' notices"
    AUDIT = "audit log"
    MILESTONES = "milestones"


_THREADS = frozenset({"create_public_threads", "send_messages_in_threads"})


def needed(use: Use) -> tuple[str, ...]:
    """Return what the bot needs in a channel of that use."""
    return tuple(name for name in REASONS if use is Use.PROPOSALS or name not in _THREADS)


def dangerous(permissions: discord.Permissions) -> bool:
    """Return whether a role with them has power over the server or its members; no holding earns such a role."""
    return bool(permissions.value & (discord.Permissions.elevated().value | _DANGEROUS.value))


def invite_link(application: int, *, optional: bool = False) -> str:
    """Return the address with which somebody adds the bot to a guild, asking for exactly these permissions."""
    permissions = discord.Permissions(**dict.fromkeys([*REASONS, *(OPTIONAL if optional else ())], True))
    return discord.utils.oauth_url(application, permissions=permissions, scopes=("bot", "applications.commands"))


def missing(permissions: discord.Permissions, use: Use) -> tuple[str, ...]:
    """Return the names of needed permissions that are not granted, as Discord shows them."""
    return tuple(label(name) for name in needed(use) if not getattr(permissions, name))


def label(name: str) -> str:
    """Write a permission as Discord's own settings do: `Read Message History`."""
    return name.replace("_", " ").title().replace(" In ", " in ")
