"""A member without a wallet presses a vote, links one, and finds that vote again, filled in."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import discord
import pytest
import simcord
from aiohttp.test_utils import TestClient, TestServer
from eth_account import Account
from eth_account.messages import encode_defunct
from hypothesis import given
from hypothesis import strategies as st

from bot.app.composition import App, web_pages
from bot.chain.signatures.verdicts import by_keys
from bot.domain.proposals.proposal import Proposal
from bot.domain.proposals.vote_rules import Assurance, Rules
from bot.domain.shared.types import Address, Block, ChainId, GuildId, MemberId, ProposalId, Timestamp
from bot.domain.voting import SYSTEMS, VotingType
from bot.domain.wallets.link_reply import REPLY_LIFE
from bot.domain.wallets.signature_claim import Claim, Verdict
from bot.domain.wallets.wallet import Wallet
from bot.domain.wallets.web_ticket import TICKET_LIFE
from bot.settings import Settings, WebSettings
from bot.web.server.site import application
from cogs.wallets.way_back import BACK, VOTE, read_mark, write_vote
from tests.builders import ONE
from tests.cogs.answers import answer, present, refusal
from tests.cogs.conftest import World, labels, parts, said
from tests.fakes import FakeChain, FakeClock
from tests.logs import link

KEY = Account.from_key("0x" + "11" * 32)
WEB = "https://vote.example.org"


class SigningChain(FakeChain):
    """Recovers signers as the real chain does, of wallets that are no contracts."""

    async def signed(
        self, claims: Sequence[Claim], at: Mapping[ChainId, Block] | None = None, *, before: Timestamp | None = None
    ) -> list[Verdict]:
        return [*by_keys(claims)]


@pytest.fixture
def chain(clock: FakeClock) -> FakeChain:
    return SigningChain(clock=clock)


@pytest.fixture
def pages() -> str | None:
    return WEB


@pytest.fixture
def settings(settings: Settings, pages: str | None) -> Settings:
    return settings.model_copy(update={"web": WebSettings(base_url=pages)})


def signed(text: str) -> str:
    made: bytes = KEY.sign_message(encode_defunct(text=text)).signature
    return f"0x{bytes(made).hex()}"


async def a_vote(world: World, voting: VotingType = "basic", **choices: Any) -> Proposal:
    world.chain.give(Address(KEY.address.lower()), 5 * ONE)
    author = await world.member("author", 5_000, researcher=True)
    return await world.open_proposal(author, voting=voting, **choices)


async def cast_by(world: World, member: simcord.MemberActor, proposal: Proposal) -> object:
    receipt = await world.app.voting.own_receipt(world.guild_id, proposal.number, MemberId(member.id))
    return None if receipt is None else receipt.mark


async def press(world: World, member: simcord.MemberActor, proposal: Proposal, label: str) -> simcord.InteractionResult:
    return await member.click(world.card(proposal), label=label)


def address_of(result: simcord.InteractionResult) -> str:
    """The address of the page to which an answer leads."""
    urls = [str(part.get("url", "")) for part in parts(answer(result).components)]
    return next(url for url in urls if url.startswith(WEB))


async def link_on_page(app: App, address: str, *, moving: bool = False) -> Mapping[str, object]:
    """What the page's script does, by the page's own handlers; what it is told in the end."""
    made = application(web_pages(app), base_url=WEB, trusted_proxies=(), works=lambda: True)
    headers = {"Origin": WEB, "Host": "vote.example.org"}
    async with TestClient(TestServer(made)) as visitor:
        path = address.removeprefix(WEB)
        text = await (
            await visitor.post(f"{path}/text", json={"address": KEY.address, "chain": 1}, headers=headers)
        ).json()
        sent = {"nonce": text["nonce"], "signature": signed(text["text"])}
        done = await visitor.post(f"{path}/signature", json=sent, headers=headers)
        if moving:
            assert (await done.json())["kind"] == "taken"
            done = await visitor.post(f"{path}/move", json={"nonce": text["nonce"]}, headers=headers)
        told: Mapping[str, object] = await done.json()
        return told


async def _not_found(*_: object, **__: object) -> None:
    raise discord.NotFound(refusal(404, "Not Found"), {"code": 10_015, "message": "Unknown Webhook"})


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


async def test_a_press_without_a_wallet_leads_through_linking_back_to_it(world: World) -> None:
    proposal = await a_vote(world)
    alice = await world.member("alice")
    refused = await press(world, alice, proposal, "For")
    assert labels(answer(refused)) == ["Link my wallet"]
    await alice.click(answer(refused).message, label="Link my wallet")
    assert "waits here, filled in" in said(refused)
    assert labels(answer(refused)) == ["Open my page", "Paste a signature instead"]
    told = await link_on_page(world.app, address_of(refused))
    assert told["shown"] is True
    assert told["vote"] == {
        "title": "Fund the mouse study",
        "number": proposal.number,
        "card": f"https://discord.com/channels/{world.guild_id}/{proposal.channel}/{proposal.card}",
    }
    assert f"Linked: {KEY.address[:6]}" in said(refused)
    assert "You pressed **For** on “Fund the mouse study”" in said(refused)
    assert labels(answer(refused)) == ["Vote For", "Go to the proposal"]
    assert await cast_by(world, alice, proposal) is None

    await alice.click(answer(refused).message, label="Vote For")
    assert await cast_by(world, alice, proposal) == 1
    assert "Recorded" in said(refused)


async def refuse_and_lead(
    world: World, member: simcord.MemberActor, proposal: Proposal, label: str = "For"
) -> simcord.InteractionResult:
    """The answer to a press without a wallet, which leads to the page now."""
    refused = await press(world, member, proposal, label)
    await member.click(answer(refused).message, label="Link my wallet")
    return refused


PRESSES: dict[VotingType, object] = {
    "basic": 2,
    "single-choice": 3,
    "approval": (1, 3),
    "ranked-choice": (3, 1, 2),
    "copeland": (2, 3, 1),
    "schulze": (2, 1, 3),
    "weighted": (70, 0, 30),
    "quadratic": (1, 2, 0),
    "star": (5, 0, 3),
}


async def pressed_on_the_ballot(
    world: World, member: simcord.MemberActor, proposal: Proposal, mark: object
) -> simcord.InteractionResult:
    """What a member is answered who casts this from the proposal's card, and whose wallet goes before the last step."""
    card, choices = world.card(proposal), proposal.choices
    match proposal.voting, mark:
        case "approval", tuple():
            await _unlink(world, member)
            return await member.select(card, values=[str(one) for one in mark])
        case _, int():
            await _unlink(world, member)
            return await member.click(card, label=choices[mark - 1])
        case (("weighted" | "quadratic"), tuple()):
            form = await member.click(card, label="Give weights")
            await _unlink(world, member)
            return await member.submit_modal(form, {str(at): str(one) for at, one in enumerate(mark, start=1)})
        case "star", tuple():
            form = await member.click(card, label="Type my vote")
            await _unlink(world, member)
            typed = ", ".join(f"{at}: {one}" for at, one in enumerate(mark, start=1))
            return await member.submit_modal(form, {"ballot": typed})
        case _:
            assert isinstance(mark, tuple)
            panel = await member.click(card, label="Rank the choices")
            for one in mark:
                if any((part.get("label") or "").startswith(f"{one}. ") for part in parts(answer(panel).components)):
                    await member.click(answer(panel).message, label=f"{one}. {choices[one - 1]}")
            await _unlink(world, member)
            return await member.click(answer(panel).message, label="Cast this vote")


async def _unlink(world: World, member: simcord.MemberActor) -> None:
    await world.app.wallets.unlink(world.guild_id, MemberId(member.id), world.people[member.name])


def test_every_voting_system_is_tried() -> None:
    assert set(PRESSES) == set(SYSTEMS)


@pytest.mark.parametrize("voting", PRESSES)
async def test_whatever_was_on_the_ballot_is_filled_in_again(world: World, voting: VotingType) -> None:
    choices = {} if voting == "basic" else {"choices": ("Mice", "Worms", "Flies")}
    alice, mark = await world.member("alice", 5), PRESSES[voting]
    proposal = await a_vote(world, voting, **choices)
    refused = await pressed_on_the_ballot(world, alice, proposal, mark)
    assert "Link my wallet" in labels(answer(refused))
    await alice.click(answer(refused).message, label="Link my wallet")
    await link_on_page(world.app, address_of(refused))
    assert await cast_by(world, alice, proposal) is None
    way = present(labels(answer(refused))[0])
    assert re.match(r"Vote \w+|Cast this vote", way)
    await alice.click(answer(refused).message, label=way)
    assert await cast_by(world, alice, proposal) == SYSTEMS[voting].check_mark(mark, 3, proposal.options)


async def test_a_vote_that_is_signed_goes_on_to_the_page_where_it_is_signed(world: World) -> None:
    await world.configure(rules={None: Rules(assurance=Assurance.SIGNED)})
    proposal = await a_vote(world)
    alice = await world.member("alice")
    refused = await refuse_and_lead(world, alice, proposal)
    await link_on_page(world.app, address_of(refused))
    assert labels(answer(refused))[0] == "Sign this vote"
    await alice.click(answer(refused).message, label="Sign this vote")
    assert "Sign your ballot on #1" in said(refused)
    assert "#mark=1" in address_of(refused)


async def test_a_restart_in_between_loses_nothing(world: World) -> None:
    proposal = await a_vote(world)
    alice = await world.member("alice")
    refused = await press(world, alice, proposal, "Against")
    await world.restart()
    await alice.click(answer(refused).message, label="Link my wallet")
    await world.restart()
    assert (await link_on_page(world.app, address_of(refused)))["shown"] is True
    await world.restart()
    await alice.click(answer(refused).message, label="Vote Against")
    assert await cast_by(world, alice, proposal) == 2


async def test_what_waits_in_the_database_tells_nobody_who_reads_it(world: World) -> None:
    proposal = await a_vote(world)
    alice = await world.member("alice")
    refused = await refuse_and_lead(world, alice, proposal)
    token = address_of(refused).rpartition("/")[2]
    async with world.app.store.read() as repos:
        (ticket,) = [one for one in [await repos.tickets.get(_digest(token))] if one]
    sealed = bytes.fromhex(present(ticket.reply))
    assert b"cast" not in sealed
    assert b"token" not in sealed
    assert present(world.app.tickets.reply(ticket, token)).back == write_vote(proposal.id, 1)
    assert world.app.tickets.reply(ticket, "another" + token[7:]) is None
    changed = replace(ticket, reply=(sealed[:-1] + bytes([sealed[-1] ^ 1])).hex())
    assert world.app.tickets.reply(changed, token) is None


async def test_a_second_click_leads_on_as_the_first_did(world: World) -> None:
    proposal = await a_vote(world)
    alice = await world.member("alice")
    refused = await press(world, alice, proposal, "For")
    again = await press(world, alice, proposal, "Against")
    await alice.click(answer(refused).message, label="Link my wallet")
    await link_on_page(world.app, address_of(refused))
    # The other refusal stands there still, and its member has a wallet now.
    await alice.click(answer(again).message, label="Link my wallet")
    assert "Your wallet is linked" in said(again)
    await alice.click(answer(again).message, label="Vote Against")
    await alice.click(answer(refused).message, label="Vote For")
    assert await cast_by(world, alice, proposal) == 1


async def test_a_vote_that_ended_meanwhile_is_said_to_be_over(world: World) -> None:
    proposal = await a_vote(world)
    terms = present(proposal.terms)
    alice = await world.member("alice")
    await world.later(terms.end - world.clock.time - 60)
    refused = await refuse_and_lead(world, alice, proposal)
    await world.later(120)
    await link_on_page(world.app, address_of(refused))
    assert "is over since" in said(refused)
    assert labels(answer(refused)) == ["Go to the proposal"]


async def test_a_vote_that_ends_after_linking_refuses_the_press_in_place(world: World) -> None:
    proposal = await a_vote(world)
    alice = await world.member("alice")
    await world.later(present(proposal.terms).end - world.clock.time - 60)
    refused = await refuse_and_lead(world, alice, proposal)
    await link_on_page(world.app, address_of(refused))
    await world.later(120)
    await alice.click(answer(refused).message, label="Vote For")
    assert "Voting on proposal #1 ended" in said(refused)
    assert "press once more" not in said(refused)
    assert labels(answer(refused)) == ["Go to the proposal"]
    assert await cast_by(world, alice, proposal) is None


async def test_a_vote_that_was_withdrawn_meanwhile_says_so(world: World) -> None:
    proposal = await a_vote(world)
    alice = await world.member("alice")
    refused = await refuse_and_lead(world, alice, proposal)
    await world.app.withdrawals.withdraw(world.guild_id, proposal.number, proposal.author, "A mistake.")
    await link_on_page(world.app, address_of(refused))
    assert "was withdrawn meanwhile" in said(refused)


async def test_a_vote_that_is_not_there_any_more_says_so(world: World) -> None:
    gone = await world.client.next_steps.resumed(world.guild_id, write_vote(ProposalId(987), 1))
    assert "not here any more" in present(gone).text
    proposal = await a_vote(world)
    elsewhere = await world.client.next_steps.resumed(GuildId(world.guild_id + 1), write_vote(proposal.id, 1))
    assert "not here any more" in present(elsewhere).text


async def test_a_wallet_of_another_member_moves_and_leads_back_too(world: World) -> None:
    proposal = await a_vote(world)
    bob, alice = await world.member("bob"), await world.member("alice")
    async with world.app.store.write() as repos:
        await link(
            repos,
            Wallet(
                guild=world.guild_id,
                member=MemberId(bob.id),
                address=Address(KEY.address.lower()),
                linked_at=world.clock.now(),
            ),
        )
        await repos.commit()
    refused = await refuse_and_lead(world, alice, proposal)
    told = await link_on_page(world.app, address_of(refused), moving=True)
    assert told["shown"] is True
    assert "Moved to you" in said(refused)
    await alice.click(answer(refused).message, label="Vote For")
    assert await cast_by(world, alice, proposal) == 1


async def test_another_member_on_the_page_links_for_whom_it_was_given_alone(world: World) -> None:
    proposal = await a_vote(world)
    alice, bob = await world.member("alice"), await world.member("bob")
    refused = await refuse_and_lead(world, alice, proposal)
    other = await refuse_and_lead(world, bob, proposal, "Against")
    await link_on_page(world.app, address_of(refused))
    assert "Linked" in said(refused)
    assert "Linked" not in said(other)
    assert not await world.app.wallets.of(world.guild_id, MemberId(bob.id))


async def test_a_message_that_discord_lets_nobody_edit_any_more_leaves_the_way_to_the_card(world: World) -> None:
    assert REPLY_LIFE > TICKET_LIFE
    proposal = await a_vote(world)
    alice = await world.member("alice")
    refused = await refuse_and_lead(world, alice, proposal)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(discord.Webhook, "edit_message", _not_found)
        told = await link_on_page(world.app, address_of(refused))
    assert told["shown"] is False
    assert str(told["vote"]["card"]).endswith(f"/{proposal.card}")  # type: ignore[index]
    assert "Open my page" in labels(answer(refused))


@pytest.mark.parametrize("pages", [None])
async def test_without_pages_a_pasted_signature_leads_back_too(world: World) -> None:
    proposal = await a_vote(world)
    alice = await world.member("alice")
    refused = await press(world, alice, proposal, "For")
    form = await alice.click(answer(refused).message, label="Link my wallet")
    await alice.submit_modal(form, {"address": KEY.address})
    await paste(world, alice, refused)
    assert labels(answer(refused)) == ["Vote For", "Go to the proposal"]
    await alice.click(answer(refused).message, label="Vote For")
    assert await cast_by(world, alice, proposal) == 1


async def test_a_signature_may_be_pasted_instead_of_visiting_the_page(world: World) -> None:
    proposal = await a_vote(world)
    alice = await world.member("alice")
    refused = await refuse_and_lead(world, alice, proposal)
    form = await alice.click(answer(refused).message, label="Paste a signature instead")
    await alice.submit_modal(form, {"address": "nothing"})
    assert "Paste a signature instead" in labels(answer(refused))
    form = await alice.click(answer(refused).message, label="Paste a signature instead")
    await alice.submit_modal(form, {"address": KEY.address})
    await paste(world, alice, refused)
    assert labels(answer(refused)) == ["Vote For", "Go to the proposal"]


async def paste(world: World, member: simcord.MemberActor, shown: simcord.InteractionResult) -> None:
    text = present(re.search(r"```\n(.*)\n```", said(shown), re.DOTALL))[1]
    form = await member.click(answer(shown).message, label="Paste the signature")
    await member.submit_modal(form, {"signature": signed(text)})


async def test_power_without_a_wallet_leads_back_to_power(world: World) -> None:
    proposal = await a_vote(world)
    alice = await world.member("alice")
    shown = await press(world, alice, proposal, "My power")
    assert labels(answer(shown)) == ["Link my wallet"]
    await alice.click(answer(shown).message, label="Link my wallet")
    await link_on_page(world.app, address_of(shown))
    assert "My power" in labels(answer(shown))
    asked = await alice.click(answer(shown).message, label="My power")
    assert "5 VITA" in said(asked)


async def test_a_wallet_without_power_is_refused_with_a_button_for_another_one_and_the_vote_comes_back(
    world: World,
) -> None:
    proposal = await a_vote(world)
    alice = await world.member("alice", 0)
    refused = await press(world, alice, proposal, "For")
    assert labels(answer(refused)) == ["Link another wallet"]
    await alice.click(answer(refused).message, label="Link another wallet")
    await link_on_page(world.app, address_of(refused))
    await alice.click(answer(refused).message, label="Vote For")
    assert await cast_by(world, alice, proposal) == 1


MARKS = st.one_of(
    st.integers(1, 25),
    st.lists(st.integers(0, 25), max_size=25).map(tuple),
    st.lists(st.integers(0, 10**6), min_size=2, max_size=8).map(tuple),
)


@given(st.integers(1, 10**18 - 1).map(ProposalId), MARKS)
def test_a_vote_is_read_as_it_was_written_and_fits_into_every_button(proposal: ProposalId, mark: object) -> None:
    written = write_vote(proposal, mark)
    assert re.fullmatch(BACK, written)
    assert len(f"link:{'0' * 24}:{written}") <= 100
    found = present(re.fullmatch(VOTE, written))
    assert (int(found["proposal"], 36), read_mark(found["mark"])) == (proposal, mark)


def test_weights_that_are_too_long_keep_their_ratios_or_nothing() -> None:
    heavy = tuple(10**9 * one for one in range(1, 21))
    assert read_mark(write_vote(ProposalId(1), heavy).rpartition(":")[2]) == tuple(range(1, 21))
    assert read_mark(write_vote(ProposalId(1), (10**9 + 7,) * 19 + (1,)).rpartition(":")[2]) is None
    assert write_vote(ProposalId(1), "what is no mark") == "cast:1:"
