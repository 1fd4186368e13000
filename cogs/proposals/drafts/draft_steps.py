"""Submitting and discarding a draft, and what is said once that is done."""

from __future__ import annotations

from bot.domain.proposals.proposal import Proposal
from bot.domain.shared.errors import WrongState
from bot.domain.shared.errors.kinds import Step
from bot.presentation.catalogue.messages import gettext as _
from cogs._shared.chain_options import read_from_one
from cogs._shared.formatting import moment, quoted, unconfirmed_words
from cogs._shared.replies import Interaction, answer, explorers, guild_of, member_of, roles_of
from cogs._shared.seen_proposals import proposal_view
from cogs.proposals.proposal_cards import heading, power_words, snapshot_age


async def submit(interaction: Interaction, number: int) -> None:
    """Submit a draft and say what happens next."""
    await proposal_view(interaction, number)
    proposals, roles = interaction.client.app.proposals, roles_of(interaction)
    proposal = await proposals.submit(guild_of(interaction), number, member_of(interaction), roles)
    await tell_submitted(interaction, proposal)


async def tell_submitted(interaction: Interaction, proposal: Proposal) -> None:
    """Say what happens next to a proposal that was submitted."""
    app, terms = interaction.client.app, proposal.terms
    if terms is None:
        raise WrongState(number=proposal.number, state="draft", step=Step.ANNOUNCE)
    chains = app.chain.chains()
    lines = [
        f"**{heading(proposal, _('Submitted'))}**",
        _("Its card appears in {channel} in a moment.", channel=f"<#{proposal.channel}>"),
        _("Voting opens {start} and ends {end}.", start=moment(terms.start), end=moment(terms.end)),
        _("The power that counts is fixed now: {power}.", power=power_words(terms, chains, explorers(app), 700)),
        f"{snapshot_age(proposal)} {unconfirmed_words(terms.snapshot.keys() & read_from_one(app), chains)}".strip(),
        _("The text is fixed once voting opens."),
        _(
            "As long as nobody has voted, {command} takes it back.",
            command=f"/proposal withdraw {proposal.number}",
        ),
    ]
    await answer(interaction, "\n".join(filter(None, lines)), embed=None, view=None)


async def discard(interaction: Interaction, number: int) -> None:
    """Delete a draft; one that was submitted meanwhile is no draft any more and stays."""
    draft = await interaction.client.app.withdrawals.discard(guild_of(interaction), number, member_of(interaction))
    await tell_discarded(interaction, draft)


async def tell_discarded(interaction: Interaction, draft: Proposal) -> None:
    """Say that a draft was discarded."""
    title = quoted(draft.text.title, 80)
    told = _("Discarded: draft #{number} ({title}). Nobody else saw it.", number=draft.number, title=title)
    await answer(interaction, told, embed=None, view=None)
