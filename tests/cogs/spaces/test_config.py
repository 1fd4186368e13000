"""Moderators' settings."""

from __future__ import annotations

import json
from typing import Any

import discord
import pytest
import simcord

from bot.client.permissions import Use
from bot.domain.announcements.moderator_notice import Told
from bot.domain.power.strategy import MAX_STRATEGIES
from bot.domain.proposals.vote_rules import Rules
from bot.domain.shared.errors import ChainFault
from bot.domain.shared.types import GuildId, RoleId, SpaceId, Timestamp
from bot.domain.spaces.snapshot_import import space_settings
from bot.domain.spaces.space import DAY, HOUR, OPTIONAL_COGS, Space
from bot.services.announcements.moderator_notices import RECENT, Notice, notice
from bot.settings import WebSettings
from cogs._shared.components import Buttons
from cogs.spaces.settings_cards import config_card
from cogs.spaces.settings_words import FORM, Place, strategies_text
from cogs.spaces.setup_steps import missing
from cogs.spaces.snapshot_import import TakeSettings
from cogs.spaces.strategies_form import FixStrategies
from tests.builders import CHAIN, NOW, TOKEN, a_space, a_strategy, an_address
from tests.cogs.answers import answer, form_rows, present
from tests.cogs.conftest import World, fits, parts, said

ENTRY = {
    "name": "erc20-balance-of",
    "network": str(CHAIN),
    "params": {"address": TOKEN, "symbol": "VITA", "decimals": 18},
}


async def space(world: World) -> Space:
    return await world.app.spaces.main(world.guild_id)


async def config(
    world: World, command: str, member: simcord.MemberActor | None = None, **options: object
) -> simcord.InteractionResult:
    return await (member or world.moderator).slash(world.general, f"config {command}", **options)


async def paste(world: World, text: str) -> simcord.InteractionResult:
    return await world.moderator.submit_modal(await config(world, "strategies"), {"strategies": text})


async def test_members_neither_see_nor_use_it(world: World) -> None:
    alice = await world.member("alice")
    assert not [name for name in alice.available_commands(world.general) if name.startswith("config")]
    assert "config show" in world.moderator.available_commands(world.general)


async def test_it_is_refused_where_a_server_opened_the_command_to_others(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    group = world.client.tree.get_command("config", guild=discord.Object(world.guild_id))
    monkeypatch.setattr(group, "default_permissions", None)
    await world.client.tree.sync(guild=discord.Object(world.guild_id))
    alice = await world.member("alice")
    before = await space(world)
    calls: dict[str, dict[str, Any]] = {
        "show": {},
        "strategies": {},
        "channels": {"proposals": world.general},
        "proposers": {"minimum": "none"},
        "voting": {"period": "1h"},
        "cogs": {"part": "power", "on": False},
        "web": {"public": False},
    }
    for command, options in calls.items():
        refused = await config(world, command, alice, **options)
        assert refused.modal is None
        assert "may manage this server" in said(refused), command
    assert await space(world) == before


async def test_strategies_are_pasted_and_shown_again(world: World) -> None:
    await world.configure(strategies=())
    form = await config(world, "strategies")
    assert form_rows(form)[0]["component"].get("value") in (None, "")
    result = await paste(world, json.dumps([ENTRY]))
    assert "VITA by erc20-balance-of" in said(result)
    assert (await space(world)).strategies == (a_strategy(),)
    again = await config(world, "strategies")
    assert json.loads(form_rows(again)[0]["component"]["value"]) == [a_strategy().to_json()]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('[{"name": }]', "line 1, column 11"),
        ("[]", "is empty"),
        (json.dumps([ENTRY | {"name": "whale-power"}]), "whale-power"),
        (json.dumps([ENTRY | {"network": "5"}]), "not configured here"),
        (json.dumps([ENTRY | {"params": {"address": TOKEN, "decimals": 6}}]), "18"),
        ("```@everyone```", "not JSON"),
        (
            json.dumps([{"name": "honeyswap", "network": str(CHAIN), "params": {"address": TOKEN}}]),
            "answers no block proves. Next: use uniswap or erc20-token-and-single-lp-weighted instead",
        ),
    ],
)
async def test_a_wrong_list_is_kept_for_correction_and_changes_nothing(world: World, text: str, why: str) -> None:
    before = await space(world)
    result = await paste(world, text)
    assert why in said(result)
    assert await space(world) == before
    await world.restart()
    form = await world.moderator.click(answer(result).message, label="Fix it")
    assert form_rows(form)[0]["component"]["value"] == text.replace("`", "\u02cb")
    await world.moderator.submit_modal(form, {"strategies": json.dumps([ENTRY])})
    assert "In force" in said(result)
    assert [part for part in parts(answer(result).components) if "custom_id" in part] == []
    assert not answer(result).embeds


SPACE = {"id": "methuselah.eth", "network": str(CHAIN), "strategies": [{k: ENTRY[k] for k in ("name", "params")}]}


FIRST_FORM = {"id": "methuselah.eth", "chainId": CHAIN, "strategies": [[ENTRY["name"], ENTRY["params"]]]}


@pytest.mark.parametrize("content", [[ENTRY], SPACE, {"data": {"space": SPACE}}, FIRST_FORM])
@pytest.mark.parametrize("name", ["strategies.json", "SPACE.JSON", "space.txt"])
async def test_a_list_or_a_whole_space_is_attached_as_a_file(world: World, content: object, name: str) -> None:
    await world.configure(strategies=())
    result = await config(world, "strategies", file=(name, json.dumps(content, indent=2).encode()))
    assert result.modal is None
    assert result.ephemeral
    assert "VITA by erc20-balance-of" in said(result)
    assert (await space(world)).strategies == (a_strategy(),)


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("space.png", b"[]", "The file is not JSON"),
        ("space.json", b" " * 100_001, "has 100,001 bytes"),
        ("space.json", b"\xff\xfe[\x00]\x00", "The file is not text"),
        ("space.json", b"", "not JSON"),
        ("space.json", json.dumps(SPACE).encode()[:-2], "not JSON (line 1"),
        ("space.json", json.dumps({"name": "a space"}).encode(), "not a list"),
        ("space.json", json.dumps([ENTRY | {"name": "whale-power"}]).encode(), "Next: use contract-call instead"),
        ("space.json", json.dumps([ENTRY] * 99, indent=8).encode(), "correct the file and attach it again"),
    ],
)
async def test_a_wrong_file_is_explained_and_changes_nothing(world: World, name: str, content: bytes, why: str) -> None:
    before = await space(world)
    result = await config(world, "strategies", file=(name, content))
    assert why in said(result)
    assert "The list in force was not changed" in said(result)
    assert await space(world) == before


async def test_a_file_of_another_kind_or_too_large_is_not_even_fetched(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fetch(*_: object, **__: object) -> bytes:
        raise AssertionError("it was fetched")

    monkeypatch.setattr(discord.Attachment, "read", fetch)
    for name, content in (("space.png", b"[]"), ("space.json", b" " * 100_001)):
        assert "The list in force was not changed" in said(await config(world, "strategies", file=(name, content)))


async def test_a_wrong_list_of_a_file_can_be_fixed_in_the_form(world: World) -> None:
    result = await config(world, "strategies", file=("s.json", json.dumps([ENTRY | {"network": "5"}]).encode()))
    form = await world.moderator.click(answer(result).message, label="Fix it")
    await world.moderator.submit_modal(form, {"strategies": json.dumps([ENTRY])})
    assert "In force" in said(result)


WITHOUT_ITS_NAME = {
    "kind": "space",
    "network": str(CHAIN),
    "strategies": [
        {"name": ENTRY["name"], "params": ENTRY["params"]},
        {"name": "delegation", "params": {"strategies": [{"name": ENTRY["name"], "params": ENTRY["params"]}]}},
    ],
}
"""As it stands in collections of real lists."""


async def test_a_list_that_does_not_tell_its_space_is_taken_as_it_stands_where_the_command_names_it(
    world: World,
) -> None:
    given = json.dumps(WITHOUT_ITS_NAME)
    refused = await config(world, "strategies", file=("s.json", given.encode()))
    assert "delegationSpace is missing" in said(refused)
    assert "In force" in said(
        await config(world, "strategies", file=("s.json", given.encode()), snapshot_space="vote.example.eth")
    )
    assert (await space(world)).strategies[1].params["delegationSpace"] == "vote.example.eth"
    form = await config(world, "strategies", snapshot_space="other.example.eth")
    await world.moderator.submit_modal(form, {"strategies": given})
    assert (await space(world)).strategies[1].params["delegationSpace"] == "other.example.eth"


async def test_the_name_of_the_space_is_kept_while_its_list_is_corrected(world: World) -> None:
    form = await config(world, "strategies", snapshot_space="vote.example.eth")
    result = await world.moderator.submit_modal(form, {"strategies": "[]"})
    await world.restart()
    again = await world.moderator.click(answer(result).message, label="Fix it")
    await world.moderator.submit_modal(again, {"strategies": json.dumps(WITHOUT_ITS_NAME)})
    assert (await space(world)).strategies[1].params["delegationSpace"] == "vote.example.eth"


async def test_a_file_that_discord_does_not_give_is_asked_for_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def lost(*_: object, **__: object) -> bytes:
        raise TimeoutError

    monkeypatch.setattr(discord.Attachment, "read", lost)
    assert "attach it again" in said(await config(world, "strategies", file=("s.json", json.dumps([ENTRY]).encode())))


async def test_a_list_is_refused_while_its_chain_is_down(world: World) -> None:
    before = await space(world)
    world.chain.down = ChainFault.UNREACHABLE
    assert "could not be read" in said(await paste(world, json.dumps([ENTRY])))
    assert await space(world) == before


async def test_a_member_who_presses_a_forged_button_gets_no_form(world: World) -> None:
    alice = await world.member("alice")
    forged = await world.channel(world.general).send("x", view=Buttons(FixStrategies()))
    pressed = await alice.click(forged, label="Fix it")
    assert pressed.modal is None
    assert "may manage this server" in said(pressed)


async def test_channels_are_set_and_what_is_missing_there_is_said_at_once(world: World) -> None:
    denied = discord.PermissionOverwrite(embed_links=False, read_message_history=False)
    locked = world.guild.create_text_channel("locked", overwrites={world.guild.default_role: denied})
    answered = said(await config(world, "channels", proposals=world.general, announcements=locked))
    changed = await space(world)
    assert (changed.proposals_channel, changed.announcements_channel) == (world.general.id, locked.id)
    assert changed.moderators_channel == world.moderators.id
    lines = {line.split(":")[0]: line for line in answered.splitlines()}
    assert lines["- Proposals"] == f"- Proposals: <#{world.general.id}>"
    assert "I lack Embed Links and Read Message History" in lines["- Announcements"]
    assert "I lack Embed Links" in said(await config(world, "show"))


async def test_calling_a_command_without_options_says_what_it_takes(world: World) -> None:
    for command in ("channels", "proposers", "voting"):
        assert "Next:" in said(await config(world, command))


async def test_proposers_are_roles_and_a_minimum(world: World) -> None:
    scribe = world.guild.create_role("Scribe")
    answered = said(await config(world, "proposers", role1=scribe, minimum="2.5k"))
    changed = await space(world)
    assert (changed.proposer_roles, changed.proposer_power) == ((RoleId(scribe.id),), "2,500")
    assert f"<@&{scribe.id}>" in answered
    assert "2,500 VITA" in answered

    await config(world, "proposers", minimum="none")
    changed = await space(world)
    assert (changed.proposer_roles, changed.proposer_power) == ((RoleId(scribe.id),), None)
    assert "Nobody yet" in said(await config(world, "proposers", no_roles=True))
    assert "one of both" in said(await config(world, "proposers", role1=scribe, no_roles=True))
    assert "not an amount" in said(await config(world, "proposers", minimum="lots"))


async def test_voting_rules_are_lengths_of_time_and_an_amount(world: World) -> None:
    answered = said(await config(world, "voting", delay="12h", period="3d 12h", quorum="1.2M"))
    changed = await space(world)
    assert (changed.voting_delay, changed.voting_period, changed.rules[None].quorum) == (
        12 * HOUR,
        3 * DAY + 12 * HOUR,
        "1,200,000",
    )
    assert "3 days 12 hours" in answered
    assert "1,200,000 VITA" in answered
    await config(world, "voting", delay="0", quorum="0")
    changed = await space(world)
    assert (changed.voting_delay, changed.voting_period, changed.rules[None].quorum) == (0, 3 * DAY + 12 * HOUR, "0")


@pytest.mark.parametrize(
    "options", [{"period": "1m"}, {"period": "400d"}, {"delay": "31d"}, {"delay": "soon"}, {"quorum": "many"}]
)
async def test_a_wrong_rule_changes_nothing(world: World, options: dict[str, Any]) -> None:
    before = await space(world)
    assert "Next:" in said(await config(world, "voting", **options))
    assert await space(world) == before


@pytest.mark.parametrize("part", OPTIONAL_COGS)
async def test_a_part_that_is_turned_off_leaves_the_list_and_comes_back(world: World, part: str) -> None:
    before = world.moderator.available_commands(world.general)
    assert "is off" in said(await config(world, "cogs", part=part, on=False))
    gone = set(before) - set(world.moderator.available_commands(world.general))
    assert gone
    helped = said(await world.moderator.slash(world.general, "help"))
    assert not [name for name in gone if f"**/{name}**" in helped]
    assert f"{part} off" in said(await config(world, "show"))
    assert "is on" in said(await config(world, "cogs", part=part, on=True))
    assert world.moderator.available_commands(world.general) == before


async def test_moderators_put_proposals_on_the_web_and_take_them_off_again(world: World) -> None:
    pages = "https://vote.example.org"
    assert not (await space(world)).public, "nobody reads it there until a moderator says so"
    assert "has set up no web pages" in said(await config(world, "show"))
    await config(world, "web", public=False)
    refused = said(await config(world, "web", public=True))
    assert "this bot has no web pages" in refused
    assert "ask whoever runs it" in refused
    assert not (await space(world)).public
    settings = world.app.settings.model_copy(update={"web": WebSettings(base_url=pages)})
    object.__setattr__(world.app, "settings", settings)
    assert "they stay on Discord" in said(await config(world, "show"))
    answered = said(await config(world, "web", public=True))
    assert (await space(world)).public
    for part in ("Anybody can read", "earlier ones too", f"{pages}/p/{world.guild_id}/1", "ballot by wallet"):
        assert part in answered
    assert f"{pages}/p/{world.guild_id}/1" in said(await config(world, "show"))
    assert "as if it never was" in said(await config(world, "web", public=False))
    assert not (await space(world)).public
    async with world.app.store.read() as repos:
        logged = [json.loads(entry.content) async for part in repos.log.entries(world.guild_id) for entry in part]
    changes = [entry["changes"]["public"] for entry in logged if "public" in entry.get("changes", {})]
    off, on = {"before": "True", "after": "False"}, {"before": "False", "after": "True"}
    assert changes == [on, off]


async def test_show_tells_what_is_in_force(world: World) -> None:
    shown = said(await config(world, "show"))
    assert "All set: /proposal new" in shown
    assert "VITA by erc20-balance-of" in shown
    assert "on Ethereum" in shown
    assert f"<@&{world.researcher.id}>" in shown
    assert "1,000 VITA" in shown
    assert "3 days" in shown
    assert f"<#{world.moderators.id}>" in shown


async def test_show_tells_what_is_missing_and_which_channel_is_gone(world: World) -> None:
    await world.configure(strategies=(), proposer_roles=(), proposer_power=None, announcements_channel=999_999)
    shown = said(await config(world, "show"))
    for command in ("/config strategies", "/config proposers"):
        assert f": {command}" in shown
    assert "**gone**" in shown
    await world.configure(proposals_channel=None)
    assert ": /config channels" in said(await config(world, "show"))


async def test_show_tells_the_notices_of_the_last_seven_days(world: World) -> None:
    async with world.app.store.write() as repos:
        for key, at in (("new", world.clock.now()), ("old", world.clock.now() - RECENT - 1)):
            problem = f"The {key} chain is slow in <#{world.proposals.id}>."
            await notice(repos, world.guild_id, key=key, fact=Told(problem=problem, remedy="Wait."), at=Timestamp(at))
        await repos.commit()
    shown = said(await config(world, "show"))
    assert f"The new chain is slow in <#{world.proposals.id}>. Wait." in shown, "the channel is a link"
    assert "The old chain" not in shown
    (recent,) = await world.app.notices.recent(await world.app.spaces.main(world.guild_id))
    assert not recent.posted


def test_the_most_that_can_be_configured_fits() -> None:
    strategies = tuple(
        a_strategy(params={"address": an_address(n), "symbol": "*" * 16, "decimals": 18}) for n in range(MAX_STRATEGIES)
    )
    crowded = a_space(
        strategies=strategies,
        proposer_roles=tuple(RoleId(10**18 + n) for n in range(5)),
        proposer_power="9" * 60,
        rules={None: Rules(quorum="9" * 60)},
        cogs_off=frozenset(OPTIONAL_COGS),
        public=True,
    )
    lacking = ("View Channel", "Send Messages", "Embed Links", "Attach Files", "Read Message History")
    places = [
        Place(use=use, channel=10**18, lacking=lacking) for use in (Use.PROPOSALS, Use.ANNOUNCEMENTS, Use.MODERATORS)
    ]
    notices = [Notice(fact=Told(problem="*" * 900, remedy="*" * 900), since=NOW, posted=True)] * 99
    fits(config_card(crowded, places, notices, {CHAIN: "C" * 40}, "https://" + "w" * 250))
    fits(config_card(Space(id=SpaceId(1), guild=GuildId(1), name="x"), places, [], {}))
    assert 0 < len(strategies_text(strategies)) <= FORM


def test_a_list_that_no_form_holds_is_not_cut() -> None:
    long = tuple(
        a_strategy(params={"address": an_address(n), "symbol": "VITA", "decimals": 18}) for n in range(MAX_STRATEGIES)
    )
    text = strategies_text(long * 9)
    assert text == ""


def test_nothing_is_missing_once_all_is_set() -> None:
    assert missing(a_space()) == []
    assert len(missing(Space(id=SpaceId(1), guild=GuildId(1), name="x"))) == 3
    assert missing(a_space(proposer_roles=(), proposer_power="1")) == []


@pytest.mark.parametrize(
    ("command", "option"), [("voting", "quorum"), ("proposers", "minimum")], ids=["a quorum", "a minimum"]
)
async def test_an_amount_with_a_decimal_comma_is_asked_about_and_nothing_is_set(
    world: World, command: str, option: str
) -> None:
    before = await world.app.spaces.main(world.guild_id)
    given: dict[str, Any] = {option: "12,5"}
    answered = said(await config(world, command, **given))
    assert "does “12,5” mean 12.5 or 125?" in answered
    assert await world.app.spaces.main(world.guild_id) == before


async def test_a_quorum_that_was_stored_as_it_was_typed_is_shown_as_it_counts(world: World) -> None:
    await config(world, "voting", quorum="5")
    spaces = world.app.spaces
    await spaces.set_voting(world.guild_id, rules=Rules(quorum="0,7"))
    assert "Quorum: needs 7 " in said(await config(world, "show"))


WHOLE = {
    "id": "north.eth",
    "network": str(CHAIN),
    "strategies": [{"name": "erc20-balance-of", "params": {"address": TOKEN, "symbol": "VITA", "decimals": 18}}],
    "voting": {"delay": DAY, "period": 7 * DAY, "quorum": 5000000.5, "type": "basic", "privacy": "shutter"},
    "filters": {"minScore": 1000, "onlyMembers": False},
    "admins": [TOKEN],
}


async def test_a_whole_space_says_what_was_taken_and_what_not_and_the_rest_is_taken_by_a_press(world: World) -> None:
    before = await space(world)
    result = await paste(world, json.dumps({"data": {"space": WHOLE}}))
    told = said(result)
    for part in (
        "Only the strategies were taken",
        "a quorum of 5,000,000.5 VITA",
        "a voting period of 7 days",
        "a delay of 1 day",
        "a minimum of 1,000 VITA for authors",
        "admins, the type of vote and privacy",
    ):
        assert part in told
    assert (await space(world)).rules == before.rules
    pressed = await world.moderator.click(answer(result).message, label="Take these too")
    assert "Quorum: needs 5,000,000.5 VITA in total" in said(pressed)
    taken = await space(world)
    assert (taken.voting_delay, taken.voting_period, taken.proposer_power) == (DAY, 7 * DAY, "1,000")
    assert taken.rules[None].quorum == "5,000,000.5"


async def test_what_a_space_says_out_of_range_is_named_and_the_rest_is_taken(world: World) -> None:
    result = await paste(world, json.dumps(WHOLE | {"voting": {"period": 60, "quorum": 7}}))
    pressed = said(await world.moderator.click(answer(result).message, label="Take these too"))
    assert "period" in pressed
    assert "That part was not taken" in pressed
    assert (await space(world)).rules[None].quorum == "7"


async def test_who_does_not_moderate_takes_nothing_over(world: World) -> None:
    settings = present(space_settings(json.dumps(WHOLE)))
    alice = await world.member("alice")
    forged = await world.channel(world.general).send("x", view=Buttons(TakeSettings.of(settings)))
    before = await space(world)
    assert "may manage this server" in said(await alice.click(forged, label="Take these too"))
    assert await space(world) == before


@pytest.mark.parametrize(
    "pasted",
    [[ENTRY], {"id": "a.eth", "strategies": [ENTRY]}, {"strategies": [ENTRY], "voting": {"quorum": 0, "period": None}}],
)
def test_a_list_alone_and_a_space_that_settles_nothing_offer_nothing(pasted: object) -> None:
    assert space_settings(json.dumps(pasted)) is None


@pytest.mark.parametrize("quorum", [True, "many", -1, 1e400, [], {"a": 1}, "1/0"])
def test_settings_that_are_no_amounts_are_not_offered(quorum: object) -> None:
    found = space_settings(
        json.dumps({"strategies": [ENTRY], "voting": {"quorum": quorum, "period": DAY, "delay": "x"}})
    )
    assert found is not None
    assert (found.quorum, found.period, found.delay) == (None, DAY, None)
