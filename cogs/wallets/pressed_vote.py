"""The vote that was pressed before a wallet was linked: shown again, filled in, for one more press."""

from __future__ import annotations

import re
from typing import ClassVar

import discord

from bot.app.composition import App
from bot.client.next_steps import Resumed
from bot.domain.proposals.proposal import Proposal, State
from bot.domain.proposals.vote_rules import Assurance
from bot.domain.shared.errors import FolkmootError, NotFound, NotVoting
from bot.domain.shared.errors.kinds import Thing
from bot.domain.shared.types import GuildId, ProposalId
from bot.domain.voting import SYSTEMS, Mark
from bot.presentation.catalogue.messages import gettext as _
from bot.presentation.markdown.safe_text import cut
from cogs._shared.cards import Card, Row
from cogs._shared.components import Parsers, ProposalItem, pressed
from cogs._shared.formatting import cut_quoted, mark_words, moment, plain
from cogs._shared.replies import Interaction, answer, guild_of
from cogs.general.error_messages import words
from cogs.proposals.proposal_cards import card_url
from cogs.voting.cast_ballot import cast
from cogs.wallets.way_back import VOTE, read_mark, write_vote

_LABEL, _TITLE = 80, 100


class CastButton(ProposalItem, template=VOTE):
    """Casts the ballot that its custom_id holds; the receipt takes the place of the message."""

    READ: ClassVar[Parsers] = {"mark": read_mark}
    BASE = 36

    def __init__(self, proposal: ProposalId, mark: Mark | None, label: str = "Vote") -> None:
        super().__init__(
            proposal,
            discord.ui.Button(label=label, style=discord.ButtonStyle.success, custom_id=write_vote(proposal, mark)),
        )
        self.mark = mark

    @pressed("voting", first="update")
    async def callback(self, interaction: Interaction) -> None:
        """Cast it."""
        if self.mark is None:
            raise NotFound(Thing.BALLOT, "")
        try:
            await cast(interaction, self.proposal, self.mark)
        except NotVoting as error:  # the button would stay below what can't be done any more
            found = await _found(interaction.client.app, guild_of(interaction), self.proposal)
            row = [] if found is None else _card(found)
            await answer(interaction, None, embed=None, view=Card([words(error) or ""], [row]))


async def resumed_vote(app: App, guild: GuildId, back: str) -> Resumed | None:
    """Return the vote that was pressed, as it can be cast now; None if no vote was pressed."""
    match = re.fullmatch(VOTE, back)
    if match is None:
        return None
    found = await _found(app, guild, ProposalId(int(match["proposal"], 36)))
    if found is None or found.terms is None:
        return Resumed(_("The proposal that you pressed is not here any more, so there is nothing to vote on."))
    title = cut_quoted(found.text.title, _TITLE)
    if found.state(app.clock.now()) is not State.VOTING:
        told = _(
            "Voting on “{title}” is over since {end}, so no vote of yours was recorded.",
            title=title,
            end=moment(found.terms.end),
        )
        if found.tombstone is not None:
            told = _("“{title}” was withdrawn meanwhile, so no vote of yours was recorded.", title=title)
        return Resumed(told, (_card(found),))
    mark = _checked(found, read_mark(match["mark"]))
    if mark is None:
        return Resumed(
            _("You were voting on “{title}”. Nothing is recorded yet: vote on its card.", title=title), (_card(found),)
        )
    said = mark_words(mark, found.choices, found.voting)
    told = _("You pressed **{mark}** on “{title}”. It is not recorded yet: press once more.", mark=said, title=title)
    return Resumed(told, ((CastButton(found.id, mark, _label(found, mark)), *_card(found)),))


async def _found(app: App, guild: GuildId, proposal: ProposalId) -> Proposal | None:
    try:
        found = await app.cards.stored(proposal)
    except NotFound:
        return None
    return found if found.guild == guild else None


def _checked(proposal: Proposal, mark: Mark | None) -> Mark | None:
    try:
        return SYSTEMS[proposal.voting].check_mark(mark, len(proposal.choices), proposal.options)
    except FolkmootError:
        return None


def _label(proposal: Proposal, mark: Mark) -> str:
    if proposal.terms is not None and proposal.terms.rules.assurance is Assurance.SIGNED:
        return _("Sign this vote")
    if isinstance(mark, int):
        return cut(_("Vote {choice}", choice=plain(proposal.choices[mark - 1])), _LABEL)
    return _("Cast this vote")


def _card(proposal: Proposal) -> Row:
    url = card_url(proposal)
    return [discord.ui.Button(label=_("Go to the proposal"), url=url)] if url else []
