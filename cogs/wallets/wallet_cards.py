"""What members see of their wallets: those they linked, what each is, and what became of one that moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import discord

from bot.domain.announcements.announcement import Announcement
from bot.domain.shared.addresses import checksummed, short
from bot.domain.shared.types import Address, ChainId
from bot.domain.wallets.wallet import MAX_WALLETS, Challenge, Kind, Move, Wallet, primary
from bot.services.roles.role_rules import OwnView
from cogs._shared.formatting import chain_name, moment, plural, quoted
from cogs.roles.role_cards import own_lines

_SHOWN = 3
"""Moves that are named."""
_KEY_IS_OUT = (
    "If that was you, with another account, all is well. If not, somebody else has the key of this wallet: move what "
    "it holds to a new one. /wallet link takes the link back, by a signature of your own."
)


def wallets_embed(
    wallets: Sequence[Wallet],
    names: Mapping[Address, str],
    moves: Sequence[Move],
    roles: Sequence[OwnView],
    chains: Mapping[ChainId, str],
) -> discord.Embed:
    """Show a member's wallets, the primary one first, the roles that they earn, and those that others took over."""
    first = primary(wallets)
    ordered = sorted(wallets, key=lambda wallet: wallet is not first)
    lines = [wallet_line(wallet, names.get(wallet.address), chains, first=wallet is first) for wallet in ordered]
    embed = discord.Embed(title="Your wallets here", description="\n\n".join(lines) or "You have linked none.")
    if roles:
        embed.add_field(name="Roles by what you hold", value=own_lines(roles, chains), inline=False)
    if moves:
        embed.add_field(name="Moved away", value="\n".join([*moved_lines(moves), _KEY_IS_OUT]), inline=False)
    embed.set_footer(text=f"{len(wallets)} of {MAX_WALLETS}. Only you see this list. /power shows what they give you.")
    return embed


def wallet_line(wallet: Wallet, name: str | None, chains: Mapping[ChainId, str], *, first: bool) -> str:
    """Say what a wallet is: its label, its address, what signs for it, its name, since when it is linked."""
    about = ["**primary**"] if first else []
    if wallet.label:
        about.append(f"“{quoted(wallet.label)}”")
    if name:
        about.append(f"`{name}`")
    about += [kind_words(wallet, chains), f"since {moment(wallet.linked_at)}"]
    return f"`{checksummed(wallet.address)}`\n{' · '.join(about)}"


def kind_words(wallet: Wallet, chains: Mapping[ChainId, str]) -> str:
    """Say what signs for a wallet: `account`, or `contract on Ethereum`."""
    if wallet.kind is Kind.ACCOUNT or wallet.chain is None:
        return wallet.kind.value
    return f"{wallet.kind.value} on {chain_name(wallet.chain, chains)}"


def moved_lines(moves: Sequence[Move]) -> list[str]:
    """Say which wallets others took over, at most three of them."""
    shown = [
        f"`{checksummed(move.address)}` {moment(move.moved_at)}: another member proved it by a signature"
        for move in moves[:_SHOWN]
    ]
    if len(moves) > _SHOWN:
        shown.append(f"and {plural(len(moves) - _SHOWN, 'more wallet')}")
    return shown


def linked_embed(wallet: Wallet, chains: Mapping[ChainId, str]) -> discord.Embed:
    """Show that a wallet is the member's now."""
    embed = discord.Embed(
        title=f"Linked: {short(wallet.address)}",
        description=f"`{checksummed(wallet.address)}` ({kind_words(wallet, chains)}) is your wallet here since "
        f"{moment(wallet.linked_at)}.\nIts tokens count in votes whose snapshot it held them at. Next: /power shows "
        "what it gives you.",
    )
    embed.set_footer(
        text="/wallet list shows all your wallets · /wallet label names one · /wallet unlink takes one away"
    )
    return embed


def asked_to_move(address: Address) -> str:
    """Say what a move does, before it is done."""
    return (
        f"You have proved that `{checksummed(address)}` is yours. It is linked to another member of this server, and a "
        "wallet belongs to one.\nMove it to you? The other member is told that it moved, not to whom. Votes that it "
        "cast stay as they are until you vote; then yours replace them, so it never votes twice."
    )


def moved_embed(wallet: Wallet, chains: Mapping[ChainId, str]) -> discord.Embed:
    """Show that a wallet moved to the member."""
    embed = linked_embed(wallet, chains)
    embed.title = f"Moved to you: {short(wallet.address)}"
    return embed


def moved_away_card(announcement: Announcement, guild: str) -> discord.Embed:
    """Tell a member, privately, that somebody else proved a wallet of theirs."""
    address = Address(str(announcement.facts["wallet"]))
    embed = discord.Embed(
        title=f"Your wallet {short(address)} moved",
        description=f"Another member of **{quoted(guild, 100)}** proved by a signature that they hold "
        f"`{checksummed(address)}`, so its link there moved from you to them, {moment(announcement.created_at)}. "
        f"Votes that it cast stay as they were until its new holder votes.\n\n{_KEY_IS_OUT}",
    )
    embed.set_footer(text=f"Said once · ref {announcement.ref}")
    return embed


def challenge_embed(challenge: Challenge) -> discord.Embed:
    """Show the text to sign, and how."""
    embed = discord.Embed(
        title=f"Sign this text with {short(challenge.address)}", description=f"```\n{challenge.text}\n```"
    )
    embed.add_field(
        name="What it is",
        value="A text that proves the wallet is yours. It is not a transaction, costs nothing and gives no right over "
        "your tokens. Sign it for yourself alone: never for somebody who asks you to.",
        inline=False,
    )
    embed.add_field(
        name="Where to sign",
        value="Copy all of it, from the first word to the last. Use “sign message” in your wallet, or on the page of a "
        "block explorer that you trust; check its address yourself. Then press the button and paste the signature.",
        inline=False,
    )
    embed.add_field(name="Until", value=f"{moment(challenge.expires_at)}, once")
    if challenge.lasting:
        embed.add_field(
            name="A contract wallet",
            value="Its owners may sign hours apart. If this message is gone, /wallet link with the same address shows "
            "the same text again.",
            inline=False,
        )
    return embed
