"""What a member meets who links, lists, moves and unlinks wallets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import discord

from bot.client.next_steps import Resumed
from bot.domain.announcements.announcement import Topic
from bot.domain.shared.types import ChainId, Timestamp
from bot.domain.wallets.wallet import MAX_LABEL, MAX_WALLETS, Kind, Move, challenge_text
from bot.domain.wallets.web_ticket import Invitation
from cogs.wallets.link_button import AddressForm, LinkMyWallet, PasteInstead
from cogs.wallets.linked_card import linked_card, ready_card
from cogs.wallets.wallet_buttons import LinkButton, MoveButton, SignatureForm, UnlinkButton
from cogs.wallets.wallet_cards import (
    challenge_card,
    invitation_card,
    move_card,
    moved_away_card,
    unlink_card,
    unlinked_card,
    wallets_card,
)
from tests.builders import AUTHOR, CHAIN, GUILD, NOW, VOTER, a_challenge, a_wallet, an_address, an_announcement
from tests.cogs.roles.gallery import own_views
from tests.gallery.asking import CHAINS, MANY_CHAINS, interaction
from tests.gallery.messages import Message, Reply, Shown

_BACK, _NONCE = "v:" + "9" * 68, "a" * 24
_LABELS = {"everyday": "Cold wallet", "longest": "*" * MAX_LABEL, "right to left": "محفظتي", "emoji": "🧊👩‍🔬" * 4}


def shown() -> Iterator[Shown]:
    """Return all of it."""
    for name, message, *says in (*_linking(), *_listed(), *_leaving()):
        yield Shown(section="wallets", name=name, message=message, says=tuple(says))


def _linking() -> Iterator[tuple[str, Message, str]]:
    long = Invitation(url="https://" + "a" * 200 + ".example/w/" + "t" * 43, expires_at=Timestamp(NOW + 600))
    short = Invitation(url="https://folkmoot.example/w/" + "t" * 43, expires_at=Timestamp(NOW + 600))
    for name, back, invited in (("alone", "", short), ("from a vote", _BACK, short), ("longest address", _BACK, long)):
        page: discord.ui.Button[Any] = discord.ui.Button(label="Open my page", url=invited.url)
        card = invitation_card(invited, back, [[page, PasteInstead(back)]])
        yield f"invitation, {name}", card, "no transaction, no cost"
    for name, chain in (("everyday", CHAIN), ("largest", ChainId(2**53))):
        text = challenge_text(
            origin="https://folkmoot.example" if chain == CHAIN else "https://" + "a" * 200 + ".example",
            guild=GUILD,
            guild_name="Methuselah Commons" * (1 if chain == CHAIN else 6),
            member=VOTER,
            member_name="ada" * (1 if chain == CHAIN else 20),
            address=an_address(),
            chain=chain,
            nonce=_NONCE,
            issued_at=NOW,
        )
        for kind, life in (("key", 600), ("contract", 259_200)):
            challenge = a_challenge(_NONCE, text=text, expires_at=Timestamp(NOW + life))
            yield f"text to sign, {name}, {kind}", challenge_card(challenge, [[LinkButton(_NONCE, _BACK)]]), "Sign this"
    yield "form for an address, one chain", AddressForm(interaction(), _BACK), "Never a private key"
    yield "form for an address, many chains", AddressForm(interaction(MANY_CHAINS), _BACK), "Its chain"
    yield "form for a signature", SignatureForm(interaction(), _NONCE, _BACK), "Never a recovery phrase"
    again = Resumed("Your vote: **For**. Nothing is recorded until you press it.", [[LinkMyWallet(more=True)]])
    contract = a_wallet(kind=Kind.CONTRACT, chain=CHAIN)
    yield "linked, alone", linked_card(a_wallet(), CHAINS, None), "is your wallet here"
    yield "linked, contract", linked_card(contract, CHAINS, None), "contract on Ethereum"
    yield "linked, back to a vote", linked_card(a_wallet(), CHAINS, again), "Nothing is recorded"
    yield "linked, moved", linked_card(a_wallet(), CHAINS, None, moved=True), "Moved to you"
    yield "linked already", ready_card(a_wallet(), again), "Your wallet is linked"


def _listed() -> Iterator[tuple[str, Message, str]]:
    moves = [Move(guild=GUILD, member=AUTHOR, address=an_address(n), moved_at=NOW) for n in range(1, 6)]
    link = [[LinkMyWallet(more=True)]]
    yield "list, none", wallets_card([], {}, [], [], CHAINS, [[LinkMyWallet()]]), "No wallet yet"
    yield "list, none, one moved away", wallets_card([], {}, moves[:1], [], CHAINS, [[LinkMyWallet()]]), "Moved away"
    yield "list, one", wallets_card([a_wallet()], {}, [], [], CHAINS, link), "1 of 10"
    for name, label in _LABELS.items():
        own = [a_wallet(1, label=label, chosen=True), a_wallet(2, kind=Kind.CONTRACT, chain=ChainId(424_242))]
        named = {an_address(1): "ada.eth"}
        yield f"list, {name} label", wallets_card(own, named, moves[:1], own_views()[:2], CHAINS, link), "primary"
    contract = a_wallet(kind=Kind.CONTRACT, chain=ChainId(424_242), label="*" * MAX_LABEL)
    most = [replace(contract, address=an_address(n)) for n in range(1, MAX_WALLETS + 1)]
    names = {an_address(n): f"{n}" + "a" * 250 + ".eth" for n in range(1, MAX_WALLETS + 1)}
    yield "list, all that there can be", wallets_card(most, names, moves, own_views(), CHAINS, link), "10 of 10"


def _leaving() -> Iterator[tuple[str, Message, str]]:
    yield "moving", move_card(an_address(), [[MoveButton(_NONCE, _BACK)]]), "linked to another member"
    yield "unlinking", unlink_card(an_address(), [[UnlinkButton(an_address())]]), "gives you no power"
    yield "unlinked", unlinked_card(a_wallet(), [[LinkMyWallet(more=True)]]), "is not yours here any more"
    told = an_announcement(Topic.WALLET_MOVED, facts={"wallet": an_address()})
    for name, guild in (("everyday", "Methuselah Commons"), ("longest", "*" * 100), ("right to left", "ديمقراطية")):
        yield f"moved away, {name} server", Reply(embed=moved_away_card(told, guild)), "Your wallet"
