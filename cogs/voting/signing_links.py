"""Leading a member to the page where their wallet signs a ballot."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import discord

from bot.domain.proposals.proposal import Proposal
from bot.domain.shared.errors import NoWallet
from bot.domain.shared.types import ProposalId
from bot.domain.voting import Mark
from bot.domain.wallets.web_ticket import Invitation, Purpose
from bot.presentation.catalogue.messages import gettext as _
from bot.services.voting.cast_transaction import check_voter
from cogs._shared.cards import Card
from cogs._shared.command_space import knows_roles
from cogs._shared.formatting import cut_quoted, mark_words, moment
from cogs._shared.replies import Interaction, answer, guild_of, member_of, roles_of
from cogs._shared.vote_rule_options import no_page

_UNDER_WAY = 0x4F7CFF
_URL = 512
"""Characters that Discord lets a button's address have."""


async def lead_to_signing(interaction: Interaction, proposal: Proposal, mark: Mark | None = None) -> None:
    """Answer with a button to a page that is the member's alone, where the ballot is marked as it was here.

    Raises:
        InvalidInput: there are no pages.
        NoWallet: the member has nothing to sign with.
        NoVoter, RolesUnknown: the member has none of the roles that vote, or which they have is not known now.

    """
    app, guild, member = interaction.client.app, guild_of(interaction), member_of(interaction)
    if knows_roles(interaction):
        check_voter(proposal, roles_of(interaction))
    else:
        await app.voter_roles.check(proposal, member)
    if not app.tickets.on:
        raise no_page()
    if not await app.wallets.of(guild, member):
        raise NoWallet
    invited = await app.tickets.issue(
        Purpose.VOTE,
        guild,
        member,
        guild_name=interaction.guild.name if interaction.guild else "",
        member_name=interaction.user.name,
        proposal=ProposalId(proposal.id),
    )
    await answer(interaction, content=None, embed=None, view=signing_card(proposal, mark, invited))


def signing_card(proposal: Proposal, mark: Mark | None, invited: Invitation) -> Card:
    """Show the button to the page, and what was marked here."""
    lines = [
        _("### Sign your ballot on #{number}", number=proposal.number),
        _(
            "Ballots on “{title}” are signed by wallets. Nothing is recorded yet: the button opens a page of your own, "
            "where your wallet signs. No transaction, no cost.",
            title=cut_quoted(proposal.text.title, 200),
        ),
    ]
    if mark is not None:
        lines.append(_("Marked: **{mark}**.", mark=mark_words(mark, proposal.choices, proposal.voting)))
    lines.append(_("-# Good until {time}, for you alone.", time=moment(invited.expires_at)))
    button: discord.ui.Button[Any] = discord.ui.Button(label=_("Sign my ballot"), url=_with(invited.url, mark))
    return Card(["\n".join(lines)], [[button]], colour=_UNDER_WAY)


def _with(url: str, mark: Mark | None) -> str:
    """Return the address with the mark behind the `#`, which browsers keep to themselves."""
    whole = url if mark is None else f"{url}#mark={quote(json.dumps(mark, separators=(',', ':')), safe=',')}"
    return whole if len(whole) <= _URL else url
