"""A story of one server, in two acts: what came to stand in its database, and every command given upon that.

It names commands, buttons and fields alone, so that it plays with the code of before there were several spaces, too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import discord
import simcord
from simcord import BackendError, SetupError

from tests.builders import ONE, TOKEN, an_address
from tests.cogs.answers import embed_text
from tests.cogs.conftest import World, parts

TREASURY = an_address(0x7EA)
_CAMPAIGN = {"title": "Mouse study", "treasury": TREASURY, "token": TOKEN}
_BUTTON, _MENU, _TEXT = 2, 3, 10
_IDS = 60
"""More than are given out before the people come."""
Message = discord.Message | simcord.ResponseMessage
_HIDDEN = (
    (r"\bbaf[a-z0-9]{20,}\b|\bbafk…[a-z0-9]{8}\b", "«cid»"),
    (r"\b\d{17,20}\b", "«id»"),
    (r"(?<!0x)\b[0-9a-f]{16,}\b", "«hex»"),
    (r"\bref [0-9A-Z]{8}\b", "ref «ref»"),
    (r"\b[0-9a-f]{8}:(?=«(id|hex)»)", "«run»:"),
    (r"\bReceipt [0-9a-f]{8}\b", "Receipt «hex»"),
)


class Story:
    """Plays with the people of a world and writes down all that is answered."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.written: list[str] = []
        self.people: dict[str, simcord.MemberActor] = {"mona": world.moderator}
        self.start = world.clock.time

    async def come(self, *, link: bool) -> None:
        """Have the people come, with ids that are the same however many commands the bot has.

        With `link` their wallets are linked for the first time.
        """
        while self.world.env.create_user("nobody").id < self.world.guild_id + _IDS:
            pass
        self.holder = self.world.guild.create_role("Holder")
        for number, (name, tokens) in enumerate({"ada": 5_000, "bob": 100, "cy": 7, "dee": 0}.items(), start=1):
            linked = tokens if link and tokens else None
            self.people[name] = await self.world.member(name, linked, researcher=name == "ada", number=number)
            self.world.chain.give(an_address(number), tokens * ONE)
        self.world.chain.give(TREASURY, 1_200 * ONE)
        self.world.chain.mine()
        await self.world.env.settle()

    async def past(self) -> None:
        """The first act: what stands in the database afterwards."""
        await self.say("mona", "config voting", quorum="50", period="2h", approval="60 %")
        await self.say("mona", "config channels", audit=self.world.moderators)
        await self.say("bob", "delegate set", member=self.people["cy"])
        await self.say("cy", "delegate set", member=self.people["ada"], type="approval", until="90 days")
        await self.say("mona", "treasury watch", treasury=TREASURY, label="Treasury", token=TOKEN)
        await self.fill("mona", {"targets": "First: 1,000\nLast: 5,000"}, "campaign new", **_CAMPAIGN)
        await self.say("mona", "roles add", role=self.holder, minimum="50")
        await self.write_proposal("Fund the mouse study")
        await self.say("ada", "proposal submit", proposal=1)
        await self.world.sweep()
        await self.vote("cy", "For")
        await self.world.sweep()
        await self.world.sweep(2 * 3_600 + 120)
        await self.write_proposal("Pay the auditors")
        await self.say("ada", "proposal submit", proposal=2)
        await self.write_proposal("An idea")
        await self.world.sweep()

    async def present(self) -> None:
        """The second act: every command, and every button below its answers and the cards."""
        for _ in range(20):
            self.world.chain.mine()
        await self.world.later(30)
        await self.world.sweep()
        for name in ("dee", "bob", "mona"):
            await self.say(name, "help")
        await self.shown()
        await self.changed()
        await self.voted()
        await self.gone()
        self.posted()
        self.offered()

    async def shown(self) -> None:
        """All that only shows."""
        for command in ("config show", "roles list", "roles check", "audit verify"):
            await self.say("mona", command)
        for name in ("bob", "ada", "dee"):
            for command in ("power", "delegate show", "wallet list", "proposal list", "results", "privacy export"):
                await self.say(name, command)
        for command in ("campaign list", "treasury view", "proposal list"):
            await self.say("bob", command)
        await self.say("bob", "campaign view", campaign="1")
        for command in ("proposal view", "proposal history", "proposal count"):
            for number in (1, 2, 3, 77):
                await self.say("bob", command, proposal=number)
        for command in ("power", "results", "vote status", "vote receipt", "vote sign"):
            for number in (1, 2, 77):
                await self.say("bob", command, proposal=number)
        for command, option in (
            ("proposal view", "proposal"),
            ("power", "proposal"),
            ("results", "proposal"),
            ("vote status", "proposal"),
            ("campaign view", "campaign"),
            ("proposal submit", "proposal"),
        ):
            await self.suggested("ada", command, option)
        await self.suggested("mona", "treasury unwatch", "treasury")
        await self.suggested("mona", "roles remove", "rule")

    async def changed(self) -> None:
        """All that moderators and members change."""
        await self.say("mona", "config voting")
        await self.say("mona", "config voting", type="approval", quorum="10", delay="0", period="3h")
        await self.say("mona", "config voting", quorum="a lot")
        await self.say("mona", "config channels")
        await self.say("mona", "config channels", announcements=self.world.general)
        await self.say("mona", "config proposers", role1=self.world.researcher, minimum="90")
        await self.say("mona", "config proposers", minimum="none")
        await self.say("mona", "config strategies")
        await self.say("mona", "config web", public=False)
        await self.say("mona", "config cogs", part="campaigns", on=False)
        await self.say("bob", "campaign list")
        await self.say("mona", "config cogs", part="campaigns", on=True)
        await self.say("bob", "config show")
        await self.say("mona", "treasury watch", treasury=an_address(0x7EB), label="Other", token=TOKEN)
        await self.say("mona", "treasury unwatch", treasury="Other")
        await self.say("mona", "treasury unwatch", treasury="Nothing")
        await self.say("mona", "roles add", role=self.holder, minimum="60")
        await self.say("bob", "wallet label", address=an_address(2), label="cold")
        await self.say("bob", "wallet primary", address=an_address(2))
        await self.say("bob", "wallet link", address=an_address(99))
        everywhere = "every server with this bot"
        await self.say("bob", "delegate set", member=self.people["ada"], type="basic")
        await self.say("bob", "delegate set", member=self.people["dee"], space=everywhere)
        await self.say("bob", "delegate set", member=self.people["bob"])
        await self.say("ada", "delegate set", member=self.people["bob"])
        await self.say("dee", "delegate set", member=self.people["cy"], space="this server")
        for name in ("ada", "bob", "cy", "dee"):
            await self.say(name, "delegate show")
        await self.say("bob", "power")
        await self.say("bob", "delegate clear", type="basic")
        await self.say("bob", "delegate clear", space=everywhere)
        await self.say("bob", "delegate clear", space="this server", type="schulze")
        await self.say("dee", "delegate clear")
        await self.say("dee", "delegate clear")

    async def voted(self) -> None:
        """A proposal from its form to its result."""
        await self.say("bob", "proposal new")
        await self.write_proposal("Buy a freezer")
        await self.say("ada", "proposal edit", proposal=4)
        await self.say("bob", "proposal submit", proposal=4)
        await self.say("ada", "proposal submit", proposal=4)
        await self.world.sweep()
        for name in ("cy", "bob", "dee"):
            await self.vote(name, "Against")
        await self.vote("bob", "For")
        await self.pressed("bob")
        await self.say("bob", "vote receipt", proposal=4)
        await self.confirmed("cy", "Recuse", "vote recuse", proposal=4)
        await self.confirmed("mona", "Recuse", "proposal recuse", proposal=4, member=self.people["ada"])
        await self.world.sweep()
        await self.world.sweep(3 * 3_600 + 120)
        await self.say("bob", "results", proposal=4)
        await self.say("mona", "proposal count", proposal=4)

    async def gone(self) -> None:
        """All that takes something away."""
        await self.write_proposal("Too early")
        await self.say("ada", "proposal submit", proposal=5)
        await self.world.sweep()
        await self.confirmed("ada", "Withdraw", "proposal withdraw", proposal=5)
        await self.say("mona", "proposal delete", proposal=3, reason="not serious")
        await self.confirmed("mona", "Remove it and", "roles remove", rule=1)
        await self.confirmed("bob", "Unlink", "wallet unlink", address=an_address(2))
        await self.confirmed("bob", "Forget", "privacy forget")
        await self.world.sweep()
        await self.say("mona", "audit export")
        await self.say("mona", "audit verify")
        await self.say("mona", "config show")

    async def say(self, who: str, command: str, **options: Any) -> simcord.InteractionResult | None:
        """Give a command and write down what is answered."""
        given = " ".join(f"{name}:{self.plain(_named(value))}" for name, value in options.items())
        self.written.append(f"\n> {who} /{command} {given}".rstrip())
        try:
            result = await self.people[who].slash(self.world.general, command, **options)
        except (BackendError, SetupError):
            self.written.append("(not offered)")
            return None
        await self.heard(result)
        return result

    async def heard(self, result: simcord.InteractionResult) -> None:
        """Write down an answer."""
        await self.world.env.settle()
        for message in [result.response, *result.followups]:
            if message is not None:
                await self.message(message)
        if result.modal is not None:
            self.written.append("form: " + self.plain(json.dumps(result.modal, ensure_ascii=False, sort_keys=True)))

    async def message(self, message: Message) -> None:
        """Write down what stands in a message, below it, and in its files."""
        parts = [message.content, *(embed_text(embed) for embed in message.embeds), *_texts(message)]
        parts += [f"[{label}]" for label in _labels(message)]
        for file in message.attachments:
            data = await file.read()
            parts.append(f"file {file.filename}")
            if file.filename.endswith((".md", ".txt")):
                parts.append(data.decode())
        self.written.append(self.plain("\n".join(part for part in parts if part)))

    async def write_proposal(self, title: str) -> None:
        """Fill the form of a new proposal."""
        typed = {"title": title, "summary": "In short.", "body": "What and why.", "discussion": ""}
        await self.fill("ada", typed, "proposal new", type="basic")

    async def fill(self, who: str, typed: dict[str, str], command: str, **options: Any) -> None:
        """Give a command, and fill the form that comes."""
        result = await self.say(who, command, **options)
        assert result is not None
        await self.heard(await self.people[who].submit_modal(result, typed))

    async def confirmed(self, who: str, begin: str, command: str, **options: Any) -> None:
        """Give a command, and press the button below its answer that begins so; its form is left as it is."""
        result = await self.say(who, command, **options)
        assert result is not None
        assert result.response is not None
        (label,) = [label for label in _labels(result.response) if label.startswith(begin)]
        self.written.append(f"\n> {who} presses {label}")
        await self.heard(await self.people[who].click(result.response, label=label))

    async def vote(self, who: str, label: str) -> None:
        """Press a button of the newest card."""
        self.written.append(f"\n> {who} presses {label}")
        with suppress(BackendError, SetupError):
            await self.heard(await self.people[who].click(self.card(), label=label))

    async def pressed(self, who: str) -> None:
        """Press what else stands below the newest card."""
        for label in _labels(self.card()):
            if label and label not in ("For", "Against", "Abstain"):
                await self.vote(who, label)

    def card(self) -> discord.Message:
        """The newest card."""
        return max((m for m in self.world.proposals.history() if m.components), key=lambda message: message.id)

    async def suggested(self, who: str, command: str, option: str) -> None:
        """Write down what is suggested for an option."""
        found = await self.people[who].autocomplete(self.world.general, command, option, "")
        self.written.append(f"\n> {who} types {option} of /{command}")
        self.written += [self.plain(f"- {one['name']}") for one in found]

    def posted(self) -> None:
        """Write down what stands in the channels."""
        for channel in (self.world.proposals, self.world.announcements, self.world.moderators, self.world.general):
            self.written.append(f"\n# {channel.name}")
            for message in sorted(channel.history(), key=lambda message: message.id):
                told = [message.content, *(embed_text(embed) for embed in message.embeds), *_texts(message)]
                told += [f"[{label}]" for label in _labels(message)]
                self.written.append(self.plain("\n".join(part for part in told if part)) + "\n")

    def offered(self) -> None:
        """Write down every command that the server has, with its options."""
        self.written.append("\n# commands")
        place = discord.Object(self.world.guild_id)
        for command in sorted(self.world.client.tree.get_commands(guild=place), key=lambda one: one.name):
            self.written += _lines(command.to_dict(self.world.client.tree), "/")

    def plain(self, text: str) -> str:
        """Return a text without what differs between two runs, and with names for ids."""
        world = self.world
        names = {str(actor.id): name for name, actor in self.people.items()}
        for one in (world.proposals, world.announcements, world.moderators, world.general):
            names[str(one.id)] = str(one.name)
        names |= {str(self.holder.id): "Holder", str(world.researcher.id): "Researcher", str(world.guild_id): "server"}
        for found, name in names.items():
            text = text.replace(found, name)
        text = re.sub(r"\b1[67]\d{8}\b", lambda at: f"t{int(at[0]) - self.start:+d}", text)
        for pattern, instead in _HIDDEN:
            text = re.sub(pattern, instead, text)
        return text


def _named(value: object) -> str:
    return str(getattr(value, "id", value))


def _labels(message: Message) -> list[str]:
    items = [part for part in _parts(message) if part["type"] in (_BUTTON, _MENU)]
    return [item.get("label") or item.get("placeholder") or "" for item in items]


def _texts(message: Message) -> list[str]:
    return [part["content"] for part in _parts(message) if part["type"] == _TEXT]


def _parts(message: Message) -> Iterator[dict[str, Any]]:
    return parts(dict(part if isinstance(part, dict) else part.to_dict()) for part in message.components)


def _lines(command: dict[str, Any], before: str) -> Iterator[str]:
    name = f"{before}{command['name']}"
    options = command.get("options", [])
    if any(option["type"] in (1, 2) for option in options):  # a group
        for option in sorted(options, key=lambda one: one["name"]):
            yield from _lines(option, f"{name} ")
        return
    taken = ", ".join(
        option["name"] + "".join(f" {choice['name']!r}" for choice in option.get("choices", [])) for option in options
    )
    yield f"{name}: {command.get('description', '')} ({taken})"
