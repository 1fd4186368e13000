"""The buttons below a card and a result that show something to whoever presses: power, rules, proof, the whole text."""

from __future__ import annotations

import discord
import pytest
import simcord

from bot.domain.proposals.proposal import GRACE, Proposal
from bot.domain.proposals.vote_rules import Approval, Rules, VoteVisibility
from bot.domain.shared.types import ProposalId
from bot.domain.spaces.space import DAY
from bot.domain.voting import OFFERED, QuorumCounts, VotingType
from cogs._shared.cards import Card
from cogs.audit.proof_button import ProofButton, fixed_card
from cogs.power.power_button import PowerButton
from cogs.proposals.read_button import ReadButton
from cogs.voting.rules_button import RulesButton, rules_card
from tests.cogs.answers import answer, buttons, is_told, present, text_of
from tests.cogs.conftest import World, fits, labels, said
from tests.cogs.proposals.test_proposal_cards import CHAINS, EXPLORERS, _longest

LABELS = ("Read all", "My power", "How it is counted", "Proof")
REF = "ABCDEFGH"


async def _open(world: World) -> tuple[Proposal, simcord.MemberActor]:
    ada = await world.member("ada", 5, researcher=True)
    return await world.open_proposal(ada), ada


async def _counted(world: World) -> discord.Message:
    """Let voting end, and return the result."""
    await world.sweep(3 * DAY + GRACE)
    await world.sweep()
    (message,) = [message for message in world.announcements.history() if is_told(message)]
    return message


async def _press(world: World, actor: simcord.MemberActor, proposal: Proposal, label: str) -> str:
    result = await actor.click(world.card(proposal), label=label)
    assert result.ephemeral
    for embed in answer(result).embeds:
        fits(embed)
    return said(result)


async def test_the_vote_and_the_power_are_shown_to_their_member(world: World) -> None:
    proposal, ada = await _open(world)
    before = await _press(world, ada, proposal, "My power")
    assert before.splitlines()[1] == "You have not voted on this."
    assert "You have **5 VITA** of voting power here." in before
    assert "5 VITA · tokens in the wallet" in before
    await ada.click(world.card(proposal), label="Against")
    after = await _press(world, ada, proposal, "My power")
    assert after.splitlines()[1] == "Your vote: **Against**."
    assert "You have **5 VITA** of voting power here." in after
    bob = await world.member("bob", 7)
    others = await _press(world, bob, proposal, "My power")
    assert "Against" not in others


async def test_the_power_is_that_of_the_proposals_block(world: World) -> None:
    proposal, ada = await _open(world)
    world.chain.give(world.people["ada"], 99)
    world.chain.mine()
    assert "**5 VITA**" in await _press(world, ada, proposal, "My power")


async def test_without_a_wallet_my_power_leads_to_linking_one(world: World) -> None:
    proposal, _ = await _open(world)
    text = await _press(world, await world.member("bob"), proposal, "My power")
    assert "/wallet link" in text
    assert "Your vote" not in text


async def test_a_delegates_vote_is_said_to_be_theirs(world: World) -> None:
    bob, cy = await world.member("bob", 100), await world.member("cy", 7)
    await bob.slash(world.general, "delegate set", member=cy)
    await world.later(1)
    proposal, _ = await _open(world)
    await cy.click(world.card(proposal), label="For")
    text = await _press(world, bob, proposal, "My power")
    assert text.splitlines()[1] == f"Your delegate <@{cy.id}> voted for you: **For**."
    assert (await _press(world, cy, proposal, "My power")).splitlines()[1] == "Your vote: **For**."


async def test_who_is_recused_is_told_that_none_of_their_votes_counts(world: World) -> None:
    proposal, ada = await _open(world)
    await ada.click(world.card(proposal), label="For")
    asked = await ada.slash(world.general, "vote recuse", proposal=1)
    await ada.click(answer(asked).message, label="Recuse, for good")
    text = await _press(world, ada, proposal, "My power")
    assert "You are recused from this vote, so none counts." in text.splitlines()[1]


async def test_who_was_recused_and_forgotten_is_told_so_on_coming_back(world: World) -> None:
    proposal, ada = await _open(world)
    asked = await ada.slash(world.general, "vote recuse", proposal=1)
    await ada.click(answer(asked).message, label="Recuse, for good")
    asked = await ada.slash(world.general, "privacy forget")
    await ada.click(answer(asked).message, label="Forget me here")
    await world.link(ada, 77, 5)
    assert "You are recused from this vote, so none counts." in await _press(world, ada, proposal, "My power")


async def test_the_rules_are_told_with_quorum_approval_and_what_is_shown(world: World) -> None:
    rules = Rules(
        quorum="40000", counts=QuorumCounts.FOR_AND_AGAINST, approval=Approval(), shown=VoteVisibility.NOTHING
    )
    await world.configure(rules={"basic": rules})
    proposal, ada = await _open(world)
    text = await _press(world, ada, proposal, "How it is counted")
    assert "**Quorum**\nNeeds 40,000 VITA to vote For or Against" in text
    assert "**Approval**\nMore For than Against" in text
    assert "**While voting**\nHidden until the result, the way to the quorum too" in text
    assert "**Ballots**\nBy a Discord account, for its linked wallets" in text
    assert "**The rule**\n" in text
    assert "Rankings" not in text
    await _counted(world)
    assert await _press(world, ada, proposal, "How it is counted") == text


@pytest.mark.parametrize("voting", OFFERED)
def test_the_rules_of_every_system_fit(voting: VotingType) -> None:
    fits(rules_card(_longest(voting)))


def test_the_longest_proof_fits() -> None:
    fits(fixed_card(_longest(), CHAINS, EXPLORERS))


async def test_before_the_result_the_proof_is_what_is_fixed(world: World) -> None:
    proposal, ada = await _open(world)
    shown = await ada.click(world.card(proposal), label="Proof")
    text = said(shown)
    assert shown.ephemeral
    assert f"`{present(proposal.cid)}`" in text
    (block,) = present(proposal.terms).snapshot.values()
    assert f"[block {block.number:,}](https://scan.example/block/{block.number})" in text
    assert f"`{block.hash}`" in text
    assert labels(answer(shown)) == []
    assert answer(shown).attachments == []


async def test_after_the_result_the_proof_gives_its_bundle_and_says_how_to_count_again(world: World) -> None:
    proposal, ada = await _open(world)
    await ada.click(world.card(proposal), label="For")
    result = await _counted(world)
    kept = present((await world.app.results.counted(world.guild_id, proposal.number)).kept)
    assert kept.cid not in text_of(result)
    for message in (result, world.card(proposal)):
        shown = await ada.click(message, label="Proof")
        text = said(shown)
        assert shown.ephemeral
        assert f"Content id `{kept.cid}`" in text
        assert f"Root `{kept.root}`" in text
        assert f"folkmoot verify proposal-1-result.json.gz --cid {kept.cid}" in text
        (file,) = answer(await ada.click(answer(shown).message, label="Bundle (JSON)")).attachments
        assert await file.read() == await world.app.results.bundle(world.guild_id, proposal.number)


async def test_the_result_leads_to_proof_rules_and_discussion(world: World) -> None:
    await _open(world)
    message = await _counted(world)
    assert [button.label for button in buttons(message)] == ["Who voted", "Proof", "How it is counted", "Discussion"]


def _all_buttons(proposal: ProposalId, ref: str = "") -> Card:
    with_refs = [ReadButton(proposal, ref), ProofButton(proposal, ref)]
    return Card(["copy"], [[*with_refs, PowerButton(proposal), RulesButton(proposal)]])


@pytest.mark.parametrize("ref", ["", REF])
async def test_pressed_in_another_server_all_of_them_are_refused(world: World, ref: str) -> None:
    proposal, _ = await _open(world)
    other = world.env.create_guild("Elsewhere")
    channel = other.create_text_channel("general")
    eve = other.add_member(world.env.create_user("eve"))
    await world.env.settle()
    copy = await world.channel(channel).send(view=_all_buttons(proposal.id, ref))
    for label in LABELS:
        text = said(await eve.click(copy, label=label))
        assert "no proposal" in text, label
        assert "mouse" not in text, label
        assert present(proposal.cid) not in text, label


@pytest.mark.parametrize("label", LABELS)
async def test_of_a_draft_none_of_them_tells_anything(world: World, label: str) -> None:
    ada = await world.member("ada", 5, researcher=True)
    draft = await world.draft(ada)
    forged = await world.channel(world.general).send(view=_all_buttons(draft.id))
    bob = await world.member("bob", 5)
    text = said(await bob.click(forged, label=label))
    assert "no proposal" in text
    assert "mouse" not in text


@pytest.mark.parametrize("ref", ["", REF])
async def test_ids_with_and_without_a_reference_work_after_a_restart(world: World, ref: str) -> None:
    proposal, ada = await _open(world)
    posted = await world.channel(world.general).send(view=_all_buttons(proposal.id, ref))
    ends = f":{proposal.id}:{ref}" if ref else f":{proposal.id}"
    assert {button.custom_id for button in buttons(posted)} >= {f"read{ends}", f"proof{ends}"}
    await world.restart()
    assert "We propose to fund a trial." in said(await ada.click(posted, custom_id=f"read{ends}"))
    assert f"`{present(proposal.cid)}`" in said(await ada.click(posted, custom_id=f"proof{ends}"))
    assert "5 VITA" in said(await ada.click(posted, custom_id=f"power:{proposal.id}"))
    assert "The rule" in said(await ada.click(posted, custom_id=f"rules:{proposal.id}"))


async def test_a_part_that_is_off_is_refused(world: World) -> None:
    proposal, ada = await _open(world)
    await world.moderator.slash(world.general, "config cogs", part="power", on=False)
    assert "of voting power" not in await _press(world, ada, proposal, "My power")
    assert "`bafkrei" in await _press(world, ada, proposal, "Proof")
