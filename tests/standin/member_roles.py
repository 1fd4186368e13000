"""The REST interface for the roles of members: given and taken one at a time, below the bot's own role."""

from __future__ import annotations

from tests.standin.api import ApiError, Call, Routes
from tests.standin.rest import guild_of
from tests.standin.world import Member, Role, RoleChange, bits

ROUTES = Routes()
_PATH = "/guilds/{guild}/members/{user}/roles/{role}"


@ROUTES.on("PUT", _PATH)
def give(call: Call) -> None:
    member, role = _place(call)
    _note(call, member, role, given=True, anew=role not in member.roles)
    if role not in member.roles:
        member.roles.append(role)


@ROUTES.on("DELETE", _PATH)
def take(call: Call) -> None:
    member, role = _place(call)
    _note(call, member, role, given=False, anew=role in member.roles)
    if role in member.roles:
        member.roles.remove(role)


def _place(call: Call) -> tuple[Member, Role]:
    """Return whose role it is about, if the bot may give and take it."""
    guild = guild_of(call)
    if (member := guild.members.get(call.id("user"))) is None:
        raise ApiError(404, 10007, "Unknown Member")
    if (role := next((each for each in guild.roles if each.id == call.id("role")), None)) is None:
        raise ApiError(404, 10011, "Unknown Role")
    me = call.discord.me(guild)
    if not _held(me) & bits(["manage_roles", "administrator"]) or role.rank >= max(each.rank for each in me.roles):
        raise ApiError(403, 50013, "Missing Permissions")
    return member, role


def _held(member: Member) -> int:
    """Return what a member may do in the whole guild."""
    held = member.guild.everyone.permissions
    for role in member.roles:
        held |= role.permissions
    return held


def _note(call: Call, member: Member, role: Role, *, given: bool, anew: bool) -> None:
    change = RoleChange(member=member.id, role=role.id, given=given, anew=anew, reason=call.reason)
    member.guild.changes.append(change)
    call.discord.emit("GUILD_MEMBER_UPDATE", member.payload(), member.guild)
