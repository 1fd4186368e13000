"""A share of all linked wallets' power: what proves it names nobody who did not vote, and nothing of them is kept."""

from __future__ import annotations

import gzip
import json
from fractions import Fraction

import pytest
from sqlalchemy import select
from sqlalchemy.engine.row import RowMapping

from bot.domain.audit.bundle.reading.bundle_file import unpacked
from bot.domain.audit.hashing.merkle_sum_tree import MOST
from bot.domain.proposals.proposal import Proposal
from bot.domain.proposals.vote_rules import Rules, Share, Whole
from bot.domain.shared.errors import PowerUnknown
from bot.domain.shared.types import MemberId, Units
from bot.storage.tables import metadata
from tests.builders import GUILD, NOW, ONE, an_address
from tests.bundles import failures
from tests.refusals import refused
from tests.services.conftest import House
from tests.tables import connection_of

SILENT = an_address(2)


@pytest.fixture
async def people(house: House) -> tuple[int, int]:
    """Ann and Ben have linked wallets, of whose power a quarter has to vote."""
    await house.app.spaces.set_voting(GUILD, rules=Rules(quorum=Share(share=Fraction(1, 4), of=Whole.LINKED)))
    ann, ben = await house.member(1, tokens=60), await house.member(2)
    house.chain.give(SILENT, Units(40 * ONE + 123_456_789))
    return ann, ben


async def count(house: House, proposal: Proposal) -> bytes:
    await house.end(proposal)
    assert await house.app.lifecycle.close_due() == 1
    return unpacked(await house.app.results.bundle(GUILD, proposal.number))


async def kept(house: House, table: str) -> list[RowMapping]:
    async with house.app.store.read() as repos:
        rows = await connection_of(repos).execute(select(metadata.tables[table]))
        return [row._mapping for row in rows]


async def test_nothing_that_others_get_names_a_wallet_that_never_voted(house: House, people: tuple[int, int]) -> None:
    ann, ben = people
    proposal = await house.submit()
    await house.vote(proposal, MemberId(ann), 1)
    bundle = await count(house, proposal)
    assert failures(bundle) == []
    assert json.loads(bundle)["standing"]["wholes"] == {"linked wallets": str(100 * ONE + 123_456_789)}
    export = gzip.decompress((await house.app.audit.export(GUILD)).content)
    table = await house.app.results.table(GUILD, proposal.number)
    _, receipt = await house.app.results.receipt(GUILD, proposal.number, MemberId(ann))
    for public in (bundle, export, table, receipt):
        assert public is not None
        assert SILENT[2:].encode() not in public
    assert await house.app.results.receipt(GUILD, proposal.number, MemberId(ben)) == (
        await house.stored(proposal),
        None,
    )


@pytest.mark.parametrize("more", [0, 1])
async def test_a_total_that_no_bundle_can_commit_to_is_refused_before_anybody_votes(
    house: House, people: tuple[int, int], more: int
) -> None:
    """Or its count would fail for ever, with all that was voted."""
    held = MOST - 100 * ONE - 123_456_789 + more
    await house.member(3)
    house.chain.give(an_address(3), Units(held))
    if more:
        with refused("beyond what a result can prove"):
            await house.submit()
        return
    proposal = await house.submit()
    await house.vote(proposal, MemberId(people[0]), 1)
    assert failures(await count(house, proposal)) == []


async def test_two_bundles_of_equal_votes_tell_nothing_by_their_rest(house: House, people: tuple[int, int]) -> None:
    """Its salts are drawn for each, so that nobody can try out who is in it."""
    rests = set()
    for _ in range(2):
        proposal = await house.submit()
        await house.vote(proposal, MemberId(people[0]), 1)
        rests.add(json.loads(await count(house, proposal))["votable"]["rest"]["hash"])
    assert len(rests) == 2


async def test_a_count_keeps_nothing_of_what_it_was_a_share_of(house: House, people: tuple[int, int]) -> None:
    ann, _ = people
    proposal = await house.submit()
    await house.vote(proposal, MemberId(ann), 1)
    assert {row["wallet"] for row in await kept(house, "votable")} == {an_address(1), SILENT}
    await count(house, proposal)
    assert await kept(house, "votable") == []
    assert [row["wallet"] for row in await kept(house, "powers")] == [an_address(1)]


@pytest.mark.parametrize("over", ["counted", "withdrawn"])
async def test_who_is_forgotten_while_a_vote_runs_stands_nowhere_once_it_is_over(
    house: House, people: tuple[int, int], over: str
) -> None:
    ann, ben = people
    proposal = await house.submit()
    async with house.app.store.write() as repos:
        assert proposal.terms is not None
        powers = await house.app.power.read(proposal.terms.strategies, [SILENT], proposal.terms.snapshot)
        await repos.ballots.add_powers(proposal.id, powers, NOW)
        await repos.commit()
    preview = await house.app.privacy.preview(GUILD, MemberId(ben))
    assert await house.app.privacy.forget(GUILD, MemberId(ben), preview.agreed)
    if over == "counted":
        await house.vote(proposal, MemberId(ann), 1)
        assert failures(await count(house, proposal)) == []
    else:
        await house.app.withdrawals.withdraw(GUILD, proposal.number, proposal.author, "")
    for table in metadata.tables:
        assert not [row for row in await kept(house, table) if SILENT[2:] in str(row)], table


async def test_power_that_a_member_still_holds_is_kept_for_them(house: House, people: tuple[int, int]) -> None:
    proposal = await house.submit()
    async with house.app.store.write() as repos:
        assert proposal.terms is not None
        powers = await house.app.power.read(proposal.terms.strategies, [SILENT], proposal.terms.snapshot)
        await repos.ballots.add_powers(proposal.id, powers, NOW)
        await repos.commit()
    await house.vote(proposal, MemberId(people[0]), 1)
    await count(house, proposal)
    assert {row["wallet"] for row in await kept(house, "powers")} == {an_address(1), SILENT}


async def test_an_author_is_not_told_whose_power_is_unknown(house: House, people: tuple[int, int]) -> None:
    house.chain.silent.add(SILENT)
    with pytest.raises(PowerUnknown) as caught:
        await house.submit()
    assert caught.value.addresses == ()
    assert SILENT not in str(caught.value)
    assert people
