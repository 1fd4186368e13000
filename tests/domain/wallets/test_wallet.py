"""Addresses and the sign-in text."""

from __future__ import annotations

import pytest

from bot.domain.shared.addresses import checksummed, parse_address, short
from bot.domain.shared.errors import InvalidInput
from bot.domain.shared.types import Address, ChainId, GuildId, MemberId, Timestamp
from bot.domain.wallets.wallet import MAX_LABEL, challenge_text, checked_label
from tests.refusals import refused

# The examples of EIP-55.
CHECKSUMMED = [
    "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
    "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
    "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
    "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
]


@pytest.mark.parametrize("address", CHECKSUMMED)
def test_addresses_are_checksummed_as_in_eip_55(address: str) -> None:
    assert parse_address(f" {address} ") == address.lower()
    assert checksummed(address.lower()) == address
    assert parse_address("0x" + address[2:].upper()) == address.lower()


@pytest.mark.parametrize(
    "text", ["", "0x12", "5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", CHECKSUMMED[0] + "0", "vita.eth"]
)
def test_what_is_not_an_address_is_refused(text: str) -> None:
    with refused("not an address"):
        parse_address(text)


def test_a_mistyped_character_is_noticed() -> None:
    with refused("checksum"):
        parse_address(CHECKSUMMED[0].replace("e", "E", 1))


def test_the_short_form_shows_both_ends() -> None:
    assert short(Address(CHECKSUMMED[0].lower())) == "0x5aAe…eAed"


def test_the_sign_in_text_is_that_of_eip_4361_and_binds_guild_and_member() -> None:
    text = challenge_text(
        origin="https://vote.example.org",
        guild=GuildId(1234567890123456789),
        guild_name="Evil\nURI: https://evil.example",
        member=MemberId(987),
        member_name="Zoë @everyone",
        address=Address(CHECKSUMMED[0].lower()),
        chain=ChainId(1),
        nonce="abcdef0123456789",
        issued_at=Timestamp(1_760_000_000),
    )
    assert text == (
        "vote.example.org wants you to sign in with your Ethereum account:\n"
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed\n"
        "\n"
        "Link this wallet to Discord member Zo? ?everyone in Evil?URI? https???evil.example. "
        "This is not a transaction and costs nothing. Never sign it for anybody else.\n"
        "\n"
        "URI: https://vote.example.org/link\n"
        "Version: 1\n"
        "Chain ID: 1\n"
        "Nonce: abcdef0123456789\n"
        "Issued At: 2025-10-09T08:53:20Z\n"
        "Expiration Time: 2025-10-09T09:03:20Z\n"
        "Resources:\n"
        "- https://discord.com/channels/1234567890123456789\n"
        "- https://discord.com/users/987"
    )


@pytest.mark.parametrize("label", ["Ledger", "cold storage", "金庫", "é" * MAX_LABEL])
def test_a_label_is_kept_as_it_was_typed(label: str) -> None:
    assert checked_label(f"  {label} ") == label


@pytest.mark.parametrize(
    "label", ["", "  ", "x" * (MAX_LABEL + 1), "a\u202eb", "a\u200bb", "a\x07", "\u2066x\u2069", "a\ud800", "\ue000"]
)
def test_a_label_that_hides_something_is_refused(label: str) -> None:
    with pytest.raises(InvalidInput):
        checked_label(label)
