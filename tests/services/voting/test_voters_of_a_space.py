"""Where a space has voters of its own, only members with one of its roles vote, and nobody for others."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.proposals.proposal import Proposal
from bot.domain.shared.errors import NoVoter
from bot.domain.shared.types import Address, ChannelId, MemberId, RoleId
from bot.domain.voting.ballot import Receipt
from tests.builders import GUILD, RESEARCHER, a_strategy, a_text
from tests.refusals import refused
from tests.services.conftest import House

HOLDER, OTHER = RoleId(501), RoleId(502)
MONA = MemberId(7)


async def cast(house: House, proposal: Proposal, member: MemberId, *roles: RoleId) -> Receipt:
    receipt, _ = await house.app.voting.cast(GUILD, proposal.id, member, 1, roles=roles)
    return receipt


async def test_who_has_no_such_role_is_refused_before_any_power_is_read(house: House) -> None:
    await house.app.spaces.set_voters(GUILD, [HOLDER, OTHER])
    member, proposal = await house.member(1, 5), await house.submit()
    assert proposal.terms is not None
    assert proposal.terms.voters == (HOLDER, OTHER)
    for roles in ((), (RoleId(1),)):
        with pytest.raises(NoVoter) as caught:
            await cast(house, proposal, member, *roles)
        assert (caught.value.number, caught.value.roles) == (proposal.number, (HOLDER, OTHER))
    assert await house.ballots(proposal) == []
    async with house.app.store.read() as repos:
        assert await repos.ballots.powers(proposal.id, [Address("0x" + "0" * 39 + "1")]) == {}
    assert (await cast(house, proposal, member, OTHER)).power


async def test_the_roles_are_those_of_the_submission(house: House) -> None:
    member, before = await house.member(1, 5), await house.submit()
    await house.app.spaces.set_voters(GUILD, [HOLDER])
    after = await house.submit()
    await house.app.spaces.set_voters(GUILD, [])
    await cast(house, before, member)
    with pytest.raises(NoVoter):
        await cast(house, after, member)
    terms = (await house.stored(after)).terms
    assert terms is not None
    assert terms.voters == (HOLDER,)


async def test_a_delegate_votes_for_nobody_whose_roles_nobody_knows(house: House) -> None:
    await house.app.spaces.set_voters(GUILD, [HOLDER])
    delegator, delegate = await house.member(1, 5), await house.member(2, 3)
    await house.app.member_delegations.give(GUILD, delegator, delegate, topic=None, until=None)
    proposal = await house.submit()
    assert proposal.terms is not None
    assert proposal.terms.delegation is False
    receipt = await cast(house, proposal, delegate, HOLDER)
    assert receipt.lent == ()
    assert len(await house.ballots(proposal)) == 1


async def test_a_proposal_is_of_its_space_and_goes_by_its_rules_alone(house: House) -> None:
    made = await house.app.space_list.new(GUILD, "IPT holders", by=MONA)
    main = await house.app.spaces.main(GUILD)
    async with house.app.store.write() as repos:
        own = replace(
            made,
            strategies=(a_strategy("eth-balance", params={}),),
            proposals_channel=ChannelId(9_001),
            announcements_channel=ChannelId(9_002),
            proposer_roles=(HOLDER,),
            voting_period=7_200,
        )
        await repos.spaces.save(own)
        await repos.commit()
    house.tampered = True  # the rules were stored without an entry of the log
    draft = await house.app.proposals.draft(own, MONA, a_text(), "basic", ("For", "Against", "Abstain"))
    with pytest.raises(Exception, match="needs"):
        await house.app.proposals.submit(GUILD, draft.number, MONA, [RESEARCHER])
    proposal = await house.app.proposals.submit(GUILD, draft.number, MONA, [HOLDER])
    assert (proposal.space, proposal.channel) == (made.id, 9_001)
    assert proposal.terms is not None
    assert [one.name for one in proposal.terms.strategies] == ["eth-balance"]
    assert proposal.terms.end - proposal.terms.start == 7_200
    mine = await house.submit()
    assert (mine.space, mine.number) == (main.id, proposal.number + 1)
    assert mine.terms is not None
    assert [one.name for one in mine.terms.strategies] == ["erc20-balance-of"]


async def test_an_archived_space_takes_nothing_new_and_counts_what_runs(house: House) -> None:
    made = await house.app.space_list.new(GUILD, "IPT holders", by=MONA)
    draft = await house.app.proposals.draft(made, MONA, a_text(), "basic", ("For", "Against", "Abstain"))
    await house.app.space_list.archive(GUILD, made.number, by=MONA)
    with refused("is archived"):
        await house.app.proposals.draft(made, MONA, a_text(), "basic", ("For", "Against", "Abstain"))
    with refused("is archived"):
        await house.app.proposals.submit(GUILD, draft.number, MONA, [RESEARCHER])
