"""Every value comes back from its row exactly as it went in."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.power import PowerPart, Strategy, VotingPower, parse_strategy
from bot.domain.proposals.proposal import Proposal, Remover, Result, Terms, Text, Tombstone, Version
from bot.domain.proposals.vote_rules import Approval, Assurance, Rules, Settled, Share, VoteVisibility, Whole
from bot.domain.shared.types import Block, ChannelId, ProposalId, SpaceId, Timestamp, Units
from bot.domain.spaces.space import Space
from bot.domain.treasury.campaigns import Campaign, Holding, Milestone, Reading, Watch
from bot.domain.voting import SYSTEMS, Base, Outcome, QuorumCounts, Round, Tally, Threshold, TieRule, Verdict
from bot.domain.voting.ballot import Ballot, Signed
from bot.domain.voting.ballot_message import BallotMessage
from bot.domain.voting.recusal import Recusal, RecusedWallet
from bot.ports import Repositories
from bot.storage.driver.engine import close_engine, open_engine
from bot.storage.schema_version import migrate
from bot.storage.unit_of_work import SqlStore
from tests.builders import GUILD, a_draft
from tests.presence import present

words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40)
snowflakes = st.integers(1, 2**63 - 1)
times = st.integers(0, 2**40)
chains = st.integers(1, 2**53 - 1)
amounts = st.integers(0, (2**256 - 1) * 10**36)
addresses = st.binary(min_size=20, max_size=20).map(lambda raw: "0x" + raw.hex())
blocks = st.builds(
    Block,
    chain=chains,
    number=st.integers(0, 2**62),
    hash=st.binary(min_size=32, max_size=32).map(lambda raw: "0x" + raw.hex()),
    timestamp=times,
)
symbols = st.text(st.characters(categories=["L", "N", "S"]), min_size=1, max_size=16).filter(str.isprintable)


@st.composite
def pasted(draw: st.DrawFn) -> Strategy:
    name = draw(st.sampled_from(["erc20-balance-of", "erc20-votes", "erc721", "eth-balance"]))
    params = {"address": draw(addresses), "symbol": draw(symbols), "decimals": draw(st.integers(0, 36))}
    return parse_strategy({"name": name, "network": str(draw(chains)), "params": params}, 1)


strategy_lists = st.lists(pasted(), max_size=3).map(tuple)
thresholds = st.builds(
    Threshold, share=st.fractions(0, 1), base=st.sampled_from(Base), strict=st.booleans(), votable=amounts
)
shares = st.builds(Share, share=st.fractions(0, 1), of=st.sampled_from(Whole))
approvals = st.builds(
    Approval,
    share=st.fractions(0, 1),
    strict=st.booleans(),
    of=st.sampled_from([Base.CAST, Base.TURNOUT, Whole.SUPPLY, Whole.LINKED]),
)
settled = {
    "quorum": amounts.map(str) | shares,
    "counts": st.sampled_from(QuorumCounts),
    "approval": approvals,
    "shown": st.sampled_from(VoteVisibility),
    "partial": st.booleans(),
    "assurance": st.sampled_from(Assurance),
}
rules = st.builds(Rules, **{name: st.none() | value for name, value in settled.items()})
systems = st.sampled_from(list(SYSTEMS))
spaces = st.builds(
    Space,
    id=st.just(0),
    guild=st.just(GUILD),
    name=words,
    strategies=strategy_lists,
    proposals_channel=st.none() | snowflakes,
    announcements_channel=st.none() | snowflakes,
    moderators_channel=st.none() | snowflakes,
    proposer_roles=st.lists(snowflakes, max_size=3).map(tuple),
    proposer_power=st.none() | st.just("1200000.5"),
    voting_delay=times,
    voting_period=times,
    rules=st.dictionaries(st.none() | systems, rules, max_size=3),
    cogs_off=st.frozensets(words, max_size=3),
)
terms = st.builds(
    Terms,
    start=times,
    end=times,
    snapshot=st.lists(blocks, max_size=3).map(lambda pinned: {block.chain: block for block in pinned}),
    strategies=strategy_lists,
    scale=st.integers(0, 36),
    symbol=words,
    quorum=amounts,
    delegation=st.booleans(),
    threshold=thresholds,
    rules=st.builds(Settled, **settled),
    wholes=st.dictionaries(st.sampled_from(Whole), amounts),
)
recusals = st.builds(
    Recusal,
    member=snowflakes,
    by=snowflakes,
    at=times,
    wallets=st.lists(
        st.builds(RecusedWallet, address=addresses, power=amounts, supply=amounts, linked=amounts), max_size=3
    ).map(tuple),
)
scores = amounts | st.builds(Fraction, amounts, st.integers(1, 10**40)).map(
    lambda score: score.numerator if score.denominator == 1 else score
)
indices = st.lists(st.integers(1, 25), max_size=4).map(tuple)
rounds = st.builds(
    Round,
    scores=st.lists(st.none() | scores, max_size=4).map(tuple),
    exhausted=amounts,
    eliminated=st.none() | st.integers(1, 25),
    tied=indices,
    rule=st.none() | st.sampled_from(TieRule),
)
tallies = st.builds(
    Tally,
    scores=st.lists(scores, max_size=4).map(tuple),
    by_strategy=st.lists(st.lists(scores, max_size=3).map(tuple), max_size=4).map(tuple),
    total=amounts,
    ballots=st.integers(0, 10**9),
    winners=indices,
    rounds=st.lists(rounds, max_size=3).map(tuple),
    pairs=st.lists(st.lists(amounts, max_size=3).map(tuple), max_size=3).map(tuple),
)
outcomes = st.builds(
    Outcome,
    verdict=st.sampled_from(Verdict),
    leaders=indices,
    turnout=amounts,
    quorum=amounts,
    counts=st.sampled_from(QuorumCounts),
    reached=scores,
    threshold=thresholds,
    approval=scores,
    whole=scores,
)
proposals = st.builds(
    Proposal,
    id=st.just(0),
    space=st.just(1),
    guild=st.just(GUILD),
    number=st.just(0),
    author=snowflakes,
    text=st.builds(Text, title=words, summary=words, body=words, discussion=words),
    voting=systems,
    choices=st.lists(words, max_size=25).map(tuple),
    created_at=times,
    chosen=rules,
    recusals=st.lists(recusals, max_size=2).map(tuple),
    submitted_at=st.none() | times,
    terms=st.none() | terms,
    cid=st.none() | words,
    tombstone=st.none() | st.builds(Tombstone, at=times, by=st.sampled_from(Remover), reason=words),
    opened_at=st.none() | times,
    held_reason=st.none() | words,
    result=st.none() | st.builds(Result, tally=tallies, outcome=outcomes, counted_at=times),
    channel=st.none() | snowflakes,
    card=st.none() | snowflakes,
    thread=st.none() | snowflakes,
)
versions = st.builds(
    Version,
    proposal=st.just(1),
    number=st.integers(1, 2**31 - 1),
    text=st.builds(Text, title=words, summary=words, body=words, discussion=words),
    choices=st.lists(words, max_size=25).map(tuple),
    cid=words,
    editor=snowflakes,
    written_at=times,
)
messages = st.builds(
    BallotMessage,
    voter=addresses,
    space=words,
    timestamp=times,
    proposal=words,
    choice=st.integers(1, 25) | st.lists(st.integers(1, 25)).map(tuple) | words,
    reason=words,
    app=words,
    metadata=words,
)
signatures = st.builds(Signed, message=messages, signature=st.binary(), chain=chains, block=st.none() | blocks)
ballots = st.builds(
    Ballot,
    proposal=st.just(1),
    wallet=addresses,
    member=snowflakes,
    mark=st.integers(1, 25) | st.lists(st.integers(1, 25), unique=True).map(tuple),
    scores=st.lists(amounts, max_size=3).map(tuple),
    power=amounts,
    cast_at=times,
    receipt=words,
    via=st.none() | snowflakes,
    cid=st.none() | words,
    signed=st.none()
    | st.builds(Signed, message=messages, signature=st.binary(), chain=chains, block=st.none() | blocks),
)
parts = st.builds(
    PowerPart,
    strategy=words,
    network=chains,
    contract=st.none() | addresses,
    symbol=words,
    decimals=st.integers(0, 36),
    amount=amounts,
)
powers = st.builds(VotingPower, address=addresses, scale=st.just(36), parts=st.lists(parts, max_size=3).map(tuple))


@st.composite
def campaigns(draw: st.DrawFn) -> Campaign:
    holding = draw(st.builds(Holding, chain=chains, token=st.none() | addresses, holder=addresses))
    on_chain = st.builds(replace, blocks, chain=st.just(holding.chain))
    readings = st.builds(Reading, holding=st.just(holding), amount=amounts, block=on_chain)
    milestones = tuple(
        Milestone(
            index=index,
            name=draw(words),
            target=Units(draw(amounts)),
            reached_at=None if reached is None else Timestamp(reached),
            reached_by=reading,
        )
        for index in range(1, draw(st.integers(2, 4)))
        for reached, reading in [draw(st.just((None, None)) | st.tuples(times, readings))]
    )
    return draw(
        st.builds(
            Campaign,
            id=st.just(0),
            space=st.just(1),
            guild=st.just(GUILD),
            number=st.just(0),
            title=words,
            holding=st.just(holding),
            symbol=words,
            decimals=st.integers(0, 255),
            milestones=st.just(milestones),
            channel=snowflakes,
            author=snowflakes,
            created_at=times,
            deadline=st.none() | times,
            reading=st.none() | readings,
        )
    )


OnFile = Callable[[Callable[[Repositories], Coroutine[Any, Any, None]]], None]


@pytest.fixture(scope="module")
def on_file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OnFile]:
    """Run a coroutine function on a store whose transaction is never committed."""
    path = tmp_path_factory.mktemp("round-trips") / "folkmoot.sqlite3"
    with asyncio.Runner() as runner:
        engine = open_engine(str(path))

        async def prepare() -> SqlStore:
            await migrate(engine)
            store = SqlStore(engine)
            async with store.write() as repos:
                space = await repos.spaces.add(GUILD, "Methuselah Commons")
                assert (await repos.proposals.add(a_draft(space=space.id))).id == 1
                await repos.commit()
            return store

        store = runner.run(prepare())

        def run(work: Callable[[Repositories], Coroutine[Any, Any, None]]) -> None:
            async def undone() -> None:
                async with store.write() as repos:
                    await work(repos)

            runner.run(undone())

        yield run
        runner.run(close_engine(engine))


fewer = settings(max_examples=60)


@fewer
@given(value=spaces)
def test_a_space(on_file: OnFile, value: Space) -> None:
    async def work(repos: Repositories) -> None:
        stored = replace(value, id=present(await repos.spaces.main(GUILD)).id)
        await repos.spaces.save(stored)
        assert await repos.spaces.main(GUILD) == stored
        assert await repos.spaces.all() == [stored]

    on_file(work)


@fewer
@given(value=proposals, other=proposals)
def test_a_proposal_added_and_saved(on_file: OnFile, value: Proposal, other: Proposal) -> None:
    async def work(repos: Repositories) -> None:
        stored = await repos.proposals.add(value)
        assert stored == replace(value, id=stored.id, number=2)
        assert await repos.proposals.get(stored.id) == stored
        changed = replace(other, id=stored.id, number=2, result=stored.result or other.result)
        await repos.proposals.save(changed)
        assert await repos.proposals.numbered(GUILD, 2) == changed

    on_file(work)


@fewer
@given(values=st.lists(versions, max_size=4, unique_by=lambda version: version.number))
def test_the_versions_of_a_text_oldest_first(on_file: OnFile, values: Sequence[Version]) -> None:
    async def work(repos: Repositories) -> None:
        for value in values:
            await repos.versions.add(value)
        assert await repos.versions.of(ProposalId(1)) == sorted(values, key=lambda version: version.number)
        assert await repos.versions.of(ProposalId(2)) == []

    on_file(work)


@fewer
@given(value=ballots, other=ballots)
def test_a_ballot_and_the_one_that_replaces_it(on_file: OnFile, value: Ballot, other: Ballot) -> None:
    async def work(repos: Repositories) -> None:
        again = replace(other, wallet=value.wallet)
        assert await repos.ballots.cast(value) is None
        assert await repos.ballots.in_force(value.proposal) == [value]
        assert await repos.ballots.cast(again) == value
        assert await repos.ballots.history(value.proposal, value.wallet) == [value, again]

    on_file(work)


@fewer
@given(value=powers)
def test_the_power_of_a_wallet(on_file: OnFile, value: VotingPower) -> None:
    async def work(repos: Repositories) -> None:
        await repos.ballots.add_powers(ProposalId(1), [value], Timestamp(1))
        assert await repos.ballots.powers(ProposalId(1), [value.address]) == {value.address: value}

    on_file(work)


@fewer
@given(value=campaigns())
def test_a_campaign_and_a_watch_on_its_holding(on_file: OnFile, value: Campaign) -> None:
    async def work(repos: Repositories) -> None:
        stored = await repos.treasury.add_campaign(value)
        assert stored == replace(value, id=stored.id, number=1)
        assert await repos.treasury.campaign(stored.id) == stored
        watch = Watch(
            space=SpaceId(1),
            guild=GUILD,
            number=0,
            label=value.title,
            holding=value.holding,
            symbol=value.symbol,
            decimals=value.decimals,
            added_by=value.author,
            added_at=value.created_at,
        )
        assert await repos.treasury.add_watch(watch) == replace(watch, number=1, reading=value.reading)
        assert await repos.treasury.watches(SpaceId(1)) == [replace(watch, number=1, reading=value.reading)]
        assert await repos.treasury.holdings() == {value.holding}

    on_file(work)


@fewer
@given(
    key=words.filter(bool),
    facts=st.dictionaries(words, st.none() | words | st.integers(), max_size=4),
)
def test_an_announcement(on_file: OnFile, key: str, facts: dict[str, Any]) -> None:
    async def work(repos: Repositories) -> None:
        await repos.outbox.add(
            key=key, topic="milestone", guild=GUILD, channel=ChannelId(2**63 - 1), facts=facts, at=Timestamp(7)
        )
        found = await repos.outbox.find(key)
        assert found is not None
        assert (found.key, found.topic, found.guild, found.channel) == (key, "milestone", GUILD, 2**63 - 1)
        assert found.facts == facts

    on_file(work)
