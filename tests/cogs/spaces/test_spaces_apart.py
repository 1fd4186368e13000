"""Nothing of one space leaks into another: every command, suggestion, button and form is walked in each."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import discord
import pytest
import simcord
from simcord import BackendError, SetupError

from tests.builders import TOKEN, an_address
from tests.cogs.answers import answer, form_rows, present, text_of
from tests.cogs.conftest import World, said
from tests.cogs.spaces.two_spaces import Side, Two, components, texts, two_spaces
from tests.presentation.catalogue.command_names import COMMANDS

Options = dict[str, Any]


def numbered(name: str, *states: str, **more: Any) -> Callable[[Side], list[Options]]:
    """A command on proposals of the space in those states."""
    return lambda side: [{name: side.numbers[state], **more} for state in states]


CALLS: Mapping[str, Callable[[Side], list[Options]]] = {
    "/audit export": lambda _: [{}],
    "/audit verify": lambda _: [{}],
    "/campaign list": lambda _: [{}, {"page": 2}],
    "/campaign new": lambda side: [
        {"title": f"{side.mark} new", "treasury": side.treasury, "token": TOKEN},
    ],
    "/campaign view": lambda side: [{"campaign": str(side.campaign)}, {"campaign": f"{side.mark} campaign"}],
    "/config channels": lambda side: [{}, {"proposals": side.channels["proposals"]}],
    "/config cogs": lambda _: [{"part": "treasury", "on": True}],
    "/config moderators": lambda _: [{}],
    "/config proposers": lambda side: [{}, {"minimum": str(side.amount)}],
    "/config show": lambda _: [{}],
    "/config strategies": lambda _: [{}],
    "/config voters": lambda _: [{}],
    "/config voting": lambda _: [{}, {"delay": "1 hour"}],
    "/config web": lambda _: [{"public": True}],
    "/delegate clear": lambda _: [{}],
    "/delegate set": lambda side: [{"member": side.delegate}],
    "/delegate show": lambda _: [{}],
    "/help": lambda _: [{}],
    "/power": lambda side: [{}, {"proposal": side.numbers["open"]}],
    "/privacy export": lambda _: [{}],
    "/privacy forget": lambda _: [{}],
    "/proposal count": numbered("proposal", "closed"),
    "/proposal delete": numbered("proposal", "open", reason="wrong"),
    "/proposal edit": numbered("proposal", "draft of both"),
    "/proposal history": numbered("proposal", "open", "closed"),
    "/proposal list": lambda _: [{}],
    "/proposal new": lambda _: [{}],
    "/proposal recuse": lambda side: [{"proposal": side.numbers["open"], "member": side.delegate}],
    "/proposal submit": numbered("proposal", "draft of both"),
    "/proposal view": numbered("proposal", "open", "closed", "draft of both", "withdrawn"),
    "/proposal withdraw": numbered("proposal", "open"),
    "/results": lambda side: [{}, {"proposal": side.numbers["closed"]}],
    "/roles add": lambda side: [{"role": side.holder, "minimum": str(side.amount)}, {"role": side.holder}],
    "/roles check": lambda _: [{}],
    "/roles list": lambda _: [{}],
    "/roles remove": lambda side: [{"rule": side.rule}],
    "/space archive": lambda side: [{"space": side.space.number}],
    "/space list": lambda _: [{}],
    "/space new": lambda side: [{"name": f"{side.mark} offspring"}],
    "/space rename": lambda side: [{"name": f"{side.mark} renamed", "space": side.space.number}],
    "/space restore": lambda side: [{"space": side.space.number}],
    "/treasury unwatch": lambda side: [{"treasury": f"{side.mark} treasury"}],
    "/treasury view": lambda _: [{}],
    "/treasury watch": lambda side: [
        {"treasury": an_address(side.amount), "label": f"{side.mark} more", "token": TOKEN}
    ],
    "/vote receipt": numbered("proposal", "open", "closed"),
    "/vote recuse": numbered("proposal", "open"),
    "/vote sign": numbered("proposal", "open"),
    "/vote status": numbered("proposal", "open", "closed"),
    "/wallet label": lambda _: [{"address": an_address(1), "label": "cold"}],
    "/wallet link": lambda _: [{"address": an_address(77)}],
    "/wallet list": lambda _: [{}],
    "/wallet primary": lambda _: [{"address": an_address(1)}],
    "/wallet unlink": lambda _: [{"address": an_address(99)}],
}
"""By command, what it is given in a space: with things of that space."""
SERVER_WIDE = {
    "/audit export": "a server has one log, which who manages it reads",
    "/privacy forget": "a member is forgotten in the whole server",
    "/privacy export": "all that is stored on a member, in all spaces",
    "/space list": "which spaces a server has",
    "/wallet list": "wallets are the server's, and so are the roles that they earn their member",
}
"""Commands that show what is the server's, and why."""
OF_ALL = {
    "/space archive": "names the spaces to who manages the server",
    "/space rename": "likewise",
    "/space restore": "likewise",
}
"""Commands that suggest spaces themselves, to who manages the server alone."""
NOT_PRESSED = {
    "ArchiveSpace": "archives another space than the main one, for who manages the server",
    "CampaignPage": "turns a page of a list that is longer than one; held in test_components_of_proposals.py",
    "ChannelMenu": "sets the channel of a space that has none; a forged one is refused in test_setting_up.py",
    "ChooseSpace": "asks where several spaces could be meant, which in a space's channel none is",
    "ForgetButton": "forgets its presser in the whole server",
    "MinimumButton": "sets who proposes where nobody may; a forged one is refused in test_setting_up.py",
    "MoveButton": "takes a wallet of the server from another member",
    "ProposersMenu": "sets who proposes where nobody may; a forged one is refused in test_setting_up.py",
    "RestoreSpace": "restores another space than the main one, for who manages the server",
    "StartButton": "begins setting up, below the hello in a server that was just joined",
    "CastButton": "casts the vote that its presser chose before a wallet was linked",
    "PasteInstead": "links a wallet of its presser's",
    "TakeBackButton": "takes back what its presser delegated in a space that is archived",
    "TakeSettings": "takes what a moderator pasted, for the space that it names",
    "TreasuryPage": "turns a page of a list that is longer than one; held in test_components_of_proposals.py",
    "UnlinkButton": "takes a wallet of its presser's from the server",
}
"""Buttons and menus that the walk does not come to, and why they show nothing of a space."""
ENTERED = ("1", "?")
"""What is entered into each field of a form: at first what may be right, then what is wrong."""
CHANGING = (
    "/config", "/proposal submit", "/proposal withdraw", "/proposal delete", "/proposal recuse", "/vote recuse",
    "/treasury unwatch", "/roles remove", "/privacy forget", "/space",
)  # fmt: skip
"""What is done after all others, because it takes away what they are about."""


def in_order() -> list[str]:
    return sorted(COMMANDS, key=lambda name: (name.startswith(CHANGING), name))


@pytest.fixture
async def two(world: World) -> Two:
    return await two_spaces(world)


def test_every_command_is_walked() -> None:
    assert set(COMMANDS) <= CALLS.keys()


CALLERS = [
    ("main", "member"),
    ("main", "both"),
    ("main", "main moderator"),
    ("main", "group moderator"),
    ("main", "manager"),
    ("group", "both"),
    ("group", "group moderator"),
    ("group", "manager"),
]
everywhere = pytest.mark.parametrize(("name", "caller"), CALLERS)


class Walk:
    """One person's way through one space. What was shown there of the other one is noted."""

    def __init__(self, two: Two, name: str, caller: str) -> None:
        self.two, self.actor = two, two.actors[caller]
        self.here, self.other = two.side(name)
        self.leaks: list[tuple[str, list[str], str]] = []
        self.pressed: set[str] = set()
        self.tried: set[tuple[str, str]] = set()

    async def command(self, command: str, options: Options) -> simcord.InteractionResult | None:
        """Give a command, None where Discord does not offer it to them."""
        try:
            result = await self.actor.slash(self.here.here, command[1:], **options)
        except (BackendError, SetupError):
            return None
        await self.see(f"{command} {options}", result, hides=command not in SERVER_WIDE)
        return result

    async def see(self, what: str, result: simcord.InteractionResult, *, hides: bool = True) -> None:
        """Look at an answer."""
        await self.two.world.env.settle()
        text = await texts(result)
        if hides and (found := self.other.foreign(text)):
            self.leaks.append((what, found, text[:300]))

    async def everything(self) -> None:
        """Give all commands, and use all that stands below their answers, and below the messages of the channels."""
        for channel in self.here.channels.values():
            for message in channel.history():
                stored = self.two.world.env.backend.get_message(message.channel.id, message.id)
                await self.press_all(message, stored.components)
        for command in in_order():
            for options in CALLS[command](self.here):
                for entered in ENTERED:
                    result = await self.command(command, options)
                    if result is not None and command not in SERVER_WIDE:
                        await self.go_on(command, result, 3, entered)
                    if result is None or result.modal is None:
                        break

    async def go_on(self, what: str, result: simcord.InteractionResult, deep: int, entered: str) -> None:
        """Fill the form that came, or use all that stands below the answer."""
        if result.modal is not None:
            fields = [field for row in form_rows(result) for field in [row.get("component", row)]]
            kept = entered == ENTERED[0]
            filled = {
                field["custom_id"]: (kept and field.get("value")) or entered for field in fields if "custom_id" in field
            }
            with suppress(BackendError, SetupError):
                result = await self.actor.submit_modal(result, filled)
                await self.see(f"form of {what}", result)
        if deep and result.response is not None and result.response.ephemeral:
            await self.press_all(result.response, result.response.components, deep - 1)

    async def press_all(
        self, message: discord.Message | simcord.ResponseMessage, rows: list[dict[str, Any]], deep: int = 3
    ) -> None:
        """Use every button and menu below a message, and those of the answers, and fill every form."""
        for item in components(rows):
            what = item["custom_id"]
            for entered in ENTERED:
                kind = (re.sub(r"[0-9a-f]{8,}|[0-9a-z]{12,}", "…", what), entered)
                if kind in self.tried:
                    continue
                self.tried.add(kind)
                self.pressed.add(what)
                try:
                    if item["type"] == discord.ComponentType.button.value:
                        result = await self.actor.click(message, custom_id=what)
                    else:
                        values = [option["value"] for option in item.get("options", [])]
                        result = await self.actor.select(message, values[: item.get("max_values", 1)], custom_id=what)
                except (BackendError, SetupError):
                    break
                await self.see(what, result)
                await self.go_on(what, result, deep, entered)
                if result.modal is None:
                    break


@everywhere
async def test_no_command_shows_or_changes_what_is_another_spaces(two: Two, name: str, caller: str) -> None:
    walk = Walk(two, name, caller)
    before = await two.rows(walk.other.space)
    for command in in_order():
        for options in CALLS[command](walk.here):
            await walk.command(command, options)
    assert [leak[:2] for leak in walk.leaks] == []
    assert await two.rows(walk.other.space) == before


@everywhere
async def test_no_suggestion_names_what_is_another_spaces(two: Two, name: str, caller: str) -> None:
    walk = Walk(two, name, caller)
    asked = 0
    for command, found in COMMANDS.items():
        for parameter in found.parameters:
            if not parameter.autocomplete or (command in OF_ALL and caller == "manager"):
                continue
            for typed in ("", "1", walk.other.mark, walk.here.mark):
                try:
                    offered = await walk.actor.autocomplete(walk.here.here, command[1:], parameter.name, typed)
                except (BackendError, SetupError):
                    continue
                asked += 1
                shown = [choice for choice in offered if choice["name"] != typed]
                if leaked := walk.other.foreign(json.dumps(shown, ensure_ascii=False)):
                    walk.leaks.append((f"{command} {parameter.name}", leaked, str(offered)[:300]))
    assert asked
    assert [leak[:2] for leak in walk.leaks] == []


async def test_every_kind_of_button_and_menu_is_pressed(two: Two) -> None:
    pressed: set[str] = set()
    for caller in ("both", "manager"):
        walk = Walk(two, "main", caller)
        await walk.everything()
        pressed |= walk.pressed
    known = two.world.client._connection._view_store._dynamic_items
    missing = {item.__name__ for pattern, item in known.items() if not any(pattern.fullmatch(one) for one in pressed)}
    assert missing == NOT_PRESSED.keys()


@everywhere
async def test_no_button_menu_or_form_shows_or_changes_what_is_another_spaces(two: Two, name: str, caller: str) -> None:
    walk = Walk(two, name, caller)
    before = await two.rows(walk.other.space)
    await walk.everything()
    assert [leak[:2] for leak in walk.leaks] == []
    assert await two.rows(walk.other.space) == before


@pytest.mark.parametrize(("name", "caller"), [("main", "group moderator"), ("group", "main moderator")])
async def test_a_spaces_moderator_changes_nothing_of_another(two: Two, name: str, caller: str) -> None:
    here, _ = two.side(name)
    actor, world = two.actors[caller], two.world
    before = await two.rows(here.space)
    moderating = [one for one, found in COMMANDS.items() if found.extras.get("moderators") or one.startswith("/config")]
    assert len(moderating) > 12
    for command in moderating:
        for options in CALLS[command](here):
            for channel in (here.here, world.general):
                for named in ({}, {"space": here.space.number}):
                    with suppress(BackendError, SetupError, simcord.OptionError):
                        await actor.slash(channel, command[1:], **options | named)
    await world.env.settle()
    after = await two.rows(here.space)
    assert {table for table in before if after[table] != before[table]} == set()


async def test_what_is_named_by_its_number_is_found_from_elsewhere_if_its_space_is_seen_and_says_whose_it_is(
    two: Two,
) -> None:
    main, group = two.main, two.group
    named = {"campaign": str(group.campaign)}
    hidden = await two.actors["member"].slash(main.here, "campaign view", **named)
    assert "is not one of this server's" in said(hidden)
    shown = said(await two.actors["both"].slash(main.here, "campaign view", **named))
    assert "This is of the space **Basalt Circle**." in shown
    assert "basalt campaign" in shown
    assert "This is of" not in said(await two.actors["both"].slash(group.here, "campaign view", **named))


ABSENT = 4_242
"""A number that no proposal has."""


def by_number(side: Side) -> list[tuple[str, Options]]:
    """What is given to commands that name a proposal by its number, with those of one space."""
    calls = [(command, given(side)) for command, given in CALLS.items()]
    return [(command[1:], one) for command, several in calls for one in several if proposal_in(one)]


def proposal_in(options: Options) -> str | None:
    """The option that names a proposal."""
    return "proposal" if isinstance(options.get("proposal"), int) else None


@pytest.mark.parametrize("caller", ["member", "main moderator"])
async def test_a_number_of_a_space_that_is_not_seen_is_refused_as_one_that_is_none(two: Two, caller: str) -> None:
    actor, channels = two.actors[caller], (two.main.here, two.world.general)
    before = await two.rows(two.group.space)
    asked = by_number(two.group)
    assert len({command for command, _ in asked}) >= 13
    for command, options in asked:
        named = present(proposal_in(options))
        for channel in channels:
            hidden = await actor.slash(channel, command, **options)
            absent = await actor.slash(channel, command, **options | {named: ABSENT})
            shown = re.sub(rf"\b{options[named]}\b", str(ABSENT), await texts(hidden))
            assert shown == await texts(absent), command
    assert await two.rows(two.group.space) == before


@pytest.mark.parametrize("caller", ["both", "manager"])
async def test_a_number_of_another_space_that_is_seen_is_found_and_the_answer_says_whose_it_is(
    two: Two, caller: str
) -> None:
    actor = two.actors[caller]
    for name in ("main", "group"):
        side, other = two.side(name)
        whose = f"This is of the space **{side.space.name}**."
        for command, options in by_number(side):
            if options[present(proposal_in(options))] == side.numbers["draft of both"] and caller != "both":
                continue
            if command == "proposal edit":
                continue  # its form is filled with what the proposal says
            at_home = await texts(await actor.slash(side.here, command, **options))
            assert whose not in at_home, command
            for channel in (other.here, two.world.general):
                shown = said(await actor.slash(channel, command, **options)).strip()
                if "may manage this server" not in at_home:
                    assert shown.startswith(whose), (command, shown)


async def test_where_several_spaces_could_be_meant_those_that_a_member_sees_are_offered(two: Two) -> None:
    general = two.world.general
    asked = await two.actors["both"].slash(general, "treasury view")
    assert "several spaces" in said(asked)
    assert "basalt treasury" in said(await two.actors["both"].select(answer(asked), ["2"]))
    assert "basalt treasury" in said(await two.actors["both"].slash(general, "treasury view", space=2))
    assert "amber treasury" in said(await two.actors["member"].slash(general, "treasury view"))
    refused = said(await two.actors["member"].slash(general, "treasury view", space=2))
    assert "basalt" not in refused.casefold()
    offered = await two.actors["both"].autocomplete(general, "campaign view", "campaign", "")
    assert {choice["name"].rpartition(" · ")[2] for choice in offered} == {"Amber Commons", "Basalt Circle"}


async def test_the_list_of_proposals_is_of_the_space_that_is_named(two: Two) -> None:
    both, general = two.actors["both"], two.world.general
    for side, other in (two.side("main"), two.side("group")):
        listed = said(await both.slash(general, "proposal list", space=side.space.number))
        assert f"{side.mark} open" in listed
        assert other.foreign(listed) == []
    assert "amber open" in (whole := said(await both.slash(general, "proposal list")))
    assert "basalt open" in whole


async def test_nothing_of_a_space_is_said_in_the_channels_of_the_other(two: Two) -> None:
    for name in ("main", "group"):
        here, other = two.side(name)
        for channel in here.channels.values():
            assert channel.history(), "it is told there what is its own"
            for message in channel.history():
                shown = [embed.to_dict() for embed in message.embeds], [part.to_dict() for part in message.components]
                told = "\n".join([message.content, text_of(message), json.dumps(shown, ensure_ascii=False)])
                assert other.foreign(told) == []
