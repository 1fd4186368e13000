"""What a press or a recusal takes along: nothing counts that an entry behind it took back, though no entry drops it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from bot.domain.audit.log.ballot_commitment import ballot_commitment
from bot.domain.audit.log.entry_kinds import Kind
from bot.domain.proposals.proposal import GRACE
from bot.domain.shared.types import Address, MemberId, Timestamp, Units
from bot.domain.voting.ballot import Ballot
from bot.domain.voting.recusal import Recusal, RecusedWallet
from tests.builders import ONE, an_address
from tests.bundles import a_bundle
from tests.presence import present
from tests.services.audit.test_bundle_and_log import Proof, chained, counted, proof  # noqa: F401 - fixtures

Json = dict[str, Any]
BEN, CY, LATER = an_address(2), an_address(3), an_address(77)


def ballots_said(contents: list[Json], wallet: Address) -> Json:
    """The last entry's words on a wallet's ballot."""
    found: Json = [
        one for said in contents for one in said.get("votes", {}).get("cast", ()) if one["wallet"] == wallet
    ][-1]
    return found


def ballot_of(made: Proof, wallet: Address) -> Ballot:
    return next(ballot for ballot in made.ballots if ballot.wallet == wallet)


def said_of(made: Proof, ballot: Ballot, **words: str) -> Json:
    """What an entry says of a ballot that somebody cast."""
    committed = ballot_commitment(present(made.proposal.cid), ballot)
    scores = [str(score) for score in ballot.scores]
    return {"wallet": ballot.wallet, "commitment": committed, "scores": scores, **words}


def superseded(contents: list[Json]) -> int:
    """How many ballots were replaced or dropped by these entries."""
    cast, standing = 0, set[str]()
    for votes in (content.get("votes", {}) for content in contents):
        made = [one["wallet"] for one in votes.get("cast", ())]
        cast, standing = cast + len(made), standing.union(made) - set(votes.get("dropped", ()))
    return cast - len(standing)


async def failing(made: Proof, contents: list[Json], ballots: list[Ballot], *recusals: Recusal) -> list[str]:
    """What fails of a bundle of these ballots beside a log of these entries, whose count names it."""
    proposal = replace(made.proposal, recusals=recusals or made.proposal.recusals)
    references = {made.cy: ballots_said(contents, CY)["member"]}
    bundle = a_bundle(ballots, proposal, superseded=superseded(contents), references=references)
    counted_at = present(proposal.terms).end + GRACE
    verdict = json.loads(bundle.content)["outcome"]["verdict"]
    named = {"bundle": bundle.cid, "root": bundle.root, "ballots": len(ballots), "verdict": verdict, "at": counted_at}
    entries = chained([*contents[:-1], {**contents[-1], **named}])
    code, lines, _ = await made.verify(bundle.content, entries, "--head", entries[-1].hash)
    assert code == (1 if lines else 0)
    return lines


async def test_a_log_and_a_bundle_that_were_made_anew_agree_where_nothing_is_left_behind(counted: Proof) -> None:  # noqa: F811
    """The ground of what follows: nothing fails but what each of them changes."""
    assert await failing(counted, counted.contents, counted.ballots) == []


def recused(made: Proof, entry: Json, *wallets: Address) -> Recusal:
    power = Units(ONE)
    gone = tuple(RecusedWallet(address=one, power=power, supply=power, linked=Units(0)) for one in wallets)
    return Recusal(member=MemberId(9), by=MemberId(8), at=Timestamp(entry["at"]), wallets=gone)


async def test_what_a_recused_delegate_cast_for_others_counts_no_more(counted: Proof) -> None:  # noqa: F811
    contents = counted.contents
    cy, out = ballots_said(contents, CY), contents[counted.seq(Kind.RECUSED) - 1]
    entry = {**out, "about": {"member": cy["member"]}, "wallets": [CY], "votes": {"proposal": 1}}
    kept = [ballot for ballot in counted.ballots if ballot.wallet != CY]
    made = [*contents[:-1], entry, contents[-1]]
    found = await failing(counted, made, kept, *counted.proposal.recusals, recused(counted, entry, CY))
    words = f"the delegate who cast it takes no part since entry {len(contents)}, and it counts"
    assert found == [f"FAILS        log and ballots: ballot of {BEN}: {words}"]
    entry["votes"]["dropped"] = [BEN]
    without = [ballot for ballot in kept if ballot.wallet != BEN]
    assert await failing(counted, made, without, *counted.proposal.recusals, recused(counted, entry, CY)) == []


async def test_a_recusal_takes_out_every_wallet_with_which_its_member_voted(counted: Proof) -> None:  # noqa: F811
    contents = counted.contents
    cy, out = ballots_said(contents, CY), contents[counted.seq(Kind.RECUSED) - 1]
    entry = {**out, "about": {"member": cy["member"]}, "wallets": [LATER], "votes": {"proposal": 1, "dropped": [BEN]}}
    kept = [ballot for ballot in counted.ballots if ballot.wallet != BEN]
    found = await failing(
        counted, [*contents[:-1], entry, contents[-1]], kept, *counted.proposal.recusals, recused(counted, entry, LATER)
    )
    words = f"its member takes no part since entry {len(contents)}, and it counts"
    assert found == [f"FAILS        log and ballots: ballot of {CY}: {words}"]


async def test_who_votes_takes_back_what_a_delegate_cast_for_all_their_wallets(counted: Proof) -> None:  # noqa: F811
    """Or a host leaves the ballot of a member's second wallet as the delegate had it."""
    contents, dee = counted.contents, an_address(4)
    by_cy = next(one for one in contents if BEN in str(one.get("votes")))
    other = replace(ballot_of(counted, BEN), wallet=LATER)
    member, via = ballots_said(contents, dee)["member"], by_cy["by"]
    by_cy["votes"]["cast"].append(said_of(counted, other, member=member, via=via))
    found = await failing(counted, contents, [*counted.ballots, other])
    words = f"a delegate cast it, and its member voted with {dee}"
    assert found == [f"FAILS        log and ballots: ballot of {LATER}: {words}"]


async def test_a_delegates_press_is_for_all_for_whom_they_voted_before(counted: Proof) -> None:  # noqa: F811
    """Or a delegator's ballot stays as it was when the delegate thought better of it."""
    contents = counted.contents
    by_cy = next(one for one in contents if BEN in str(one.get("votes")))
    again = replace(ballot_of(counted, CY), mark=1, receipt="c" * 32, cast_at=Timestamp(contents[-2]["at"]))
    said = said_of(counted, again, member=by_cy["by"])
    entry = {**by_cy, "at": again.cast_at, "votes": {"proposal": 1, "cast": [said]}}
    ballots = [again if ballot.wallet == CY else ballot for ballot in counted.ballots]
    found = await failing(counted, [*contents[:-1], entry, contents[-1]], ballots)
    words = f"the delegate who cast it voted again in entry {len(contents)}, which leaves it out"
    assert found == [f"FAILS        log and ballots: ballot of {BEN}: {words}"]


async def test_no_ballot_is_dropped_after_the_end(counted: Proof) -> None:  # noqa: F811
    """Or a host that knows the result has a delegate take ballots back, beside one that nobody counts."""
    contents, (out,) = counted.contents, counted.proposal.recusals
    end = present(counted.proposal.terms).end
    recusal, by_cy = contents[counted.seq(Kind.RECUSED) - 1], ballots_said(contents, CY)["member"]
    recusal["wallets"] = sorted({*recusal["wallets"], LATER})
    wider = replace(out, wallets=(*out.wallets, *recused(counted, recusal, LATER).wallets))
    cast = said_of(counted, replace(ballot_of(counted, BEN), wallet=LATER), member="e" * 32, via=by_cy)
    press = {**contents[counted.seq(Kind.BALLOTS) - 1], "by": by_cy, "at": end}
    late = {**press, "ahead": 3, "votes": {"proposal": 1, "cast": [cast], "dropped": [BEN]}}
    past = {"kind": "rules changed", "at": end + 2 * GRACE + 4}
    kept = [ballot for ballot in counted.ballots if ballot.wallet != BEN]
    found = await failing(counted, [*contents[:-1], past, late, contents[-1]], kept, wider)
    words = f"entry {len(contents) + 1}: it is about ballots, and was made 121 s after the end at least"
    assert found == [f"FAILS        log and ballots: {words}"]


async def test_an_entry_on_one_vote_says_nothing_of_the_ballots_of_another(counted: Proof) -> None:  # noqa: F811
    """Or who takes no part in one vote has what they cast for others dropped from another, and nobody looks there."""
    contents = counted.contents
    cy, out = ballots_said(contents, CY)["member"], contents[counted.seq(Kind.RECUSED) - 1]
    kept = [ballot for ballot in counted.ballots if ballot.wallet != BEN]
    elsewhere = {**out, "proposal": 2, "about": {"member": cy}, "wallets": [CY]}
    closed = {"kind": Kind.CLOSED.value, "at": out["at"], "proposal": 2, "cid": "bafother"}
    for entry, votes, ballots in (
        (elsewhere, {"dropped": [BEN]}, kept),
        (closed, {"rescored": {BEN: ["7"]}}, counted.ballots),
    ):
        made = [*contents[:-1], {**entry, "votes": {"proposal": 1, **votes}}, contents[-1]]
        found = await failing(counted, made, ballots)
        words = f"entry {len(contents)}: it says something in a way in which nothing is logged"
        assert found == [f"FAILS        log and proposal: {words}"]
