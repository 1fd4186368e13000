"""What members do: type slash commands, press buttons, choose, fill in modals; and no more than a client allows."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from tests.standin.answers import AUTOCOMPLETE, COMMAND, COMPONENT, MODAL, Interaction
from tests.standin.ground import Ground
from tests.standin.messages import Message, parts
from tests.standin.world import Channel, Guild, Member, Role

JSON = dict[str, Any]
SUBCOMMANDS, BUTTON, STRING_SELECT, TEXT_INPUT, LABEL = (1, 2), 2, 3, 4, 18


class NotPossibleError(Exception):
    """Discord's own client would not let the member do that."""


class People(Ground):
    """Acts as members. Each act returns the interaction, once it is answered or `timeout` seconds have passed."""

    def __init__(self, *, token: str, nonce_window: float) -> None:
        super().__init__(token=token, nonce_window=nonce_window)
        self.interactions: dict[str, Interaction] = {}

    def command(self, guild: Guild, path: str) -> JSON | None:
        """Return the registered command, or subcommand, that `path` ("vote status") names."""
        level, found = [*guild.commands, *self.commands], None
        for name in path.split():
            found = next((each for each in level if each["name"] == name), None)
            if found is None:
                return None
            level = found.get("options", [])
        return found

    async def slash(
        self,
        guild: Guild,
        member: Member,
        path: str,
        options: Mapping[str, Any] | None = None,
        *,
        channel: Channel | None = None,
        timeout: float = 10,  # noqa: ASYNC109 - a test's patience
    ) -> Interaction:
        """Type a slash command. Options are plain values, or a channel, role or member."""
        data = self._command_data(guild, member, path, options or {})
        return await self._act(COMMAND, data, member, channel or next(iter(guild.channels.values())), timeout)

    async def autocomplete(
        self, guild: Guild, member: Member, path: str, options: Mapping[str, Any], focused: str
    ) -> list[JSON]:
        """Return what is offered while `focused` is being typed."""
        data = self._command_data(guild, member, path, options, focused)
        channel = next(iter(guild.channels.values()))
        return (await self._act(AUTOCOMPLETE, data, member, channel, 3)).choices

    async def press(
        self,
        message: Message,
        custom_id: str,
        member: Member,
        *,
        forged: bool = False,
        timeout: float = 10,  # noqa: ASYNC109
    ) -> Interaction:
        """Press a button, named by custom id or label; `forged` sends it whether or not it is there."""
        data = {"component_type": BUTTON, "custom_id": custom_id}
        if not forged:
            data["custom_id"] = self._control(message, custom_id, member)["custom_id"]
        return await self._act(COMPONENT, data, member, message.channel, timeout, message)

    async def choose(
        self,
        message: Message,
        custom_id: str,
        member: Member,
        values: Sequence[Any],
        timeout: float = 10,  # noqa: ASYNC109
    ) -> Interaction:
        """Choose in a select: values of options, or channels, roles, members."""
        control = self._control(message, custom_id, member)
        offered = {each["value"] for each in control.get("options", [])}
        if not control.get("min_values", 1) <= len(values) <= control.get("max_values", 1):
            raise NotPossibleError(f"{len(values)} values for {control}")
        if control["type"] == STRING_SELECT and not offered.issuperset(values):
            raise NotPossibleError(f"{values} is not among {offered}")
        resolved: JSON = {}
        raw = [_value(each, resolved) for each in values]
        data = {"component_type": control["type"], "custom_id": control["custom_id"], "values": raw}
        return await self._act(COMPONENT, data | {"resolved": resolved}, member, message.channel, timeout, message)

    async def submit(
        self,
        shown: Interaction,
        values: Mapping[str, Any],
        timeout: float = 10,  # noqa: ASYNC109
    ) -> Interaction:
        """Send off the modal that was shown; fields by custom id or label."""
        assert shown.modal is not None, "no modal was shown"
        known, rows = dict(values), []
        for row in shown.modal["components"]:
            fields = [_fill(each, row, known) for each in parts([row]) if "custom_id" in each]
            if fields:
                rows.append({"type": LABEL, "component": fields[0]} if row["type"] == LABEL else _row(fields))
        if known:
            raise NotPossibleError(f"the modal has no {sorted(known)}")
        data = {"custom_id": shown.modal["custom_id"], "components": rows, "resolved": {}}
        return await self._act(MODAL, data, shown.member, shown.channel, timeout, shown.source)

    async def _act(
        self,
        kind: int,
        data: JSON,
        member: Member,
        channel: Channel,
        timeout: float,  # noqa: ASYNC109
        source: Message | None = None,
    ) -> Interaction:
        it = Interaction(kind=kind, data=data, member=member, channel=channel, source=source)
        self.interactions[it.token] = it
        self.gateway.emit("INTERACTION_CREATE", it.payload(self.bot))
        with suppress(TimeoutError):
            await asyncio.wait_for(it.done.wait(), timeout)
        return it

    def _control(self, message: Message, name: str, member: Member) -> JSON:
        if message.deleted or (message.only_for is not None and message.only_for is not member):
            raise NotPossibleError("the message is not there for this member")
        control = message.controls.get(name)
        control = control or next((each for each in message.controls.values() if each.get("label") == name), None)
        if control is None or control.get("disabled"):
            raise NotPossibleError(f"no {name} to press among {list(message.controls)}")
        return control

    def _command_data(
        self, guild: Guild, member: Member, path: str, options: Mapping[str, Any], focused: str | None = None
    ) -> JSON:
        names, leaf = path.split(), self.command(guild, path)
        root = self.command(guild, names[0])
        if leaf is None or root is None:
            raise NotPossibleError(f"/{path} is not registered")
        needed = int(root.get("default_member_permissions") or 0)
        base = next(iter(guild.channels.values())).permissions_of(member)
        if needed & ~base:
            raise NotPossibleError(f"/{path} is hidden from {member.user.name}")
        declared = {each["name"]: each for each in leaf.get("options", []) if each["type"] not in SUBCOMMANDS}
        missing = {name for name, each in declared.items() if each.get("required")} - set(options)
        if (missing and focused is None) or not set(options) <= set(declared):
            raise NotPossibleError(f"/{path} takes {list(declared)}, not {list(options)}")
        resolved: JSON = {}
        given = [
            {"name": name, "type": declared[name]["type"], "value": _value(value, resolved)}
            | ({"focused": True} if name == focused else {})
            for name, value in options.items()
        ]
        for depth in range(len(names) - 1, 0, -1):
            kind = 1 if depth == len(names) - 1 else 2
            given = [{"name": names[depth], "type": kind, "options": given}]
        data = {"id": root["id"], "name": root["name"], "type": 1, "options": given, "resolved": resolved}
        return data | {"guild_id": str(guild.id)}


def _value(value: Any, resolved: JSON) -> Any:
    """Return a value as it is sent; what it refers to is added to `resolved`."""
    match value:
        case Member():
            resolved.setdefault("users", {})[str(value.id)] = value.user.payload()
            resolved.setdefault("members", {})[str(value.id)] = value.payload() | {"permissions": "0"}
        case Role():
            resolved.setdefault("roles", {})[str(value.id)] = value.payload()
        case Channel():
            resolved.setdefault("channels", {})[str(value.id)] = value.payload() | {"permissions": "0"}
        case _:
            return value
    return str(value.id)


def _row(fields: list[JSON]) -> JSON:
    return {"type": 1, "components": fields}


def _fill(field: JSON, row: JSON, values: dict[str, Any]) -> JSON:
    label = field.get("label") or row.get("label")
    default = field.get("value") or ""
    value = values.pop(field["custom_id"], values.pop(str(label), None))
    if field["type"] != TEXT_INPUT:
        chosen = value if value is not None else [e["value"] for e in field.get("options", ()) if e.get("default")]
        return {"type": field["type"], "custom_id": field["custom_id"], "values": chosen}
    value = default if value is None else value
    if (field.get("required", True) and not value) or len(value) > field.get("max_length", 4000):
        raise NotPossibleError(f"{label}: {len(value)} characters are missing or too many")
    return {"type": TEXT_INPUT, "custom_id": field["custom_id"], "value": value}
