"""The button that shows what proves a proposal's text, and its result once that is out."""

from __future__ import annotations

from collections.abc import Mapping

import discord

from bot.domain.proposals.proposal import Proposal
from bot.domain.shared.errors import NotFound
from bot.domain.shared.errors.kinds import Thing
from bot.domain.shared.types import ChainId, ProposalId
from bot.presentation.catalogue.messages import gettext as _
from cogs._shared.cards import Card
from cogs._shared.components import ProposalItem, pressed
from cogs._shared.formatting import block_words
from cogs._shared.replies import Interaction, answer, explorers
from cogs._shared.seen_proposals import pressed_proposal
from cogs.audit.result_cards import results_card
from cogs.audit.result_files import public_page, result_files
from cogs.proposals.proposal_cards import title_line
from cogs.proposals.read_button import REF, with_ref


class ProofButton(ProposalItem, template=r"proof:(?P<proposal>\d{1,18})" + REF):
    """Shows to whoever presses what fixes the text and the blocks, and how a result is recomputed."""

    def __init__(self, proposal: ProposalId, ref: str = "") -> None:
        super().__init__(
            proposal,
            discord.ui.Button(
                label=_("Proof"), style=discord.ButtonStyle.secondary, custom_id=with_ref(f"proof:{proposal}", ref)
            ),
        )

    @pressed(None)
    async def callback(self, interaction: Interaction) -> None:
        """Show it."""
        app = interaction.client.app
        found = await pressed_proposal(interaction, self.proposal)
        if found.submitted_at is None:
            raise NotFound(Thing.PROPOSAL, "")
        chains, linked = app.chain.chains(), explorers(app)
        if found.result is None:
            await answer(interaction, view=fixed_card(found, chains, linked))
            return
        counted = await app.results.counted(found.guild, found.number)
        files = [result_files(found)] if counted.kept is not None else []
        await answer(interaction, view=results_card(counted, chains, linked, files, page=await public_page(app, found)))


def fixed_card(proposal: Proposal, chains: Mapping[ChainId, str], explorers: Mapping[ChainId, str]) -> Card:
    """Show what cannot be changed any more: the document's identifier, and the blocks at which power is read."""
    terms = proposal.terms
    lines = [_("The text and the terms are fixed by this identifier; /proposal history gives the document.")]
    lines += [f"`{proposal.cid}`"] if proposal.cid else []
    if terms is not None:
        lines.append(_("Voting power is read at:"))
        lines += [
            f"{block_words(block, chains, explorers.get(chain))}\n`{block.hash}`"
            for chain, block in terms.snapshot.items()
        ]
    if proposal.tombstone is None:
        lines.append(_("Once the result is out, this button gives the file from which anybody can count again."))
    return Card(
        ["\n".join([title_line(proposal), *lines]), _("-# #{number} · Only you see this.", number=proposal.number)]
    )
