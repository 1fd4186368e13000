"""Linking wallets, with real keys and real signatures."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
import simcord
from eth_account import Account
from eth_account.messages import encode_defunct
from eth_account.signers.local import LocalAccount

from bot.chain.signatures.verdicts import by_keys
from bot.domain.shared.addresses import checksummed
from bot.domain.shared.types import Block, ChainId, MemberId, Timestamp
from bot.domain.wallets.signature_claim import Claim, Verdict
from bot.domain.wallets.wallet import CHALLENGE_LIFE, MAX_WALLETS, Kind
from bot.domain.wallets.web_ticket import Purpose
from cogs._shared.components import Buttons
from cogs.wallets.wallet_buttons import LinkButton, MoveButton, UnlinkButton
from tests.cogs.answers import answer, buttons, embed_text, present, text_of
from tests.cogs.conftest import World, fits, labels, said
from tests.fakes import FakeChain, FakeClock


class SigningChain(FakeChain):
    """Recovers signers as the real chain does, of wallets that are no contracts."""

    async def signed(
        self, claims: Sequence[Claim], at: Mapping[ChainId, Block] | None = None, *, before: Timestamp | None = None
    ) -> list[Verdict]:
        return [*by_keys(claims)]


@pytest.fixture
def chain(clock: FakeClock) -> FakeChain:
    return SigningChain(clock=clock)


KEY, OTHER = Account.from_key("0x" + "11" * 32), Account.from_key("0x" + "22" * 32)


def challenge_of(result: simcord.InteractionResult) -> str:
    """The text to sign that an answer shows."""
    return present(re.search(r"```\n(.*)\n```", said(result), re.DOTALL))[1]


def signed(text: str, key: LocalAccount) -> str:
    return "0x" + key.sign_message(encode_defunct(text=text)).signature.hex().removeprefix("0x")


async def paste(
    world: World, member: simcord.MemberActor, result: simcord.InteractionResult, signature: str
) -> simcord.InteractionResult:
    form = await member.click(answer(result).message, label="Paste the signature")
    assert form.modal is not None
    return await member.submit_modal(form, {"signature": signature})


async def wallets_of(world: World, member: simcord.MemberActor) -> list[str]:
    return [w.address for w in await world.app.wallets.of(world.guild_id, MemberId(member.id))]


async def test_a_wallet_is_linked_by_a_signature_and_listed(world: World) -> None:
    alice = await world.member("alice")
    result = await alice.slash(world.general, "wallet link", address=KEY.address)
    assert result.ephemeral
    acknowledged = [present(r.json)["type"] for r in world.env.http_requests if r.path.endswith("/callback")]
    assert acknowledged == [5]
    fits(answer(result))
    text = challenge_of(result)
    assert text.splitlines()[1] == KEY.address
    assert f"https://discord.com/users/{alice.id}" in text
    assert "It is no transaction" in said(result)

    await paste(world, alice, result, signed(text, KEY))
    assert f"Linked: {KEY.address[:6]}" in said(result)
    assert labels(answer(result)) == ["My power"]
    assert await wallets_of(world, alice) == [KEY.address.lower()]

    listed = await alice.slash(world.general, "wallet list")
    assert listed.ephemeral
    assert KEY.address in said(listed)


async def test_without_an_address_the_member_is_led_to_a_page_of_their_own(world: World) -> None:
    alice = await world.member("alice")
    world.client.app.tickets._base_url = "https://vote.example.org"
    result = await alice.slash(world.general, "wallet link")
    assert result.ephemeral
    fits(answer(result))
    assert labels(answer(result)) == ["Open my page", "Paste a signature instead"]
    button, _ = buttons(answer(result).message)
    token = present(button.url).removeprefix("https://vote.example.org/link/")
    ticket = await world.app.tickets.look(token, Purpose.LINK)
    assert (ticket.guild, ticket.member) == (world.guild_id, alice.id)
    assert (ticket.guild_name, ticket.member_name) == ("Methuselah Commons", "alice")
    assert "`https://vote.example.org/`" in said(result)
    assert token not in said(result)
    again = await alice.slash(world.general, "wallet link")
    assert buttons(answer(again).message)[0].url != button.url


async def test_without_pages_an_address_is_asked_for(world: World) -> None:
    alice = await world.member("alice")
    told = said(await alice.slash(world.general, "wallet link"))
    assert "wallet's address is missing" in told
    assert "with the address option" in told


async def test_nothing_linked_says_how_to_begin(world: World) -> None:
    alice = await world.member("alice")
    listed = await alice.slash(world.general, "wallet list")
    assert "No wallet yet" in said(listed)
    assert labels(answer(listed)) == ["Link my wallet"]


async def test_an_address_and_a_signature_are_taken_as_they_were_copied(world: World) -> None:
    alice = await world.member("alice")
    result = await alice.slash(world.general, "wallet link", address=f"eth:{KEY.address}")
    text = challenge_of(result)
    shown = {"address": KEY.address, "msg": text, "sig": signed(text, KEY), "version": "2"}
    await paste(world, alice, result, f"```json\n{json.dumps(shown, indent=2)}\n```")
    assert "Linked" in said(result)


async def test_a_foreign_signature_is_named_and_the_challenge_stays_open(world: World) -> None:
    alice = await world.member("alice")
    result = await alice.slash(world.general, "wallet link", address=KEY.address)
    text = challenge_of(result)
    await paste(world, alice, result, signed(text, OTHER))
    assert f"made by {OTHER.address[:6]}…{OTHER.address[-4:]}" in said(result)
    assert text in said(result)
    assert await wallets_of(world, alice) == []

    await paste(world, alice, result, signed(text, KEY))
    assert await wallets_of(world, alice) == [KEY.address.lower()]
    assert "made by" not in said(result)


@pytest.mark.parametrize("signature", ["0x", "hello", "0x" + "ff" * 65, "0x" + "00" * 65, "0x" + "11" * 400])
async def test_what_is_no_signature_is_refused_with_the_remedy(world: World, signature: str) -> None:
    alice = await world.member("alice")
    result = await alice.slash(world.general, "wallet link", address=KEY.address)
    await paste(world, alice, result, signature)
    assert "not a signature" in said(result)
    assert answer(result).components
    assert await wallets_of(world, alice) == []


async def test_a_signature_over_another_text_links_nothing(world: World) -> None:
    alice = await world.member("alice")
    first = await alice.slash(world.general, "wallet link", address=KEY.address)
    second = await alice.slash(world.general, "wallet link", address=KEY.address)
    await paste(world, alice, second, signed(challenge_of(first), KEY))
    assert await wallets_of(world, alice) == []


async def test_an_expired_challenge_is_refused_and_its_button_goes(world: World) -> None:
    alice = await world.member("alice")
    result = await alice.slash(world.general, "wallet link", address=KEY.address)
    signature = signed(challenge_of(result), KEY)
    world.clock.time += CHALLENGE_LIFE + 1
    await paste(world, alice, result, signature)
    assert "expired" in said(result)
    assert labels(answer(result)) == ["Begin again"]
    form = await alice.click(answer(result).message, label="Begin again")
    await alice.submit_modal(form, {"address": KEY.address})
    await paste(world, alice, result, signed(challenge_of(result), KEY))
    assert await wallets_of(world, alice) == [KEY.address.lower()]


async def test_a_used_challenge_cannot_be_replayed(world: World) -> None:
    alice = await world.member("alice")
    result = await alice.slash(world.general, "wallet link", address=KEY.address)
    signature, button = signed(challenge_of(result), KEY), answer(result).message
    form = await alice.click(button, label="Paste the signature")
    again = await alice.click(button, label="Paste the signature")
    await alice.submit_modal(form, {"signature": signature})
    await world.app.wallets.unlink(world.guild_id, MemberId(alice.id), KEY.address)
    await alice.submit_modal(again, {"signature": signature})
    assert "used already" in said(result)
    assert await wallets_of(world, alice) == []


async def test_another_members_challenge_is_refused(world: World) -> None:
    alice, bob = await world.member("alice"), await world.member("bob")
    result = await alice.slash(world.general, "wallet link", address=KEY.address)
    nonce = challenge_of(result).split("Nonce: ")[1][:24]
    forged = await world.channel(world.general).send("x", view=Buttons(LinkButton(nonce)))
    form = await bob.click(forged, label="Paste the signature")
    await bob.submit_modal(form, {"signature": signed(challenge_of(result), KEY)})
    assert "issued to somebody else" in text_of(present(world.general.last_message))
    assert await wallets_of(world, bob) == []
    await paste(world, alice, result, signed(challenge_of(result), KEY))
    assert await wallets_of(world, alice) == [KEY.address.lower()]


async def test_a_wallet_moves_to_who_proves_it_and_confirms_and_its_holder_hears_of_it_privately(world: World) -> None:
    alice, bob = await world.member("alice"), await world.member("bob")
    result = await alice.slash(world.general, "wallet link", address=KEY.address)
    await paste(world, alice, result, signed(challenge_of(result), KEY))
    assert "linked already" in said(await alice.slash(world.general, "wallet link", address=KEY.address))

    asked = await bob.slash(world.general, "wallet link", address=KEY.address.lower())
    assert "another member" not in said(asked)
    await paste(world, bob, asked, signed(challenge_of(asked), KEY))
    assert "linked to another member" in said(asked)
    assert "alice" not in said(asked)
    assert await wallets_of(world, bob) == []
    eve = await world.member("eve")
    (move, *_) = buttons(answer(asked).message)
    key = present(move.custom_id).removeprefix("move:")
    forged = await world.channel(world.general).send("x", view=Buttons(MoveButton(key)))
    await eve.click(forged, label="Move it to me")
    assert await wallets_of(world, alice) == [KEY.address.lower()]

    await world.restart()
    await bob.click(answer(asked).message, label="Move it to me")
    assert "Moved to you" in said(asked)
    assert (await wallets_of(world, alice), await wallets_of(world, bob)) == ([], [KEY.address.lower()])
    await world.sweep()
    await world.sweep()
    (told,) = alice.user.dm_channel.history()
    fits(told.embeds[0])
    assert KEY.address in embed_text(told.embeds[0])
    assert "Methuselah" in embed_text(told.embeds[0])
    assert "bob" not in embed_text(told.embeds[0])
    listed = await alice.slash(world.general, "wallet list")
    fits(answer(listed))
    assert "Moved away" in said(listed)
    assert KEY.address in said(listed)
    assert world.announcements.history() == world.moderators.history() == []


async def test_labels_and_the_primary_wallet_are_shown_to_their_member(world: World) -> None:
    alice = await world.member("alice")
    first, second = await world.link(alice, 7_001, 1), await world.link(alice, 7_002, 1)
    labelled = await alice.slash(world.general, "wallet label", address=second, label="cold @everyone **x**")
    assert labelled.ephemeral
    await alice.slash(world.general, "wallet primary", address=second)
    listed = said(await alice.slash(world.general, "wallet list"))
    assert listed.index(checksummed(second)) < listed.index(checksummed(first))
    assert "**primary** · “cold @\u200beveryone \\*\\*x\\*\\*” · account" in listed
    offered = await alice.autocomplete(world.general, "wallet primary", "address", "COLD")
    assert [choice["value"] for choice in offered] == [checksummed(second)]
    await alice.slash(world.general, "wallet label", address=second)
    assert "cold" not in said(await alice.slash(world.general, "wallet list"))
    bob = await world.member("bob")
    assert "no wallet" in said(await bob.slash(world.general, "wallet label", address=second, label="mine"))
    assert "no wallet" in said(await bob.slash(world.general, "wallet primary", address=second))
    assert "not seen" in said(await alice.slash(world.general, "wallet label", address=second, label="a\u202eb"))


@pytest.mark.parametrize("address", ["vitalik.eth", "0x12", KEY.address.replace("a", "A", 1).swapcase()])
async def test_a_mistyped_address_is_refused(world: World, address: str) -> None:
    alice = await world.member("alice")
    assert "Next:" in said(await alice.slash(world.general, "wallet link", address=address))


async def test_a_chain_is_chosen_from_those_configured(world: World) -> None:
    alice = await world.member("alice")
    offered = await alice.autocomplete(world.general, "wallet link", "chain", "eth", address=KEY.address)
    assert [choice["value"] for choice in offered] == [str(world.chain.chain)]
    result = await alice.slash(world.general, "wallet link", address=KEY.address, chain="ethereum")
    assert f"Chain ID: {world.chain.chain}" in challenge_of(result)
    refused = await alice.slash(world.general, "wallet link", address=KEY.address, chain="dogechain")
    assert "not configured here" in said(refused)


async def test_more_wallets_than_are_allowed_are_refused(world: World) -> None:
    alice = await world.member("alice")
    for number in range(MAX_WALLETS):
        await world.link(alice, 7_000 + number, 1)
    listed = await alice.slash(world.general, "wallet list")
    fits(answer(listed))
    assert "unlink" in said(await alice.slash(world.general, "wallet link", address=KEY.address))


async def test_unlinking_asks_first_and_a_second_press_does_no_harm(world: World) -> None:
    alice = await world.member("alice", 5)
    address = world.people["alice"]
    offered = await alice.autocomplete(world.general, "wallet unlink", "address", "")
    assert [choice["value"].lower() for choice in offered] == [address]
    asked = await alice.slash(world.general, "wallet unlink", address=offered[0]["value"])
    assert await wallets_of(world, alice) == [address]
    button = answer(asked).message
    await alice.click(button, custom_id=f"unlink:{address}")
    assert "Unlinked" in said(asked)
    assert labels(answer(asked)) == ["Link it again"]
    assert await wallets_of(world, alice) == []
    assert "no wallet" in said(await alice.slash(world.general, "wallet unlink", address=address))


async def test_nobody_unlinks_another_members_wallet(world: World) -> None:
    await world.member("alice", 5)
    bob = await world.member("bob")
    address = world.people["alice"]
    assert await bob.autocomplete(world.general, "wallet unlink", "address", "") == []
    assert "no wallet" in said(await bob.slash(world.general, "wallet unlink", address=address))
    forged = await world.channel(world.general).send("x", view=Buttons(UnlinkButton(address)))
    await bob.click(forged, custom_id=f"unlink:{address}")
    assert "no wallet" in present(world.general.last_message).content
    async with world.app.store.read() as repos:
        assert await repos.wallets.holder(world.guild_id, address) is not None


async def test_the_button_works_after_a_restart(world: World) -> None:
    alice = await world.member("alice")
    result = await alice.slash(world.general, "wallet link", address=KEY.address)
    await world.restart()
    await paste(world, alice, result, signed(challenge_of(result), KEY))
    assert await wallets_of(world, alice) == [KEY.address.lower()]


async def test_a_button_of_a_part_that_is_off_is_refused(world: World) -> None:
    alice = await world.member("alice")
    result = await alice.slash(world.general, "wallet link", address=KEY.address)
    await world.app.spaces.switch_cog(world.guild_id, "wallets", on=False)
    await world.client.sync_guild(world.guild_id)
    pressed = await alice.click(answer(result).message, label="Paste the signature")
    assert pressed.modal is None
    assert "turned off" in said(pressed)


async def test_names_cannot_write_into_the_text_that_is_signed(world: World) -> None:
    mallory = world.guild.add_member(world.env.create_user("x`\n```@everyone"))
    text = challenge_of(await mallory.slash(world.general, "wallet link", address=KEY.address))
    assert "`" not in text
    assert "@" not in text


async def test_a_name_is_shown_beside_the_address_and_never_in_its_place(world: World) -> None:
    alice = await world.member("alice", 5)
    address = world.people["alice"]
    world.chain.ens = {address: "alice.eth"}
    listed = said(await alice.slash(world.general, "wallet list"))
    assert "`alice.eth`" in listed
    assert checksummed(address) in listed
    offered = await alice.autocomplete(world.general, "wallet unlink", "address", "")
    assert "alice.eth" not in offered[0]["name"]


async def test_a_contract_wallet_says_where_it_stands(world: World) -> None:
    alice = await world.member("alice", 5)
    async with world.app.store.write() as repos:
        held = present(await repos.wallets.holder(world.guild_id, world.people["alice"]))
        await repos.wallets.remove(world.guild_id, held.address)
        await repos.wallets.add(replace(held, kind=Kind.CONTRACT, chain=world.chain.chain))
        await repos.commit()
    assert "contract on Ethereum" in said(await alice.slash(world.general, "wallet list"))
