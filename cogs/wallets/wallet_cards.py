"""What members see of their wallets: how one is linked, which are, and what became of one that moved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import discord

from bot.domain.announcements.announcement import Announcement
from bot.domain.shared.addresses import checksummed, short
from bot.domain.shared.types import Address, ChainId
from bot.domain.wallets.wallet import MAX_WALLETS, Challenge, Kind, Move, Wallet, primary
from bot.domain.wallets.web_ticket import Invitation
from bot.presentation.catalogue.messages import N_, ngettext
from bot.presentation.catalogue.messages import gettext as _
from bot.presentation.markdown.safe_text import cut
from bot.services.roles.role_rules import OwnView
from cogs._shared.cards import ROOM, Card, Row
from cogs._shared.formatting import chain_name, moment, quoted
from cogs.roles.role_cards import own_lines

LINKED, _LINKING, _WARNING = 0x3BA55D, 0x4F7CFF, 0xB08D2E
_SHOWN, _NAME = 3, 60
"""Moves that are named, and signs of a wallet's name."""
_KINDS = {Kind.ACCOUNT: N_("account"), Kind.CONTRACT: N_("contract")}
_KEY_IS_OUT = N_(
    "If that was you, with another account, all is well. If not, somebody else has this wallet's key: move what it "
    "holds to a new one. Linking it again takes the link back."
)


def invitation_card(invited: Invitation, back: str, rows: Iterable[Row]) -> Card:
    """Lead to the page on which a wallet is linked; `back` is what the member goes on with afterwards, if anything."""
    lead = _("The button opens a page of your own. You sign a text there: no transaction, no cost.")
    then = _("What you pressed then waits here, filled in. Nothing is recorded until you press it.") if back else ""
    small = (
        _(
            "Its address begins with {origin}, and it names you and this server. It asks for no transaction, approval "
            "or recovery phrase: refuse if your wallet shows one.",
            origin=f"`{'/'.join(invited.url.split('/', 3)[:3])}/`",
        ),
        _("On a phone, open it in your wallet app's browser. Give the address to nobody else."),
        _("Owners of a Safe can sign there one by one, within three days."),
        _("Good until {end}, once.", end=moment(invited.expires_at)),
    )
    head = _("### Link your wallet")
    texts = ["\n".join(filter(None, (head, lead, then))), "\n".join(f"-# {line}" for line in small)]
    return Card(texts, rows, colour=_LINKING)


def challenge_card(challenge: Challenge, rows: Iterable[Row]) -> Card:
    """Show the text to sign, and how."""
    head = _("### Sign this text with {wallet}", wallet=short(challenge.address))
    steps = (
        _("1. Copy all of it. Sign it in your wallet (“sign message”), or on a block explorer's page that you trust."),
        _("2. Press the button and paste the signature."),
    )
    small = [
        _("It is no transaction, costs nothing and gives no right over your tokens. Sign it only for yourself."),
        _("Good until {end}, once.", end=moment(challenge.expires_at)),
    ]
    if challenge.lasting:
        small.append(_("Owners of a contract wallet may sign hours apart: /wallet link shows the same text again."))
    texts = [f"{head}\n```\n{challenge.text}\n```", "\n".join(steps), "\n".join(f"-# {line}" for line in small)]
    return Card(texts, rows, colour=_LINKING)


def wallets_card(
    wallets: Sequence[Wallet],
    names: Mapping[Address, str],
    moves: Sequence[Move],
    roles: Sequence[OwnView],
    chains: Mapping[ChainId, str],
    rows: Iterable[Row] = (),
) -> Card:
    """Show a member's wallets, the primary one first, the roles that they earn, and those that others took over."""
    first = primary(wallets)
    ordered = sorted(wallets, key=lambda wallet: wallet is not first)
    lines = [wallet_line(wallet, names.get(wallet.address), chains, first=wallet is first) for wallet in ordered]
    texts = ["\n\n".join([_("### Your wallets here"), *lines] if lines else [no_wallet_words()])]
    if moves:
        texts.append("\n".join((_("**Moved away**"), *moved_lines(moves), _(_KEY_IS_OUT))))
    if wallets:
        told = _("{number} of {most}. Only you see this list.", number=len(wallets), most=MAX_WALLETS)
        texts.append(f"-# {told}")
    if roles:
        head = _("**Roles by what you hold**")
        texts.insert(1, "\n".join((head, own_lines(roles, chains, ROOM - len(head) - 1 - sum(map(len, texts))))))
    return Card(texts, rows, colour=LINKED if wallets else _LINKING)


def no_wallet_words() -> str:
    """Say that there is none, and what linking means."""
    return _(
        "### No wallet yet\nA wallet whose tokens you hold gives you voting power here. Linking one is a signature: it "
        "costs nothing and moves nothing."
    )


def wallet_line(wallet: Wallet, name: str | None, chains: Mapping[ChainId, str], *, first: bool) -> str:
    """Say what a wallet is: its label, its address, what signs for it, its name, since when it is linked."""
    about = [_("**primary**")] if first else []
    if wallet.label:
        about.append(f"“{quoted(wallet.label)}”")
    if name:
        about.append(f"`{cut(name, _NAME)}`")
    about += [kind_words(wallet, chains), _("since {time}", time=moment(wallet.linked_at))]
    return f"`{checksummed(wallet.address)}`\n{' · '.join(about)}"


def kind_words(wallet: Wallet, chains: Mapping[ChainId, str]) -> str:
    """Say what signs for a wallet: `account`, or `contract on Ethereum`."""
    if wallet.kind is Kind.ACCOUNT or wallet.chain is None:
        return _(_KINDS[wallet.kind])
    return _("contract on {chain}", chain=chain_name(wallet.chain, chains))


def moved_lines(moves: Sequence[Move]) -> list[str]:
    """Say which wallets others took over, at most three of them."""
    shown = [
        _(
            "{wallet} {time}: another member proved it by a signature",
            wallet=f"`{checksummed(move.address)}`",
            time=moment(move.moved_at),
        )
        for move in moves[:_SHOWN]
    ]
    if (more := len(moves) - _SHOWN) > 0:
        shown.append(ngettext("and {number} more wallet", "and {number} more wallets", more))
    return shown


def move_card(address: Address, rows: Iterable[Row]) -> Card:
    """Say what a move does, before it is done."""
    head = _("### {wallet} is linked to another member", wallet=short(address))
    told = _(
        "You have proved that {wallet} is yours, and a wallet belongs to one member. It can move to you.",
        wallet=f"`{checksummed(address)}`",
    )
    small = (
        _("The other member is told that it moved, not to whom."),
        _("Votes that it cast stay until you vote; then yours replace them, so it never votes twice."),
    )
    return Card([f"{head}\n{told}", "\n".join(f"-# {line}" for line in small)], rows, colour=_WARNING)


def unlink_card(address: Address, rows: Iterable[Row]) -> Card:
    """Ask before a link is taken away."""
    head = _("### Unlink {wallet}?", wallet=short(address))
    told = _(
        "{wallet} gives you no power in later votes then. Votes that it cast stay, and its history is kept.",
        wallet=f"`{checksummed(address)}`",
    )
    small = _("Another member can link it afterwards, by a signature of their own.")
    return Card([f"{head}\n{told}\n-# {small}"], rows, colour=_WARNING)


def unlinked_card(wallet: Wallet, rows: Iterable[Row]) -> Card:
    """Say that a link is gone."""
    head = _("### Unlinked: {wallet}", wallet=short(wallet.address))
    told = _(
        "{wallet} is not yours here any more. Votes that it cast still count.",
        wallet=f"`{checksummed(wallet.address)}`",
    )
    return Card([f"{head}\n{told}"], rows, colour=_WARNING)


def moved_away_card(announcement: Announcement, guild: str | None) -> discord.Embed:
    """Tell a member, privately, that somebody else proved a wallet of theirs; `guild` is the server, if known."""
    address = Address(str(announcement.facts["wallet"]))
    facts = {"wallet": f"`{checksummed(address)}`", "time": moment(announcement.created_at)}
    told = (
        _("Another member of a server proved by a signature that they hold {wallet}.", **facts)
        if guild is None
        else _(
            "Another member of **{server}** proved by a signature that they hold {wallet}.",
            server=quoted(guild, 100),
            **facts,
        )
    )
    moved = _("Its link moved from you to them, {time}. Votes that it cast stay until its new holder votes.", **facts)
    embed = discord.Embed(
        title=_("Your wallet {wallet} moved", wallet=short(address)), description=f"{told} {moved}\n\n{_(_KEY_IS_OUT)}"
    )
    embed.set_footer(text=_("Said once · ref {ref}", ref=announcement.ref))
    return embed
