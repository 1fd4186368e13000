"""The button that tells how a proposal is counted."""

from __future__ import annotations

import discord

from bot.domain.proposals.proposal import Proposal
from bot.domain.proposals.vote_rules import Share
from bot.domain.shared.errors import NotFound
from bot.domain.shared.errors.kinds import Thing
from bot.domain.shared.types import ProposalId
from bot.domain.voting import SYSTEMS
from bot.presentation.catalogue.messages import gettext as _
from cogs._shared.cards import Card
from cogs._shared.components import ProposalItem, pressed
from cogs._shared.formatting import amount, cut_quoted
from cogs._shared.replies import Interaction, answer
from cogs._shared.seen_proposals import pressed_proposal
from cogs.voting.cards.vote_rules import (
    ASSURED,
    SHOWN,
    approval_rule,
    passing_words,
    quorum_rule,
    ranking_words,
    voter_words,
)
from cogs.voting.cards.voting_systems import rule_words

_TITLE, _WHOLE = 120, 3_600


class RulesButton(ProposalItem, template=r"rules:(?P<proposal>\d{1,18})"):
    """Tells it to whoever presses."""

    def __init__(self, proposal: ProposalId) -> None:
        super().__init__(
            proposal,
            discord.ui.Button(
                label=_("How it is counted"), style=discord.ButtonStyle.secondary, custom_id=f"rules:{proposal}"
            ),
        )

    @pressed("voting")
    async def callback(self, interaction: Interaction) -> None:
        """Tell it."""
        found = await pressed_proposal(interaction, self.proposal)
        if found.terms is None:
            raise NotFound(Thing.PROPOSAL, "")
        await answer(interaction, view=rules_card(found))


def rules_card(proposal: Proposal) -> Card:
    """Tell how a proposal is counted: the rule with its ties, quorum, approval, who votes, how ballots are cast."""
    terms = proposal.terms_after_recusals
    if terms is None:
        raise ValueError("a draft is not counted")
    rules, approval = terms.rules, approval_rule(terms.rules.approval, proposal.voting, terms.strategies)
    needed = amount(terms.quorum, terms.scale, terms.symbol)
    quorum = quorum_rule(rules.quorum, rules.counts, lambda _text: needed, terms.strategies)
    parts = {
        _("The rule"): rule_words(proposal.voting, terms),
        _("What the numbers mean"): _(note) if (note := SYSTEMS[proposal.voting].note) else "",
        _("Quorum"): f"{quorum} ({needed})" if isinstance(rules.quorum, Share) else quorum,
        _("Approval"): passing_words(terms, proposal.voting) or approval,
        _("Rankings"): ranking_words(rules, proposal.voting),
        _("Voters"): voter_words(terms.voters) if terms.voters else "",
        _("Ballots"): _(ASSURED[rules.assurance]),
        _("While voting"): _(SHOWN[rules.shown]),
    }
    title = cut_quoted(proposal.text.title, _TITLE)
    head = [_("### How it is counted"), _("On #{number} “{title}”.", number=proposal.number, title=title)]
    told = [f"**{name}**\n{value[:1].upper()}{value[1:]}" for name, value in parts.items() if value]
    return Card(["\n".join(head), "\n".join(told)[:_WHOLE], _("-# Only you see this.")])
