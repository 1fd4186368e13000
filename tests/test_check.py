"""`folkmoot check`: what an operator is told before members notice, on a real file, chain and REST interface."""

from __future__ import annotations

import json
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.app.composition import App, open_site, open_store
from bot.app.system_clock import SystemClock
from bot.cli.check import check
from bot.client.permissions import REASONS, invite_link
from bot.demo.chain.embedded_evm import Evm
from bot.demo.chain.json_encoding import Json
from bot.demo.chain.json_rpc import Rpc
from bot.demo.node import scene, serving
from bot.domain.power import parse_strategies
from bot.domain.shared.types import ChannelId, GuildId
from bot.settings import Settings, WebSettings
from tests.presence import present
from tests.standin import BotProcess, Discord
from tests.standin.world import Guild

ROOT = Path(__file__).parent.parent
Chain = tuple[Evm, Json]
Configure = Callable[..., Awaitable[None]]
NOWHERE = "http://127.0.0.1:1/k3y-in-the-path"


@pytest.fixture(autouse=True)
def addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where discord.py looks is for the whole process: put it back."""
    monkeypatch.setattr(Route, "BASE", Route.BASE)
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", DiscordWebSocket.DEFAULT_GATEWAY)


@pytest.fixture
async def discord() -> AsyncIterator[Discord]:
    async with Discord() as running:
        yield running


@pytest.fixture
def guild(discord: Discord) -> Guild:
    guild = discord.create_guild("DAO")
    for name in ("proposals", "news", "mods"):
        discord.add_channel(guild, name)
    return guild


@pytest.fixture(scope="module")
def evm() -> Chain:
    clock = SystemClock()
    evm = Evm(genesis=clock.now() - 86_400)
    made = scene(evm, 2)
    evm.now = clock.now
    evm.mine()
    return evm, made


@pytest.fixture
async def node(evm: Chain) -> AsyncIterator[str]:
    async with serving(Rpc(evm[0])) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
async def other(evm: Chain) -> AsyncIterator[str]:
    """A second node of the same chain."""
    async with serving(Rpc(evm[0])) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def settings(discord: Discord, node: str, other: str, tmp_path: Path) -> Settings:
    return Settings.model_validate(
        {
            "discord": {"token": discord.token, "api_base": discord.api_base, "gateway_url": discord.gateway_url},
            "storage": {"url": f"sqlite+aiosqlite:///{tmp_path}/kept.sqlite3"},
            "chains": {"31337": {"name": "Local", "rpc_urls": [node, other]}},
        }
    )


@pytest.fixture
async def configure(settings: Settings, guild: Guild, evm: Chain) -> Configure:
    """Store a space of the guild, as /config would."""

    async def store(decimals: int = 18, **fields: Any) -> None:
        strategies = json.dumps(
            [
                {
                    "name": "erc20-votes",
                    "network": "31337",
                    "params": {"address": evm[1]["token"], "decimals": decimals},
                },
                {"name": "eth-balance", "network": "31337", "params": {}},
            ]
        )
        named = {f"{channel.name}": ChannelId(channel.id) for channel in guild.channels.values()}
        async with open_store(settings.storage) as kept, kept.write() as repos:
            space = await repos.spaces.add(GuildId(guild.id), guild.name)
            space = replace(
                space,
                strategies=parse_strategies(strategies),
                proposals_channel=named["proposals"],
                announcements_channel=named["news"],
                moderators_channel=named["mods"],
            )
            await repos.spaces.save(replace(space, **fields))
            await repos.commit()

    return store


async def lines(settings: Settings) -> list[str]:
    return [str(finding) async for finding in check(settings)]


def amiss(found: list[str]) -> list[str]:
    return [line for line in found if not line.startswith("ok: ")]


async def test_when_all_is_well_every_line_says_so(settings: Settings, configure: Configure, guild: Guild) -> None:
    await configure()
    found = await lines(settings)
    assert amiss(found) == []
    told = "\n".join(found)
    for part in (
        "the settings can be read",
        "is writable and at version",
        "chain 31337 (Local), endpoint 1: chain id",
        "endpoint 2: finality",
        "endpoint 2: archive",
        "endpoint 1: newest blocks: the newest is ",
        "endpoint 2: blocks by hash: it takes them",
        "endpoint 1: code: ",
        "endpoint 2: calls: it answers them",
        "endpoint 1: gas: it takes calls of 15,000,000",
        "endpoint 2: batches: it takes them",
        "endpoint 1: balances in bulk: 300 wallets are read by a state override",
        "endpoint 2: events: it gives those of ",
        "endpoint 1: Multicall is at 0xcA11bde05977b3631167028862bE2a173976CA11",
        "chain 31337 (Local): its endpoints tell the same hash, time and balance at block ",
        "strategy 1 (erc20-votes): MOOT at 0x",
        "strategy 2 (eth-balance): counts ETH",
        "token accepted: ",
        "#proposals (for proposals) has every permission",
        "#mods (for moderators' notices) has every permission",
    ):
        assert part in told


async def test_it_needs_no_gateway(settings: Settings, configure: Configure, discord: Discord) -> None:
    await configure()
    await lines(settings)
    assert not discord.gateway.identified


async def test_the_pages_address_is_looked_at(settings: Settings, configure: Configure) -> None:
    await configure()
    assert any("no web pages: web.base_url is empty" in line for line in await lines(settings))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        web = WebSettings(base_url="https://vote.example.org", port=port, trusted_proxies=("127.0.0.1",))
        paged = settings.model_copy(update={"web": web})
        taken.listen()
        (line,) = amiss(await lines(paged))
        assert line.startswith(f"problem: the web pages cannot listen on 127.0.0.1 port {port}")
    assert amiss(await lines(paged)) == []
    async with App.open(paged) as app, open_site(app):
        assert any("are served from" in line for line in await lines(paged))


async def test_a_proxy_that_is_not_named_and_a_port_that_is_open_are_warned_of(
    settings: Settings, configure: Configure
) -> None:
    await configure()
    web = WebSettings(base_url="https://vote.example.org", host="0.0.0.0", port=18_099)  # noqa: S104 - what is warned of
    found = amiss(await lines(settings.model_copy(update={"web": web})))
    assert [line.split(":")[0] for line in found] == ["warning", "warning"]
    assert "share one limit" in found[0]
    assert "without https" in found[1]


async def test_it_changes_nothing(settings: Settings) -> None:
    assert any("will be made at the first start" in line for line in await lines(settings))
    assert not present(settings.storage.file).exists()


async def test_each_permission_that_is_missing_is_named(settings: Settings, configure: Configure, guild: Guild) -> None:
    await configure()
    channels = {channel.name: channel for channel in guild.channels.values()}
    channels["proposals"].deny(guild.everyone, "attach_files")
    me = next(member for member in guild.members.values() if member.user.bot)
    channels["proposals"].deny(me, "attach_files", "create_public_threads", "send_messages_in_threads")
    channels["news"].deny(me, "embed_links", "create_public_threads")
    found = amiss(await lines(settings))
    assert found == [
        (
            f"problem: guild DAO ({guild.id}): in #proposals (for proposals) the bot lacks Attach Files, "
            "Create Public Threads, Send Messages in Threads — grant it to the bot's role in the channel's permissions"
        ),
        (
            f"problem: guild DAO ({guild.id}): in #news (for announcements) the bot lacks Embed Links — "
            "grant it to the bot's role in the channel's permissions"
        ),
    ]


async def test_a_channel_that_is_gone_is_told(settings: Settings, configure: Configure, guild: Guild) -> None:
    await configure(announcements_channel=ChannelId(5))
    (problem,) = amiss(await lines(settings))
    assert "the channel for announcements (5) is gone — a moderator sets another" in problem


async def test_a_guild_without_the_bot_is_told_with_the_invite(
    settings: Settings, configure: Configure, discord: Discord, guild: Guild
) -> None:
    await configure()
    del discord.guilds[guild.id]
    said = await lines(settings)
    assert any(line.startswith("ok: invite link: https://") for line in said)
    assert amiss(said) == [
        "warning: the bot is in no guild — open the invite link above",
        f"warning: guild {guild.id} is configured, but the bot is not in it — open the invite link above",
    ]


async def test_a_token_that_is_refused_or_missing_is_told(settings: Settings) -> None:
    for token, said in (("wrong", "Discord refuses the token"), (None, "discord.token is missing")):
        changed = settings.model_copy(
            update={"discord": settings.discord.model_validate({**settings.discord.model_dump(), "token": token})}
        )
        (problem,) = amiss(await lines(changed))
        assert problem.startswith(f"problem: {said}")


async def test_a_silent_discord_is_told(settings: Settings, discord: Discord, configure: Configure) -> None:
    await configure()
    await discord.stop()
    (problem,) = amiss(await lines(settings))
    assert problem.startswith("problem: Discord does not answer")


async def test_endpoints_are_told_apart_by_number_never_by_address(settings: Settings, node: str) -> None:
    chains = {"31337": {"name": "Local", "rpc_urls": [node, NOWHERE]}, "5": {"rpc_urls": [node]}}
    changed = Settings.model_validate({**settings.model_dump(exclude={"chains", "discord"}), "chains": chains})
    found = await lines(changed)
    assert "problem: chain 31337 (Local), endpoint 2: chain id: it does not answer" in "\n".join(found)
    assert any(
        line.startswith("problem: chain 5 (Chain 5), endpoint 1: chain id: it serves chain 31337, not 5")
        for line in found
    )
    assert any(line.startswith("warning: chain 5 (Chain 5) has one endpoint") for line in found)
    assert not any("127.0.0.1" in line or "k3y" in line for line in found)


@pytest.mark.parametrize("again", ["{0}", "{0}/", "http://localhost:{1}"])
async def test_two_endpoints_that_are_one_confirm_nothing(settings: Settings, node: str, again: str) -> None:
    urls = [node, again.format(node, node.rpartition(":")[2])]
    found = await lines(_with_chains(settings, {"31337": {"name": "Local", "rpc_urls": urls}}))
    assert any(
        line.startswith("warning: chain 31337 (Local): endpoints 1 and 2 are one address, which confirms nothing")
        for line in found
    )
    assert not any("127.0.0.1" in line or "localhost" in line for line in found if "endpoint" in line)


async def test_two_endpoints_at_one_server_are_told(settings: Settings, node: str) -> None:
    found = await lines(_with_chains(settings, {"31337": {"rpc_urls": [node, f"{node}/?key=another"]}}))
    assert any("endpoints 1 and 2 stand at one server: what is wrong there is wrong at both" in line for line in found)


async def test_one_endpoint_alone_is_said_to_be_confirmed_by_nobody(settings: Settings, node: str) -> None:
    (line,) = [
        one for one in await lines(_with_chains(settings, {"31337": {"rpc_urls": [node]}})) if "one endpoint" in one
    ]
    assert line.startswith("warning: ")
    assert "not confirmed by a second provider" in line


async def test_endpoints_that_tell_another_block_are_a_problem(settings: Settings, node: str) -> None:
    clock = SystemClock()
    fork = Evm(genesis=clock.now() - 86_401)
    fork.now = clock.now
    fork.mine(5)
    async with serving(Rpc(fork)) as port:
        urls = [node, f"http://127.0.0.1:{port}"]
        found = await lines(_with_chains(settings, {"31337": {"name": "Local", "rpc_urls": urls}}))
    assert any(
        line.startswith("problem: chain 31337 (Local): endpoints 1 and 2 tell another hash at block 5 — find out")
        for line in found
    )


def _with_chains(settings: Settings, chains: dict[str, dict[str, object]]) -> Settings:
    return Settings.model_validate({**settings.model_dump(exclude={"chains", "discord"}), "chains": chains})


async def test_a_chain_without_multicall_is_a_warning(settings: Settings, node: str) -> None:
    chains = {"31337": {"rpc_urls": [node, node], "multicall": "0x" + "12" * 20}}
    changed = Settings.model_validate({**settings.model_dump(exclude={"chains", "discord"}), "chains": chains})
    assert any(
        line.startswith("warning: chain 31337 (Chain 31337), endpoint 1: no Multicall at 0x")
        for line in await lines(changed)
    )


async def test_decimals_that_differ_from_the_contract_are_told(
    settings: Settings, configure: Configure, guild: Guild
) -> None:
    await configure(decimals=6)
    (problem,) = amiss(await lines(settings))
    assert problem.startswith(
        f"problem: guild {guild.id}, strategy 1 (erc20-votes): says 6 decimals, the contract says 18"
    )


async def test_a_database_of_another_version_or_no_database_is_told(settings: Settings, tmp_path: Path) -> None:
    present(settings.storage.file).write_bytes(b"")
    assert any("is at version none, not " in line for line in amiss(await lines(settings)))
    present(settings.storage.file).write_bytes(b"this is no database at all" * 100)
    assert any("is damaged (file is not a database)" in line for line in amiss(await lines(settings)))


@pytest.mark.timeout(90)
async def test_the_exit_code_says_whether_all_is_well(
    settings: Settings, configure: Configure, discord: Discord, guild: Guild, node: str, other: str, tmp_path: Path
) -> None:
    await configure()
    config = tmp_path / "config.toml"
    config.write_text(
        f"""
        [discord]
        token = "{discord.token}"
        api_base = "{discord.api_base}"
        [storage]
        url = "{settings.storage.url.get_secret_value()}"
        [chains.31337]
        rpc_urls = ["{node}", "{other}"]
        """
    )
    command = [sys.executable, "-m", "bot", "check", "--config", str(config)]
    checking = BotProcess(command, env={}, log=tmp_path / "log", cwd=ROOT)
    await checking.start()
    assert checking.process is not None
    assert await checking.process.wait() == 0, checking.output
    assert checking.output.endswith("all is well\n")
    del guild.channels[next(iter(guild.channels))]
    await checking.start()
    assert await checking.process.wait() == 1, checking.output
    assert checking.output.endswith("1 to mend\n")


def test_the_invite_asks_for_exactly_what_is_used() -> None:
    link = invite_link(42)
    assert "client_id=42" in link
    assert "permissions=309237763072" in link
    assert "scope=bot+applications.commands" in link
    assert "administrator" not in REASONS
