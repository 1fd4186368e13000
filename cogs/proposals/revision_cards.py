"""The versions of a text: what changed, when, and the content identifier of each."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace

import discord

from bot.domain.audit.hashing.canonical_json import canonical
from bot.domain.audit.proposal_document import proposal_document
from bot.domain.proposals.proposal import Proposal, State, Version
from bot.domain.shared.types import Timestamp
from cogs._shared.formatting import moment, plural
from cogs.proposals.proposal_cards import card_url, heading
from cogs.proposals.text_diff import changes

_BLOCK = 3_200
"""Room for what changed, in an embed's description, which holds 4,096 signs."""


def change_card(
    proposal: Proposal, before: Version, after: Version, ref: str
) -> tuple[discord.Embed, discord.File | None]:
    """Show what an author changed before voting opened; what an embed can't hold comes whole as a file too."""
    whole = changes(before, after)
    shown = whole
    if len(whole) > _BLOCK:
        shown = whole[:_BLOCK].rsplit("\n", 1)[0] + "\n…"
    opens = f" Voting opens {moment(proposal.terms.start)}; the text is fixed from then on." if proposal.terms else ""
    told = "\nThe attached file holds all that changed." if shown != whole else ""
    embed = discord.Embed(
        title=heading(replace(proposal, text=after.text), "Text changed"),
        description=f"Its author changed the text: this is version {after.number}, of <t:{after.written_at}:f>.{opens}"
        f"\n```diff\n{shown}\n```{told}",
    )
    embed.add_field(name="Content identifier", value=f"`{after.cid}`", inline=False)
    if url := card_url(proposal):
        embed.add_field(name="Proposal", value=f"[Its card]({url})", inline=False)
    embed.set_footer(text=f"Proposal {proposal.number} · version {after.number} · ref {ref}")
    if shown == whole:
        return embed, None
    name = f"proposal-{proposal.number}-version-{after.number}.diff"
    return embed, discord.File(io.BytesIO(whole.encode()), filename=name, description="All that changed in the text")


def history_card(
    proposal: Proposal, versions: Sequence[Version], chosen: Version | None, now: Timestamp
) -> tuple[discord.Embed, discord.File]:
    """List the versions of a text, and give the document that the identifier of one of them (the last) names."""
    last = versions[-1] if versions else None
    chosen = chosen or last
    state = proposal.state(now)
    head = "Its author may change it until voting opens." if state is State.PENDING else "No text changes any more."
    embed = discord.Embed(
        title=heading(proposal, plural(len(versions), "version")),
        description="\n".join([head, *(_line(version, last=version is last) for version in reversed(versions))]),
    )
    if chosen is not None:
        proposal = replace(proposal, text=chosen.text, choices=chosen.choices)
    content = canonical(proposal_document(proposal))
    number = chosen.number if chosen else 1
    embed.set_footer(
        text=f"The attached file is version {number} with all that is voted on. Its CID, by sha2-256 over its bytes, "
        "is the identifier: whoever changes one sign of it gets another."
    )
    name = f"proposal-{proposal.number}-version-{number}.json"
    return embed, discord.File(io.BytesIO(content), filename=name, description="The document that the identifier names")


def _line(version: Version, *, last: bool) -> str:
    mark = " · in force" if last else ""
    return f"**{version.number}** · <t:{version.written_at}:f>{mark}\n`{version.cid}`"
