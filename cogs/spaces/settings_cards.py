"""What a server's rules look like: what is in force, what is missing, where the bot lacks a permission."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil

import discord

from bot.domain.power import KINDS, Strategy, label, scale_of, symbol_of
from bot.domain.proposals.vote_rules import MAJORITY, OPEN, Rules, Share, VoteVisibility, Whole, supply_symbol
from bot.domain.shared.amounts import shown_amount
from bot.domain.shared.types import Block, ChainId, RoleId, Units
from bot.domain.spaces.space import OPTIONAL_COGS, Space
from bot.presentation.markdown.safe_text import cut
from bot.presentation.notices.notice_words import notice_words
from bot.presentation.results.rule_words import share_words
from bot.services.announcements.moderator_notices import Notice
from cogs._shared.formatting import (
    amount,
    chain_name,
    contract_words,
    listed,
    moment,
    plain,
    quoted,
    unconfirmed_words,
)
from cogs._shared.typed_times import write_length
from cogs.voting.cards.vote_rules import rules_lines

_WITHOUT = {
    "proposals": "no proposal can be submitted",
    "announcements": "results are announced where proposals are",
    "moderators' notices": "what is wrong is shown here only",
    "audit log": "the head of the log is posted nowhere",
}
_COLOUR = discord.Colour(0x7A6FD0)
_FIELD = 1024
_NOTICES = 3
FORM = 4_000
"""Signs that a text field of a form takes."""


_USUAL = Rules(quorum="0", approval=MAJORITY, shown=VoteVisibility.TALLY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A channel that is configured for `use`, and what the bot lacks there; `gone` if it was deleted."""

    use: str
    channel: int | None
    lacking: tuple[str, ...] = ()
    gone: bool = False


def missing(space: Space) -> list[str]:
    """Return what has to be set before the first proposal, each with its command; nothing if all is set."""
    lacking = []
    if not space.strategies:
        lacking.append("what gives voting power: /config strategies")
    if space.proposals_channel is None:
        lacking.append("the channel for proposals: /config channels")
    if not space.proposer_roles and space.proposer_power is None:
        lacking.append("who may submit proposals: /config proposers")
    return lacking


def config_embed(
    space: Space,
    places: Sequence[Place],
    notices: Sequence[Notice],
    chains: Mapping[ChainId, str],
    base_url: str | None = None,
    *,
    alone: Collection[ChainId] = (),
    several: bool = False,
) -> discord.Embed:
    """Show everything in force. `base_url` is where the web pages are, None where there are none.

    `alone` are the chains of which one provider alone tells; `several` tells that the server has other spaces.
    """
    lacking = missing(space)
    if lacking:
        head = "**Before the first proposal, set:**\n" + "\n".join(f"- {entry}" for entry in lacking)
    else:
        head = "Everything that the first proposal needs is set."
    title = f"The rules in force in “{quoted(space.name, 100)}”" if several else "The rules in force here"
    embed = discord.Embed(title=title, description=head, colour=_COLOUR)
    add = embed.add_field
    add(name="Voting power (/config strategies)", value=_fitted(strategy_lines(space, chains)), inline=False)
    if alone:
        told = f"{unconfirmed_words(alone, chains)} If it lies, nobody notices: the bot's operator gives it a second."
        add(name="Chains", value=_fitted([told]), inline=False)
    add(name="Who may submit (/config proposers)", value=_fitted([proposers(space)]), inline=False)
    if several or space.moderators or space.voters:
        add(name="Who may vote (/config voters)", value=_fitted([voters(space)]), inline=False)
        who = listed([f"<@&{role}>" for role in space.moderators], "or")
        told = f"whoever manages the server{f', or has {who}' if who else ''}"
        add(name="Who may change the rules (/config moderators)", value=_fitted([told]), inline=False)
    add(name="Voting (/config voting)", value=_fitted(voting_lines(space)), inline=False)
    add(name="Channels (/config channels)", value=_fitted([place_line(place) for place in places]), inline=False)
    add(name="On the web (/config web)", value=_fitted([web_line(space, base_url)]), inline=False)
    if space.is_main:
        add(name="Parts (/config cogs)", value=_fitted([_parts(space)]), inline=False)
    if notices:
        lines = [notice_line(notice) for notice in notices[:_NOTICES]]
        if len(notices) > _NOTICES:
            lines.append(f"and {len(notices) - _NOTICES} more in the moderators' channel")
        add(name="Notices of the last seven days", value=_fitted(lines), inline=False)
    embed.set_footer(text="A proposal keeps the rules that were in force when it was submitted.")
    return embed


def strategy_lines(space: Space, chains: Mapping[ChainId, str]) -> list[str]:
    """Return one line for each strategy."""
    return [_strategy(strategy, chains) for strategy in space.strategies] or ["Not set: nobody has voting power yet."]


def strategies_text(strategies: Sequence[Strategy]) -> str:
    """Return the list as Snapshot writes it, as readable as a form's field allows; empty if it cannot hold it."""
    if not strategies:
        return ""
    entries = [strategy.to_json() for strategy in strategies]
    for text in (json.dumps(entries, indent=2, ensure_ascii=False), json.dumps(entries, ensure_ascii=False)):
        if len(text) <= FORM:
            return text
    return ""


def proposers(space: Space) -> str:
    """Say who may submit proposals."""
    ways = [_role(role, space) for role in space.proposer_roles]
    if space.proposer_power is not None:
        ways.append(f"whoever has {_read(space.proposer_power, space)} of voting power or more")
    return listed(ways, "or") if ways else "Nobody yet."


def voters(space: Space) -> str:
    """Say who may vote."""
    who = listed([f"<@&{role}>" for role in space.voters], "or")
    return f"whoever has {who}, with the voting power of their wallets." if who else "everybody with voting power."


def voting_lines(space: Space) -> list[str]:
    """Say how a vote runs."""
    starts = (
        f"starts {write_length(space.voting_delay)} after submission" if space.voting_delay else "starts at submission"
    )
    lines = [f"Delay: a vote {starts}", f"Period: it lasts {write_length(space.voting_period)}"]

    def read(quorum: str) -> str:
        return _read(quorum, space)

    lines += rules_lines(space.rules.get(None, OPEN).over(_USUAL), None, read, space.strategies)
    for voting, own in space.rules.items():
        if voting is not None:
            set_for_all = space.rules.get(None, OPEN).quorum
            shown = replace(own, quorum=set_for_all) if own.counts is not None and own.quorum is None else own
            own_lines = rules_lines(shown, voting, read, space.strategies)
            lines += [f"For {voting}: {line[0].lower()}{line[1:]}" for line in own_lines]
    return lines


def supply_line(space: Space, supply: Units, block: Block) -> str:
    """Say how large the supply is that rules take shares of, and what the quorum would be of it."""
    scale, token = scale_of(space.strategies), supply_symbol(space.strategies)
    line = f"The supply of {quoted(token)} is {amount(supply, scale, token)} at block {block.number:,}"
    quorum = space.rules.get(None, OPEN).quorum
    if isinstance(quorum, Share) and quorum.of is Whole.SUPPLY:
        needed = amount(ceil(quorum.share * supply), scale, token)
        return f"{line}; a quorum of {share_words(quorum.share)} is {needed}."
    return f"{line}."


def place_line(place: Place) -> str:
    """Say where something is posted, what the bot lacks there, and the remedy."""
    head = f"{place.use.capitalize()}: "
    if place.channel is None:
        return f"{head}not set; {_WITHOUT.get(place.use, 'nothing is posted')}"
    if place.gone:
        return f"{head}**gone** (it was deleted, or I can't see it). Choose another"
    if place.lacking:
        return (
            f"{head}<#{place.channel}>, **where I lack {listed(place.lacking)}**. Allow it to my role in the "
            "channel's settings, under Permissions"
        )
    return f"{head}<#{place.channel}>"


def web_line(space: Space, base_url: str | None) -> str:
    """Say who may read proposals and results on the web."""
    if base_url is None:
        return "Nobody reads proposals there: whoever runs this bot has set up no web pages."
    if space.public:
        return f"**Anybody** can read submitted proposals, results and ballots by wallet: {base_url}/p/{space.guild}/1"
    return "Nobody reads proposals there; they stay on Discord. `/config web public:True` lets anybody read them."


def publication_lines(space: Space, base_url: str | None, here: str = "") -> list[str]:
    """Say what it means that proposals are public, or are not, from now on; `here` says of which space."""
    off = "`/config web public:False` takes all of it away within a minute; what somebody copied stays with them."
    on = "`/config web public:True` makes it public."
    if not space.public:
        return [
            f"Nobody can read this server's proposals{here} on the web: each address there is as if it never was.",
            on,
        ]
    return [
        f"Anybody can read this server's proposals{here} on the web, earlier ones too: {base_url}/p/{space.guild}/1",
        "A page shows text, result and every ballot by wallet: once counted, or at once where votes are open to all.",
        "No page shows a Discord name, or what is hidden.",
        f"{base_url}/p/{space.guild} lists votes, campaigns and treasuries, and has feeds.",
        "Each result's announcement says where its page is.",
        off,
    ]


def notice_line(notice: Notice) -> str:
    """Show one notice: what is wrong, since when, the remedy; in our own words, so that channels in it stay links."""
    words = notice_words(notice.fact)
    return f"{moment(notice.since)}: {cut(words.problem, 150)} {cut(words.remedy, 100)}"


def _strategy(strategy: Strategy, chains: Mapping[ChainId, str]) -> str:
    kind = KINDS[strategy.name]
    contract = kind.contract(strategy)
    what = f"{contract_words(contract)} on " if contract or KINDS[strategy.name].native else ""
    return f"{quoted(label(strategy))} by {strategy.name}, {what}{chain_name(strategy.network, chains)}"


def _role(role: RoleId, space: Space) -> str:
    return "everybody" if int(role) == int(space.guild) else f"<@&{role}>"


def _read(written: str, space: Space) -> str:
    symbol = symbol_of(space.strategies) if space.strategies else ""
    return f"{quoted(shown_amount(written))} {quoted(plain(symbol)) if symbol else ''}".strip()


def _parts(space: Space) -> str:
    return " · ".join(f"{part} {'off' if part in space.cogs_off else 'on'}" for part in OPTIONAL_COGS)


def _fitted(lines: Sequence[str]) -> str:
    """Join as many lines as a field takes, and say how many more there are."""
    shown: list[str] = []
    for number, line in enumerate(lines):
        rest = f"\nand {len(lines) - number} more"
        if len("\n".join([*shown, line])) + len(rest) > _FIELD:
            return "\n".join(shown) + rest
        shown.append(line)
    return "\n".join(shown)
