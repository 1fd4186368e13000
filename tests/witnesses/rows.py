"""What walks each row of the table in docs/chain.md: it returns what is made of the answers."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from fractions import Fraction

import pytest
from eth_account.messages import encode_defunct

from bot.chain import ens
from bot.chain.chain_reader import ChainReader
from bot.chain.rpc.network import Network
from bot.domain.delegation.onchain_registry import EVERYWHERE, REGISTRY_EVENTS, in_force
from bot.domain.power import evaluate, parse_strategies
from bot.domain.proposals.vote_rules import Rules, Share, Whole
from bot.domain.shared.errors import CannotPropose, InvalidInput, SignatureRejected
from bot.domain.shared.types import Address, Timestamp
from bot.services.delegation.registry_index import Delegations, InMemoryIndex
from bot.services.power.strategy_reads import answered
from bot.services.shared.contract_events import ContractEvents
from tests.builders import AUTHOR, GUILD, NOW
from tests.chain.events import nodes as registry
from tests.chain.nodes import CHAIN, Node, Patience, Spoil, wallet
from tests.chain.signatures.wallet_contracts import STRANGER
from tests.chain.test_ens import ALICE, BOB
from tests.chain.test_ens import Town as NameTown
from tests.presence import present
from tests.witnesses.town import ANN, HOLDER, WRONG, Town, speaking, telling

WAITS = "it waits"
Row = Callable[[Town], Awaitable[object]]
ROWS: dict[str, Row] = {}
LIES: dict[str, Callable[[Town], Spoil]] = {}


def row(name: str, lie: Callable[[Town], Spoil] | None = None) -> Callable[[Row], Row]:
    """Name what walks a row of the table; `lie` spoils a node in another way than with false state."""

    def add(walk: Row) -> Row:
        ROWS[name] = walk
        if lie is not None:
            LIES[name] = lie
        return walk

    return add


@row("snapshot", telling("final", hash=WRONG))
async def snapshot(town: Town) -> object:
    town.lie()
    return present((await town.submit()).terms).snapshot[CHAIN]


@row("minimum")
async def minimum(town: Town) -> object:
    town.lie()
    try:
        await town.submit(ANN, ())
    except CannotPropose as error:
        return error.held
    return "it was submitted"


@row("supply")
async def supply(town: Town) -> object:
    await town.app.spaces.set_voting(GUILD, rules=Rules(quorum=Share(share=Fraction(1, 2), of=Whole.SUPPLY)))
    town.lie()
    return present((await town.submit()).terms).quorum


@row("linked")
async def linked(town: Town) -> object:
    await town.app.spaces.set_voting(GUILD, rules=Rules(quorum=Share(share=Fraction(1, 2), of=Whole.LINKED)))
    town.lie()
    return present((await town.submit()).terms).quorum


@row("vote")
async def vote(town: Town) -> object:
    proposal = await town.submit()
    town.lie()
    receipt, _ = await town.app.voting.cast(GUILD, proposal.id, ANN, 1)
    return receipt.power


@row("count")
async def count(town: Town) -> object:
    proposal = await town.submit()
    await town.app.voting.cast(GUILD, proposal.id, ANN, 1)
    for evm in (town.evm, town.false):
        evm.travel(present(proposal.terms).end + 100)
    town.clock.time = Timestamp(present(proposal.terms).end + 120)
    town.lie()
    await town.app.lifecycle.close_due()
    async with town.app.store.read() as repos:
        result = present(await repos.proposals.get(proposal.id)).result
    return WAITS if result is None else result.tally.total


@row("clock", telling("newest", timestamp=hex(NOW + 10**6)))
async def clock(town: Town) -> object:
    town.lie()
    return (await town.chain.newest(CHAIN)).timestamp


@row("gone", telling("final", hash=WRONG))
async def gone(town: Town) -> object:
    await town.submit()
    town.lie()
    return await town.app.snapshots.watch()


@row("recusal")
async def recusal(town: Town) -> object:
    proposal = await town.submit()
    town.lie()
    out = await town.app.recusals.recuse(GUILD, proposal.id, ANN, by=ANN, moderator=False)
    return [one.power for one in out.wallets]


@row("roles")
async def roles(town: Town) -> object:
    await town.app.roles.add(await town.app.spaces.main(GUILD), HOLDER, name="Holder", minimum="1000", by=AUTHOR)
    town.lie()
    await town.app.role_evaluation.check(GUILD)
    (own,) = await town.app.roles.own(GUILD, ANN)
    return WAITS if own.view.rule.unknown or own.status is None else (own.status.earned, own.status.found)


@row("power")
async def power(town: Town) -> object:
    town.lie()
    return (await town.app.power.report(GUILD, ANN)).total


@row("strategies")
async def strategies(town: Town) -> object:
    town.lie()
    params = {"address": town.true.dollar, "symbol": "USD", "decimals": 6}
    asked = json.dumps([{"name": "erc20-balance-of", "network": str(CHAIN), "params": params}])
    try:
        return (await town.app.spaces.set_strategies(GUILD, asked)).strategies
    except InvalidInput as error:
        return str(error.fault)


@row("token")
async def token(town: Town) -> object:
    town.lie()
    campaign = await town.start("2")
    found = await town.app.treasury.campaign(GUILD, campaign.number)
    return found.decimals, [one.target for one in found.milestones], present(found.reading).amount


@row("watch")
async def watch(town: Town) -> object:
    town.lie()
    await town.app.treasury.watch(
        await town.app.spaces.main(GUILD), AUTHOR, chain=CHAIN, holder=wallet(3), token=town.true.dollar, label="Safe"
    )
    (found,) = await town.app.treasury.watches(await town.app.spaces.main(GUILD))
    return found.decimals, present(found.reading).amount


@row("milestones")
async def milestones(town: Town) -> object:
    campaign = await town.start("10")
    town.lie()
    reached = await town.app.treasury.observe()
    return reached, present((await town.app.treasury.campaign(GUILD, campaign.number)).reading).amount


@row("contracts")
async def contracts(town: Town) -> object:
    town.lie()
    asked = await town.app.wallets.challenge(GUILD, ANN, town.true.safe, chain=CHAIN, guild_name="G", member_name="A")
    forged = STRANGER.sign_message(encode_defunct(text=asked.text)).signature
    try:
        await town.app.wallets.confirm(GUILD, ANN, asked.nonce, "0x" + forged.hex())
    except SignatureRejected:
        return "rejected"
    return "linked"


@row("delegations")
async def delegations(town: Town) -> object:
    events = [registry.event(5), registry.event(50, delegate=3)]
    nodes = [
        registry.Spoiled(events, *([lambda entries, first, last: entries[:1]] if kind == "f" else []))
        for kind in town.kinds
    ]
    known = Delegations(index=InMemoryIndex(), chain=registry.reader(*nodes))
    return in_force(await known.at(registry.block(90, registry.FINAL), (EVERYWHERE,), confirm=True))


@row("events")
async def events(town: Town) -> object:
    told = [registry.event(5), registry.event(50, delegate=3)]
    nodes = [
        registry.Spoiled(told, *([lambda entries, first, last: entries[:1]] if kind == "f" else []))
        for kind in town.kinds
    ]
    known = ContractEvents(chain=registry.reader(*nodes))
    return await known.at(registry.block(90, registry.FINAL), REGISTRY_EVENTS, confirm=True)


@row("names")
async def names(town: Town) -> object:
    def of(leads: Address) -> NameTown:
        made = NameTown(chain_id=ens.MAINNET, genesis=NOW - 1_200)
        made.claim(BOB, "dao.eth", leads)
        return made

    true, false = of(ALICE), of(BOB)
    assert true.registry == false.registry

    spoil = speaking(true.evm, false.evm)
    nodes = {
        f"https://{number}.example": Node(true.evm, spoil if kind == "f" else None)
        for number, kind in enumerate(town.kinds)
    }
    network = Network(id=ens.MAINNET, name="Ethereum", rpc_urls=tuple(nodes))
    chain = ChainReader({ens.MAINNET: network}, nodes.__getitem__, sleep=Patience())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ens, "REGISTRY", true.registry)
        return await chain.names([BOB])


@row("command-line-power")
async def command_line_power(town: Town) -> object:
    town.lie()
    blocks = {CHAIN: await town.chain.finalized(CHAIN)}
    asked = evaluate(parse_strategies(town.strategies), [wallet(1)], blocks)
    registered, events = Delegations(index=InMemoryIndex(), chain=town.chain), ContractEvents(chain=town.chain)
    (found,) = await answered(asked, town.chain, registered, events, blocks)
    return found.total


@row("command-line-blocks", telling("final", hash=WRONG))
async def command_line_blocks(town: Town) -> object:
    town.lie()
    return await town.chain.numbered(CHAIN, town.final)
