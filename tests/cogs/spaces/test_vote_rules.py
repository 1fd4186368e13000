"""Rules on Discord: moderators set them in one command, cards say them, and what is hidden shows nowhere."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping

import pytest

from bot.domain.proposals.proposal import GRACE
from bot.domain.proposals.vote_rules import Approval, Rules, Share, VoteVisibility, Whole, parse_approval
from bot.domain.shared.errors import ChainFault
from bot.domain.shared.types import MemberId
from bot.domain.spaces.space import DAY
from bot.domain.voting import Base, QuorumCounts, VotingType
from cogs._shared.components import Buttons
from cogs.voting.reasons_and_recusal import RecuseButton
from tests.builders import ONE, TOKEN, a_strategy, an_address
from tests.cogs.answers import answer, is_told, present, text_of
from tests.cogs.conftest import World, labels, said


async def _config(world: World, **options: object) -> str:
    return said(await world.moderator.slash(world.general, "config voting", **options))


async def _rules(world: World) -> Mapping[VotingType | None, Rules]:
    return (await world.app.spaces.main(world.guild_id)).rules


async def test_all_rules_are_set_in_one_command_and_shown_by_the_other(world: World) -> None:
    answered = await _config(
        world, quorum="5 %", quorum_of="token supply", approval="two-thirds", votes="hidden, quorum shown"
    )
    lines = [
        "Quorum: needs 5 % of the supply of VITA in total",
        "Approval: For, or the first choice, needs at least 2/3 of For and Against",
        "Votes: hidden until the result; the way to the quorum is shown, unless the author chooses otherwise",
    ]
    assert all(line in answered.splitlines() for line in lines)
    answered = await _config(
        world, type="basic", quorum="1.2M", quorum_counts="for and against", approval="majority", approval_of="turnout"
    )
    lines += [
        "For basic: quorum: needs 1,200,000 VITA to vote For or Against",
        "For basic: approval: For needs more than 50 % of all that voted",
    ]
    shown = said(await world.moderator.slash(world.general, "config show"))
    assert all(line in text.splitlines() for line in lines for text in (answered, shown))
    found = await _rules(world)
    assert found[None].quorum == Share(share=Approval().share / 10, of=Whole.SUPPLY)
    assert found["basic"] == Rules(
        quorum="1,200,000", counts=QuorumCounts.FOR_AND_AGAINST, approval=parse_approval("majority", Base.TURNOUT)
    )
    await _config(world, type="basic", afresh=True)
    assert set(await _rules(world)) == {None}


async def test_a_rejection_quorum_says_that_it_works_the_other_way_round(world: World) -> None:
    answered = await _config(world, type="basic", quorum="40k", quorum_counts="rejection")
    assert "For basic: quorum: it passes unless more than 40,000 VITA votes Against" in answered.splitlines()
    ada = await world.member("ada", 5, researcher=True)
    card = world.card(await world.open_proposal(ada))
    assert "Passes unless more than 40,000 VITA votes Against; 0 VITA so far." in text_of(card).splitlines()


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"quorum_counts": "for"}, "choose type:basic"),
        ({"type": "approval", "quorum_counts": "for"}, "which only basic votes have"),
        ({"quorum_of": "linked wallets"}, "choose quorum with it"),
        ({"approval_of": "turnout"}, "choose approval with it"),
        ({"quorum": "5", "quorum_of": "token supply"}, "an amount is of nothing"),
        ({"approval": "most"}, "is not a share"),
        ({"type": "copeland", "approval": "2/3"}, "cannot be applied to copeland"),
        ({"quorum": "5", "period": "1m"}, "period"),
    ],
)
async def test_a_rule_without_a_meaning_changes_nothing_and_says_the_remedy(
    world: World, options: dict[str, str], why: str
) -> None:
    answered = await _config(world, **options)
    assert why in answered
    assert "Next:" in answered
    assert await _rules(world) == {}


async def test_the_card_and_the_result_say_the_rules_with_their_amounts(world: World) -> None:
    world.chain.supplies[TOKEN] = 1_000 * ONE
    await _config(world, quorum="1 %")
    await _config(world, type="basic", approval="3/5", approval_of="linked wallets")
    ada, bob = await world.member("ada", 60, researcher=True), await world.member("bob", 40)
    proposal = await world.open_proposal(ada)
    card = text_of(world.card(proposal))
    assert "0 % of 10 VITA (1 % of the supply of VITA, 1,000 VITA) to vote; 10 VITA are missing" in card
    assert "-# For needs at least 60 % of the power of all wallets linked here (100 VITA)." in card.splitlines()
    await ada.click(world.card(proposal), label="For")
    await bob.click(world.card(proposal), label="Against")
    await world.sweep(3 * DAY + GRACE)
    await world.sweep()
    result = text_of(world.announcements.history()[-1])
    assert (
        "**Passed:** “For” has what it needs, at least 60 % of the power of all wallets linked here (100 VITA).\n"
        "“For” has 60 VITA, 60 %.\n"
        "2 wallets voted with 100 VITA; the quorum of 10 VITA is reached.\n" in result
    )


async def test_an_author_chooses_what_is_shown_and_whether_rankings_are_partial(world: World) -> None:
    ada = await world.member("ada", 5, researcher=True)
    form = await ada.slash(world.general, "proposal new", type="ranked-choice", votes="hidden", partial=True)
    typed = {"title": "Which?", "summary": "", "body": "Choose.", "choices": "Mice\nYeast\nWorms", "discussion": ""}
    stored = await ada.submit_modal(form, typed)
    assert "**You chose**\nHidden until the result, the way to the quorum too\nMay leave choices out" in said(stored)
    await ada.click(answer(stored).message, label="Submit")
    await world.sweep()
    (view,) = await world.app.proposals.visible(world.guild_id, MemberId(ada.id))
    assert (present(view.proposal.terms).rules.shown, view.proposal.options.partial) == (VoteVisibility.NOTHING, True)
    assert "-# Rankings may leave choices out." in text_of(world.card(view.proposal)).splitlines()
    receipt, _ = await world.app.voting.cast(world.guild_id, view.proposal.id, MemberId(ada.id), [2])
    assert receipt.mark == (2,)


@pytest.mark.parametrize("voting", ["basic", "approval", "ranked-choice"])
@pytest.mark.parametrize("shown", [VoteVisibility.QUORUM, VoteVisibility.NOTHING])
async def test_what_is_hidden_shows_nowhere_before_the_result(
    world: World, shown: VoteVisibility, voting: VotingType, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="bot")
    caplog.set_level(logging.DEBUG, logger="cogs")
    caplog.set_level(logging.INFO)
    await world.configure(rules={None: Rules(quorum="50000", shown=shown)})
    ada = await world.member("ada", 0, researcher=True)
    voters = [await world.member("bob", 12_345), await world.member("cat", 6_789)]
    choices = ("For", "Against", "Abstain") if voting == "basic" else ("Mice", "Yeast", "Worms")
    proposal = await world.open_proposal(ada, voting=voting, choices=choices)
    seen: list[str] = []

    async def look() -> None:
        for actor in (ada, world.moderator):
            for command, options in (
                ("proposal view", {"proposal": 1}),
                ("proposal list", {}),
                ("proposal withdraw", {"proposal": 1}),
                ("vote status", {"proposal": 1}),
            ):
                seen.append(said(await actor.slash(world.general, command, **options)))
            card, behind = world.card(proposal), ("Read all", "My power", "How it is counted", "Proof")
            seen.extend([said(await actor.click(card, label=label)) for label in behind])
            for command, option in (("proposal view", "proposal"), ("vote status", "proposal"), ("power", "proposal")):
                offered = await actor.autocomplete(world.general, command, option, "")
                seen.append(json.dumps(offered))
        seen.append(said(await world.moderator.slash(world.general, "config show")))

    for voter, mark in zip(voters, (1, 2), strict=True):
        ballot = {"basic": mark, "approval": [mark], "ranked-choice": [mark, 3, 3 - mark]}[voting]
        receipt, _ = await world.app.voting.cast(world.guild_id, proposal.id, MemberId(voter.id), ballot)
        assert said(await voter.slash(world.general, "vote status", proposal=1)).count(choices[mark - 1]) == 1
        assert receipt.power == (12_345 if mark == 1 else 6_789) * ONE
        await world.sweep(60)
        await look()
    await world.sweep(60)
    await look()
    assert proposal.terms is not None
    await world.sweep(proposal.terms.end + GRACE - 1 - world.clock.time)
    await look()
    public = [
        json.dumps(request.json, ensure_ascii=False)
        for request in world.env.http_requests
        if request.path.startswith("/channels/") and request.json
    ]
    logged = [record.getMessage() for record in caplog.records if not record.name.startswith(("simcord", "asyncio"))]
    everything = "\n".join([*seen, *public, *logged])
    assert "hidden until the result" in everything
    for amount in ("12,345", "6,789", "12345", "6789", "64.5", "35.4", "35.5", "█"):
        assert amount not in everything or (amount == "█" and shown is VoteVisibility.QUORUM), amount
    assert "19,134" not in everything
    for way in ("1 wallet voted", "2 wallets voted", "20 % of the way", "30 % of the way"):
        assert (way in everything) is (shown is VoteVisibility.QUORUM), way
    await world.sweep()
    await world.sweep()
    assert "12,345" in text_of(world.announcements.history()[-1]) or voting == "ranked-choice"
    assert "hidden" not in text_of(world.card(proposal))


async def test_a_reason_is_asked_for_below_the_receipt_and_quoted_in_the_thread(world: World) -> None:
    ada = await world.member("ada", 5, researcher=True)
    proposal = await world.open_proposal(ada)
    receipt = await ada.click(world.card(proposal), label="Against")
    assert labels(answer(receipt)) == ["Give a reason", "My power"]
    form = await ada.click(answer(receipt).message, label="Give a reason")
    answered = await ada.submit_modal(form, {"reason": "# Too dear\n@everyone [look](https://evil.example) *now*"})
    assert "appears in the proposal's thread" in said(answered)
    await world.sweep()
    (thread,) = world.proposals.threads
    (told,) = [m for m in thread.history() if "voter's own words" in text_of(m)]
    text = text_of(told).strip()
    assert text.startswith(f"<@{ada.id}> voted Against:\n> **Too dear**\n> ")
    assert "@everyone" not in text
    assert "[look](https://evil.example) (evil.example) *now*\n-# " in text, "a link says whose it is"
    again = await ada.submit_modal(await ada.click(answer(receipt).message, label="Give a reason"), {"reason": "x"})
    assert "is in the thread already" in said(again)
    await world.sweep()
    assert len([m for m in thread.history() if "voter's own words" in text_of(m)]) == 1


async def test_below_a_hidden_vote_no_reason_is_asked_for(world: World) -> None:
    await world.configure(rules={None: Rules(shown=VoteVisibility.QUORUM)})
    ada = await world.member("ada", 5, researcher=True)
    proposal = await world.open_proposal(ada)
    receipt = await ada.click(world.card(proposal), label="Against")
    assert "Recorded: **Against**" in said(receipt)
    assert labels(answer(receipt)) == ["My power"]


async def test_a_member_recuses_themself_after_confirming_and_the_thread_says_so(world: World) -> None:
    ada, bob = await world.member("ada", 5, researcher=True), await world.member("bob", 7)
    proposal = await world.open_proposal(ada)
    await bob.click(world.card(proposal), label="For")
    asked = await bob.slash(world.general, "vote recuse", proposal=1)
    assert "can't be undone" in said(asked)
    done = await bob.click(answer(asked).message, label="Recuse, for good")
    assert "1 wallet with 7 VITA" in said(done)
    assert "recused from proposal #1" in said(await bob.click(world.card(proposal), label="Against"))
    assert "does not count" in said(await bob.slash(world.general, "vote status", proposal=1))
    await world.sweep(60)
    (thread,) = world.proposals.threads
    assert any("by their own choice" in text_of(m) for m in thread.history() if is_told(m))
    card = text_of(world.card(proposal))
    assert "No votes yet" in card
    assert f"-# <@{bob.id}>, with 7 VITA, takes no part." in card.splitlines()


async def test_a_moderator_recuses_a_member_and_nobody_else_does(world: World) -> None:
    ada, bob = await world.member("ada", 5, researcher=True), await world.member("bob", 7)
    proposal = await world.open_proposal(ada)
    refused = said(await ada.slash(world.general, "proposal recuse", proposal=1, member=bob))
    assert "may manage this server" in refused
    asked = await world.moderator.slash(world.general, "proposal recuse", proposal=1, member=bob)
    button = Buttons(RecuseButton(proposal.id, MemberId(bob.id)))
    forged = await world.channel(world.general).send("x", view=button)
    assert "Only the member or a moderator" in said(await ada.click(forged, label="Recuse, for good"))
    assert not (await world.app.cards.stored(proposal.id)).recusals
    done = await world.moderator.click(answer(asked).message, label="Recuse, for good")
    assert "Recused from #1" in said(done)
    (recusal,) = (await world.app.cards.stored(proposal.id)).recusals
    assert (recusal.member, recusal.by) == (bob.id, world.moderator.id)


async def test_a_share_of_a_supply_names_the_token_and_how_much_it_is(world: World) -> None:
    world.chain.supplies[TOKEN] = 1_000 * ONE
    answered = await _config(world, quorum="5 %", quorum_of="token supply")
    number = world.chain.head.number
    assert f"The supply of VITA is 1,000 VITA at block {number:,}; a quorum of 5 % is 50 VITA." in answered.splitlines()
    world.chain.down = ChainFault.RATE_LIMITED
    assert "The supply of VITA is" not in await _config(world, quorum="6 %", quorum_of="token supply")


async def test_a_share_of_a_supply_is_refused_where_two_tokens_count_and_nothing_is_set(world: World) -> None:
    other = a_strategy("erc20-votes", params={"address": an_address(9), "symbol": "LP", "decimals": 18})
    await world.configure(strategies=(a_strategy(), other))
    before = await _rules(world)
    answered = await _config(world, quorum="5 %", quorum_of="token supply")
    assert "does not say of which token: VITA (0x" in answered
    assert "or LP (0x" in answered
    assert await _rules(world) == before
