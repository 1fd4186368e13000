"""A space's rules in words: what gives power, who proposes and votes, how votes run, the channels, what is public."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil

from bot.client.permissions import Use
from bot.domain.power import KINDS, Strategy, label, scale_of, symbol_of
from bot.domain.proposals.vote_rules import MAJORITY, OPEN, Rules, Share, VoteVisibility, Whole, supply_symbol
from bot.domain.shared.amounts import shown_amount
from bot.domain.shared.types import Block, ChainId, RoleId, Units
from bot.domain.spaces.space import OPTIONAL_COGS, Space
from bot.presentation.catalogue.messages import N_, whole
from bot.presentation.catalogue.messages import gettext as _
from bot.presentation.markdown.safe_text import cut
from bot.presentation.notices.notice_words import notice_words
from bot.presentation.results.rule_words import share_words
from bot.services.announcements.moderator_notices import Notice
from cogs._shared.formatting import amount, chain_name, contract_words, lasting, listed, moment, plain, quoted
from cogs.spaces.space_words import of_space
from cogs.voting.cards.vote_rules import rules_lines

FORM = 4_000
"""Signs that a text field of a form takes."""
_UNSET = {
    Use.PROPOSALS: N_("Proposals: not set; no proposal can be submitted"),
    Use.ANNOUNCEMENTS: N_("Announcements: not set; results are announced where proposals are"),
    Use.MODERATORS: N_("Moderators' notices: not set; what is wrong is shown here only"),
    Use.AUDIT: N_("Audit log: not set; the head of the log is posted nowhere"),
    Use.MILESTONES: N_("Milestones: not set; nothing is posted"),
}
_PLACES = {
    Use.PROPOSALS: N_("Proposals: {channel}"),
    Use.ANNOUNCEMENTS: N_("Announcements: {channel}"),
    Use.MODERATORS: N_("Moderators' notices: {channel}"),
    Use.AUDIT: N_("Audit log: {channel}"),
    Use.MILESTONES: N_("Milestones: {channel}"),
}
_USUAL = Rules(quorum="0", approval=MAJORITY, shown=VoteVisibility.TALLY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A channel that is configured for `use`, and what the bot lacks there; `gone` if it was deleted."""

    use: Use
    channel: int | None
    lacking: tuple[str, ...] = ()
    gone: bool = False


def strategy_lines(space: Space, chains: Mapping[ChainId, str]) -> list[str]:
    """Return one line for each strategy."""
    lines = [_strategy(strategy, chains) for strategy in space.strategies]
    return lines or [_("Not set: nobody has voting power yet.")]


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
    ways = [_("everybody") if int(role) == int(space.guild) else _role(role) for role in space.proposer_roles]
    if space.proposer_power is not None:
        ways.append(_("whoever has {amount} of voting power or more", amount=_read(space.proposer_power, space)))
    return listed(ways, "or") if ways else _("Nobody yet.")


def voters(space: Space) -> str:
    """Say who may vote."""
    if not space.voters:
        return _("everybody with voting power.")
    who = listed([_role(role) for role in space.voters], "or")
    return _("whoever has {roles}, with the voting power of their wallets.", roles=who)


def changers(space: Space) -> str:
    """Say who may change the rules."""
    if not space.moderators:
        return _("whoever manages the server")
    who = listed([_role(role) for role in space.moderators], "or")
    return _("whoever manages the server, or has {roles}", roles=who)


def voting_lines(space: Space) -> list[str]:
    """Say how a vote runs."""
    delay = (
        _("Delay: a vote starts {time} after submission", time=lasting(space.voting_delay))
        if space.voting_delay
        else _("Delay: a vote starts at submission")
    )
    lines = [delay, _("Period: it lasts {time}", time=lasting(space.voting_period))]

    def read(quorum: str) -> str:
        return _read(quorum, space)

    lines += rules_lines(space.rules.get(None, OPEN).over(_USUAL), None, read, space.strategies)
    for voting, own in space.rules.items():
        if voting is not None:
            set_for_all = space.rules.get(None, OPEN).quorum
            shown = replace(own, quorum=set_for_all) if own.counts is not None and own.quorum is None else own
            own_lines = rules_lines(shown, voting, read, space.strategies)
            lines += [
                _("For {voting}: {rule}", voting=voting, rule=f"{line[0].lower()}{line[1:]}") for line in own_lines
            ]
    return lines


def supply_line(space: Space, supply: Units, block: Block) -> str:
    """Say how large the supply is that rules take shares of, and what the quorum would be of it."""
    scale, token = scale_of(space.strategies), supply_symbol(space.strategies)
    facts = {"token": quoted(token), "supply": amount(supply, scale, token), "block": whole(block.number)}
    quorum = space.rules.get(None, OPEN).quorum
    if isinstance(quorum, Share) and quorum.of is Whole.SUPPLY:
        needed = amount(ceil(quorum.share * supply), scale, token)
        return _(
            "The supply of {token} is {supply} at block {block}; a quorum of {share} is {needed}.",
            **facts,
            share=share_words(quorum.share),
            needed=needed,
        )
    return _("The supply of {token} is {supply} at block {block}.", **facts)


def place_line(place: Place) -> str:
    """Say where something is posted, what the bot lacks there, and the remedy."""
    if place.channel is None:
        return _(_UNSET[place.use])
    if place.gone:
        where = _("**gone** (it was deleted, or I can't see it). Choose another")
    elif place.lacking:
        where = _(
            "{channel}, **where I lack {permissions}**. Allow it to my role in the channel's settings, under "
            "Permissions",
            channel=f"<#{place.channel}>",
            permissions=listed(place.lacking),
        )
    else:
        where = f"<#{place.channel}>"
    return _(_PLACES[place.use], channel=where)


def web_line(space: Space, base_url: str | None) -> str:
    """Say who may read proposals and results on the web."""
    if base_url is None:
        return _("Nobody reads proposals there: whoever runs this bot has set up no web pages.")
    if space.public:
        return _(
            "**Anybody** can read submitted proposals, results and ballots by wallet: {page}",
            page=f"{base_url}/p/{space.guild}/1",
        )
    return _(
        "Nobody reads proposals there; they stay on Discord. {command} lets anybody read them.",
        command="`/config web public:True`",
    )


def publication_lines(space: Space, base_url: str | None, name: str | None = None) -> list[str]:
    """Say what it means that proposals are public, or are not, from now on; `name` is the space's where it is told."""
    if not space.public:
        private = of_space(
            name,
            N_("Nobody can read this server's proposals on the web: each address there is as if it never was."),
            N_("Nobody can read the proposals of “{space}” on the web: each address there is as if it never was."),
        )
        return [private, _("{command} makes it public.", command="`/config web public:True`")]
    public = of_space(
        name,
        N_("Anybody can read this server's proposals on the web, earlier ones too: {page}"),
        N_("Anybody can read the proposals of “{space}” on the web, earlier ones too: {page}"),
        page=f"{base_url}/p/{space.guild}/1",
    )
    return [
        public,
        _("A page shows text, result and every ballot by wallet: once counted, or at once where votes are shown."),
        _("No page shows a Discord name, or what is hidden."),
        _("{page} lists votes, campaigns and treasuries, and has feeds.", page=f"{base_url}/p/{space.guild}"),
        _("Each result's announcement says where its page is."),
        _(
            "{command} takes all of it away within a minute; what somebody copied stays with them.",
            command="`/config web public:False`",
        ),
    ]


def notice_line(notice: Notice) -> str:
    """Show one notice: what is wrong, since when, the remedy; in our own words, so that channels in it stay links."""
    words = notice_words(notice.fact)
    return f"{moment(notice.since)}: {cut(words.problem, 150)} {cut(words.remedy, 100)}"


def parts_line(space: Space) -> str:
    """Say which parts are on."""
    return " · ".join(
        _("{part} off", part=part) if part in space.cogs_off else _("{part} on", part=part) for part in OPTIONAL_COGS
    )


def _strategy(strategy: Strategy, chains: Mapping[ChainId, str]) -> str:
    kind = KINDS[strategy.name]
    contract = kind.contract(strategy)
    facts = {
        "label": quoted(label(strategy)),
        "strategy": strategy.name,
        "chain": chain_name(strategy.network, chains),
    }
    if contract or kind.native:
        return _("{label} by {strategy}, {contract} on {chain}", **facts, contract=contract_words(contract))
    return _("{label} by {strategy}, {chain}", **facts)


def _role(role: RoleId) -> str:
    return f"<@&{role}>"


def _read(written: str, space: Space) -> str:
    symbol = symbol_of(space.strategies) if space.strategies else ""
    return f"{quoted(shown_amount(written))} {quoted(plain(symbol)) if symbol else ''}".strip()
